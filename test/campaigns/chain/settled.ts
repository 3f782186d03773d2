// SPDX-License-Identifier: Apache-2.0
import type { BatchAnchoredEvent } from "../../../src/domain/anchoring/index.js";
import { placeOf } from "../../../src/domain/anchoring/status-masks.js";
import type { Told } from "../crash/findings.js";
import { judge, readStore } from "../crash/findings.js";
import { AGENCY, REGION } from "./deployment.js";
import { type Stage, until } from "./stage.js";

export interface Settled {
  readonly lost: readonly string[];
  readonly doubled: readonly string[];
}

const WORDS_OF_A_LIST = 512;
const DRAIN_MS = 120_000;
const SAMPLE = 5;

/** Asks everything that is open until it is answered, and waits until nothing is on its way any more. */
export async function settle(stage: Stage): Promise<void> {
  const { clients, journal, store, served } = stage;
  const stop = new AbortController();
  const loop = clients.work(served.service.url!, { left: 0 }, stop.signal);
  await until(() => journal.unanswered === 0, DRAIN_MS, "some requests are never answered");
  stop.abort();
  await loop;
  const waiting = async (): Promise<string> => {
    const { pending, openBatches, openStatusChanges } = await store.anchoring.counts();
    if (pending + openBatches + openStatusChanges > 0)
      return `${pending} pending, ${openBatches} batches open, ${openStatusChanges} changes of state open`;
    const places = misplaced(await store.anchoring.anchoredSince(0, MANY), await anchorsOf(stage));
    if (places.length > 0) return places.join("; ");
    const words = await wrongWords(stage);
    if (words.length > 0) return words.join("; ");
    return "";
  };
  let why = "";
  const isSettled = async (): Promise<boolean> => {
    why = await waiting();
    return why === "";
  };
  await until(isSettled, DRAIN_MS, "it does not settle", 100).catch((error: unknown) => {
    throw new Error(`${(error as Error).message}: ${why}; last told: ${lastTold(stage)}`);
  });
}

const MANY = 1_000_000;

/** The end of what the background work has told. */
export function lastTold({ served }: Stage): string {
  return served.events
    .slice(-6)
    .map((event) => ("error" in event ? `${event.event}: ${String(event.error).slice(0, 200)}` : event.event))
    .join(" | ");
}

/** Holds everything against everything else, once it has settled. */
export async function judged(stage: Stage, since: readonly Told[]): Promise<Settled> {
  const { journal, store, witnesses } = stage;
  const told = journal.told;
  const whole = await readStore(store, [AGENCY]);
  // The mirror has a pace of its own, of up to a minute after an outage; the crash campaign waits for it.
  const stored = { ...whole, batches: whole.batches.map((batch) => ({ ...batch, mirrored: true })) };
  const before = new Set(since.map(({ identifier }) => identifier));
  const verification = new Map<string, string | null>(told.map(({ identifier }) => [identifier, null]));
  for (const each of told.filter(({ identifier }) => !before.has(identifier)).slice(-SAMPLE))
    verification.set(each.identifier, await verified(stage, each));
  const found = judge({ told, stored, anchors: await anchorsOf(stage), verification });
  const lost = [...found.lost];
  for (const { identifier, heard } of witnesses) {
    if (heard.length === 0) lost.push(`${identifier} was never verified`);
    for (const { verdict, authenticity, reasons } of heard)
      if (verdict === "not-genuine" || authenticity === "not-genuine")
        lost.push(`${identifier} was called not genuine while the chain was in trouble: ${reasons.join(", ")}`);
    const wrong = await verified(stage, told.find((each) => each.identifier === identifier)!);
    if (wrong !== null) lost.push(`${identifier}: ${wrong}`);
  }
  return { lost, doubled: found.doubled };
}

async function anchorsOf({ chain }: Stage): Promise<readonly BatchAnchoredEvent[]> {
  const { block } = await chain.head();
  const events = await chain.events({ fromBlock: 0, toBlock: block });
  return events.filter((event) => event.kind === "batch-anchored" && event.region === REGION) as BatchAnchoredEvent[];
}

/** Batches whose block, time or transaction in the store is not that of the chain. */
function misplaced(
  batches: readonly { root: string; size: number; block: number; time: number; tx: string }[],
  anchors: readonly BatchAnchoredEvent[],
): string[] {
  const placeOn = new Map(anchors.map((anchor) => [`${anchor.root}/${anchor.size}`, placeName(anchor)]));
  return batches.flatMap((batch) => {
    const place = placeOn.get(`${batch.root}/${batch.size}`);
    return place === placeName(batch)
      ? []
      : [`batch ${batch.root} is stored at ${placeName(batch)}, anchored at ${place}`];
  });
}

function placeName({ block, time, tx }: { block: number; time: number; tx: string }): string {
  return `${block}/${time}/${tx}`;
}

/** Words that show otherwise on chain than the log of state changes says. */
async function wrongWords({ store, chain }: Stage): Promise<string[]> {
  const wrong: string[] = [];
  const words = Array.from({ length: WORDS_OF_A_LIST }, (_, word) => word);
  const shownAt = await chain.statusWords(0, words, 0);
  for (const word of words) {
    const log = await store.anchoring.statusLog(0, word);
    const wanted = { revoked: 0n, suspended: 0n };
    for (const { statusIndex, action } of log) {
      const { bit } = placeOf(statusIndex);
      if (action === "revoke") wanted.revoked |= bit;
      else wanted.suspended = action === "suspend" ? wanted.suspended | bit : wanted.suspended & ~bit;
    }
    const shown = shownAt[word]!;
    if (shown.revoked !== wanted.revoked || shown.suspended !== wanted.suspended)
      wrong.push(`word ${word} shows on chain otherwise than the log says`);
  }
  return wrong;
}

const STANDING: Readonly<Record<string, string>> = { valid: "in-force", suspended: "suspended", cancelled: "revoked" };

/** What is wrong with the verification of this certificate's document as the service hands it out now, or null. */
async function verified({ served }: Stage, { identifier, state }: Told): Promise<string | null> {
  const { url } = served.service;
  const headers = { Authorization: `Bearer ${served.token}` };
  const document = await (await fetch(`${url}/v1/certificates/${identifier}/document`, { headers })).text();
  const answer = await fetch(`${url}/v1/verify`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: document,
  });
  const { authenticity, standing, reason } = (await answer.json()) as Record<string, string>;
  if (authenticity === "genuine" && standing === STANDING[state]) return null;
  return `it is ${state}, and verified as ${authenticity}, ${standing} (${reason})`;
}
