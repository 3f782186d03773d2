// SPDX-License-Identifier: Apache-2.0
import { expect } from "chai";
import {
  type MongoDatabase,
  mongoAgencyStore,
  mongoAlarmStore,
  mongoAnchoringStore,
  mongoApiTokenStore,
  mongoAuditStore,
  mongoCatalogueStore,
  mongoCertificateStore,
  mongoCopyStore,
  mongoIdempotencyStore,
  mongoMirrorStore,
  mongoPickUpStore,
  mongoRestorationStore,
  mongoSealStore,
  mongoStatusIndexStore,
  mongoStatusQueue,
  mongoStoredRecords,
  openMongo,
} from "../../../src/adapters/mongo/index.js";
import { toHex } from "../../../src/core/hex.js";
import type { Agency } from "../../../src/domain/agencies/index.js";
import { joinLeaves } from "../../../src/domain/anchoring/index.js";
import type { AuditAction, AuditEvent } from "../../../src/domain/audit/index.js";
import type { SealCertificateRecord, SealStore } from "../../../src/domain/seals/index.js";
import { agencyStoreSuite } from "../agency-store.suite.js";
import { anchoringStoreSuite } from "../anchoring-store.suite.js";
import { apiTokenStoreSuite } from "../api-token-store.suite.js";
import { auditStoreSuite } from "../audit-store.suite.js";
import { catalogueStoreSuite } from "../catalogue-store.suite.js";
import { certificateStoreSuite } from "../certificate-store.suite.js";
import { describeCopyStore } from "../copy-store.suite.js";
import { idempotencyStoreSuite } from "../idempotency-store.suite.js";
import { change, digestOf, identifierOf, issue, newCertificate, REGION, sealLeafOf, tiled } from "../issued.js";
import { pickUpStoreSuite } from "../pick-up-store.suite.js";
import { restorationStoreSuite } from "../restoration-store.suite.js";
import { describeSealStore } from "../seal-store.suite.js";
import { statusQueueSuite } from "../status-queue.suite.js";
import { storedRecordsSuite } from "../stored-records.suite.js";
import { alarmStoreSuite } from "../watch-store.suite.js";
import { useDatabase } from "./cluster.js";

const close = async (): Promise<void> => {};

