// SPDX-License-Identifier: Apache-2.0
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { Wallet } from "ethers";
import { ethersAnchorChain } from "../../../src/adapters/ethereum/anchor-chain.js";
import type { BatchName } from "../../../src/domain/anchoring/index.js";
import { DEMO_AGENCIES } from "../../../src/main/demo-data.js";
import type { Report } from "../../../src/verify/report.js";
import type { Ready } from "../../main/service-process.js";
import { Seeded } from "../seeded.js";
import { Clients, sealedFileDigest } from "./clients.js";
import { judge, readStore, type Stored, type Told } from "./findings.js";
import { Journal } from "./journal.js";
import { Life, type Part, type Settings } from "./life.js";
import { lastingPort, Neighbour, neighbourSettings } from "./neighbour.js";
import type { StoreUnderTest } from "./stores.js";

export interface CampaignOptions {
  readonly store: StoreUnderTest;
  /** SIGKILLs to be survived. */
  readonly kills: number;
  readonly seed: number;
  readonly say: (text: string) => void;
}

export interface CampaignResult {
  readonly ok: boolean;
  readonly kills: number;
  readonly acknowledged: number;
  readonly lost: number;
  readonly doubled: number;
  readonly seconds: number;
}

/**
 * Real services on one data directory, under load, killed again and again at moments that the seed draws; then everything that
 * was acknowledged is looked for in the store, in the log, on the chain and in the hands of a stranger.
 */
export async function crashCampaign({ store, kills, seed, say }: CampaignOptions): Promise<CampaignResult> {
  const begun = Date.now();
  const root = mkdtempSync(join(tmpdir(), "tally-crash-"));
  const data = join(root, "data");
  const early = join(root, "early");
  const other = join(root, "other");
  const common: Settings = { ...SMALL_STEPS, ...store.settings };
  // Two campaigns on one machine must not meet: these ports alone do not follow the seed.
  const ports = new Seeded(process.pid, "ports");
  const places = { TALLY_PORT: `${await lastingPort(ports)}`, TALLY_CHAIN_PORT: `${await lastingPort(ports)}` };
  const settings: Settings = { ...common, ...places, TALLY_DATA: data };
  const journal = new Journal();
  let letGo = (): void => {};
  /** A store that ends with its last user outlives the service, and dies when the seed says so. */
  const hold = async (): Promise<void> => {
    const held = await store.hold(data);
    letGo();
    letGo = held;
  };
  try {
    const random = new Seeded(seed, "kills");
    let killed = Math.floor(kills / EARLY_SHARE);
    if (killed > 0) {
      await dieWhileMade({ settings: { ...common, TALLY_DATA: early }, store, random, kills: killed });
      say(`a directory is made in spite of ${killed} kills (${Date.now() - begun} ms)`);
    }
    const { life: first, token, agency } = await firstLife(settings);
    const earlier = await contentOf(store, data);
    const neighbour = new Neighbour({ ...common, TALLY_DATA: other, ...neighbourSettings(await first.ready) }, store);
    say(`the service is made (${Date.now() - begun} ms)`);
    const options = { journal, random: new Seeded(seed, "clients"), token, agency, folder: root };
    const clients = new Clients({ ...options, files: true });
    const starts: number[] = [];
    for (let life = first; ; life = new Life(settings)) {
      neighbour.start();
      const died = await liveAndDie({ life, clients, random, settings, store, hold, withImport: killed % 8 === 1 });
      killed += died.kills;
      if (random.chance(NEIGHBOUR_DIES)) {
        await neighbour.kill();
        killed += 1;
      }
      if (died.startMs !== null && life !== first) starts.push(died.startMs);
      if (killed % 10 === 0)
        say(`${killed} kills, ${journal.told.length} acknowledged, ${journal.unanswered} unanswered`);
      if (killed >= kills) break;
    }
    starts.sort((a, b) => a - b);
    const median = starts[Math.floor(starts.length / 2)];
    if (median !== undefined)
      say(`a restart took ${median} ms (the median of ${starts.length}), ${starts.at(-1)} at most`);

    const last = new Life(settings);
    const ready = await last.ready;
    await finish(clients, journal, ready.url, settings);
    say(`every request is answered: ${journal.told.length} certificates, ${journal.files.size} sealed files`);
    const stranger = await neighbour.ready();
    await drain(store, data, other);
    say("nothing waits any more");
    const verification = await verifyAll(ready.url, stranger.url, token, journal);
    // Every file has a seal now, and every seal is anchored.
    await drain(store, data, other);
    say("every file is sealed and verified");
    const anchors = await anchorsOf(ready);
    await neighbour.kill();
    last.stop();
    const { code } = await last.ended;
    if (code !== 0) journal.contradictions.push(`the service ended with ${code} when told to stop: ${last.said}`);

    const stored = await contentOf(store, data);
    // What was there before is counted, and was none of the client's.
    for (const { identifier } of earlier.certificates) verification.set(identifier, null);
    const { lost, doubled } = judge({
      told: [...earlier.certificates, ...journal.told],
      stored,
      anchors,
      verification,
      sealed: journal.told.map(({ identifier }) => identifier),
    });
    for (const each of [...journal.contradictions, ...lost, ...doubled].slice(0, MOST_TOLD)) say(each);
    const wrong = lost.length + doubled.length + journal.contradictions.length;
    return {
      ok: wrong === 0,
      kills: killed,
      acknowledged: journal.told.length,
      lost: lost.length,
      doubled: doubled.length + journal.contradictions.length,
      seconds: Math.round((Date.now() - begun) / 1000),
    };
  } finally {
    letGo();
    for (const each of [data, early, other]) await store.clear(each);
    rmSync(root, { recursive: true, force: true, maxRetries: 10, retryDelay: 200 });
  }
}

