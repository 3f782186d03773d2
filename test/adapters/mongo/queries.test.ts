// SPDX-License-Identifier: Apache-2.0

import { expect } from "chai";
import { Binary, type Document } from "mongodb";
import { firstAmong } from "../../../src/adapters/mongo/first-among.js";
import {
  mongoAgencyStore,
  mongoAlarmStore,
  mongoAnchoringStore,
  mongoApiTokenStore,
  mongoAuditStore,
  mongoCatalogueStore,
  mongoCertificateStore,
  mongoCopyStore,
  mongoCursorStore,
  mongoIdempotencyStore,
  mongoMirrorStore,
  mongoPickUpStore,
  mongoRestorationStore,
  mongoSealStore,
  mongoStatusIndexStore,
  mongoStatusQueue,
  mongoStoredRecords,
} from "../../../src/adapters/mongo/index.js";
import { COLLECTIONS, type CollectionPlan } from "../../../src/adapters/mongo/schema.js";
import { nodeCrypto } from "../../../src/adapters/node-crypto/index.js";
import { utf8 } from "../../../src/core/bytes.js";
import { toHex } from "../../../src/core/hex.js";
import { auditHeadBatch, joinLeaves } from "../../../src/domain/anchoring/index.js";
import type { AuditEvent } from "../../../src/domain/audit/index.js";
import type { StoredRecords } from "../../../src/domain/examination/index.js";
import type { CertificateQuery, NewCertificate } from "../../../src/domain/issuance/index.js";
import { addAgency, copyNumbered } from "../copy-store.suite.js";
import { digestOf, identifierOf, issue, keyDigestOf, newCertificate, REGION, tiled } from "../issued.js";
import { useDatabase } from "./cluster.js";
import { filtersOf, Recorder, type Sent, stagesOf } from "./recorder.js";

/** Not in the way of issuing, verifying or anchoring: these may ask every shard. */
const RARE = new Map<string, string>([
  ["anchoring.holdPending", "a key was compromised"],
  ["anchoring.certificatesToReissue", "a key was compromised"],
  ["anchoring.pendingForKey", "a key is retired"],
  ["anchoring.adoptBatch", "an older store was restored"],
  ["anchoring.uncoveredEvents", "once a minute, of the whole log"],
  ["anchoring.stageAuditHead", "once a day, of the whole log"],
  ["anchoring.counts", "figures for the monitoring and the doctor"],
  ...[
    "certificateFiles",
    "certificateFile",
    "batches",
    "auditEvents",
    "auditHeads",
    "mirroredPositions",
    "requests",
    "sealCertificates",
  ].map((method) => [`records.${method}`, "an examination of all that is stored"] as const),
  ["audit.list", "of the whole log, for supervision; one object's log names it"],
  ["idempotency.purge", "once an hour"],
  ["pickUps.purge", "once an hour"],
  ["pickUps.revokeLive", "an older store was restored"],
  ["pickUps.revokedAt", "an older store was restored"],
]);

const AGENCY = newCertificate(0).agency;
const TYPE = newCertificate(0).typeCode;
const event: AuditEvent = {
  ...{ time: 0, action: "certificate-issued", object: "x", requestId: "r", result: "done" },
  actor: { kind: "system", id: "test", role: "operator" },
};

