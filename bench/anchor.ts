// SPDX-License-Identifier: Apache-2.0
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { nodeCrypto } from "../src/adapters/node-crypto/index.js";
import { toHex } from "../src/core/hex.js";
import { buildTree } from "../src/core/merkle.js";
import {
  createBatchPaths,
  digestTiles,
  hashAt,
  LEAF_LENGTH,
  splitLeaves,
  TILE_SIZE,
  tileOf,
} from "../src/domain/anchoring/index.js";
import { type MirrorStore, mirrorProofs } from "../src/domain/sharing/index.js";
import { readConfig } from "../src/main/config.js";
import { dataDirectory } from "../src/main/data-directory.js";
import { openStores, type Stores } from "../src/main/stores.js";
import { issue, leafOf, REGION } from "../test/adapters/issued.js";
import { sceneOver } from "../test/domain/anchoring/scene.js";
import type { BenchOptions, BenchRow } from "./main.js";
import { PeakRss } from "./peak-rss.js";

const CERTIFICATES = 100_000;
const BATCH = 10_000;
const LARGEST_BATCH = 2 ** 20;
const PROOFS = 1_000;

/**
 * Draining an outbox into anchored batches, keeping others' batches in the mirror, and proving leaves of the largest batch of
 * which nothing is in memory: a store on disk, a chain that answers at once. Beside each what no implementation can do without:
 * the hashes of the batches' trees, of a proof those of a tile and of the tile roots.
 */
export async function run({ store }: BenchOptions): Promise<BenchRow[]> {
  const directory = mkdtempSync(join(tmpdir(), "tally-bench-"));
  try {
    const config = readConfig({ dataDirectory: directory, store, region: REGION }, {});
    const stores = await openStores({ config, directory: dataDirectory(directory), say: () => {} });
    const rows = [await drain(stores), await mirror(stores), await proofs(stores)];
    await stores.close();
    return rows.map((row) => ({ ...row, input: row.input === undefined ? store : `${store}, ${row.input}` }));
  } finally {
    rmSync(directory, { recursive: true, force: true, maxRetries: 20, retryDelay: 200 });
  }
}

async function drain({ anchoring, certificates, audit }: Stores): Promise<BenchRow> {
  const rss = new PeakRss();
  const scene = sceneOver({ store: anchoring, certificates, audit, close: () => {} });
  for (let first = 0; first < CERTIFICATES; first += 500) await issue(scene.certificates, 500, { first });
  const { worker } = scene.startWorker({ batchSize: BATCH });
  const ms = await timed(async () => {
    while ((await worker.runOnce()).more) rss.look();
  });
  const { anchoredBatches } = await scene.store.counts();
  if (anchoredBatches !== CERTIFICATES / BATCH) throw new Error(`only ${anchoredBatches} batches were anchored`);
  return row("anchor", ms, await rawTrees(), rss);
}

async function mirror({ mirror: store }: Stores): Promise<BenchRow> {
  const rss = new PeakRss();
  let ms = 0;
  for (let n = 0; n < CERTIFICATES / BATCH; n++) {
    const leaves = nodeCrypto.randomBytes(32 * BATCH);
    ms += await timed(async () => {
      await keep(store, leaves, n);
    });
    rss.look();
  }
  return row("mirror", ms, await rawTrees(), rss);
}

async function keep(store: MirrorStore, leaves: Uint8Array, block: number): Promise<void> {
  const { root, tileRoots } = await digestTiles(nodeCrypto, leaves);
  const size = leaves.length / LEAF_LENGTH;
  await store.seeBatch({ region: "310000", root: toHex(root), size, block, anchoredAt: block });
  const [missing] = await store.missingBatches(0, 1);
  await store.keepLeaves(missing!.id, { leaves, tileRoots });
}

async function proofs({ mirror: store }: Stores): Promise<BenchRow> {
  const rss = new PeakRss();
  const leaves = nodeCrypto.randomBytes(LEAF_LENGTH * LARGEST_BATCH);
  await keep(store, leaves, 0);
  const source = mirrorProofs({ store, paths: createBatchPaths(nodeCrypto) });
  // Another tile each time.
  const asked = Array.from({ length: PROOFS }, (_, n) => hashAt(leaves, (n * TILE_SIZE + n) % LARGEST_BATCH));
  const ms = await timed(async () => {
    for (const leaf of asked) if (!(await source.findProof(leaf))) throw new Error("a leaf is not proven");
    rss.look();
  });
  const tile = splitLeaves(tileOf(leaves, 0));
  const rawMs = await timed(async () => {
    for (let n = 0; n < PROOFS; n++) for (const _half of ["leaves", "tile roots"]) buildTree(nodeCrypto, tile);
  });
  return { ...row("proof", ms, rawMs, rss, PROOFS), input: `batch of ${LARGEST_BATCH}, no tile in memory` };
}

/** Milliseconds for the trees alone. */
async function rawTrees(): Promise<number> {
  const leaves = Array.from({ length: BATCH }, (_, n) => leafOf(n));
  return timed(async () => {
    for (let n = 0; n < CERTIFICATES / BATCH; n++) buildTree(nodeCrypto, leaves);
  });
}

async function timed(work: () => Promise<unknown>): Promise<number> {
  const start = performance.now();
  await work();
  return performance.now() - start;
}

function row(bench: string, ms: number, rawMs: number, rss: PeakRss, n = CERTIFICATES): BenchRow {
  const perSecond = (n / ms) * 1_000;
  const baselinePerSecond = (n / rawMs) * 1_000;
  return { bench, n, perSecond, baselinePerSecond, ratio: rawMs / ms, peakRssMb: rss.megabytes };
}
