// SPDX-License-Identifier: Apache-2.0
import { createPublicKey, type KeyObject, verify } from "node:crypto";
import { nodeCrypto } from "../src/adapters/node-crypto/index.js";
import { fromBase58 } from "../src/core/base58.js";
import { canonicalBytes } from "../src/core/canonical-json.js";
import type { Crypto } from "../src/core/crypto.js";
import { certificateSigningInput } from "../src/core/data-integrity.js";
import { readToken } from "../src/core/token.js";
import { type RegistryAccess, type Report, verifyCertificate } from "../src/verify/index.js";
import { type Issued, leafProof, makeWorld, type World } from "../test/verify/fixture.js";
import type { BenchRow } from "./main.js";
import { PeakRss } from "./peak-rss.js";

const DOCUMENTS = 1_000;
const PASSES = 12;
/** A service verifies all day; the compiler is done with it after some thousand documents. */
const WARM_UP_PASSES = 6;
const STEP = 20;

/**
 * Whole verification against node:crypto alone, on the very signatures that the documents carry. A document carries two, its
 * certificate's and its token's, and both are verified, so its baseline is two raw verifications; a code carries one.
 * `verify-one-thread` verifies both on the calling thread; `verify` as the library does with node:crypto, both at the same time, of
 * which a second core is the condition. The registry is a snapshot in memory; reading, canonical forms, digests, proof and all checks are inside the figure.
 */
export async function run(_options: { readonly json: boolean }): Promise<BenchRow[]> {
  const world = makeWorld();
  const { issued } = world.anchor(Array.from({ length: DOCUMENTS }, () => world.issue()));
  world.registry.advance(60);
  const snapshot = await world.registry.snapshot();
  const registry = { snapshot: async () => snapshot };
  const { verifyLater: _, ...oneThread } = nodeCrypto;
  return [
    await documents("verify", world, registry, issued, nodeCrypto),
    await documents("verify-one-thread", world, registry, issued, oneThread),
    await codes(world, registry, issued),
  ];
}

function documents(
  bench: string,
  world: World,
  registry: RegistryAccess,
  issued: readonly Issued[],
  crypto: Crypto,
): Promise<BenchRow> {
  const inputs = issued.map((one) => canonicalBytes(world.documentOf(one)));
  const signatures = issued.map((one) => [...certificateSignature(one), ...tokenSignature(one)]);
  const options = { trust: world.trust, registry, now: world.now(), crypto };
  return compare(bench, world, signatures, (i) => verifyCertificate({ bytes: inputs[i]! }, options));
}

function codes(world: World, registry: RegistryAccess, issued: readonly Issued[]): Promise<BenchRow> {
  const inputs = issued.map((one) => world.codeOf(one));
  const proofs = new Map(issued.map((one) => [Buffer.from(one.leaf).toString("latin1"), leafProof(one)]));
  const mirror = { findProof: async (leaf: Uint8Array) => proofs.get(Buffer.from(leaf).toString("latin1")) ?? null };
  const options = { trust: world.trust, registry, mirror, now: world.now(), crypto: nodeCrypto };
  return compare("verify-code", world, issued.map(tokenSignature), (i) =>
    verifyCertificate({ text: inputs[i]! }, options),
  );
}

interface Signature {
  readonly message: Uint8Array;
  readonly signature: Uint8Array;
}

/** The two sides take turns every few documents and the median turn counts, so that a busy machine disturbs both alike. */
async function compare(
  bench: string,
  world: World,
  signatures: readonly (readonly Signature[])[],
  verifyOne: (i: number) => Promise<Report>,
): Promise<BenchRow> {
  const key = publicKeyOf(world);
  const memory = new PeakRss();
  const raw = (i: number) => {
    for (const { message, signature } of signatures[i]!) require(verify(null, message, key, signature));
  };
  const ours = async (i: number) => require((await verifyOne(i)).verdict === "valid");
  const turns = { ours: [] as number[], raw: [] as number[] };
  for (let pass = 0; pass < PASSES; pass++)
    for (let from = 0; from < DOCUMENTS; from += STEP) {
      const start = performance.now();
      for (let i = from; i < from + STEP; i++) raw(i);
      const between = performance.now();
      for (let i = from; i < from + STEP; i++) await ours(i);
      const end = performance.now();
      if (pass < WARM_UP_PASSES) continue;
      turns.raw.push(between - start);
      turns.ours.push(end - between);
      memory.look();
    }
  const n = (PASSES - WARM_UP_PASSES) * DOCUMENTS;
  const [perSecond, baselinePerSecond] = [rateOf(turns.ours), rateOf(turns.raw)];
  return { bench, n, perSecond, baselinePerSecond, ratio: perSecond / baselinePerSecond, peakRssMb: memory.megabytes };
}

/** Documents a second in the median turn. */
function rateOf(milliseconds: number[]): number {
  return (STEP * 1000) / milliseconds.sort((a, b) => a - b)[milliseconds.length >> 1]!;
}

function require(holds: boolean): void {
  if (!holds) throw new Error("a document of the benchmark did not verify");
}

function certificateSignature({ certificate }: Issued): readonly Signature[] {
  const { proof, ...unsigned } = certificate;
  return [
    {
      message: certificateSigningInput(nodeCrypto, unsigned, proof),
      signature: fromBase58(proof.proofValue.slice(1))!,
    },
  ];
}

function tokenSignature({ token }: Issued): readonly Signature[] {
  const { toBeSigned, signature } = readToken(token);
  return [{ message: toBeSigned, signature }];
}

function publicKeyOf({ agency, crypto }: World): KeyObject {
  const jwk = { kty: "OKP", crv: "Ed25519", x: Buffer.from(crypto.publicKey(agency.key.seed)).toString("base64url") };
  return createPublicKey({ key: jwk, format: "jwk" });
}
