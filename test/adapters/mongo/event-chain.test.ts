// SPDX-License-Identifier: Apache-2.0
import { expect } from "chai";
import { eventDocument, recordedEvent } from "../../../src/adapters/mongo/audit-store.js";
import { bytesOf } from "../../../src/adapters/mongo/bytes.js";
import { LOG_COUNTER } from "../../../src/adapters/mongo/counters.js";
import type { AuditEventDocument, AuditHashDocument, CounterDocument } from "../../../src/adapters/mongo/documents.js";
import {
  type MongoDatabase,
  mongoAuditStore,
  mongoCertificateStore,
  openMongo,
} from "../../../src/adapters/mongo/index.js";
import { hashOlderEvents, MIGRATIONS, migrate } from "../../../src/adapters/mongo/migrations.js";
import { toHex } from "../../../src/core/hex.js";
import { type AuditEvent, CHAIN_START, eventHash } from "../../../src/domain/audit/index.js";
import { issue, REGION } from "../issued.js";
import { useDatabase } from "./cluster.js";

function eventAbout(object: string): AuditEvent {
  const actor = { kind: "system", id: "test", role: "operator" } as const;
  return { time: 0, actor, action: "certificate-read", object, requestId: "test", result: "done" };
}

describe("the hashes of the log in MongoDB", function () {
  this.timeout(60_000);
  const scene = useDatabase("replica-set-of-one");
  let second: MongoDatabase;
  before(async () => {
    second = await openMongo({ url: scene().url, region: REGION });
  });
  after(() => second?.close());

  const db = () => scene().admin.db(scene().name);

  /** What an instance of schema version 1 does: it knows of no hashes. */
  async function appendAsBefore(count: number): Promise<void> {
    const counters = db().collection<CounterDocument>("counters");
    const { event = 0 } = (await counters.findOne({ _id: LOG_COUNTER })) ?? {};
    const events = Array.from({ length: count }, (_, n) => eventDocument(eventAbout(`old-${n}`), event + 1 + n));
    await db().collection<AuditEventDocument>("auditEvents").insertMany(events, { ignoreUndefined: true });
    const next = { event: event + count, entry: 0, change: 0 };
    await counters.updateOne({ _id: LOG_COUNTER }, { $set: next, $inc: { turn: 1 } }, { upsert: true });
  }

  /** Goes through the whole log, and compares each hash and the one that the counter keeps. */
  async function expectWhole(events: number): Promise<void> {
    const all = await db().collection<AuditEventDocument>("auditEvents").find().sort({ _id: 1 }).toArray();
    const beside = await db().collection<AuditHashDocument>("auditHashes").find().toArray();
    const hashes = new Map(beside.map(({ _id, hash }) => [_id, hash]));
    expect(all.map(({ _id }) => _id)).to.deep.equal(Array.from({ length: events }, (_, n) => n + 1));
    let hash: Uint8Array = CHAIN_START;
    for (const document of all) {
      hash = eventHash(hash, recordedEvent(document));
      const kept = document.hash ?? hashes.get(document._id);
      expect(kept && toHex(bytesOf(kept)), `event ${document._id}`).to.equal(toHex(hash));
    }
    const counter = await db().collection<CounterDocument>("counters").findOne({ _id: LOG_COUNTER });
    expect(counter).to.include({ event: events, hashed: events });
    expect(toHex(bytesOf(counter!.hash!))).to.equal(toHex(hash));
  }

  it("are one chain, however many instances append at once", async () => {
    const instances = [scene().database, second];
    await Promise.all([
      ...Array.from({ length: 40 }, (_, n) => mongoAuditStore(instances[n % 2]!).append(eventAbout(`event-${n}`))),
      ...Array.from({ length: 4 }, (_, n) => issue(mongoCertificateStore(instances[n % 2]!), 10, { first: n * 10 })),
    ]);
    await expectWhole(80);
  });

  it("are the same after an append that was undone", async () => {
    const audit = mongoAuditStore(scene().database);
    await audit.append(eventAbout("one"));
    const failed = scene().database.logged(async (write) => {
      write.append(eventAbout("never"));
      throw new Error("undone");
    });
    expect(await failed.catch((error: Error) => error.message)).to.equal("undone");
    await audit.append(eventAbout("two"));
    await expectWhole(2);
  });

  it("are given to a log of before by the migration, in pieces, while others append", async () => {
    await appendAsBefore(4_500);
    await db()
      .collection("deployment")
      .updateOne({}, { $set: { schemaVersion: 1 } });
    const audit = mongoAuditStore(second);
    await Promise.all([
      migrate(scene().database),
      ...Array.from({ length: 20 }, (_, n) => audit.append(eventAbout(`new-${n}`))),
    ]);
    await expectWhole(4_520);
    expect((await db().collection("deployment").findOne())?.schemaVersion).to.equal(MIGRATIONS.at(-1)!.version);
  });

  it("go on after an instance of the version before has appended beside them", async () => {
    const audit = mongoAuditStore(scene().database);
    await audit.append(eventAbout("new"));
    await appendAsBefore(3);
    await Promise.all([audit, mongoAuditStore(second)].map((store, n) => store.append(eventAbout(`newer-${n}`))));
    await expectWhole(6);
    await appendAsBefore(2);
    await hashOlderEvents(second);
    await expectWhole(8);
  });

  it("cannot be changed with the rights of the service", async () => {
    await appendAsBefore(1);
    await hashOlderEvents(second);
    const hashes = scene().database.collection("auditHashes");
    for (const attempt of [hashes.updateOne({}, { $set: { hash: CHAIN_START } }), hashes.deleteOne({})])
      expect(
        await attempt.then(
          () => "done",
          () => "refused",
        ),
      ).to.equal("refused");
  });
});