/** Small batches and short waits: many of every step to be killed in. */
export const SMALL_STEPS: Settings = {
  TALLY_ANCHOR_EVERY: "1",
  TALLY_MIRROR_EVERY: "1",
  TALLY_BATCH_SIZE: "16",
  TALLY_RATE_LIMIT: "1000000",
};
const LOOPS = 3;
/** How often the other region dies when the first one has. */
const NEIGHBOUR_DIES = 0.2;
/** One kill of so many comes while a directory is made. */
const EARLY_SHARE = 10;
const FINISH_MS = 240_000;
const END_MS = 60_000;
const MOST_TOLD = 50;

/** Makes region, agencies and keys, and starts serving. */
export async function firstLife(settings: Settings): Promise<{ life: Life; token: string; agency: string }> {
  const life = new Life(settings, "--demo-data");
  await life.ready;
  await until(() => life.said.includes("demo token"), FINISH_MS, "the demo token was not told");
  const [, token = "", agency = ""] = /demo token (tt_\S+) \(agency (\w+)\)/.exec(life.said) ?? [];
  return { life, token, agency };
}

/** A new directory whose first start is killed, again and again, is one that can be used in the end: nobody has to mend it by hand. */
async function dieWhileMade({
  settings,
  store,
  random,
  kills,
}: {
  readonly settings: Settings;
  readonly store: StoreUnderTest;
  readonly random: Seeded;
  readonly kills: number;
}): Promise<void> {
  for (let n = 0; n < kills; n++) {
    const life = new Life(settings);
    await Promise.race([pause(random.whole(500, MAKING_MS)), life.ready.catch(() => {})]);
    life.kill([...random.pick(store.victims), "service"], store);
    await life.ended;
  }
  const life = new Life(settings);
  await life.ready;
  life.stop();
  const { code } = await life.ended;
  if (code !== 0) throw new Error(`the service ended with ${code} when told to stop: ${life.said}`);
}

const MAKING_MS = 5_000;

interface Died {
  readonly kills: number;
  /** Null when it was killed before it was ready. */
  readonly startMs: number | null;
}