describe("what the stores ask a MongoDB", function () {
  this.timeout(120_000);
  const recorder = new Recorder();
  const scene = useDatabase("replica-set-of-one", { onCommand: recorder.onCommand });

  function stores() {
    const { database } = scene();
    return {
      agencies: recorder.watched("agencies", mongoAgencyStore(database)),
      alarms: recorder.watched("alarms", { ...mongoAlarmStore(database), ...mongoCursorStore(database) }),
      anchoring: recorder.watched("anchoring", mongoAnchoringStore(database)),
      apiTokens: recorder.watched("apiTokens", mongoApiTokenStore(database)),
      audit: recorder.watched("audit", mongoAuditStore(database)),
      catalogue: recorder.watched("catalogue", mongoCatalogueStore(database)),
      certificates: recorder.watched("certificates", mongoCertificateStore(database)),
      copies: recorder.watched("copies", mongoCopyStore(database)),
      idempotency: recorder.watched("idempotency", mongoIdempotencyStore(database)),
      mirror: recorder.watched("mirror", mongoMirrorStore(database)),
      pickUps: recorder.watched("pickUps", mongoPickUpStore(database)),
      seals: recorder.watched("seals", mongoSealStore(database)),
      restoration: recorder.watched("restoration", mongoRestorationStore(database)),
      statusIndices: recorder.watched("statusIndices", mongoStatusIndexStore(database)),
      statusQueue: recorder.watched("statusQueue", mongoStatusQueue(database)),
      records: recorder.watched("records", pagesOf(mongoStoredRecords(database))),
    };
  }

  it("is answered from an index in its order, and where it is hot by one shard", async () => {
    const all = stores();
    await scenario(all);
    for (const [name, store] of Object.entries(all)) {
      for (const method of Object.keys(store))
        expect([...recorder.called], "methods that the scenario calls").to.include(`${name}.${method}`);
    }
    expect(await withoutIndex(distinct(recorder.sent))).to.deep.equal([]);
    expect(distinct(recorder.sent).flatMap(scattering)).to.deep.equal([]);
    for (const { collection, document } of recorder.inserted)
      expect(document, collection).to.include.all.keys("_id", ...shardKeyOf(collection));
    // The batch had a hundred certificates, and was attached twice.
    const attaching = recorder.sent.filter(({ method }) => method === "anchoring.attachAnchor");
    const written = attaching.map(({ name, collection, command }) => [name, collection, command.updates?.length]);
    expect(written).to.deep.equal([
      ["update", "batches", 1],
      ["update", "batches", 1],
      ["find", "batches", undefined],
    ]);
    expect(recorder.inserted.filter(({ method }) => method === "anchoring.attachAnchor")).to.deep.equal([]);
  });

  it("is as little for many certificates that were issued one by one as for a few, when a batch is taken back or a key held", async () => {
    const { database } = scene();
    const [certificates, anchoring] = [mongoCertificateStore(database), mongoAnchoringStore(database)];
    const commands = async (work: () => Promise<unknown>): Promise<number> => {
      const before = recorder.sent.length;
      await work();
      return recorder.sent.length - before;
    };
    let first = 0;
    const counted = async (count: number, block: number) => {
      // Each has a time of its own, and so a document of the outbox.
      const issued = Array.from({ length: count }, (_, n) => newCertificate(first + n, { at: first + n }));
      await certificates.addIssued(issued.map((certificate) => ({ certificate, event })));
      first += count;
      const { entries } = await anchoring.pendingWork(count);
      const take = async (some: typeof entries, root: string) => {
        const leaves = await tiled(joinLeaves(some.map(({ leafHash }) => leafHash)));
        const anchor = { block, time: 1, tx: "0x" };
        expect(await anchoring.adoptBatch({ region: REGION, root, size: some.length, ...leaves }, anchor)).to.equal(
          some.length,
        );
      };
      const third = Math.floor(count / 3);
      return [
        await commands(() => take(entries.slice(0, third), `${block}a`.repeat(32))),
        await commands(() => take(entries.slice(-third), `${block}b`.repeat(32))),
        await commands(async () => {
          expect(await anchoring.holdPending(keyDigestOf("first"))).to.equal(count - 2 * third);
        }),
      ];
    };
    const few = await counted(6, 1);
    expect(await counted(300, 2)).to.deep.equal(few);
  });

  it("is nothing about what was safely anchored, when a key was compromised", async () => {
    const { database } = scene();
    const anchoring = mongoAnchoringStore(database);
    const lease = (await anchoring.claimLease("anchor", "one", 0, 1_000))!;
    for (const [first, count, time] of [
      [0, 40, 10],
      [40, 2, 20],
      [42, 40, 11],
      [82, 2, 21],
    ] as const) {
      await issue(mongoCertificateStore(database), count, { first });
      const { entries } = await anchoring.pendingWork(count);
      const name = { region: REGION, root: `${time}`.repeat(32), size: count };
      const outcome = await anchoring.stageBatch(lease, { ...name, entries, tileRoots: digestOf("r") }, 1);
      if (outcome.outcome !== "staged") throw new Error(outcome.outcome);
      await anchoring.attachAnchor(outcome.batch.id, { block: 1, time, tx: "0x" });
    }
    await issue(mongoCertificateStore(database), 2, { first: 84 });
    await anchoring.holdPending(keyDigestOf("first"));
    const before = recorder.sent.length;
    const query = { keyDigest: keyDigestOf("first"), compromisedSince: 20, limit: 100 };
    expect(await anchoring.certificatesToReissue(query)).to.deep.equal([40, 41, 82, 83, 84, 85].map(identifierOf));
    const looked = recorder.sent.slice(before).filter(({ name, collection }) => {
      return name === "find" && collection === "register";
    });
    const admin = scene().admin.db(scene().name).collection("register");
    const read = await Promise.all(looked.map(({ command }) => admin.countDocuments(command.filter)));
    expect(read).to.deep.equal([2, 2, 2]);
  });

  it("is about a stretch of a collection at a time where no index knows what is wrong", async () => {
    const { database, admin, name } = scene();
    const db = admin.db(name);
    expect(await firstAmong(database, "cursors", { block: "x" })).to.deep.equal([]);
    // In the order of the server, which compares values of different kinds.
    const ids: unknown[] = [-1, 1, 2.5, 7, "a", "b", { a: 1 }, { a: 2 }, new Binary(Buffer.from([1])), true];
    const isWrong = (n: number) => n % 3 === 0 || n === 1;
    const documents = ids.map((_id, n) => ({ _id, block: isWrong(n) ? "x" : n }));
    await db.collection("cursors").insertMany(documents as never[]);
    const wrong = ids.filter((_, n) => isWrong(n));
    for (const lookedAt of [1, 2, 3, 9, 10, 11]) {
      const before = recorder.sent.length;
      const found = await firstAmong(database, "cursors", { block: "x" }, { lookedAt });
      expect(found.map(({ _id }) => _id)).to.deep.equal(wrong);
      for (const { command } of recorder.sent.slice(before)) {
        const { executionStats } = await db.command({ explain: command, verbosity: "executionStats" });
        expect(executionStats.totalDocsExamined).to.be.at.most(lookedAt);
      }
      const two = await firstAmong(database, "cursors", { block: "x" }, { lookedAt, most: 2 });
      expect(two.map(({ _id }) => _id)).to.deep.equal(wrong.slice(0, 2));
    }
  });

  it("would be found out if it were not", async () => {
    const scan = {
      method: "x.y",
      name: "find",
      collection: "register",
      command: { find: "register", filter: { version: 1 } },
    };
    const sort = { ...scan, command: { find: "register", filter: { agency: "a" }, sort: { version: 1 } } };
    expect(await withoutIndex([scan])).to.have.length(1);
    expect(await withoutIndex([sort])).to.have.length(1);
    expect(scattering(scan)).to.have.length(1);
    expect(scattering(sort)).to.deep.equal([]);
    const hashed = (filter: object) => ({ ...scan, collection: "certificates", command: { filter } });
    expect(scattering(hashed({ _id: { $gt: "a" } }))).to.have.length(1);
    expect(scattering(hashed({ _id: { $in: ["a", "b"] } }))).to.deep.equal([]);
    expect(scattering(hashed({ _id: "a" }))).to.deep.equal([]);
  });

  async function withoutIndex(sent: readonly Sent[]): Promise<string[]> {
    const found: string[] = [];
    for (const each of sent) {
      // Asks the catalogue of the server, not a collection.
      if (each.name === "count" && Object.keys(each.command.query ?? {}).length === 0) continue;
      const stages = await stagesOf(scene().admin, scene().name, each);
      const bad = stages.filter((stage) => stage === "COLLSCAN" || stage === "SORT");
      if (bad.length > 0) found.push(`${each.method}: ${bad.join(", ")} in ${JSON.stringify(each.command)}`);
    }
    return found;
  }
});