// Each is one whole test tree on one connection: opening a database makes all its collections.
describe("MongoDB, replica-set of one", () => {
  const scene = useDatabase("replica-set-of-one");
  /** As another process would have it. */
  let second: MongoDatabase;
  before(async () => {
    second = await openMongo({ url: scene().url, region: REGION });
  });
  after(() => second?.close());

  describe("the agency store", () => {
    agencyStoreSuite(async () => {
      const { database } = scene();
      return { store: mongoAgencyStore(database), audit: mongoAuditStore(database), close };
    });
  });

  describe("the store of API tokens", () => {
    apiTokenStoreSuite(async () => {
      const { database } = scene();
      return { store: mongoApiTokenStore(database), audit: mongoAuditStore(database) };
    });
  });

  describe("the store of alarms", () => {
    alarmStoreSuite(async () => {
      const { database } = scene();
      const store = mongoAlarmStore(database);
      return { store, another: mongoAlarmStore(second), audit: mongoAuditStore(database), close };
    });
  });

  describe("the catalogue store", () => {
    catalogueStoreSuite(async () => {
      const { database } = scene();
      return { store: mongoCatalogueStore(database), audit: mongoAuditStore(database), close };
    });
  });

  describe("the store of restorations", () => {
    restorationStoreSuite(async () => {
      const { database } = scene();
      await database.collection("deployment").updateOne({ _id: "tigertally" }, { $unset: { restoration: 1 } });
      return { store: mongoRestorationStore(database), elsewhere: mongoRestorationStore(second) };
    });

    it("do not take one that came with a dump for the one that begins now", async () => {
      const { database, admin, name } = scene();
      const store = mongoRestorationStore(database);
      const before = { at: 1, backupOf: "2026-11-30T01:00:00.000Z", orders: null };
      await store.endRestoration((await store.unfinishedRestoration())?.at ?? 0);
      await store.beginRestoration(before);
      const deployment = admin.db(name).collection("deployment");
      const dumped = await deployment.find().toArray();
      await deployment.drop();
      await deployment.insertMany(dumped, { writeConcern: { w: "majority" } });
      expect(await store.unfinishedRestoration()).to.deep.equal(before);
      expect(await store.beginRestoration({ ...before, at: 2 })).to.deep.equal({ ...before, at: 2 });
      expect(await store.beginRestoration({ ...before, at: 3 })).to.deep.equal({ ...before, at: 2 });
      await store.endRestoration(2);
    });
  });

  describe("the store of idempotency keys", () => {
    idempotencyStoreSuite(async () => mongoIdempotencyStore(scene().database));
  });

  describe("the audit store", () => {
    auditStoreSuite(async () => {
      const { database } = scene();
      const events = database.db.collection("auditEvents");
      const refusal = async (attempt: Promise<unknown>) =>
        attempt.then(
          () => "done" as const,
          () => "refused" as const,
        );
      return {
        store: mongoAuditStore(database),
        tamper: async () => [
          await refusal(events.updateOne({}, { $set: { object: "x" } })),
          await refusal(events.deleteOne({})),
        ],
        close,
      };
    });

    it("gives every instance's events numbers without gaps, in the order in which they became durable", async () => {
      const stores = [mongoAuditStore(scene().database), mongoAuditStore(second)];
      const appended = await Promise.all(
        Array.from({ length: 60 }, (_, n) => stores[n % 2]!.append(eventAbout(`event-${n}`))),
      );
      const numbers = appended.map(({ sequence }) => sequence).sort((a, b) => a - b);
      expect(numbers).to.deep.equal(Array.from({ length: 60 }, (_, n) => n + 1));
      const listed = await stores[0]!.list({ order: "oldest-first", limit: 100 });
      for (const { sequence, object } of appended) expect(listed[sequence - 1]).to.deep.include({ sequence, object });
    });
  });

  describe("the certificate store", () => {
    certificateStoreSuite(async () => {
      const { database } = scene();
      const anchoring = mongoAnchoringStore(database);
      return {
        store: mongoCertificateStore(database),
        another: mongoCertificateStore(second),
        audit: mongoAuditStore(database),
        outbox: async () => (await anchoring.pendingWork(1_000)).entries.map(({ leafHash }) => leafHash),
        statusChanges: async () =>
          (await mongoStatusQueue(database).openStatusChanges(1_000)).map(({ statusIndex, action }) => {
            return { statusIndex, action };
          }),
        close,
      };
    });

    it("refuses what was signed with a key that the agency has replaced", async () => {
      const { database } = scene();
      const certificate = newCertificate(1, { key: "first" });
      const agencies = mongoAgencyStore(database);
      await agencies.addAgency(agencyOf(certificate), eventAbout("x"));
      await agencies.authorise(certificate.agency, certificate.typeCode, eventAbout("x"));
      await agencies.setKey(certificate.agency, toHex(digestOf("key", "second")), eventAbout("x"));
      const store = mongoCertificateStore(database);
      const outcome = await store.addIssued([{ certificate, event: eventAbout("x") }]);
      expect(outcome).to.deep.equal([{ stored: false, conflict: "key", existing: null }]);
    });

    it("lets nothing slip in beside the change of an agency's key, whichever comes first", async () => {
      const { database } = scene();
      const agencies = mongoAgencyStore(second);
      const certificate = newCertificate(1, { key: "first" });
      await agencies.addAgency(agencyOf(certificate), eventAbout("x"));
      await agencies.authorise(certificate.agency, certificate.typeCode, eventAbout("x"));
      const audit = mongoAuditStore(database);
      const store = mongoCertificateStore(database);
      const add = (n: number) =>
        store.addIssued([{ certificate: newCertificate(n, { key: "first" }), event: eventAbout(`certificate-${n}`) }]);
      const all = Promise.all(Array.from({ length: 30 }, (_, n) => add(n)));
      await agencies.setKey(certificate.agency, toHex(digestOf("key", "second")), eventAbout("key-changed"));
      await all;
      const order = (await audit.list({ order: "oldest-first", limit: 100 })).map(({ object }) => object);
      const after = order.slice(order.indexOf("key-changed") + 1);
      expect(after.filter((object) => object.startsWith("certificate-"))).to.deep.equal([]);
    });

    it("stores what several instances issue at once, in one order without gaps", async () => {
      const stores = [mongoCertificateStore(scene().database), mongoCertificateStore(second)];
      await Promise.all(Array.from({ length: 10 }, (_, n) => issue(stores[n % 2]!, 20, { first: n * 20 })));
      const { entries } = await mongoAnchoringStore(second).pendingWork(1_000);
      expect(entries.map(({ seq }) => seq)).to.deep.equal(Array.from({ length: 200 }, (_, n) => n + 1));
    });
  });

  describe("the anchoring store", () => {
    anchoringStoreSuite(async () => {
      const { database } = scene();
      return {
        ...{ store: mongoAnchoringStore(database), certificates: mongoCertificateStore(database) },
        ...{ seals: mongoSealStore(database), records: mongoStoredRecords(database), close },
      };
    });
  });

  describe("the status queue", () => {
    statusQueueSuite(async () => {
      const { database } = scene();
      return { store: mongoStatusQueue(database), certificates: mongoCertificateStore(database), close };
    });
  });

  describeSealStore("the store of seals", async () => {
    const { database } = scene();
    return {
      store: mongoSealStore(database),
      logged: async () =>
        (await mongoAuditStore(database).list({ order: "oldest-first", limit: 100 })).map(
          ({ action, object }) => [action, object] as const,
        ),
      licence: (n) => issue(mongoCertificateStore(database), 1, { first: n }),
      close,
    };
  });

  describeCopyStore("in MongoDB", async () => {
    const { database } = scene();
    return {
      store: mongoCopyStore(database),
      certificates: mongoCertificateStore(database),
      agencies: mongoAgencyStore(database),
      anchoring: mongoAnchoringStore(database),
      records: mongoStoredRecords(database),
      audit: mongoAuditStore(database),
      close,
    };
  });

  describe("the store of seals, of two instances", () => {
    const record: SealCertificateRecord = {
      ...{ serial: "0a", holder: "A", keyDigest: "aa", ca: "ca", certificate: Uint8Array.of(1) },
      ...{ validity: { from: 1, until: 9 }, appearance: { name: "样例局", code: "1234", star: true } },
      revocation: null,
    };
    const stores = () => [mongoSealStore(scene().database), mongoSealStore(second)] as const;

    it("takes a certificate, a list and a seal once, and no seal after the revocation", async () => {
      const { database } = scene();
      await issue(mongoCertificateStore(database), 1);
      const sealed = { certificate: identifierOf(0), fileDigest: digestOf("file"), serial: "0a", sealedAt: 1 };
      const seal = { ...sealed, reason: "r", room: 2_048, cms: Uint8Array.of(1) };
      const list = { ca: "ca", number: 1, thisUpdate: 1, nextUpdate: 2, list: Uint8Array.of(1) };
      const both = (work: (store: SealStore) => Promise<unknown>) =>
        Promise.all(stores().map((store) => work(store).catch(() => "refused")));
      const added = await both((store) => store.addSealCertificate(record, eventAbout("certified")));
      expect(added.filter((outcome) => outcome === "refused")).to.have.length(1);
      expect((await both((store) => store.putRevocationList(list, null, eventAbout("listed")))).sort()).to.deep.equal([
        ...[false, true],
      ]);
      expect(
        (await both((store) => store.addSeal(seal, null, sealLeafOf(1), () => eventAbout("sealed")))).sort(),
      ).to.deep.equal([false, true]);
      const [one, other] = stores();
      const revocation = { at: 1, reason: "superseded" } as const;
      const results = await Promise.all([
        ...[2, 3, 4, 5].map((mark) =>
          one.addSeal({ ...seal, reason: `r${mark}` }, null, sealLeafOf(mark), () => eventAbout("sealed")),
        ),
        other.revokeSealCertificate("0a", revocation, eventAbout("revoked")),
      ]);
      expect(results.at(-1)).to.equal(true);
      const order = (await mongoAuditStore(database).list({ order: "oldest-first", limit: 100 })).map(
        ({ object }) => object,
      );
      expect(order.slice(order.indexOf("revoked") + 1)).to.deep.equal([]);
      const { length } = await one.sealsOn(identifierOf(0), 10);
      expect(order.filter((object) => object === "sealed")).to.have.length(length);
    });
  });

  describe("the stored records", () => {
    storedRecordsSuite(async () => {
      const { database } = scene();
      return {
        records: mongoStoredRecords(database),
        certificates: mongoCertificateStore(database),
        anchoring: mongoAnchoringStore(database),
        mirror: mongoMirrorStore(database),
        audit: mongoAuditStore(database),
        requests: mongoIdempotencyStore(database),
        statusIndices: mongoStatusIndexStore(database),
        seals: mongoSealStore(database),
        close,
      };
    });

    it("are told of once when a transaction has to begin again", async () => {
      const { database, admin, name } = scene();
      const orders = Array.from({ length: 1_001 }, (_, n) => ({
        _id: `order-${String(n).padStart(4, "0")}`,
        links: n % 500 === 0 ? ["gone"] : [],
      }));
      await admin
        .db(name)
        .collection("pickUpOrders")
        .insertMany(orders as never[]);
      const faults = (await mongoStoredRecords(database).faults()).filter(({ field }) => field === "links");
      const again: MongoDatabase = {
        ...database,
        async transaction(work, deadline) {
          await database.transaction(work, deadline);
          return database.transaction(work, deadline);
        },
      };
      const found = (await mongoStoredRecords(again).faults()).filter(({ field }) => field === "links");
      expect(found.map(({ key }) => key)).to.deep.equal(faults.map(({ key }) => key));
      expect(new Set(found.map(({ key }) => key)).size)
        .to.equal(found.length)
        .and.be.greaterThan(0);
    });

    it("are found whole while other instances write", async () => {
      const records = mongoStoredRecords(scene().database);
      const certificates = mongoCertificateStore(second);
      const anchoring = mongoAnchoringStore(second);
      let isOver = false;
      const write = async (): Promise<void> => {
        for (let n = 0; n < 12; n++) {
          await issue(certificates, 20, { first: n * 20 });
          await change(certificates, n * 20, "suspend", n);
          const lease = (await anchoring.claimLease("anchor", "second", n, 1_000))!;
          const { entries } = await anchoring.pendingWork(15);
          const { tileRoots } = await tiled(joinLeaves(entries.map(({ leafHash }) => leafHash)));
          const root = toHex(digestOf("root", n));
          await anchoring.stageBatch(lease, { region: REGION, root, size: entries.length, entries, tileRoots }, n);
        }
        isOver = true;
      };
      const examine = async (): Promise<void> => {
        while (!isOver) {
          expect(await records.faults()).to.deep.equal([]);
          const { faults } = await records.certificateFiles(null, 200);
          expect(faults).to.deep.equal([]);
        }
      };
      await Promise.all([write(), examine()]);
      const { files } = await records.certificateFiles(null, 1_000);
      expect(files).to.have.length(240);
      expect(files.filter(({ place }) => place.batchId !== null)).to.have.length(180);
    });
  });

  describe("the store of pick-up links", () => {
    pickUpStoreSuite(async () => {
      const { database } = scene();
      const certificates = mongoCertificateStore(database);
      return { store: mongoPickUpStore(database), certificates, audit: mongoAuditStore(database) };
    });

    it("counts wrong codes of several instances together", async () => {
      const { database } = scene();
      await issue(mongoCertificateStore(database), 1);
      const id = "a".repeat(22);
      const hashes = { secretHash: digestOf("s"), codeHash: digestOf("c") };
      const link = { id, certificate: identifierOf(0), agency: "a", keyId: "k", ...hashes, madeAt: 0, expiresAt: 100 };
      await mongoPickUpStore(database).addFirst([{ link, event: eventAbout("x", "pick-up-link-made") }]);
      const events = { wrong: eventAbout("x", "pick-up-code-wrong"), locked: eventAbout("x", "pick-up-locked") };
      const stores = [mongoPickUpStore(database), mongoPickUpStore(second)];
      const counted = await Promise.all(
        Array.from({ length: 5 }, (_, n) => stores[n % 2]!.countWrongCode(id, { limit: 5, at: 1 }, events)),
      );
      expect(counted.map((each) => each?.wrongCodes).sort()).to.deep.equal([1, 2, 3, 4, 5]);
    });
  });
});

function agencyOf({ agency: code }: { readonly agency: string }): Agency {
  const did = `did:web:tally.example:agencies:${code}`;
  const keyDigest = toHex(digestOf("key", "first"));
  return { code, name: "样例局", region: REGION, areaCode: "340100", did, keyDigest, suspended: false };
}

function eventAbout(object: string, action: AuditAction = "certificate-issued"): AuditEvent {
  const actor = { kind: "system", id: "test", role: "operator" } as const;
  return { time: 0, actor, action, object, requestId: "test", result: "done" };
}
