// SPDX-License-Identifier: Apache-2.0
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Clients } from "../crash/clients.js";
import { Journal } from "../crash/journal.js";
import { STORES } from "../crash/stores.js";
import { Seeded } from "../seeded.js";
import { AGENCY, serveOn } from "./deployment.js";
import { type ChainNode, startNode } from "./nodes.js";
import { ACTS, type Act, type Scene } from "./scenes.js";
import { judged, lastTold, type Settled, settle } from "./settled.js";
import { Stage, until } from "./stage.js";

export interface CampaignOptions {
  readonly seed: number;
  /** Which scenes are played. */
  readonly wanted: (scene: Scene, act: Act) => boolean;
  readonly say: (text: string) => void;
}

export interface CampaignResult {
  readonly ok: boolean;
  /** Played to their end. */
  readonly scenes: number;
  /** Scenes for which this machine has no node. */
  readonly skipped: readonly string[];
  /** Scenes that did not come to their end. */
  readonly broken: number;
  readonly acknowledged: number;
  readonly lost: number;
  readonly doubled: number;
  readonly seconds: number;
}

/** Plays the scenes, each under load, and looks after each of them for everything that was acknowledged. */
export async function chainCampaign({ seed, wanted, say }: CampaignOptions): Promise<CampaignResult> {
  const begun = Date.now();
  const names = ACTS.flatMap((act) => act.scenes.filter((scene) => wanted(scene, act)).map(({ name }) => name));
  if (names.length === 0) throw new Error("no scene has such a name");
  const total = { scenes: 0, broken: 0, acknowledged: 0, lost: 0, doubled: 0 };
  const skipped: string[] = [];
  for (const [number, act] of ACTS.entries()) {
    const scenes = act.scenes.filter((scene) => wanted(scene, act));
    if (scenes.length === 0) continue;
    const root = mkdtempSync(join(tmpdir(), "tally-chain-"));
    const node = await startNode(act.node, join(root, "node"));
    try {
      if (node === null) {
        skipped.push(...scenes.map(({ name }) => name));
        continue;
      }
      const { endpoints, confirmations } = act;
      say(`on ${act.node}, ${endpoints} endpoints, ${confirmations} confirmations:`);
      const played = await playAct({ act, scenes, node, root, seed: seed * ACTS.length + number, say });
      for (const name of ["scenes", "broken", "acknowledged", "lost", "doubled"] as const) total[name] += played[name];
    } finally {
      await node?.stop();
      rmSync(root, { recursive: true, force: true, maxRetries: 10, retryDelay: 200 });
    }
  }
  const ok = total.broken + total.lost + total.doubled === 0;
  return { ok, ...total, skipped, seconds: Math.round((Date.now() - begun) / 1000) };
}

const WARM_UP_MS = 60_000;
const MOST_TOLD = 8;

async function playAct({
  act,
  scenes,
  node,
  root,
  seed,
  say,
}: {
  readonly act: Act;
  readonly scenes: readonly Scene[];
  readonly node: ChainNode;
  readonly root: string;
  readonly seed: number;
  readonly say: (text: string) => void;
}): Promise<Record<"scenes" | "broken" | "acknowledged" | "lost" | "doubled", number>> {
  const served = await serveOn(node, { folder: root, ...act });
  const store = await STORES.sqlite!.open(served.directory.root);
  const journal = new Journal();
  const clients = new Clients({
    ...{ journal, token: served.token, agency: AGENCY, folder: root },
    random: new Seeded(seed, "clients"),
  });
  const total = { scenes: 0, broken: 0, acknowledged: 0, lost: 0, doubled: 0 };
  try {
    for (const scene of scenes) {
      const begun = Date.now();
      const { length: before } = journal.told;
      const stage = new Stage(served, node, journal, clients, store);
      try {
        const { lost, doubled } = await playScene(scene, stage, act);
        for (const each of [...lost, ...doubled].slice(0, MOST_TOLD)) say(`    ${each}`);
        total.scenes++;
        total.lost += lost.length;
        total.doubled += doubled.length;
        say(`  ${scene.name}: ${journal.told.length - before} issued, ${Date.now() - begun} ms`);
      } catch (error) {
        total.broken++;
        say(`  ${scene.name}: BROKEN OFF: ${(error as Error).stack}`);
        say(`    last told: ${lastTold(stage)}`);
        for (const line of served.lines) Object.assign(line, { mischief: null, node });
      }
    }
    total.acknowledged = journal.told.length;
    return total;
  } finally {
    await store.close();
    await served.stop();
  }
}

/** One scene under load; then everything drains, and is held against everything else. */
async function playScene(scene: Scene, stage: Stage, { blockEveryMs }: Act): Promise<Settled> {
  const { journal, store } = stage;
  const before = journal.told;
  const contradicted = journal.contradictions.length;
  const blocks = blockEveryMs === null ? null : stage.blocksEvery(blockEveryMs);
  try {
    stage.begin();
    try {
      const isThere = async (): Promise<boolean> => (await store.anchoring.anchoredSince(0, 1)).length > 0;
      await until(isThere, WARM_UP_MS, "nothing is anchored before the scene");
      await scene.play(stage);
    } finally {
      await stage.end();
    }
    await settle(stage);
    const { lost, doubled } = await judged(stage, before);
    const strange = [...journal.contradictions.slice(contradicted), ...(await alarmsOf(stage, scene))];
    return { lost: [...lost, ...strange], doubled };
  } finally {
    await blocks?.stop();
  }
}

/** Alarms that the scene does not explain; all of them are cleared. */
async function alarmsOf({ served }: Stage, { alarms = [] }: Scene): Promise<string[]> {
  const actor = { kind: "cli", id: "campaign", role: "operator", requestId: "campaign" } as const;
  const raised = await served.deployment.alarms.list();
  for (const { seq } of raised) await served.deployment.alarms.clear(actor, seq, {});
  return raised.filter(({ kind }) => !alarms.includes(kind)).map(({ kind, detail }) => `alarm ${kind}: ${detail}`);
}