/** A prefix of the key leads to the shards that have it; a hashed key has one field, of which it takes the values themselves. */
function scattering(sent: Sent): string[] {
  const [first] = shardKeyOf(sent.collection);
  if (first === undefined || RARE.has(sent.method)) return [];
  const leads = (filter: Document) => first in filter && !(isHashed(sent.collection) && isRange(filter[first]));
  return filtersOf(sent)
    .filter((filter) => !leads(filter))
    .map((filter) => `${sent.method}: ${sent.collection} without ${first} in ${JSON.stringify(filter)}`);
}

function isRange(condition: unknown): boolean {
  if (typeof condition !== "object" || condition === null) return false;
  return Object.keys(condition).some((name) => name.startsWith("$") && name !== "$in" && name !== "$eq");
}

function isHashed(collection: string): boolean {
  return Object.values(planOf(collection)?.shardKey ?? {}).includes("hashed");
}

function shardKeyOf(collection: string): string[] {
  return Object.keys(planOf(collection)?.shardKey ?? {});
}

function planOf(collection: string): CollectionPlan | undefined {
  return (COLLECTIONS as Record<string, CollectionPlan>)[collection];
}

/** What an examination asks again and again; the rest goes through whole collections once. */
function pagesOf(records: StoredRecords) {
  const { certificateFiles, certificateFile, outbox, batches, auditEvents, auditHeads } = records;
  const { mirroredBatches, mirroredPositions, requests, sealCertificates } = records;
  return {
    certificateFiles,
    certificateFile,
    outbox,
    batches,
    auditEvents,
    auditHeads,
    mirroredBatches,
    mirroredPositions,
    requests,
    sealCertificates,
  };
}

