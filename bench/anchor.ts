// SPDX-License-Identifier: Apache-2.0
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { nodeCrypto } from "../src/adapters/node-crypto/index.js";
import { openDatabase } from "../src/adapters/sqlite/database.js";
import { sqliteMirrorStore } from "../src/adapters/sqlite/mirror-store.js";
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
import { issue, leafOf } from "../test/adapters/issued.js";
import { openScene } from "../test/domain/anchoring/scene.js";
import type { BenchRow } from "./main.js";
import { PeakRss } from "./peak-rss.js";

const CERTIFICATES = 100_000;
const BATCH = 10_000;
const LARGEST_BATCH = 2 ** 20;
const PROOFS = 1_000;

/**
 * Draining an outbox into anchored batches, keeping others' batches in the mirror, and proving leaves of the largest batch of
 * which nothing is in memory: SQLite on disk, a chain that answers at once. Beside each what no implementation can do without:
 * the hashes of the batches' trees, of a proof those of a tile and of the tile roots.
 */
export async function run(_options: { json: boolean }): Promise<BenchRow[]> {
  const directory = mkdtempSync(join(tmpdir(), "tally-bench-"));
  try {
    return [
      await drain(join(directory, "region.db")),
      await mirror(join(directory, "mirror.db")),
      await proofs(join(directory, "proofs.db")),
    ];
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

async function drain(path: string): Promise<BenchRow> {
  const rss = new PeakRss();
  const scene = openScene(path);
  for (let first = 0; first < CERTIFICATES; first += 500) await issue(scene.certificates, 500, { first });
  const { worker } = scene.startWorker({ batchSize: BATCH });
  const ms = await timed(async () => {
    while ((await worker.runOnce()).more) rss.look();
  });
  const { anchoredBatches } = await scene.store.counts();
  scene.close();
  if (anchoredBatches !== CERTIFICATES / BATCH) throw new Error(`only ${anchoredBatches} batches were anchored`);
  return row("anchor", ms, await rawTrees(), rss);
}

async function mirror(path: string): Promise<BenchRow> {
  const rss = new PeakRss();
  const database = openDatabase(path);
  const store = sqliteMirrorStore(database);
  let ms = 0;
  for (let n = 0; n < CERTIFICATES / BATCH; n++) {
    const leaves = nodeCrypto.randomBytes(32 * BATCH);
    ms += await timed(async () => {
      await keep(store, leaves, n);
    });
    rss.look();
  }
  database.close();
  return row("mirror", ms, await rawTrees(), rss);
}

async function keep(store: MirrorStore, leaves: Uint8Array, block: number): Promise<void> {
  const { root, tileRoots } = await digestTiles(nodeCrypto, leaves);
  const size = leaves.length / LEAF_LENGTH;
  await store.seeBatch({ region: "310000", root: toHex(root), size, block, anchoredAt: block });
  const [missing] = await store.missingBatches(0, 1);
  await store.keepLeaves(missing!.id, { leaves, tileRoots });
}

async function proofs(path: string): Promise<BenchRow> {
  const rss = new PeakRss();
  const database = openDatabase(path);
  const store = sqliteMirrorStore(database);
  const leaves = nodeCrypto.randomBytes(LEAF_LENGTH * LARGEST_BATCH);
  await keep(store, leaves, 0);
  const source = mirrorProofs({ store, paths: createBatchPaths(nodeCrypto) });
  // Another tile each time.
  const asked = Array.from({ length: PROOFS }, (_, n) => hashAt(leaves, (n * TILE_SIZE + n) % LARGEST_BATCH));
  const ms = await timed(async () => {
    for (const leaf of asked) if (!(await source.findProof(leaf))) throw new Error("a leaf is not proven");
    rss.look();
  });
  database.close();
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
