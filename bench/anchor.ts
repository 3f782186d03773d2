// SPDX-License-Identifier: Apache-2.0
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { nodeCrypto } from "../src/adapters/node-crypto/index.js";
import { openDatabase } from "../src/adapters/sqlite/database.js";
import { sqliteMirrorStore } from "../src/adapters/sqlite/mirror-store.js";
import { toHex } from "../src/core/hex.js";
import { buildTree } from "../src/core/merkle.js";
import { splitLeaves } from "../src/domain/anchoring/index.js";
import { issue, leafOf } from "../test/adapters/issued.js";
import { openScene } from "../test/domain/anchoring/scene.js";
import type { BenchRow } from "./main.js";
import { PeakRss } from "./peak-rss.js";

const CERTIFICATES = 100_000;
const BATCH = 10_000;

/**
 * Draining an outbox into anchored batches, and keeping others' batches in the mirror: SQLite on disk, a chain that answers
 * at once. Beside each what no implementation can do without: the hashes of the batches' trees.
 */
export async function run(_options: { json: boolean }): Promise<BenchRow[]> {
  const directory = mkdtempSync(join(tmpdir(), "tally-bench-"));
  try {
    return [await drain(join(directory, "region.db")), await mirror(join(directory, "mirror.db"))];
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
      const root = toHex(buildTree(nodeCrypto, splitLeaves(leaves)).root);
      await store.seeBatch({ region: "310000", root, size: BATCH, block: n, anchoredAt: n });
      const [missing] = await store.missingBatches(0, 1);
      await store.keepLeaves(missing!.id, leaves);
    });
    rss.look();
  }
  database.close();
  return row("mirror", ms, await rawTrees(), rss);
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

function row(bench: string, ms: number, rawMs: number, rss: PeakRss): BenchRow {
  const perSecond = (CERTIFICATES / ms) * 1_000;
  const baselinePerSecond = (CERTIFICATES / rawMs) * 1_000;
  return { bench, n: CERTIFICATES, perSecond, baselinePerSecond, ratio: rawMs / ms, peakRssMb: rss.megabytes };
}
