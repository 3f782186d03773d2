// SPDX-License-Identifier: Apache-2.0
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { readConfig } from "../../../src/main/config.js";
import { dataDirectory } from "../../../src/main/data-directory.js";
import { openStores } from "../../../src/main/stores.js";
import { FrailSet } from "../../adapters/mongo/frail-set.js";
import { anchorsOf, contentOf, drain, finish, firstLife, SMALL_STEPS, until, verifyAll } from "../crash/campaign.js";
import { Clients } from "../crash/clients.js";
import { judge } from "../crash/findings.js";
import { Journal } from "../crash/journal.js";
import type { Settings } from "../crash/life.js";
import type { StoreUnderTest } from "../crash/stores.js";
import { Seeded } from "../seeded.js";
import { suffer, troubleOf } from "./troubles.js";

export interface StoreCampaignOptions {
  readonly mongod: string;
  readonly rounds: number;
  readonly seed: number;
  readonly say: (text: string) => void;
}

export interface StoreCampaignResult {
  readonly ok: boolean;
  readonly rounds: number;
  readonly acknowledged: number;
  readonly lost: number;
  readonly doubled: number;
  readonly seconds: number;
}

const LOOPS = 4;
const READY_BOUND_MS = 8_000;
/** The store's 30 seconds, and a busy machine. */
const ANSWER_BOUND_MS = 40_000;
const GOES_ON_MS = 120_000;
const MOST_TOLD = 50;

/**
 * A service over a real replica set of three, under load (issues, batches, state changes, imports, anchoring), while one thing after
 * another befalls the set; then everything that was acknowledged is looked for in the store, in the log, on the chain and in the
 * hands of a stranger. The service itself is never restarted.
 */
export async function storeCampaign({ mongod, rounds, seed, say }: StoreCampaignOptions): Promise<StoreCampaignResult> {
  const begun = Date.now();
  const root = mkdtempSync(join(tmpdir(), "tally-store-"));
  const set = await FrailSet.start(mongod);
  try {
    const data = join(root, "data");
    const store = storeIn(set.url);
    const settings: Settings = { TALLY_DATA: data, ...SMALL_STEPS, ...store.settings };
    const { life, token, agency } = await firstLife(settings);
    const ready = await life.ready;
    const earlier = await contentOf(store, data);
    const licence = await documentOf(ready.url, token, earlier.certificates[0]!.identifier);
    say(`the service is made (${Date.now() - begun} ms)`);

    const journal = new Journal();
    const options = { journal, random: new Seeded(seed, "clients"), token, agency, folder: root };
    const clients = new Clients({ ...options, files: true, answerMs: 2 * ANSWER_BOUND_MS });
    const random = new Seeded(seed, "troubles");
    const wrong: string[] = [];
    for (let round = 0; round < rounds; round++) {
      const trouble = troubleOf(round, random);
      const told = journal.told.length;
      const stop = new AbortController();
      const budget = { left: random.whole(20, 60) };
      const loops = Array.from({ length: LOOPS }, () => clients.work(ready.url, budget, stop.signal));
      // Several transactions of an import, and the trouble comes between them: its first rows are told and its last are not.
      const importing = clients.import(settings, clients.nextImport(random.whole(1_100, 1_400)), null);
      const before = clients.rows;
      await until(() => clients.rows > before, GOES_ON_MS, "an import stores nothing");
      await pause(random.whole(0, 300));
      await suffer(set, trouble, async () => {
        if (trouble.what === "majority-killed") wrong.push(...(await withoutMajority(ready.url, token, licence)));
      });
      const asked = clients.sent;
      // Whatever waits goes on, and so does what is new.
      budget.left = Math.max(budget.left, LOOPS);
      await until(() => clients.sent >= asked + LOOPS, GOES_ON_MS, `nothing goes on after ${trouble.what}`);
      await importing;
      stop.abort();
      await Promise.all(loops);
      if (life.over) throw new Error(`the service ended by itself:\n${life.said}`);
      const { what, lastsMs } = trouble;
      say(
        `${round + 1}: ${what} for ${lastsMs} ms, ${journal.told.length - told} acknowledged, ${journal.unanswered} unanswered, the longest answer took ${clients.longestMs} ms`,
      );
    }

    await finish(clients, journal, ready.url, settings);
    say(`every request is answered: ${journal.told.length} certificates`);
    await drain(store, data);
    const verification = await verifyAll(ready.url, ready.url, token, journal);
    // Every file has a seal now, and every seal is anchored.
    await drain(store, data);
    const anchors = await anchorsOf(ready);
    life.stop();
    const { code } = await life.ended;
    if (code !== 0) wrong.push(`the service ended with ${code} when told to stop: ${life.said}`);

    const stored = await contentOf(store, data);
    for (const { identifier } of earlier.certificates) verification.set(identifier, null);
    const told = [...earlier.certificates, ...journal.told];
    const sealed = journal.told.map(({ identifier }) => identifier);
    const { lost, doubled } = judge({ told, stored, anchors, verification, sealed });
    if (clients.longestMs > ANSWER_BOUND_MS) wrong.push(`an answer took ${clients.longestMs} ms`);
    wrong.push(...journal.contradictions, ...passwordsIn(life.said, set.url));
    for (const each of [...wrong, ...lost, ...doubled].slice(0, MOST_TOLD)) say(each);
    return {
      ok: wrong.length + lost.length + doubled.length === 0,
      rounds,
      acknowledged: journal.told.length,
      lost: lost.length,
      doubled: doubled.length + wrong.length,
      seconds: Math.round((Date.now() - begun) / 1000),
    };
  } finally {
    await set.remove();
    rmSync(root, { recursive: true, force: true, maxRetries: 10, retryDelay: 200 });
  }
}

