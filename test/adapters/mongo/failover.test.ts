// SPDX-License-Identifier: Apache-2.0
import { expect } from "chai";
import {
  type MongoDatabase,
  mongoAnchoringStore,
  mongoAuditStore,
  mongoCertificateStore,
  mongoStatusQueue,
  openMongo,
} from "../../../src/adapters/mongo/index.js";
import { TallyError } from "../../../src/core/errors.js";
import { findMongod } from "../../../src/main/mongod/find-mongod.js";
import { skip } from "../../skip.js";
import { change, identifierOf, issue, REGION } from "../issued.js";
import { FrailSet } from "./frail-set.js";

const WRITERS = 4;
/** What any call of a store is answered in. */
const BOUND_MS = 30_000;

describe("a replica set that loses its primary under load", function () {
  this.timeout(240_000);
  let set: FrailSet;
  let database: MongoDatabase;
  /** Told to give up soon, so that a test need not wait for what a service would. */
  let impatient: MongoDatabase;
  /** Numbers of what was acknowledged. */
  const acknowledged = new Set<number>();
  let next = 0;
  let longest = 0;

  before(async function () {
    const found = await findMongod({ environment: process.env });
    if (found.path === null) {
      skip(this, found.why);
    }
    set = await FrailSet.start(found.path);
    database = await openMongo({ url: set.url, region: REGION });
    impatient = await openMongo({ url: set.url, region: REGION, patienceMs: 1_000 });
  });
  after(async () => {
    await Promise.all([database?.close(), impatient?.close()]);
    await set?.remove();
  });

  /** Issues it; again when nobody knows whether it was issued. */
  async function issueOne(n: number): Promise<void> {
    const store = mongoCertificateStore(database);
    const begun = Date.now();
    const outcome = await issue(store, 1, { first: n }).catch((error: unknown) => error);
    longest = Math.max(longest, Date.now() - begun);
    if (outcome === undefined || (await store.findCertificate(identifierOf(n))) !== null) acknowledged.add(n);
    else if (outcome instanceof TallyError && outcome.code === "store.failed") await issueOne(n);
    else throw outcome;
  }

  /** Writers at work before, while and after `act`. */
  async function underLoad(act: () => Promise<void>): Promise<void> {
    let isOver = false;
    const work = async (): Promise<void> => {
      while (!isOver) {
        const n = next++;
        await issueOne(n);
        // Not asked again: with its event and its change of the status list, or not at all.
        await change(mongoCertificateStore(database), n, "suspend").catch(() => {});
      }
    };
    const writers = Array.from({ length: WRITERS }, work);
    const before = acknowledged.size;
    while (acknowledged.size < before + WRITERS) await issueOne(next++);
    await act();
    // Whoever was under way is answered, and new ones are.
    const atThat = acknowledged.size;
    while (acknowledged.size < atThat + 2 * WRITERS) await issueOne(next++);
    isOver = true;
    await Promise.all(writers);
  }

  async function expectEachOnce(): Promise<void> {
    const logged = new Map<string, number>();
    const audit = mongoAuditStore(database);
    for (let beyond = 0; ; ) {
      const query = { action: "certificate-issued", order: "oldest-first", beyond, limit: 500 } as const;
      const events = await audit.list(query);
      for (const { object, requestId } of events)
        if (requestId === "test") logged.set(object, (logged.get(object) ?? 0) + 1);
      events.forEach(({ sequence }, i) => {
        expect(sequence).to.equal(beyond + 1 + i);
      });
      if (events.length < 500) break;
      beyond = events.at(-1)!.sequence;
    }
    const changes = new Map<number, number>();
    for (const { statusIndex } of await mongoStatusQueue(database).openStatusChanges(1_000_000))
      changes.set(statusIndex, (changes.get(statusIndex) ?? 0) + 1);
    for (const n of acknowledged) {
      const certificate = await mongoCertificateStore(database).findCertificate(identifierOf(n));
      expect(certificate, identifierOf(n)).to.not.equal(null);
      const suspended = certificate!.state === "suspended" ? 1 : 0;
      expect(changes.get(n) ?? 0, identifierOf(n)).to.equal(suspended);
      expect(logged.get(identifierOf(n)), identifierOf(n)).to.equal(1 + suspended);
    }
    const waiting = await mongoAnchoringStore(database).pendingWork(1_000_000);
    expect(waiting.entries).to.have.length(acknowledged.size);
  }

  it("answers within the bound when the primary is stopped and keeps its connections, and loses and doubles nothing", async () => {
    longest = 0;
    await underLoad(async () => {
      set.stop(await set.primary());
      await issueOne(next++);
      // It still believes that it is primary, until another tells it; what was sent to it lies before it.
      set.revive();
    });
    expect(longest).to.be.below(BOUND_MS + 2_000);
    await expectEachOnce();
  });

  it("answers within the bound when the primary is killed, and loses and doubles nothing", async () => {
    await set.healthy();
    longest = 0;
    await underLoad(async () => set.kill(await set.primary()));
    expect(longest).to.be.below(BOUND_MS + 2_000);
    await expectEachOnce();
  });

  it("says clearly that nothing can be written without a majority, and goes on when there is one again", async () => {
    await set.kill(await set.primary());
    const begun = Date.now();
    const refused = await issue(mongoCertificateStore(impatient), 1, { first: next }).catch((error: unknown) => error);
    expect(refused).to.be.instanceOf(TallyError).and.include({ code: "store.failed" });
    expect((refused as TallyError).message).to.match(/no primary answers.*majority.*Ask again.*Idempotency-Key/);
    expect((refused as TallyError).message).to.not.match(/127\.0\.0\.1/);
    expect(Date.now() - begun).to.be.below(15_000);
    set.revive();
    await issueOne(next++);
    await expectEachOnce();
  });
});
