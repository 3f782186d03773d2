// SPDX-License-Identifier: Apache-2.0
import { nodeCrypto } from "../src/adapters/node-crypto/index.js";
import { fromBase64Url } from "../src/core/base64.js";
import { qrText } from "../src/core/digits.js";
import { writeSeal } from "../src/core/seal/seal-writer.js";
import { fillSeal, sealedDigest } from "../src/core/seal/sealable-file.js";
import { createRenderer, type RenderInput } from "../src/render/index.js";
import { anchoredEvidence, HOST, permit, permitType } from "../test/render/fixture.js";
import { SEALER, STATEMENT } from "../test/render/sealed-licence.js";
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

const CHARACTERS = Array.from(
  "安徽合肥芜湖蚌埠淮南马鞍山滁州阜阳宿州六安亳州池州宣城黄山铜陵样例餐饮管理有限公司食品商贸酒店连锁超市便民生鲜果蔬烘焙茶饮" +
    "喆堃龘㛃王李张刘陈杨赵吴周徐孙马朱胡林郭何高罗郑梁谢宋唐许邓冯韩曹曾彭萧蔡潘田董袁于余叶蒋杜苏魏程吕丁沈任姚卢傅钟姜崔谭廖",
);

/** Every licence has a name and addresses of its own, as in a real run. */
export function licence(serial: number): RenderInput {
  let state = serial * 2654435761 + 1;
  const text = (length: number) =>
    Array.from({ length }, () => {
      state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
      return CHARACTERS[state % CHARACTERS.length];
    }).join("");
  const address = () => `安徽省${text(2)}市${text(2)}区${text(4)}路${serial + 1}号${text(4)}大厦`;
  const certificate = permit({
    serial,
    holder: `${text(6)}有限公司`,
    face: { representative: text(3), domicile: address(), premises: address() },
  });
  return { certificate, evidence: anchoredEvidence(serial), type: permitType };
}