/** One of each shape. */
function distinct(sent: readonly Sent[]): Sent[] {
  const shapes = new Map(sent.map((each) => [`${each.method} ${each.name} ${each.collection} ${shapeOf(each)}`, each]));
  return [...shapes.values()];
}

function shapeOf(each: Sent): string {
  const shape = (value: unknown): unknown =>
    typeof value === "object" && value !== null && Object.getPrototypeOf(value) === Object.prototype
      ? Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, shape(inner)]))
      : typeof value;
  return JSON.stringify([filtersOf(each).slice(0, 1).map(shape), each.command.sort, each.command.hint]);
}

/** Every store by its name, with methods that take what the scenario gives them. */
// biome-ignore lint/suspicious/noExplicitAny: the scenario calls every method, and what is looked at are the commands that they send.
type Stores = Readonly<Record<string, any>>;

/** Every method of every store, over some hundred certificates. */
async function scenario(all: Stores): Promise<void> {
  const agency = {
    code: "A",
    name: "n",
    region: REGION,
    areaCode: "340100",
    did: "did:web:a",
    keyDigest: null,
    suspended: false,
  };
  await all.agencies.addAgency(agency, event);
  await all.agencies.setKey("A", keyDigestOf("first"), event);
  await all.agencies.setSuspended("A", true, event);
  await all.agencies.findAgency("A");
  await all.agencies.listAgencies();
  await all.agencies.authorise("A", "T", event);
  await all.agencies.isAuthorised("A", "T");
  await all.agencies.authorisedTypes("A");
  await all.agencies.withdraw("A", "T", event);

  const orders = { kept: { tokens: true, pickUpLinks: true }, actor: { ...event.actor, requestId: "r" } };
  await all.restoration.beginRestoration({ at: 1, backupOf: "2026-11-30T00:00:00.000Z", orders });
  await all.restoration.unfinishedRestoration();
  await all.restoration.ordersCarriedOut(1);
  await all.restoration.endRestoration(1);

  await all.alarms.raiseAlarm({ kind: "unknown-batch", object: "a", detail: "d" }, event);
  await all.alarms.alarms();
  await all.alarms.alarms({ includeCleared: true });
  await all.alarms.clearAlarm(1, 2);
  await all.alarms.moveCursor("watch", 1);
  await all.alarms.cursor("watch");

  const token = { id: "t", secretHash: digestOf("s"), agency: "A", types: ["*"], role: "issuer", label: "l" };
  await all.apiTokens.addToken({ ...token, createdAt: 1, expiresAt: null, revokedAt: null }, event);
  await all.apiTokens.findToken("t");
  await all.apiTokens.listTokens();
  await all.apiTokens.listTokens("A");
  await all.apiTokens.revokeToken("t", 2, event);

  await all.audit.append(event);
  for (const order of ["oldest-first", "newest-first"]) {
    await all.audit.list({ order, limit: 10 });
    await all.audit.list({ order, limit: 10, object: "x", beyond: 3 });
    await all.audit.list({ order, limit: 10, action: "certificate-issued", beyond: 3 });
  }

  const type = { typeCode: "T", version: 1, digest: digestOf("t"), definition: digestOf("t") };
  await all.catalogue.publish(type, event);
  await all.catalogue.findType("T", 1);
  await all.catalogue.latestType("T");
  await all.catalogue.listTypes();
  await all.catalogue.retire("T", 1, 5, event);

  await certificates(all);
  await anchoring(all);

  const reservation = { scope: "s", key: "k", requestHash: digestOf("r"), plan: "p" };
  await all.idempotency.reserve([reservation], { now: 10, abandonedBefore: 0, forgottenBefore: 0 });
  await all.idempotency.release([reservation]);
  await all.idempotency.reserve([reservation], { now: 10, abandonedBefore: 0, forgottenBefore: 0 });
  await all.idempotency.answer([{ ...reservation, response: { status: 200, body: digestOf("b") } }]);
  await all.idempotency.purge(11);

  const seen = { region: "310000", root: toHex(digestOf("root")), size: 2, block: 1, anchoredAt: 1 };
  await all.mirror.seeBatch(seen);
  const [missing] = await all.mirror.missingBatches(0, 10);
  await all.mirror.postponeBatch(missing.id, 1, 0);
  await all.mirror.keepLeaves(missing.id, await tiled(joinLeaves([digestOf("l", 1), digestOf("l", 2)])));
  await all.mirror.mirroredTile(missing.id, 0);
  await all.mirror.findLeaf(digestOf("l", 1));
  await all.mirror.mirroredLeaves(seen);
  await all.mirror.seeType({ typeCode: "T", version: 1, digest: toHex(digestOf("t")) });
  await all.mirror.missingTypes(0, 10);
  await all.mirror.postponeType("T", 1, 1, 0);
  await all.mirror.typeArrived("T", 1);
  await all.mirror.mirrorCounts();
  await all.mirror.moveCursor("mirror", 1);
  await all.mirror.cursor("mirror");

  await pickUps(all);

  await seals(all);
  await copies(all);

  const { next } = await all.records.certificateFiles(null, 5);
  await all.records.certificateFiles(next, 5);
  await all.records.certificateFile(identifierOf(5));
  await all.records.outbox(0, 5);
  await all.records.batches(0, 5);
  await all.records.auditEvents(5, 5);
  await all.records.auditHeads(0, 5);
  await all.records.mirroredBatches(0, 5);
  await all.records.mirroredPositions(missing.id, [digestOf("l", 1)]);
  await all.records.sealCertificates(0, 5);
  await all.records.requests(null, 5);
  await all.records.requests(reservation, 5);

  await all.statusIndices.leaseStatusIndices(REGION, 5);
  await all.statusIndices.skipStatusIndices(REGION, 50);
  await all.statusIndices.leasedStatusIndices(REGION);
  await all.statusIndices.statusIndexKey(REGION, digestOf("k"));
  await all.statusIndices.statusIndexKey(REGION, digestOf("k"));

  const lease = await all.statusQueue.claimLease("status", "one", 0, 1_000);
  const open = await all.statusQueue.openStatusChanges(10);
  const seqs = open.map(({ seq }: { seq: number }) => seq);
  await all.statusQueue.fixStatusSubmission(lease, seqs, 1);
  await all.statusQueue.recordStatusTransaction(seqs, "0x");
  await all.statusQueue.confirmStatusChanges(lease, seqs.slice(0, 1), 2);
  await all.statusQueue.statusLog(0, 0);
  await all.statusQueue.confirmedSince(1, 10);
  await all.statusQueue.reopenStatusChanges(lease, seqs.slice(0, 1));
  await all.statusQueue.releaseLease(lease);
  await all.statusQueue.endLease("status");
}

