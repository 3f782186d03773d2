// SPDX-License-Identifier: Apache-2.0
import { execFileSync, spawnSync } from "node:child_process";
import { once } from "node:events";
import { Worker } from "node:worker_threads";
import type { BenchRow } from "./main.js";
import { type Bundle, bundlePrograms } from "./programs/bundle.js";

const STARTS = 7;
const MOST_SECONDS = 1.5;
const IN_ONE_THREAD = 1_000;
const TURNS = 5;
const ROUNDS = 21;
const IN_A_ROUND = 1_000;
const MOST_HEAP_GROWTH_MB = 2;
const MOST_RSS_GROWTH_MB = 20;

/** What rendering costs a process: until its first PDF, with two threads beside each other, and in memory when it goes on for long. */
export async function run(_options: { readonly json: boolean }): Promise<BenchRow[]> {
  const bundle = await bundlePrograms("first-pdf", "render-thread", "render-many");
  try {
    return [first(bundle), await twoThreads(bundle), longRun(bundle)];
  } finally {
    bundle.remove();
  }
}

/** From the start of a process to the end of one that made a sealed licence; the baseline is a process that does nothing. */
function first(bundle: Bundle): BenchRow {
  const peakRssMb = Number(execFileSync(process.execPath, [bundle.path("first-pdf")], { encoding: "utf8" }));
  const seconds = secondsOf([bundle.path("first-pdf")]);
  const baseline = secondsOf(["-e", "0"]);
  return {
    ...{ bench: "pdf-first", n: STARTS, perSecond: 1 / seconds, baselinePerSecond: 1 / baseline },
    ...{
      ratio: baseline / seconds,
      peakRssMb,
      input: "a process that makes one sealed licence, against one that does nothing",
    },
    figures: { "seconds until the first": [seconds, MOST_SECONDS] },
  };
}

/** Of several starts the median. */
function secondsOf(args: readonly string[]): number {
  const times = Array.from({ length: STARTS }, () => {
    const start = performance.now();
    execFileSync(process.execPath, args);
    return (performance.now() - start) / 1000;
  });
  return times.sort((a, b) => a - b)[STARTS >> 1]!;
}

/** The baseline is one thread alone. One and two take turns, so that a busy machine disturbs both alike. */
async function twoThreads(bundle: Bundle): Promise<BenchRow> {
  const workers = [0, 1].map(() => new Worker(bundle.path("render-thread")));
  const rateOf = async (threads: readonly Worker[]): Promise<number> => {
    const start = performance.now();
    const done = threads.map((worker) => once(worker, "message"));
    for (const worker of threads) worker.postMessage(IN_ONE_THREAD);
    await Promise.all(done);
    return (threads.length * IN_ONE_THREAD * 1000) / (performance.now() - start);
  };
  await rateOf(workers);
  const rates = { one: [] as number[], two: [] as number[] };
  for (let turn = 0; turn < TURNS; turn++) {
    rates.one.push(await rateOf(workers.slice(turn % 2, (turn % 2) + 1)));
    rates.two.push(await rateOf(workers));
  }
  const peakRssMb = process.resourceUsage().maxRSS / 1024;
  await Promise.all(workers.map((worker) => worker.terminate()));
  const [perSecond, baselinePerSecond] = [median(rates.two), median(rates.one)];
  const input = "two threads, each with a renderer of its own, against one of them alone";
  return {
    ...{ bench: "pdf-two-threads", n: 2 * TURNS * IN_ONE_THREAD, perSecond, baselinePerSecond },
    ...{ ratio: perSecond / baselinePerSecond, peakRssMb, input },
  };
}

/** The baseline is the first round after the warm-up: it must get neither larger nor slower. */
function longRun(bundle: Bundle): BenchRow {
  const args = ["--expose-gc", bundle.path("render-many"), String(ROUNDS), String(IN_A_ROUND)];
  const { stdout, status, stderr } = spawnSync(process.execPath, args, { encoding: "utf8" });
  if (status !== 0) throw new Error(`the long run ended with ${status}: ${stderr.slice(-400)}`);
  const rounds = stdout
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line) as { readonly perSecond: number; readonly heapMb: number; readonly rssMb: number });
  const [warm, last] = [rounds[0]!, rounds.at(-1)!];
  return {
    ...{ bench: "pdf-long-run", n: (ROUNDS - 1) * IN_A_ROUND, perSecond: last.perSecond },
    ...{ baselinePerSecond: rounds[1]!.perSecond, ratio: last.perSecond / rounds[1]!.perSecond },
    peakRssMb: Math.max(...rounds.map(({ rssMb }) => rssMb)),
    input: "licences one after another, each another, half of them to be sealed; the last thousand against the first",
    figures: {
      "MB that the heap grew": [last.heapMb - warm.heapMb, MOST_HEAP_GROWTH_MB],
      "MB that the process grew": [last.rssMb - warm.rssMb, MOST_RSS_GROWTH_MB],
    },
  };
}

function median(rates: number[]): number {
  return rates.sort((a, b) => a - b)[rates.length >> 1]!;
}