/** One life under load up to its end, at a moment and by a hand that the seed draws. */
async function liveAndDie({
  life,
  clients,
  random,
  settings,
  store,
  hold,
  withImport,
}: {
  readonly life: Life;
  readonly clients: Clients;
  readonly random: Seeded;
  readonly settings: Settings;
  readonly store: StoreUnderTest;
  readonly hold: () => Promise<void>;
  readonly withImport: boolean;
}): Promise<Died> {
  const victims = random.pick(store.victims);
  const { duringStart, afterRequests, restMs } = planOf(random);
  const budget = { left: random.whole(10, 40) };
  const importer = { lag: random.whole(0, 2_000), killed: random.chance(0.5) };
  if (duringStart !== null && !withImport) {
    await Promise.race([pause(duringStart), life.ended]);
    // Whatever a start needs and is killed before it answers is waited for; so the service dies too.
    life.kill([...victims, "service"], store);
    await life.ended;
    return { kills: 1, startMs: null };
  }

  const { url } = await life.ready;
  const startMs = Date.now() - life.startedAt;
  await hold();
  const stop = new AbortController();
  const from = clients.sent;
  const loops = Array.from({ length: LOOPS }, () => clients.work(url, budget, stop.signal));
  let kills = 1;
  let importing: Promise<boolean> = Promise.resolve(false);
  if (withImport) {
    importing = clients.import(settings, clients.nextImport(), importer.killed ? 1_000 + importer.lag : null);
    await Promise.race([pause(importer.lag), life.ended]);
  } else await Promise.race([until(() => clients.sent - from >= afterRequests, 5_000, null), life.ended]);
  await Promise.race([pause(restMs), life.ended]);
  if (life.over) throw new Error(`the service ended by itself:\n${life.said}`);
  life.kill(victims, store);
  await endOf(life, victims);
  stop.abort();
  await Promise.all(loops);
  if (await importing) kills += 1;
  return { kills, startMs };
}

/** A service ends by itself when a part of it is gone that it cannot do without, and in time. */
async function endOf(life: Life, killed: readonly Part[]): Promise<void> {
  const inTime = await Promise.race([life.ended, pause(END_MS, null)]);
  if (inTime === null)
    throw new Error(`the service still runs ${END_MS} ms after its ${killed.join(" and ")}:\n${life.said}`);
}

/** Right after so many requests; some time after them, for what goes on in the background; or before it even answers. */
function planOf(random: Seeded): { duringStart: number | null; afterRequests: number; restMs: number } {
  const duringStart = random.chance(0.15) ? random.whole(0, 2_500) : null;
  const afterRequests = random.whole(1, 30);
  const restMs = random.chance(0.35) ? random.whole(200, 3_500) : random.whole(0, 40);
  return { duringStart, afterRequests, restMs };
}

/** Asks everything that is open until it is answered. */
export async function finish(clients: Clients, journal: Journal, url: string, settings: Settings): Promise<void> {
  const stop = new AbortController();
  const loops = Array.from({ length: LOOPS }, () => clients.work(url, { left: 0 }, stop.signal));
  for (let file = journal.takeImport(); file !== undefined; file = journal.takeImport())
    await clients.import(settings, file, null);
  await until(() => journal.unanswered === 0, FINISH_MS, "some requests are never answered");
  stop.abort();
  await Promise.all(loops);
}

/** Waits until everything is anchored, and the mirrors of this region and of the others have it. */
export async function drain(
  store: Pick<StoreUnderTest, "open">,
  data: string,
  ...others: readonly string[]
): Promise<void> {
  const opened = await store.open(data);
  const neighbours = await Promise.all(others.map((other) => store.open(other)));
  try {
    const waiting = async (): Promise<number> => {
      const { pending, openBatches, openStatusChanges } = await opened.anchoring.counts();
      return pending + openBatches + openStatusChanges;
    };
    await until(async () => (await waiting()) === 0, FINISH_MS, "the outbox does not drain");
    for (const { mirror } of [opened, ...neighbours]) {
      const isMirrored = async (): Promise<boolean> => {
        for (const batch of await opened.anchoring.anchoredSince(0, 1_000_000))
          if ((await mirror.mirroredLeaves(batch)) === null) return false;
        return true;
      };
      const whose = mirror === opened.mirror ? "own" : "other region's";
      await until(isMirrored, FINISH_MS, `the ${whose} mirror does not get every batch`);
    }
  } finally {
    for (const each of [opened, ...neighbours]) await each.close();
  }
}

