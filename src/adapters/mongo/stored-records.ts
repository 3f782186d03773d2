// SPDX-License-Identifier: Apache-2.0
import { Binary, type ClientSession } from "mongodb";
import { fromUtf8, utf8 } from "../../core/bytes.js";
import { fromHex, toHex } from "../../core/hex.js";
import type { RecordedEvent } from "../../domain/audit/index.js";
import {
  type BatchRecord,
  type CertificateFile,
  FILE_ACTIONS,
  type FilePage,
  type MirroredBatchRecord,
  type OutboxRecord,
  type RecordCounts,
  type StatusChangeRecord,
  type StoredRecords,
  type StoreFault,
} from "../../domain/examination/stored-records.js";
import { recordedEvent } from "./audit-store.js";
import { batchesOfEntries, indexIn } from "./batch-of-entry.js";
import { bytesOf } from "./bytes.js";
import { bodyOf, recordOf } from "./certificate-documents.js";
import { LOG_COUNTER } from "./counters.js";
import type { MongoDatabase } from "./database.js";
import type {
  AuditEventDocument,
  BatchDocument,
  Bytes,
  CertificateDocument,
  Documents,
  HolderDocument,
  MirroredBatchDocument,
  RegisterDocument,
  StatusChangeDocument,
} from "./documents.js";
import { withWords } from "./failures.js";
import { batchOf, leafId } from "./mirror-store.js";
import { certificateOf, entriesOf, stagedUpTo } from "./outbox.js";
import { linkOf } from "./pick-up-store.js";
import { wordOf } from "./status-queue.js";
import { certificatesOf, storedFaults } from "./stored-faults.js";

/**
 * A page of certificates is of one instant: a transaction that only reads, of a few queries. The other pages are one query each. Cursors
 * bring what was asked for and no more, so memory holds a page.
 */