function licence(n: number, changes: Partial<NewCertificate> = {}): NewCertificate {
  const issueDate = `2026-01-${String(1 + (n % 28)).padStart(2, "0")}`;
  const code = `H${n % 7}`;
  const certificate = utf8(
    JSON.stringify({ credentialSubject: { issueDate, certificateHolder: [{ certificateHolderCode: code }] } }),
  );
  return { ...newCertificate(n), issueDate, certificate, holders: [{ code, codeType: "001" }], ...changes };
}

async function certificates({ certificates: store }: Stores): Promise<void> {
  const items = Array.from({ length: 400 }, (_, n) => ({ certificate: licence(n), event }));
  await store.addIssued(items);
  const suspend = { from: "valid", to: "suspended", resumeState: "valid", statusAction: "suspend", at: 1, event };
  for (const n of [1, 2, 3]) await store.changeState({ identifier: identifierOf(n), ...suspend });
  const away = { from: "valid", to: "transferred-out", resumeState: "valid", statusAction: null, at: 1, event };
  await store.changeState({ identifier: identifierOf(4), ...away });
  await store.changeState({ identifier: identifierOf(4), ...away, from: "transferred-out", to: "valid" });
  const successor = licence(900, { number: licence(9).number, predecessor: identifierOf(9) });
  await store.addSuccessor(
    { certificate: successor, event },
    { predecessor: identifierOf(9), expected: "valid", event },
  );
  await store.findCertificate(identifierOf(5));
  const agency = AGENCY;
  const shapes: CertificateQuery[] = [
    ...[{ agency }, { agency, issuedFrom: "2026-01-02", issuedTo: "2026-01-20" }, { agency, state: "valid" }],
    ...[
      { agency, state: "suspended" },
      { agency, typeCode: TYPE },
      { agency, typeCode: TYPE, state: "suspended" },
    ],
    ...[
      { agency, typeCode: TYPE, issuedFrom: "2026-01-02" },
      { agency, number: licence(5).number },
    ],
    ...[
      { agency, number: licence(5).number, typeCode: TYPE, state: "valid" },
      { agency, held: true },
    ],
    ...[
      { agency, number: licence(5).number, state: "suspended" },
      { agency, held: true, typeCode: TYPE, state: "valid" },
    ],
    ...[{ identifier: identifierOf(5) }, { agency, identifier: identifierOf(5), state: "valid", holderCode: "H5" }],
    ...[{ holderCode: "H1" }, { agency, holderCode: "H1", typeCode: TYPE, state: "valid", issuedTo: "2026-01-20" }],
  ] as CertificateQuery[];
  for (const query of shapes) {
    await store.search(query, { limit: 10 });
    await store.search(query, { limit: 10, after: "2026-01-15/100" });
  }
}

