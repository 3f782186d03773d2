// SPDX-License-Identifier: Apache-2.0
import { gzipSync } from "node:zlib";
import { nodeCrypto } from "../src/adapters/node-crypto/index.js";
import type { Crypto } from "../src/core/crypto.js";
import { toHex } from "../src/core/hex.js";
import { encodeMultikey, keyDigest } from "../src/core/multikey.js";
import { portableCrypto } from "../src/core/portable-crypto.js";
import { encodeStatusBits, LIST_BITS, LIST_BYTES } from "../src/verify/bundle/status-bits.js";
import type { BundleHead, BundleState } from "../src/verify/bundle/trust-bundle.js";
import { unsignedBundle } from "../src/verify/bundle/write-bundle.js";
import { bundleRegistry, readTrustBundle } from "../src/verify/index.js";
import type { BenchRow } from "./main.js";
import { PeakRss } from "./peak-rss.js";

const REGION = "340000";
const CERTIFICATES = 1_000_000;
const BATCHES = 1_000;
const REVOKED = 0.01;
const ROUNDS = 20;

/** Signing and reading the bundle of a region with a million certificates; the baseline is JSON.stringify and JSON.parse of it. */
export async function run(): Promise<readonly BenchRow[]> {
  const peak = new PeakRss();
  const seed = nodeCrypto.randomBytes(32);
  const multikey = encodeMultikey(nodeCrypto.publicKey(seed));
  const state = region(multikey.bytes);
  const head: BundleHead = {
    chainId: 20_260,
    registry: `0x${"ab".repeat(20)}`,
    genesis: `0x${"01".repeat(32)}`,
    block: { number: 5_000, hash: `0x${"02".repeat(32)}`, time: 1_772_409_600 },
    region: REGION,
    sequence: 1,
    issuedAt: "2026-03-02T00:00:00Z",
  };
  const write = (): Uint8Array => {
    const unsigned = unsignedBundle(nodeCrypto, head, { state, revocationLists: [] }, multikey);
    return unsigned.signed(nodeCrypto.sign(seed, unsigned.toSign));
  };
  const bytes = write();
  const text = new TextDecoder().decode(bytes);
  const parsed = JSON.parse(text);
  const options = { trust: head, pinned: [multikey] };
  const now = new Date(head.issuedAt);
  const read = (crypto: Crypto = nodeCrypto) =>
    bundleRegistry(readTrustBundle(bytes, { ...options, crypto }), { now, maxAge: 1 }).snapshot();
  const input =
    `${CERTIFICATES} certificates in ${BATCHES} batches, ${100 * REVOKED}% revoked, ${Math.ceil(CERTIFICATES / LIST_BITS)} lists: ` +
    `${bytes.length} bytes, ${gzipSync(bytes).length} compressed`;
  const row = (bench: string, perSecond: number, baselinePerSecond: number): BenchRow => ({
    bench,
    n: ROUNDS,
    perSecond,
    baselinePerSecond,
    ratio: perSecond / baselinePerSecond,
    peakRssMb: peak.megabytes,
    input,
  });
  const parse = await rate(() => JSON.parse(text));
  return [
    row("trust-bundle write", await rate(write), await rate(() => JSON.stringify(parsed))),
    row("trust-bundle read", await rate(() => read()), parse),
    row("trust-bundle browser", await rate(() => read(portableCrypto)), parse),
  ];
}

function region(bundleKey: Uint8Array): BundleState {
  const lists = Array.from({ length: Math.ceil(CERTIFICATES / LIST_BITS) }, (_, list) => {
    const bits = new Uint8Array(LIST_BYTES);
    for (let i = 0; i < LIST_BITS * REVOKED; i++) {
      const position = Math.floor(Math.random() * LIST_BITS);
      bits[position >> 3]! |= 128 >> (position & 7);
    }
    return { list, revoked: encodeStatusBits(bits), suspended: new Uint8Array() };
  });
  const open = { from: 1_767_225_600, until: null };
  return {
    agencies: Array.from({ length: 100 }, (_, i) => {
      const agency = `1134000000${String(i).padStart(8, "0")}`;
      const authorisations = Array.from({ length: 10 }, (_, type) => ({
        typeCode: `${agency}${String(type).padStart(3, "0")}`,
        intervals: [open],
      }));
      const did = `did:web:tally.example:agencies:${agency}`;
      return {
        agency,
        region: REGION,
        did,
        activeFrom: open.from,
        removedAt: null,
        suspensions: [],
        authorisations,
        sealDelegations: [],
      };
    }),
    keys: [bundleKey, ...Array.from({ length: 200 }, () => encodeMultikey(nodeCrypto.randomBytes(32)).bytes)].map(
      (multikey, i) => ({
        multikey,
        keyDigest: toHex(keyDigest(nodeCrypto, multikey)),
        agency: i === 0 ? null : `1134000000${String(i % 100).padStart(8, "0")}`,
        region: REGION,
        purpose: i === 0 ? "bundle" : "certificate",
        interval: open,
        compromises: [],
      }),
    ),
    regions: [
      {
        region: REGION,
        addedAt: open.from,
        suspensions: [],
        anchors: Array.from({ length: BATCHES }, (_, i) => ({
          root: toHex(nodeCrypto.randomBytes(32)),
          size: CERTIFICATES / BATCHES,
          anchoredAt: open.from + 60 * (i + 1),
          disowned: null,
        })),
        statusLists: lists,
      },
    ],
    types: [],
  };
}

async function rate(act: () => unknown): Promise<number> {
  for (let i = 0; i < 5; i++) await act();
  const begun = performance.now();
  for (let i = 0; i < ROUNDS; i++) await act();
  return (1_000 * ROUNDS) / (performance.now() - begun);
}
