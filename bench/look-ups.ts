// SPDX-License-Identifier: Apache-2.0
import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { nodeCrypto } from "../src/adapters/node-crypto/index.js";
import { createBatchPaths, createEvidenceSource } from "../src/domain/anchoring/index.js";
import { readConfig } from "../src/main/config.js";
import { dataDirectory } from "../src/main/data-directory.js";
import { openStores, type Stores } from "../src/main/stores.js";
import { type Filled, fill, filledIn, type Sampled } from "./filling.js";
import { REGION } from "./licences.js";
import type { BenchOptions, BenchRow } from "./main.js";
import { PeakRss } from "./peak-rss.js";

const SMALL = 10_000;
const LARGE = 1_000_000;
const ROUNDS = 10;
const EACH = 200;
const PAGE = 50;
/** How much longer the slowest in a hundred may take where there are a hundred times as many. */
const GROWTH = 2;

type LookUp = (stores: Stores, sampled: Sampled) => Promise<unknown>;

const LOOK_UPS: Readonly<Record<string, LookUp>> = {
  certificate: ({ certificates }, { identifier }) => certificates.findCertificate(identifier),
  proof: (stores, { identifier }) => evidenceOf(stores).proofOf(identifier),
  "audit log of one": ({ audit }, { identifier }) =>
    audit.list({ order: "newest-first", limit: PAGE, object: identifier }),
  "search identifier": ({ certificates }, { identifier }) => certificates.search({ identifier }, { limit: PAGE }),
  "search number": ({ certificates }, { agency, number }) => certificates.search({ agency, number }, { limit: PAGE }),
  "search holder": ({ certificates }, { holderCode }) => certificates.search({ holderCode }, { limit: PAGE }),
  "search agency": ({ certificates }, { agency, issueDate }) =>
    certificates.search({ agency, issuedTo: issueDate }, { limit: PAGE }),
  // Two, since in the small store an agency has no more of them.
  "search state": ({ certificates }, { agency }) =>
    certificates.search({ agency, state: "revoked-penalty" }, { limit: 2 }),
};

/**
 * Look-ups and searches in a store of 1,000,000 certificates, beside the same in one of 10,000: they take turns, one at a time, and the
 * slowest in a hundred may take twice as long. `--data DIRECTORY` keeps what was filled and finds it again, `--certificates N` asks for
 * another size.
 */
export async function run({ store, certificates = LARGE, data }: BenchOptions): Promise<BenchRow[]> {
  const directory = data ?? mkdtempSync(join(tmpdir(), "tally-bench-"));
  const opened: Stocked[] = [];
  try {
    for (const count of [SMALL, certificates]) opened.push(await stocked(join(directory, store), store, count));
    const [small, large] = opened as [Stocked, Stocked];
    const rows: BenchRow[] = [];
    for (const [name, lookUp] of Object.entries(LOOK_UPS)) rows.push(await compare(name, lookUp, small, large, store));
    return rows;
  } finally {
    for (const { stores } of opened) await stores.close();
    if (data === undefined) rmSync(directory, { recursive: true, force: true, maxRetries: 20, retryDelay: 200 });
  }
}

interface Stocked {
  readonly stores: Stores;
  readonly filled: Filled;
}

async function stocked(parent: string, store: BenchOptions["store"], certificates: number): Promise<Stocked> {
  const directory = join(parent, String(certificates));
  mkdirSync(directory, { recursive: true });
  const say = (line: string): void => console.error(line);
  const config = readConfig({ dataDirectory: directory, store, region: REGION }, {});
  const stores = await openStores({ config, directory: dataDirectory(directory), say });
  const filled = filledIn(directory) ?? (await fill(stores, { directory, certificates, say }));
  return { stores, filled };
}

async function compare(name: string, lookUp: LookUp, small: Stocked, large: Stocked, store: string): Promise<BenchRow> {
  const rss = new PeakRss();
  const times = { small: [] as number[], large: [] as number[] };
  // The first round warms up.
  for (let round = 0; round <= ROUNDS; round++) {
    const few = await timesOf(lookUp, small, round);
    const many = await timesOf(lookUp, large, round);
    rss.look();
    if (round === 0) continue;
    times.small.push(...few);
    times.large.push(...many);
  }
  const [perSecond, baselinePerSecond] = [rateOf(times.large), rateOf(times.small)];
  const [p99, smallP99] = [percentile(times.large, 0.99), percentile(times.small, 0.99)];
  return {
    bench: "look-up",
    n: large.filled.certificates,
    perSecond,
    baselinePerSecond,
    ratio: perSecond / baselinePerSecond,
    peakRssMb: rss.megabytes,
    input: `${store}, ${name}; the baseline is the same among ${small.filled.certificates}`,
    figures: { p99Ms: [p99, GROWTH * smallP99] },
  };
}

/** Milliseconds of each, spread over all that was sampled. */
async function timesOf(lookUp: LookUp, { stores, filled: { sample } }: Stocked, round: number): Promise<number[]> {
  const times: number[] = [];
  for (let i = 0; i < EACH; i++) {
    const sampled = sample[(i * 7 * ROUNDS + round * 131) % sample.length]!;
    const start = performance.now();
    const found = await lookUp(stores, sampled);
    times.push(performance.now() - start);
    if (!isThere(found)) throw new Error(`nothing was found for ${JSON.stringify(sampled)}`);
  }
  return times;
}

function isThere(found: unknown): boolean {
  if (Array.isArray(found)) return found.length > 0;
  const { rows } = (found ?? { rows: [] }) as { rows?: readonly unknown[] };
  return rows === undefined || rows.length > 0;
}

function evidenceOf({ anchoring: store }: Stores) {
  return createEvidenceSource({
    store,
    paths: createBatchPaths(nodeCrypto),
    chainId: 31_337,
    registry: "0x5FbDB2315678afecb367f032d93F642f64180aa3",
  });
}

function rateOf(times: readonly number[]): number {
  return (times.length / times.reduce((sum, ms) => sum + ms, 0)) * 1000;
}

function percentile(times: readonly number[], share: number): number {
  return times.toSorted((a, b) => a - b)[Math.min(times.length - 1, Math.floor(times.length * share))]!;
}
