// SPDX-License-Identifier: Apache-2.0
import { spawnSync } from "node:child_process";
import { cpus, totalmem } from "node:os";
import { fileURLToPath } from "node:url";
import { isReached, promise, TARGETS, type Target } from "./targets.js";

/** One figure, beside a raw baseline measured in the same run. */
export interface BenchRow {
  readonly bench: string;
  readonly n: number;
  readonly perSecond: number;
  readonly baselinePerSecond: number;
  readonly ratio: number;
  readonly peakRssMb: number;
  /** What was worked on, where the name does not say it. */
  readonly input?: string;
  /** Figures that have a bound of their own, each with it. */
  readonly figures?: Readonly<Record<string, readonly [measured: number, bound: number]>>;
  /** Filled in by `main`. */
  readonly machine?: string;
  readonly target?: Target;
  readonly reached?: boolean;
}

export interface BenchOptions {
  readonly json: boolean;
  /** For those that store something. */
  readonly store: "sqlite" | "mongodb";
  /** For look-ups: among how many, and where what was filled is kept. */
  readonly certificates?: number;
  readonly data?: string;
}

const BENCHES = [
  "issue",
  "verify",
  "import",
  "verify-pdf",
  "pdf",
  "pdf-process",
  "anchor",
  "http",
  "status-list",
  "trust-bundle",
  "page",
  "restart",
] as const;
/** Takes minutes and gigabytes: only when it is named. */
const LONG = ["look-ups"] as const;
const ALL = [...BENCHES, ...LONG];
const WITH_VALUE = ["--store", "--certificates", "--data"];
const USAGE = `npm run bench -- [NAME …] [--store sqlite|mongodb] [--json] [--strict]
  names     ${BENCHES.join(" ")}; all of these when none is named
  by name   ${LONG.join(" ")} [--certificates N] [--data DIRECTORY]
  --strict  ends with 1 when a target (bench/targets.ts) is missed`;

async function main(argv: readonly string[]): Promise<void> {
  if (argv.includes("--help")) return console.log(USAGE);
  const json = argv.includes("--json");
  const store = storeIn(argv);
  const certificates = valueIn(argv, "--certificates");
  const data = valueIn(argv, "--data");
  const options = {
    ...{ json, store },
    ...(certificates === undefined ? {} : { certificates: countIn(certificates) }),
    ...(data === undefined ? {} : { data }),
  };
  const wanted = argv.filter((argument, i) => !argument.startsWith("-") && !WITH_VALUE.includes(argv[i - 1] ?? ""));
  const unknown = wanted.filter((name) => !ALL.includes(name as (typeof ALL)[number]));
  if (unknown.length > 0) throw new Error(`no benchmark named ${unknown.join(", ")}; there are ${ALL.join(", ")}`);
  if (!json && !argv.includes("--no-machine")) {
    console.log(machine());
  }
  const names = wanted.length > 0 ? ALL.filter((name) => wanted.includes(name)) : BENCHES;
  if (names.length > 1) {
    return eachInItsOwnProcess(
      names,
      argv.filter((argument) => !wanted.includes(argument)),
    );
  }
  for (const name of names) {
    const { run } = (await import(`./${name}.js`)) as { run(options: BenchOptions): Promise<readonly BenchRow[]> };
    for (const row of await run(options)) {
      const reached = isReached(row);
      const target = TARGETS[row.bench];
      const judged = reached === null ? {} : { ...(target === undefined ? {} : { target }), reached };
      console.log(json ? JSON.stringify({ ...row, machine: machine(), ...judged }) : sentence(row));
      // For whoever measures on the reference machine; elsewhere a miss means nothing.
      if (reached === false && argv.includes("--strict")) process.exitCode = 1;
    }
  }
}

function storeIn(argv: readonly string[]): BenchOptions["store"] {
  const named = valueIn(argv, "--store") ?? "sqlite";
  if (named === "sqlite" || named === "mongodb") return named;
  throw new Error(`--store ${named}: there are sqlite and mongodb`);
}

function countIn(text: string): number {
  const count = Number(text);
  if (Number.isSafeInteger(count) && count > 0) return count;
  throw new Error(`--certificates ${text}: it is a whole number, 1 or more`);
}

function valueIn(argv: readonly string[], flag: string): string | undefined {
  const at = argv.indexOf(flag);
  return at < 0 ? undefined : argv[at + 1];
}

function machine(): string {
  const [cpu] = cpus();
  const memory = Math.round(totalmem() / 2 ** 30);
  return `${cpus().length} × ${cpu?.model ?? "unknown processor"}, ${memory} GiB, Node ${process.version}`;
}

/** The heap that one benchmark leaves behind would slow down the next, and be counted as its memory. */
function eachInItsOwnProcess(names: readonly string[], flags: readonly string[]): void {
  for (const name of names) {
    const args = [...process.execArgv, fileURLToPath(import.meta.url), name, "--no-machine", ...flags];
    const { status } = spawnSync(process.execPath, args, { stdio: "inherit" });
    if (status !== 0 && !flags.includes("--strict"))
      throw new Error(`the benchmark ${name} ended with exit code ${status}`);
    if (status !== 0) process.exitCode = 1;
  }
}

function sentence(row: BenchRow): string {
  const { bench, n, perSecond, baselinePerSecond, ratio, peakRssMb, input, figures } = row;
  const bounds = Object.entries(figures ?? {}).map(
    ([name, [measured, bound]]) => `, ${name} ${short(measured)} of at most ${short(bound)}`,
  );
  const reached = isReached(row);
  const word = reached === null ? "" : `, ${reached ? "reaches" : "MISSES"} ${promise(bench) ?? "its bounds"}`;
  const rates = `${short(perSecond)}/s, raw baseline ${short(baselinePerSecond)}/s, ratio ${ratio.toFixed(2)}${word}`;
  return `${bench.padEnd(20)} n=${n}: ${rates}, peak RSS ${Math.round(peakRssMb)} MB${bounds.join("")}${input === undefined ? "" : ` (${input})`}`;
}

function short(figure: number): number {
  return Number(figure.toPrecision(4));
}

await main(process.argv.slice(2));