export function mongoStoredRecords({ unhurried: database }: MongoDatabase): StoredRecords {
  // Whole collections are gone through for whoever runs an examination, and nobody else waits for it.
  const reads = withWords({ name: "stored records", unhurried: "all" }, {
    certificateFiles: (after, limit) =>
      database.transaction(async (session) => {
        const registered = await registerAfter(database, session, after, limit);
        const { files, faults } = await filesOf(database, session, registered);
        const end = registered.length < limit ? undefined : registered.at(-1);
        return { files, faults, next: end === undefined ? null : placeOf(end) };
      }),

    certificateFile: (identifier) =>
      database.transaction(async (session) => {
        const registered = await database.collection("register").find({ _id: identifier }, { session }).toArray();
        return (await filesOf(database, session, registered)).files[0] ?? null;
      }),

    async outbox(after, limit) {
      const from = Math.max(after, await stagedUpTo(database));
      const found: OutboxRecord[] = [];
      const waiting = database
        .collection("outbox")
        .find({ _id: { $gt: from } })
        .sort({ _id: 1 })
        .batchSize(DOCUMENTS_AT_ONCE);
      for await (const document of waiting) {
        for (const { seq, ...entry } of entriesOf(document, from))
          found.push({ seq, ...entry, certificateId: certificateOf(document, seq) ?? "" });
        if (found.length >= limit) break;
      }
      return found.slice(0, limit);
    },

    async batches(after, limit) {
      const found = await database
        .collection("batches")
        .find({ _id: { $gt: after } })
        .sort({ _id: 1 })
        .limit(limit)
        .toArray();
      const records: BatchRecord[] = [];
      for (const batch of found) records.push(batchRecordOf(batch, await certificatesOf(database, batch)));
      return records;
    },

    async auditEvents(after, limit) {
      const events = await database
        .collection("auditEvents")
        .find({ _id: { $gt: after } })
        .sort({ _id: 1 })
        .limit(limit)
        .toArray();
      const without = events.filter(({ hash }) => hash === undefined).map(({ _id }) => _id);
      const beside = without.length === 0 ? new Map<number, Bytes>() : await hashesBeside(database, without);
      return events.map((document) => ({
        event: readEvent(document),
        hash: bytesIn(document.hash ?? beside.get(document._id)),
      }));
    },

    async auditHeads(after, limit) {
      const heads = await database
        .collection("batches")
        .find({ "auditHead.sequence": { $gt: after } }, { projection: { auditHead: 1, region: 1, root: 1, size: 1 } })
        .sort({ "auditHead.sequence": 1 })
        .limit(limit)
        .toArray();
      return heads.flatMap(({ _id: batchId, auditHead, region, root, size }) => {
        if (auditHead === undefined) return [];
        const batch = { region, root: toHex(bytesIn(root)), size };
        return [{ sequence: auditHead.sequence, hash: bytesIn(auditHead.hash), batchId, batch }];
      });
    },

    async lastAuditSequence() {
      return (await database.collection("counters").findOne({ _id: LOG_COUNTER }))?.event ?? 0;
    },

    async mirroredBatches(after, limit) {
      const found = await database
        .collection("mirroredBatches")
        .find({ _id: { $gt: after } })
        .sort({ _id: 1 })
        .limit(limit)
        .toArray();
      return found.map(mirroredBatchOf);
    },

    async mirroredPositions(batchId, leaves) {
      const ids = leaves.map((leaf) => leafId(leaf, batchId));
      const found = await database
        .collection("mirroredLeaves")
        .find({ _id: { $in: ids } })
        .toArray();
      const positions = new Map(found.map(({ _id, position }) => [toHex(bytesOf(_id)), position]));
      return ids.map((id) => positions.get(toHex(bytesOf(id))) ?? null);
    },

    async mirroredTypes() {
      const types = await database.collection("mirroredTypes").find().toArray();
      return types.map(({ typeCode, version, digest, isMissing }) => {
        return { typeCode, version, digest: digestIn(digest), arrived: isMissing !== true };
      });
    },

    async requests(after, limit) {
      // In this order: it is what `_id` is compared by.
      const filter = after === null ? {} : { _id: { $gt: { scope: after.scope, key: after.key } } };
      const found = await database.collection("idempotency").find(filter).sort({ _id: 1 }).limit(limit).toArray();
      return found.map(({ _id: { scope, key }, requestHash, plan, createdAt, status, body }) => {
        const planned = plan === undefined ? null : utf8(plan);
        const response = body === undefined ? planned : bytesIn(body);
        return { scope, key, requestHash: bytesIn(requestHash), status: status ?? null, response, createdAt };
      });
    },

    async cursors() {
      const cursors = await database.collection("cursors").find().sort({ _id: 1 }).toArray();
      return cursors.map(({ _id: name, block }) => ({ name, block }));
    },

    async statusIndexKey(region) {
      const known = await database.collection("statusIndexKeys").findOne({ _id: region });
      return known && bytesIn(known.key);
    },

    counts: () => counts(database),

    faults: () => storedFaults(database),
  } satisfies Omit<StoredRecords, "nameOf">);
  return { ...reads, nameOf: (table) => NAMES[table] ?? inCamelCase(table) };
}

function inCamelCase(name: string): string {
  return name.replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase());
}

/** Where a document of another collection holds what the embedded store has a table for. */
const NAMES: Readonly<Record<string, string>> = { agency_types: "agencies", audit_heads: "batches" };

/** A document of the outbox holds from one entry to as many as an import stores together. */
const DOCUMENTS_AT_ONCE = 200;

/** The certificates of a key in the order in which they were stored: neighbours are mostly of one batch. */
async function registerAfter(
  database: MongoDatabase,
  session: ClientSession,
  after: string | null,
  limit: number,
): Promise<RegisterDocument[]> {
  const register = database.collection("register");
  const page = (filter: object, rest: number) =>
    register.find(filter, { session }).sort({ keyDigest: 1, entry: 1 }).hint("key").limit(rest).toArray();
  if (after === null) return page({}, limit);
  const [key = "", entry] = after.split("/");
  const keyDigest = new Binary(fromHex(key));
  const ofKey = await page({ keyDigest, entry: { $gt: Number(entry) } }, limit);
  if (ofKey.length === limit) return ofKey;
  return [...ofKey, ...(await page({ keyDigest: { $gt: keyDigest } }, limit - ofKey.length))];
}

function placeOf({ keyDigest, entry }: RegisterDocument): string {
  return `${toHex(bytesIn(keyDigest))}/${entry}`;
}