async function documentOf(url: string, token: string, identifier: string): Promise<string> {
  const headers = { Authorization: `Bearer ${token}` };
  const answer = await fetch(`${url}/v1/certificates/${identifier}/document`, { headers });
  if (!answer.ok) throw new Error(`the document of ${identifier} cannot be had: ${answer.status}`);
  return answer.text();
}

/** What an outsider must see while no majority is up; a sentence for each thing that is otherwise. */
async function withoutMajority(url: string, token: string, licence: string): Promise<string[]> {
  const wrong: string[] = [];
  const asked = async (path: string, init: RequestInit, boundMs: number): Promise<Response | null> => {
    const begun = Date.now();
    const answer = await fetch(`${url}${path}`, { ...init, signal: AbortSignal.timeout(boundMs) }).catch(() => null);
    if (answer === null) wrong.push(`${path} is not answered within ${Date.now() - begun} ms without a majority`);
    return answer;
  };
  const expectReady = async (): Promise<void> => {
    const answer = await asked("/readyz", {}, READY_BOUND_MS);
    const body = (await answer?.json()) as { checks: { store: string } } | undefined;
    if (answer !== null && (answer.status !== 503 || body?.checks.store === "ok"))
      wrong.push(`/readyz says ${answer.status} ${JSON.stringify(body)} without a majority`);
  };
  const expectRefusal = async (): Promise<void> => {
    const headers = { Authorization: `Bearer ${token}` };
    const answer = await asked("/v1/certificates", { headers }, ANSWER_BOUND_MS);
    const { code, detail } = ((await answer?.json()) ?? {}) as { code?: string; detail?: string };
    if (answer !== null && (answer.status !== 503 || code !== "store.failed" || !/primary|in time/.test(detail ?? "")))
      wrong.push(`/v1/certificates says ${answer.status} ${code} (${detail}) without a majority`);
  };
  const expectVerdict = async (): Promise<void> => {
    const init = { method: "POST", headers: { "Content-Type": "application/json" }, body: licence };
    const answer = await asked("/v1/verify", init, ANSWER_BOUND_MS);
    const body = (await answer?.json()) as { authenticity?: string } | undefined;
    if (answer !== null && !(answer.status === 200 && /^(?:genuine|undecided)$/.test(body?.authenticity ?? "")))
      wrong.push(`a genuine licence is called ${JSON.stringify(body)} without a majority`);
  };
  // The driver learns of it within a heartbeat.
  await pause(3_000);
  await Promise.all([expectReady(), expectRefusal(), expectVerdict()]);
  return wrong;
}

function passwordsIn(said: string, url: string): string[] {
  const password = /:([^:@/]*)@/.exec(url)?.[1];
  return password !== undefined && said.includes(password) ? ["the password of the URL is in the log"] : [];
}

function storeIn(url: string): Pick<StoreUnderTest, "settings" | "open"> {
  return {
    settings: { TALLY_MONGODB_URL: url },
    open: (data) => {
      const config = readConfig({ store: "mongodb", mongodbUrl: url, dataDirectory: data, region: "340000" }, {});
      return openStores({ config, directory: dataDirectory(data), say: () => {} });
    },
  };
}
