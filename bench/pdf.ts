// SPDX-License-Identifier: Apache-2.0
import { nodeCrypto } from "../src/adapters/node-crypto/index.js";
import { fromBase64Url } from "../src/core/base64.js";
import { qrText } from "../src/core/digits.js";
import { writeSeal } from "../src/core/seal/seal-writer.js";
import { fillSeal, sealedDigest } from "../src/core/seal/sealable-file.js";
import { createRenderer, type RenderInput } from "../src/render/index.js";
import { HOST } from "../test/render/fixture.js";
import { SEALER, STATEMENT } from "../test/render/sealed-licence.js";
import { licence } from "./different-licences.js";
import type { BenchRow } from "./main.js";
import { plainRenderer } from "./plain-pdf.js";

const DOCUMENTS = 1_500;
const BASELINE_DOCUMENTS = 200;

/**
 * One-page licences with QR code, three attachments and the parts of PDF/A, against the same page drawn plainly with pdf-lib; `pdf-sealed` with the
 * agency's seal, its picture and its signature, against the same plain page, which has none.
 */
export async function run(_options: { json: boolean }): Promise<BenchRow[]> {
  const inputs = Array.from({ length: DOCUMENTS }, (_, serial) => licence(serial));
  const renderer = createRenderer({ verifyHost: HOST });
  for (const input of inputs.slice(0, 50)) renderer.render(input);
  const perSecond = await rate(inputs, (input) => renderer.render(input));
  let bytes = 0;
  const seal = async (input: RenderInput) => {
    const file = renderer.renderSealed({ ...input, seal: STATEMENT });
    const { writer, key } = SEALER;
    bytes += fillSeal(file, await writeSeal(writer, sealedDigest(nodeCrypto, file), key)).length;
  };
  for (const input of inputs.slice(0, 50)) await seal(input);
  bytes = 0;
  const sealedPerSecond = await rate(inputs, seal);
  const kilobytes = bytes / inputs.length / 1024;
  const peakRssMb = process.resourceUsage().maxRSS / 1024;

  const plain = plainRenderer((token) => qrText(HOST, fromBase64Url(token)));
  for (const input of inputs.slice(0, 10)) await plain(input);
  const baselinePerSecond = await rate(inputs.slice(0, BASELINE_DOCUMENTS), plain);
  const row = (bench: string, ours: number, figures: BenchRow["figures"]): BenchRow => ({
    ...{ bench, n: DOCUMENTS, perSecond: ours, baselinePerSecond, ratio: ours / baselinePerSecond, peakRssMb },
    ...(figures === undefined ? {} : { figures }),
  });
  return [row("pdf", perSecond, undefined), row("pdf-sealed", sealedPerSecond, { kilobytes: [kilobytes, 75] })];
}

async function rate(inputs: readonly RenderInput[], render: (input: RenderInput) => unknown): Promise<number> {
  const start = performance.now();
  for (const input of inputs) {
    const result = render(input);
    // Awaiting what is no promise would charge the synchronous renderer for the baseline's nature.
    if (result instanceof Promise) await result;
  }
  return (inputs.length * 1000) / (performance.now() - start);
}
