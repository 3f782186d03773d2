// SPDX-License-Identifier: Apache-2.0
import { gzipSync } from "node:zlib";
import { ethersAnchorChain } from "../src/adapters/ethereum/anchor-chain.js";
import { ethersRegistry } from "../src/adapters/ethereum/registry-access.js";
import { ethersStatusWords } from "../src/adapters/ethereum/status-words.js";
import { nodeCrypto } from "../src/adapters/node-crypto/index.js";
import { STATUS_LIST_LENGTH } from "../src/core/certificate-reader.js";
import { encodeMultikey } from "../src/core/multikey.js";
import type { StatusMasks } from "../src/domain/anchoring/index.js";
import { createStatusLists, type ListWords, type StatusPurpose } from "../src/domain/sharing/index.js";
import {
  type LocalRegistry,
  REGION,
  settleRegion,
  startLocalRegistry,
} from "../test/adapters/ethereum/local-registry.js";
import { memoryFloor } from "../test/domain/sharing/memory-floor.js";
import type { BenchRow } from "./main.js";
import { PeakRss } from "./peak-rss.js";

const CERTIFICATES = 1_000_000;
const LISTS = Math.ceil(CERTIFICATES / STATUS_LIST_LENGTH);
const WORDS = STATUS_LIST_LENGTH / 256;
const PURPOSES: readonly StatusPurpose[] = ["revocation", "suspension"];
const PASSES = 7;
const WARM_UP_PASSES = 2;
/** As many words as one transaction takes. */
const WORDS_A_TRANSACTION = 256;
const VALIDITY_SECONDS = 3_600;

/**
 * All status lists of a region of a million certificates, from nothing to signed bytes, through a node of the embedded chain on the
 * same machine. The baseline is what no publisher can do without: compressing the very bits and signing once a list.
 */
export async function run(_options: { readonly json: boolean }): Promise<BenchRow[]> {
  const local = await startLocalRegistry();
  try {
    await settleRegion(local);
    await writeStatus(local);
    return [await measured(local)];
  } finally {
    await local.close();
  }
}

/** Two in a hundred revoked, one in a thousand suspended, anywhere: random bits compress worst. */
async function writeStatus(local: LocalRegistry): Promise<void> {
  const chain = ethersAnchorChain({
    urls: [local.chain.url],
    chainId: local.chain.chainId,
    registry: local.deployment.registry,
    region: REGION,
    privateKey: local.accounts.operator.privateKey,
  });
  for (let list = 0; list < LISTS; list++)
    for (let from = 0; from < WORDS; from += WORDS_A_TRANSACTION) {
      const words = Array.from({ length: WORDS_A_TRANSACTION }, (_, i) => wordOf(list, from + i));
      await chain.submitStatus(words);
    }
}

function wordOf(list: number, word: number): StatusMasks {
  return { list, word, revoke: randomBits(5), suspend: word % 4 === 0 ? randomBits(1) : 0n, release: 0n };
}

function randomBits(count: number): bigint {
  return Array.from({ length: count }, () => 1n << BigInt(Math.floor(Math.random() * 256))).reduce((a, b) => a | b, 0n);
}

async function measured(local: LocalRegistry): Promise<BenchRow> {
  const seed = nodeCrypto.randomBytes(32);
  const { text: multikey } = encodeMultikey(nodeCrypto.publicKey(seed));
  const sign = (message: Uint8Array) => nodeCrypto.sign(seed, message);
  const common = { urls: [local.chain.url], chainId: local.chain.chainId, timeoutMs: 30_000 };
  const { registry: address } = local.deployment;
  const registry = ethersRegistry({ ...common, registry: address });
  const words = ethersStatusWords({ ...common, address, registry, floor: memoryFloor() });
  const clock = { ms: Date.now() };
  const lists = createStatusLists({
    region: REGION,
    regionDid: "did:web:tally.example",
    urlOf: (region, purpose, list) => `https://tally.example/v1/status/${region}/${purpose}/${list}`,
    words,
    ownLists: async () => LISTS,
    isRegion: async () => true,
    signer: async () => ({ keyDigest: "", multikey, sign }),
    gzip: (bytes) => gzipSync(bytes),
    crypto: nodeCrypto,
    now: () => clock.ms,
    settings: { validitySeconds: VALIDITY_SECONDS, freshMs: 0, maxHeadAgeSeconds: null },
  });
  const all = Array.from({ length: LISTS }, (_, list) => list);
  const bits: ListWords[] = [];
  for (const list of all) bits.push(await words.readList(REGION, list));

  const memory = new PeakRss();
  const times = { ours: [] as number[], raw: [] as number[] };
  let bytes = 0;
  for (let pass = 0; pass < PASSES; pass++) {
    // Past half of their validity all are made anew.
    clock.ms += VALIDITY_SECONDS * 1_000;
    const start = performance.now();
    const made = await Promise.all(all.flatMap((list) => PURPOSES.map((purpose) => lists.find(REGION, purpose, list))));
    const between = performance.now();
    for (const list of bits) for (const purpose of PURPOSES) sign(gzipSync(list[purpose]));
    const end = performance.now();
    bytes = made.reduce((sum, one) => sum + one!.bytes.length, 0);
    memory.look();
    if (pass < WARM_UP_PASSES) continue;
    times.ours.push(between - start);
    times.raw.push(end - between);
  }
  const n = LISTS * PURPOSES.length;
  const [ours, raw] = [median(times.ours), median(times.raw)];
  return {
    bench: "status-list",
    n,
    perSecond: (n * 1000) / ours,
    baselinePerSecond: (n * 1000) / raw,
    ratio: raw / ours,
    peakRssMb: memory.megabytes,
    input: `${CERTIFICATES.toLocaleString("en")} certificates: ${LISTS} lists × 2 purposes read from the embedded chain and signed in ${Math.round(ours)} ms, ${Math.round(bytes / 1024)} KiB`,
  };
}

function median(times: number[]): number {
  return times.sort((a, b) => a - b)[times.length >> 1]!;
}