async function anchoring({ anchoring: store }: Stores): Promise<void> {
  const lease = await store.claimLease("anchor", "one", 0, 1_000);
  await store.claimLease("anchor", "two", 0, 1_000);
  const { entries } = await store.pendingWork(100);
  const root = "ab".repeat(32);
  const { batch } = await store.stageBatch(
    lease,
    { region: REGION, root, size: 100, entries, tileRoots: digestOf("r") },
    1,
  );
  const { head } = await store.uncoveredEvents();
  await store.stageAuditHead(lease, auditHeadBatch(nodeCrypto, REGION, head), 1);
  await store.newestAuditHead();
  await store.uncoveredEvents();
  await store.openBatches(10);
  await store.pendingForKey(keyDigestOf("first"));
  await store.leafPosition(identifierOf(5));
  await store.leafPosition(identifierOf(300));
  await store.recordSubmission(batch.id, "0x", 1);
  const anchor = { block: 1, time: 1, tx: "0x" };
  await store.attachAnchor(batch.id, anchor);
  await store.attachAnchor(batch.id, anchor);
  await store.anchoredSince(0, 10);
  await store.findBatch(batch.id);
  await store.findBatchByName({ region: REGION, root, size: 100 });
  await store.batchLeaves(batch.id);
  await store.batchTile(batch.id, 0);
  await store.reanchor(batch.id, anchor, { ...anchor, block: 2 });
  const { entries: waiting } = await store.pendingWork(3);
  // The first that waits, and then one out of turn.
  for (const [n, root] of [
    [0, "cd"],
    [2, "ef"],
  ] as const) {
    const adopted = await tiled(waiting[n].leafHash);
    await store.adoptBatch({ region: REGION, root: root.repeat(32), size: 1, ...adopted }, { ...anchor, block: 3 });
  }
  await store.leafPosition(identifierOf(102));
  await store.holdPending(keyDigestOf("first"));
  const query = { keyDigest: keyDigestOf("first"), compromisedSince: 0, limit: 10 };
  const [first] = await store.certificatesToReissue(query);
  await store.certificatesToReissue({ ...query, after: first });
  await store.counts();
  await store.releaseLease(lease);
  await store.endLease("anchor");
}

