// SPDX-License-Identifier: Apache-2.0
import { cpus, totalmem } from "node:os";

/** One figure, beside a raw baseline measured in the same run. */
export interface BenchRow {
  readonly bench: string;
  readonly n: number;
  readonly perSecond: number;
  readonly baselinePerSecond: number;
  readonly ratio: number;
  readonly peakRssMb: number;
}

const BENCHES = ["issue", "verify", "import", "pdf", "anchor"] as const;

async function main(argv: readonly string[]): Promise<void> {
  const json = argv.includes("--json");
  const wanted = argv.filter((argument) => !argument.startsWith("-"));
  const unknown = wanted.filter((name) => !BENCHES.includes(name as (typeof BENCHES)[number]));
  if (unknown.length > 0) throw new Error(`no benchmark named ${unknown.join(", ")}; there are ${BENCHES.join(", ")}`);
  if (!json) {
    const [cpu] = cpus();
    console.log(
      `${cpus().length} × ${cpu?.model ?? "unknown processor"}, ${Math.round(totalmem() / 2 ** 30)} GiB, Node ${process.version}`,
    );
  }
  for (const name of BENCHES) {
    if (wanted.length > 0 && !wanted.includes(name)) continue;
    const { run } = (await import(`./${name}.js`)) as { run(options: { json: boolean }): Promise<readonly BenchRow[]> };
    for (const row of await run({ json })) console.log(json ? JSON.stringify(row) : sentence(row));
  }
}

function sentence({ bench, n, perSecond, baselinePerSecond, ratio, peakRssMb }: BenchRow): string {
  const figures = `${Math.round(perSecond)}/s, raw baseline ${Math.round(baselinePerSecond)}/s, ratio ${ratio.toFixed(2)}`;
  return `${bench.padEnd(20)} n=${n}: ${figures}, peak RSS ${Math.round(peakRssMb)} MB`;
}

await main(process.argv.slice(2));
