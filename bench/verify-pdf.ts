// SPDX-License-Identifier: Apache-2.0
import { createPublicKey, verify } from "node:crypto";
import { inflateSync } from "node:zlib";
import { nodeCrypto } from "../src/adapters/node-crypto/index.js";
import { readSeal } from "../src/core/seal/read-seal.js";
import { readLicencePdf, verifyCertificate } from "../src/verify/index.js";
import { partsOf } from "../test/verify/pdf/pdf-text.js";
import { makeSealedWorld } from "../test/verify/sealed-world.js";
import type { BenchRow } from "./main.js";
import { PeakRss } from "./peak-rss.js";

const FILES = 40;
const PASSES = 24;
/** The compiler is done with it after some hundred files. */
const WARM_UP_PASSES = 12;

/**
 * Sealed one-page files, each another, verified as a service does it that cannot render: read strictly, both signatures of the licence, the seal, the CA's certificate
 * and its revocation list, and what the registry says, a snapshot in memory. The baseline of `verify-pdf-sealed` is the four signatures of the seal alone; that
 * of `read-pdf`, which is the strict reading, to inflate the same streams.
 */
export async function run(_options: { readonly json: boolean }): Promise<BenchRow[]> {
  const world = makeSealedWorld();
  const issued = Array.from({ length: FILES }, () => world.issueAnchored());
  const files = await Promise.all(issued.map((one) => world.sealed(one)));
  world.registry.advance(60);
  const snapshot = await world.registry.snapshot();
  const options = {
    ...{ trust: world.trust, registry: { snapshot: async () => snapshot }, now: world.now(), crypto: nodeCrypto },
    revocationLists: world.lists(world.listOf(world.office)),
  };
  const valid = async (i: number) => {
    const { verdict } = await verifyCertificate({ bytes: files[i]! }, options);
    if (verdict !== "valid") throw new Error(`a file of the benchmark is ${verdict}`);
  };
  const kilobytes = Math.round(files[0]!.length / 1024);
  const input = `sealed one-page file of ${kilobytes} KB, not rendered again`;
  return [
    await compare("verify-pdf-sealed", input, 12, valid, fourSignatures(files)),
    await compare(
      "read-pdf",
      `the same file, read strictly`,
      3,
      (i) => readLicencePdf(files[i]!, nodeCrypto),
      inflated(files),
    ),
  ];
}

/** The seal's, its certificate's, and its CA's twice: over its own certificate, and for that over the revocation list. */
function fourSignatures(files: readonly Uint8Array[]): (i: number) => void {
  const work = files.map((file) => {
    const { certificate, ca, signed } = readSeal(readLicencePdf(file, nodeCrypto).seal!.signed!.cms);
    const of = (publicKey: Uint8Array, message: Uint8Array, signature: Uint8Array) => ({
      ...{ key: keyOf(publicKey), message, signature },
    });
    return [
      of(certificate.publicKey, signed.toBeSigned, signed.signature),
      of(ca.publicKey, certificate.toBeSigned, certificate.signature),
      of(ca.publicKey, ca.toBeSigned, ca.signature),
      of(ca.publicKey, ca.toBeSigned, ca.signature),
    ];
  });
  return (i) => {
    for (const { key, message, signature } of work[i]!)
      if (!verify("sha256", message, { key, dsaEncoding: "ieee-p1363" }, signature))
        throw new Error("a wrong signature");
  };
}

function keyOf(point: Uint8Array) {
  const part = (from: number) => Buffer.from(point.subarray(from, from + 32)).toString("base64url");
  return createPublicKey({ key: { kty: "EC", crv: "P-256", x: part(1), y: part(33) }, format: "jwk" });
}

function inflated(files: readonly Uint8Array[]): (i: number) => void {
  const streams = files.map((file) =>
    partsOf(file).bodies.flatMap((body) => {
      const at = body.indexOf("\nstream\n");
      const isPacked = at > 0 && body.subarray(0, at).includes("/FlateDecode");
      return isPacked ? [body.subarray(at + "\nstream\n".length, body.lastIndexOf("\nendstream"))] : [];
    }),
  );
  return (i) => {
    for (const stream of streams[i]!) inflateSync(stream);
  };
}

/** The two sides take turns and the median turn counts, so that a busy machine disturbs both alike. */
async function compare(
  bench: string,
  input: string,
  mostMilliseconds: number,
  ours: (i: number) => unknown,
  raw: (i: number) => void,
): Promise<BenchRow> {
  const memory = new PeakRss();
  const turns = { ours: [] as number[], raw: [] as number[] };
  for (let pass = 0; pass < PASSES; pass++)
    for (let i = 0; i < FILES; i++) {
      const start = performance.now();
      raw(i);
      const between = performance.now();
      const result = ours(i);
      if (result instanceof Promise) await result;
      const end = performance.now();
      if (pass < WARM_UP_PASSES) continue;
      turns.raw.push(between - start);
      turns.ours.push(end - between);
      memory.look();
    }
  const milliseconds = median(turns.ours);
  const [perSecond, baselinePerSecond] = [1000 / milliseconds, 1000 / median(turns.raw)];
  return {
    ...{ bench, n: turns.ours.length, perSecond, baselinePerSecond, ratio: perSecond / baselinePerSecond, input },
    peakRssMb: memory.megabytes,
    figures: { "milliseconds a file": [milliseconds, mostMilliseconds] },
  };
}

function median(times: number[]): number {
  return times.sort((a, b) => a - b)[times.length >> 1]!;
}
