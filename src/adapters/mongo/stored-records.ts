// SPDX-License-Identifier: Apache-2.0
import { utf8 } from "../../core/bytes.js";
import { toHex } from "../../core/hex.js";
import type {
  BatchRecord,
  MirroredBatchRecord,
  OutboxRecord,
  StoredRecords,
} from "../../domain/examination/stored-records.js";
import { entriesIn } from "./batch-faults.js";
import { bytesOf } from "./bytes.js";
import { LOG_COUNTER } from "./counters.js";
import type { MongoDatabase } from "./database.js";
import type { BatchDocument, Bytes, MirroredBatchDocument, OutboxDocument } from "./documents.js";
import { bytesIn, digestIn, readEvent } from "./edited-values.js";
import { withWords } from "./failures.js";
import { leafId } from "./mirror-store.js";
import { certificateOf, entriesOf, stagedUpTo } from "./outbox.js";
import { counts } from "./record-counts.js";
import { sealCertificateOf } from "./seal-store.js";
import { storedFaults } from "./stored-faults.js";
import { filesOf, placeOf, registerAfter } from "./stored-files.js";

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
          found.push({ seq, ...entry, ...whose(document, seq) });
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
      for (const batch of found) records.push(batchRecordOf(batch, await entriesIn(database, batch)));
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

    async sealCertificates(after, limit) {
      const found = await database
        .collection("sealCertificates")
        .find({ event: { $gt: after } })
        .sort({ event: 1 })
        .limit(limit)
        .toArray();
      return found.map((document) => ({ event: document.event, record: sealCertificateOf(document, bytesIn) }));
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

async function hashesBeside(database: MongoDatabase, sequences: readonly number[]): Promise<Map<number, Bytes>> {
  const found = await database
    .collection("auditHashes")
    .find({ _id: { $in: [...sequences] } })
    .toArray();
  return new Map(found.map(({ _id, hash }) => [_id, hash]));
}

function whose(document: OutboxDocument, seq: number): Pick<OutboxRecord, "certificateId" | "seal" | "copy"> {
  const { seal, copy } = document;
  if (seal !== undefined) return { certificateId: seal.certificate, seal: seal.ordinal, copy: null };
  if (copy !== undefined) return { certificateId: copy.certificate, seal: null, copy: copy.number };
  return { certificateId: certificateOf(document, seq) ?? "", seal: null, copy: null };
}

function batchRecordOf(batch: BatchDocument, entries: number): BatchRecord {
  const { _id: id, region, root, size, tileRoots, stagedAt, open, submittedAt, tx, block, anchoredAt } = batch;
  const auditHead = batch.auditHead?.sequence ?? null;
  const state = open === undefined ? "anchored" : submittedAt === null ? "staged" : "submitted";
  return {
    ...{ id, region, root: toHex(bytesIn(root)), size, tileRoots: bytesIn(tileRoots), state, stagedAt },
    ...{ submittedAt, tx, block: block ?? null, anchoredAt: anchoredAt ?? null, entries },
    auditHead,
  };
}

function mirroredBatchOf(batch: MirroredBatchDocument): MirroredBatchRecord {
  const { _id: id, region, root, size, tileRoots, block, anchoredAt } = batch;
  const roots = tileRoots === undefined ? null : bytesIn(tileRoots);
  return { id, region, root: toHex(bytesIn(root)), size, tileRoots: roots, block, anchoredAt };
}