async function pickUps({ pickUps: store }: Stores): Promise<void> {
  const hashes = { secretHash: digestOf("s"), codeHash: digestOf("c") };
  const link = (id: string, n: number) => {
    const made = { agency: AGENCY, keyId: "k", ...hashes, madeAt: 1, expiresAt: 100 };
    return { link: { id, certificate: identifierOf(n), ...made }, event };
  };
  await store.addFirst([link("a", 1), link("b", 2)]);
  await store.addFirst([link("c", 1)]);
  await store.add(link("d", 1), { supersede: true });
  await store.find("d");
  await store.list(identifierOf(1));
  await store.countWrongCode("d", { limit: 5, at: 2 }, { wrong: event, locked: event });
  await store.open("d", 3, { hash: digestOf("h"), expiresAt: 50 }, event);
  await store.closeSession("d", digestOf("h"));
  await store.revoke("d", 4, event);
  await store.revokeLive(5, { limit: 1 }, () => event);
  await store.revokeLive(5, { after: "a", limit: 1 }, () => event);
  await store.revokedAt(5, { limit: 1 });
  await store.revokedAt(5, { after: "a", limit: 1 });
  await store.purge(1_000, 10);
}

async function seals({ seals: store }: Stores): Promise<void> {
  const ca = {
    ...{ serial: "01", holder: REGION, keyDigest: "ca", ca: "ca", certificate: digestOf("c") },
    ...{ validity: { from: 1, until: 100 }, appearance: null, revocation: null },
  };
  const appearance = { name: "样例局", code: "1234", star: true };
  for (const record of [
    ca,
    { ...ca, serial: "0a", holder: AGENCY, appearance },
    { ...ca, serial: "0b", holder: AGENCY, appearance },
  ])
    await store.addSealCertificate(record, event);
  await store.findSealCertificate("0a");
  await store.sealCertificatesOf(AGENCY);
  await store.sealCertificatesInForce(5, 1);
  const seal = { certificate: identifierOf(5), fileDigest: digestOf("f"), serial: "0a", sealedAt: 1, reason: "r" };
  for (const ordinal of [1, 2])
    await store.addSeal(
      { ...seal, room: 1, cms: digestOf("s") },
      ordinal - 1 || null,
      digestOf("leaf of a seal", ordinal),
      () => event,
    );
  await store.sealsOn(identifierOf(5), 8);
  await store.sealsOn(identifierOf(5), 8, "r");
  await store.revokeSealCertificate("0a", { at: 2, reason: "superseded" }, event);
  await store.revokedUnder("ca");
  const list = { ca: "ca", thisUpdate: 1, nextUpdate: 2, list: digestOf("l") };
  await store.putRevocationList({ ...list, number: 1 }, null, event);
  await store.putRevocationList({ ...list, number: 5 }, 1, event);
  await store.newestRevocationList("ca");
  await store.revocationLists();
}

async function copies({ agencies, copies: store }: Stores): Promise<void> {
  await addAgency(agencies);
  for (const n of [1, 2]) expect(await store.addCopy(copyNumbered(n, 5), event)).to.deep.equal({ stored: true });
  await store.findCopy(identifierOf(5), "number-0001");
  await store.copiesOf(identifierOf(5), { after: 0, limit: 1 });
  await store.countCopies(identifierOf(5));
}
