// SPDX-License-Identifier: Apache-2.0
// `npm run demo`: Anhui issues and anchors, Shanghai mirrors, Anhui is switched off, and Shanghai says of each document what it
// must. Three processes (chain, Anhui, Shanghai) in a temporary folder; exit code 0 only if every line is as expected.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Deployment } from "../compose.js";
import { keptRevocationLists } from "../verification/seal-trust.js";
import { foundAgencies, until } from "./anhui.js";
import { type LineResult, runLine } from "./line.js";
import { linesOf, type OddUrls, type Props } from "./lines/index.js";
import { deadNode, garbageNode, laggingNode, type OddNode, otherChainNode } from "./odd-nodes.js";
import { type RegionProcess, type Settings, startRegion } from "./region-process.js";
import { issuePending, type Rehearsed, rehearse, steal } from "./rehearsal.js";
import { shanghaiVerifier } from "./shanghai.js";
import { ANHUI, openRegion, SHANGHAI, type Stage, setStage } from "./stage.js";

const json = process.argv.includes("--json");

const say = (text: string): void => {
  process.stderr.write(`${text}\n`);
};

const store = storeIn(process.argv);

/** What has to be put away at the end, last first, whatever happens. */
const cleanUp: (() => unknown)[] = [];

async function demo(): Promise<boolean> {
  const started = Date.now();
  const folder = mkdtempSync(join(tmpdir(), "tigertally-demo-"));
  cleanUp.push(() => rmSync(folder, { recursive: true, force: true, maxRetries: 20, retryDelay: 200 }));

  say("a chain, a registry, and two regions");
  const stage = await setStage(folder, say, store);
  cleanUp.push(() => stage.stop());
  const anhui = await openAndKeep(stage, ANHUI);
  const shanghai = await openAndKeep(stage, SHANGHAI);
  const agencies = await foundAgencies(anhui);
  const anhuiService = await startRegion(stage.settings[ANHUI]);
  cleanUp.push(() => anhuiService.kill());
  const shanghaiSettings = { ...stage.settings[SHANGHAI], TALLY_PEERS: anhuiService.url };
  const shanghaiService = await startRegion(shanghaiSettings);
  cleanUp.push(() => shanghaiService.stop());

  const rehearsed = await rehearse(anhui, agencies, stage, anhuiService, say);
  await everythingMirrored(rehearsed, shanghaiService, shanghaiSettings);
  const pending = await issuePending(agencies, anhuiService);
  say("Anhui is switched off");
  await anhuiService.kill();

  const odd = await oddNodes(stage, rehearsed);
  const props: Props = {
    rehearsed,
    pending,
    agencies,
    odd,
    stolen: await steal(anhui, shanghai, stage),
    shanghai: shanghaiVerifier(shanghaiService.url, shanghaiSettings, folder),
  };
  say("Shanghai verifies");
  const steps: LineResult[] = [{ ...imported(rehearsed) }];
  for (const line of linesOf(props)) steps.push(await runLine(line));

  const ok = steps.every((step) => step.ok);
  const seconds = Math.round((Date.now() - started) / 100) / 10;
  print(steps, ok, seconds);
  return ok;
}

function storeIn(argv: readonly string[]): "sqlite" | "mongodb" {
  const named = argv.includes("--store") ? argv[argv.indexOf("--store") + 1] : "sqlite";
  if (named === "sqlite" || named === "mongodb") return named;
  say(`--store ${named}: there are sqlite and mongodb`);
  process.exit(64);
}

async function openAndKeep(stage: Stage, region: typeof ANHUI | typeof SHANGHAI): Promise<Deployment> {
  const deployment = await openRegion(stage, stage.settings[region]);
  cleanUp.push(() => deployment.close());
  return deployment;
}

/** Anhui's batches are public: Shanghai holds them before Anhui goes, or this waits in vain. */
async function everythingMirrored(
  rehearsed: Rehearsed,
  { url }: RegionProcess,
  { TALLY_DATA: dataDirectory = "" }: Settings,
): Promise<void> {
  for (const licence of Object.values(rehearsed)) {
    if (typeof licence === "number" || !("document" in licence) || !("batch" in licence.document.evidence)) continue;
    const { region, root, size } = licence.document.evidence.batch;
    await until(
      `Shanghai mirrors batch ${root}`,
      async () => (await fetch(`${url}/v1/batches/${region}/${root}/${size}`)).ok,
    );
  }
  const lists = keptRevocationLists({ dataDirectory });
  await until("Shanghai mirrors the revocation list of Anhui's seals", async () => (await lists.all()).length > 0);
}

async function oddNodes({ chainUrl }: Stage, { blockBeforeLate }: Rehearsed): Promise<OddUrls> {
  const keep = (node: OddNode): string => {
    cleanUp.push(() => node.close());
    return node.url;
  };
  return {
    garbage: keep(await garbageNode()),
    otherChain: keep(await otherChainNode(chainUrl)),
    lagging: keep(await laggingNode(chainUrl, blockBeforeLate)),
    dead: await deadNode(),
  };
}

function imported({ imported: rows }: Rehearsed): LineResult {
  const expected = "at least 1000 rows issued and anchored";
  return {
    step: "import of examples/food-permits.csv",
    expected,
    got: `${rows} rows issued and anchored`,
    ok: rows >= 1_000,
  };
}

function print(steps: readonly LineResult[], ok: boolean, seconds: number): void {
  const write = json ? say : (text: string): void => console.log(text);
  const rows = [{ step: "document", expected: "expected", got: "got", ok: true }, ...steps];
  const widthOf = (column: "step" | "expected"): number => Math.max(...rows.map((row) => row[column].length));
  const [documents, answers] = [widthOf("step"), widthOf("expected")];
  for (const [i, row] of rows.entries()) {
    const mark = i === 0 ? "    " : row.ok ? "ok  " : "FAIL";
    write(`${mark} ${row.step.padEnd(documents)}  ${row.expected.padEnd(answers)}  ${row.got}`);
  }
  const wrong = steps.filter((step) => !step.ok).length;
  write(`${steps.length} lines, ${wrong === 0 ? "all as expected" : `${wrong} not as expected`}, ${seconds} s`);
  if (json) console.log(JSON.stringify({ ok, seconds, steps }));
}

async function putAway(): Promise<void> {
  for (const undo of cleanUp.splice(0).reverse()) {
    try {
      await undo();
    } catch (error) {
      say(`while putting away: ${String(error)}`);
    }
  }
}

for (const signal of ["SIGINT", "SIGTERM"] as const) {
  process.once(signal, () => {
    void putAway().finally(() => process.exit(130));
  });
}

let ok = false;
try {
  ok = await demo();
} catch (error) {
  say(error instanceof Error ? (error.stack ?? error.message) : String(error));
} finally {
  await putAway();
}
process.exit(ok ? 0 : 1);
