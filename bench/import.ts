// SPDX-License-Identifier: Apache-2.0
import { fork } from "node:child_process";
import { fileURLToPath } from "node:url";
import type { BenchOptions, BenchRow } from "./main.js";

const ROWS = 100_000;

/** What the measuring process reports. */
export interface ImportFigures {
  readonly rows: number;
  readonly importMs: number;
  readonly baselineMs: number;
  readonly peakRssMb: number;
}

/**
 * Importing a CSV file into the store: parsed, validated, both halves signed, durable. In a process of its own, so that its
 * memory is its own; without pick-up links, and with one for each row, as `tally import` makes them. Beside it the least that the same rows cost: node:crypto signatures and SQLite inserts of equal bytes; with MongoDB (a replica set of one, majority and journal) bulk inserts of equal bytes alone.
 */
export async function run({ store }: BenchOptions): Promise<BenchRow[]> {
  const rows = store === "sqlite" ? ROWS : ROWS / 5;
  return [
    rowOf("import", store, await measured(rows, "no-links", store)),
    rowOf("import-with-links", store, await measured(rows, "links", store)),
  ];
}

function rowOf(bench: string, store: string, { rows, importMs, baselineMs, peakRssMb }: ImportFigures): BenchRow {
  const perSecond = (rows / importMs) * 1000;
  const baselinePerSecond = (rows / baselineMs) * 1000;
  return {
    bench,
    n: rows,
    perSecond,
    baselinePerSecond,
    ratio: perSecond / baselinePerSecond,
    peakRssMb,
    input: store,
  };
}

function measured(rows: number, links: "links" | "no-links", store: string): Promise<ImportFigures> {
  const child = fork(fileURLToPath(new URL("./import-process.ts", import.meta.url)), [...[String(rows), links, store]]);
  return new Promise((resolve, reject) => {
    child.once("message", (figures) => resolve(figures as ImportFigures));
    child.once("error", reject);
    child.once("exit", (code) => reject(new Error(`the measuring process ended with ${code} before it reported`)));
  });
}