/** Everything that is stored about these, with what one part of it says otherwise than another. */
async function filesOf(
  database: MongoDatabase,
  session: ClientSession,
  registered: readonly RegisterDocument[],
): Promise<Omit<FilePage, "next">> {
  if (registered.length === 0) return { files: [], faults: [] };
  const all = <Name extends keyof Documents>(name: Name, ids: readonly unknown[]) =>
    database.db
      .collection(name)
      .find({ _id: { $in: [...ids] as never[] } }, { session })
      .toArray() as unknown as Promise<Documents[Name][]>;
  const identifiers = registered.map(({ _id }) => _id);
  const signed = byId(await all("certificates", identifiers.map(bodyOf)));
  const statusIndexNames = registered.map(
    ({ _id, statusIndex }) => `${signed.get(bodyOf(_id))?.region}/${statusIndex}`,
  );
  const statusIndices = byId(await all("statusIndices", statusIndexNames));
  const waiting = registered.flatMap(({ place, entry }) => (place === undefined ? [entry] : []));
  const batches = await batchesOfEntries(database, waiting, session);
  const orders = byId(await all("pickUpOrders", identifiers));
  const links = byId(
    await all(
      "pickUpLinks",
      [...orders.values()].flatMap((order) => order.links ?? []),
    ),
  );
  const changes = await changesOf(database, session, registered);
  const holders = await holdersOf(database, session, [...signed.values()]);
  const history = await historyOf(database, session, identifiers);
  const files: CertificateFile[] = [];
  const faults: StoreFault[] = [];
  for (const [i, document] of registered.entries()) {
    const { _id: key, entry, statusIndex } = document;
    const wrong = (collection: string, field: string, why: string) => faults.push({ collection, key, field, why });
    const certificate = signed.get(bodyOf(key));
    if (certificate === undefined) {
      wrong("certificates", "record", "it is in the register, and no signed certificate is here");
      continue;
    }
    for (const [field, is, expected] of [
      ["identifier", certificate.identifier, key],
      ["agency", certificate.agency, document.agency],
      ["number", certificate.number, document.number],
      ["entry", certificate.entry, entry],
    ] as const)
      if (is !== expected) wrong("certificates", field, "is not that of the register");
    if (statusIndices.get(statusIndexNames[i]!)?.certificate !== key)
      wrong("statusIndices", "_id, certificate", "its status index is not reserved for it");
    const held = holders.get(key) ?? [];
    for (const holder of held)
      for (const field of ["agency", "number"] as const)
        if (holder[field] !== certificate[field]) wrong("holders", field, "is not that of the certificate");
    const ordered = (orders.get(key)?.links ?? []).flatMap((id) => links.get(id) ?? []);
    if (ordered.some((link) => link.certificate !== key))
      wrong("pickUpLinks", "certificate", "is not the certificate that leads to it");
    try {
      files.push({
        ...fileOf(document, certificate),
        place: placeIn(document, batches),
        holders: held.map(({ _id: { code }, codeType }) => ({ code, codeType })),
        statusChanges: changes.get(statusIndex) ?? [],
        links: ordered.map(linkOf).sort((a, b) => a.ordinal - b.ordinal),
        history: history.get(key) ?? [],
      });
    } catch {
      wrong("certificates", "record", "what is stored about it cannot be read");
    }
  }
  return { files, faults };
}

function byId<Of extends { readonly _id: unknown }>(documents: readonly Of[]): ReadonlyMap<Of["_id"], Of> {
  return new Map(documents.map((document) => [document._id, document]));
}

function fileOf(document: RegisterDocument, signed: CertificateDocument): Pick<CertificateFile, "certificate"> {
  const { anchoring: _, ...certificate } = recordOf(signed, document, "pending");
  // Anything but absent counts as held here: an examination must not take a value that nobody writes for a usual one.
  return { certificate: { ...certificate, held: document.held !== undefined } };
}

function placeIn(
  { place, entry }: RegisterDocument,
  batches: Awaited<ReturnType<typeof batchesOfEntries>>,
): CertificateFile["place"] {
  if (place !== undefined) return { batchId: place.batchId, index: place.index };
  const batch = batches.get(entry);
  return batch === undefined ? { batchId: null, index: null } : { batchId: batch._id, index: indexIn(batch, entry) };
}