export async function contentOf(store: Pick<StoreUnderTest, "open">, data: string): Promise<Stored> {
  const opened = await store.open(data);
  try {
    return await readStore(
      opened,
      DEMO_AGENCIES.map(({ code }) => code),
    );
  } finally {
    await opened.close();
  }
}

/** What the verification must say of a certificate in a state. */
const STANDING: Readonly<Record<string, string>> = { valid: "in-force", suspended: "suspended", cancelled: "revoked" };

/** Fetches each certificate's PDF, which must be the one that was handed out before, and has the other region verify it with its seal, against the chain and its own mirror. */
export async function verifyAll(
  url: string,
  stranger: string,
  token: string,
  journal: Journal,
): Promise<Map<string, string | null>> {
  const found = new Map<string, string | null>();
  const left = [...journal.told];
  await until(() => hasListsOf(url, stranger), FINISH_MS, "the stranger gets no revocation list of the seals' CA");
  const some = async (): Promise<void> => {
    for (let each = left.pop(); each !== undefined; each = left.pop()) {
      found.set(
        each.identifier,
        await verifyOne(url, stranger, token, each, journal).catch((error: unknown) => String(error)),
      );
    }
  };
  await Promise.all(Array.from({ length: LOOPS }, some));
  return found;
}

async function verifyOne(
  url: string,
  stranger: string,
  token: string,
  { identifier, state }: Told,
  journal: Journal,
): Promise<string | null> {
  const headers = { Authorization: `Bearer ${token}` };
  const answer = await fetch(`${url}/v1/certificates/${identifier}/pdf`, { headers });
  if (answer.status !== 200) return `its PDF was answered with ${answer.status}`;
  const pdf = await answer.arrayBuffer();
  const digest = sealedFileDigest(Buffer.from(pdf));
  if (digest === null) return "its PDF has no seal";
  journal.tellFile(identifier, digest);
  const report = await fetch(`${stranger}/v1/verify`, {
    method: "POST",
    headers: { "Content-Type": "application/pdf" },
    body: pdf,
  });
  const { authenticity, standing, reason, checks } = (await report.json()) as Report;
  const seal = checks.find(({ check }) => check === "seal");
  if (seal?.outcome !== "pass") return `its seal is ${JSON.stringify(seal)}`;
  if (authenticity === "genuine" && standing === STANDING[state]) return null;
  return `it is ${state}, and verified as ${authenticity}, ${standing} (${reason})`;
}

/** Whether it has the list of every CA of the other one's seals. */
async function hasListsOf(url: string, stranger: string): Promise<boolean> {
  const { authorities } = (await (await fetch(`${url}/v1/seal-authorities`)).json()) as {
    authorities: readonly { readonly keyDigest: string }[];
  };
  const answers = await Promise.all(
    authorities.map(({ keyDigest }) => fetch(`${stranger}/v1/seal-authorities/${keyDigest}/revocation-list`)),
  );
  return answers.length > 0 && answers.every(({ status }) => status === 200);
}

export async function anchorsOf({ chain, chainId, registry, region }: Ready): Promise<readonly BatchName[]> {
  const { privateKey } = Wallet.createRandom();
  const port = ethersAnchorChain({ urls: [chain], chainId, registry, region, privateKey });
  const { block } = await port.head();
  const events = await port.events({ fromBlock: 0, toBlock: block });
  return events.flatMap((event) => (event.kind === "batch-anchored" && event.region === region ? [event] : []));
}

/** Waits for it; after `timeoutMs` throws with `otherwise`, or goes on where that is null. */
export async function until(
  holds: () => boolean | Promise<boolean>,
  timeoutMs: number,
  otherwise: string | null,
): Promise<void> {
  const deadline = Date.now() + timeoutMs;
  while (!(await holds())) {
    if (Date.now() > deadline) {
      if (otherwise === null) return;
      throw new Error(otherwise);
    }
    await pause(20);
  }
}