/** By status index, in order. */
async function changesOf(
  database: MongoDatabase,
  session: ClientSession,
  registered: readonly RegisterDocument[],
): Promise<ReadonlyMap<number, StatusChangeRecord[]>> {
  const indices = registered.map(({ statusIndex }) => statusIndex);
  const words = [...new Set(indices.map(wordOf))];
  const found = await database
    .collection("statusChanges")
    .find({ word: { $in: words }, statusIndex: { $in: indices } }, { session })
    .toArray();
  return grouped(found.sort((a, b) => a._id - b._id).map((change) => [change.statusIndex, changeOf(change)]));
}

function changeOf({ _id: seq, certificate: certificateId, word: _, open: __, ...change }: StatusChangeDocument) {
  return { seq, certificateId, ...change } satisfies StatusChangeRecord;
}

/**
 * By identifier. A holder's document is found by code, date and entry, so the codes are taken from the signed certificates; those of a
 * certificate that cannot be read are looked for in all.
 */
async function holdersOf(
  database: MongoDatabase,
  session: ClientSession,
  signed: readonly CertificateDocument[],
): Promise<ReadonlyMap<string, HolderDocument[]>> {
  const ids: HolderDocument["_id"][] = [];
  const unreadable: string[] = [];
  for (const { identifier, certificate, entry } of signed) {
    const named = namedHolders(certificate);
    if (named === null) unreadable.push(identifier);
    else for (const code of new Set(named.codes)) ids.push({ code, issueDate: named.issueDate, entry });
  }
  const holders = database.collection("holders");
  const found = ids.length === 0 ? [] : await holders.find({ _id: { $in: ids } }, { session }).toArray();
  const others =
    unreadable.length === 0 ? [] : await holders.find({ certificate: { $in: unreadable } }, { session }).toArray();
  return grouped([...found, ...others].map((holder) => [holder.certificate, holder]));
}

function namedHolders(certificate: Bytes): { readonly codes: readonly string[]; readonly issueDate: string } | null {
  try {
    const { credentialSubject } = JSON.parse(fromUtf8(bytesIn(certificate)) ?? "");
    const holders = credentialSubject.certificateHolder as readonly { readonly certificateHolderCode: string }[];
    return {
      codes: holders.map(({ certificateHolderCode }) => String(certificateHolderCode)),
      issueDate: String(credentialSubject.issueDate),
    };
  } catch {
    return null;
  }
}

/** By identifier, in order. */
async function historyOf(
  database: MongoDatabase,
  session: ClientSession,
  identifiers: readonly string[],
): Promise<ReadonlyMap<string, RecordedEvent[]>> {
  const events = await database
    .collection("auditEvents")
    .find({ object: { $in: [...identifiers] }, action: { $in: [...FILE_ACTIONS] } }, { session })
    .project<AuditEventDocument>({ hash: 0 })
    .toArray();
  return grouped(events.sort((a, b) => a._id - b._id).map((document) => [document.object, readEvent(document)]));
}

function grouped<Key, Value>(pairs: readonly (readonly [Key, Value])[]): ReadonlyMap<Key, Value[]> {
  const groups = new Map<Key, Value[]>();
  for (const [key, value] of pairs) {
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [value]);
    else group.push(value);
  }
  return groups;
}

async function hashesBeside(database: MongoDatabase, sequences: readonly number[]): Promise<Map<number, Bytes>> {
  const found = await database
    .collection("auditHashes")
    .find({ _id: { $in: [...sequences] } })
    .toArray();
  return new Map(found.map(({ _id, hash }) => [_id, hash]));
}

/** What was edited into something that JSON cannot say is read as text, and the hash of the event tells. */
function readEvent({ digestBefore, digestAfter, hash: _, ...event }: AuditEventDocument): RecordedEvent {
  return recordedEvent({
    ...(plain(event) as Omit<AuditEventDocument, "digestBefore" | "digestAfter">),
    ...(digestBefore === undefined ? {} : { digestBefore: bytesIn(digestBefore) }),
    ...(digestAfter === undefined ? {} : { digestAfter: bytesIn(digestAfter) }),
  });
}

function plain(value: unknown): unknown {
  if (value === null || typeof value === "boolean" || typeof value === "string") return value;
  if (typeof value === "number") return Number.isFinite(value) ? value : String(value);
  if (Array.isArray(value)) return value.map(plain);
  if (typeof value === "object" && Object.getPrototypeOf(value) === Object.prototype)
    return Object.fromEntries(Object.entries(value).map(([name, each]) => [name, plain(each)]));
  return String(value);
}

/** Nothing where the value is of another kind; that it is, `faults` tells. */
function bytesIn(value: unknown): Uint8Array {
  return value instanceof Binary ? bytesOf(value) : new Uint8Array();
}

function digestIn(hex: unknown): Uint8Array {
  return typeof hex === "string" && /^(?:[0-9a-f]{2})*$/.test(hex) ? fromHex(hex) : new Uint8Array();
}

function batchRecordOf(batch: BatchDocument, certificates: number): BatchRecord {
  const { _id: id, region, root, size, tileRoots, stagedAt, open, submittedAt, tx, block, anchoredAt } = batch;
  const auditHead = batch.auditHead?.sequence ?? null;
  const state = open === undefined ? "anchored" : submittedAt === null ? "staged" : "submitted";
  return {
    ...{ id, region, root: toHex(bytesIn(root)), size, tileRoots: bytesIn(tileRoots), state, stagedAt },
    ...{ submittedAt, tx, block: block ?? null, anchoredAt: anchoredAt ?? null, certificates },
    auditHead,
  };
}

function mirroredBatchOf(batch: MirroredBatchDocument): MirroredBatchRecord {
  const { _id: id, region, root, size, tileRoots, block, anchoredAt } = batch;
  const roots = tileRoots === undefined ? null : bytesIn(tileRoots);
  return { id, region, root: toHex(bytesIn(root)), size, tileRoots: roots, block, anchoredAt };
}

async function counts(database: MongoDatabase): Promise<RecordCounts> {
  const mirroredLeaves = await leavesOfWholeBatches(database);
  const ofOne = await database.snapshot(async (session, at) => {
    const count = (name: keyof Documents) => at.db.collection(name).countDocuments({}, { session });
    const certificates = await count("register");
    const holders = await count("holders");
    const statusChanges = await count("statusChanges");
    const pickUpLinks = await count("pickUpLinks");
    const mirroredTiles = await count("mirroredTiles");
    return { certificates, holders, statusChanges, pickUpLinks, mirroredTiles };
  });
  const from = await stagedUpTo(database);
  let outbox = 0;
  for await (const document of database
    .collection("outbox")
    .find({ _id: { $gt: from } }, { projection: { certificates: 0 } }))
    outbox += entriesOf(document, from).length;
  return { ...ofOne, outbox, batchTiles: await tilesOfBatches(database), mirroredLeaves };
}

/** Without those that a worker has left which was ended before its batch was there. */
async function tilesOfBatches(database: MongoDatabase): Promise<number> {
  const [counted] = await database
    .collection("batchTiles")
    .aggregate<{ n: number }>([
      { $group: { _id: "$_id.batch", n: { $sum: 1 } } },
      {
        $lookup: {
          from: "batches",
          localField: "_id",
          foreignField: "_id",
          pipeline: [{ $project: { _id: 1 } }],
          as: "batch",
        },
      },
      { $match: { batch: { $ne: [] } } },
      { $group: { _id: null, n: { $sum: "$n" } } },
    ])
    .toArray();
  return counted?.n ?? 0;
}

/** All but those of batches that are known and not whole yet. The server cannot take a batch out of a leaf's `_id`. */
async function leavesOfWholeBatches(database: MongoDatabase): Promise<number> {
  const missing = await database
    .collection("mirroredBatches")
    .find({ isMissing: true }, { projection: { _id: 1 } })
    .toArray();
  const unfinished = new Set(missing.map(({ _id }) => _id));
  let leaves = 0;
  const all = database
    .collection("mirroredLeaves")
    .find({}, { projection: { _id: 1 } })
    .batchSize(LEAVES_AT_ONCE);
  for await (const { _id } of all) if (!isLeafOf(unfinished, _id)) leaves += 1;
  return leaves;
}

/** An `_id` of another length is no leaf's of any batch. */
function isLeafOf(batches: ReadonlySet<number>, id: Bytes): boolean {
  return bytesIn(id).length === LEAF_ID_LENGTH && batches.has(batchOf(id));
}

const LEAF_ID_LENGTH = 40;
const LEAVES_AT_ONCE = 10_000;
