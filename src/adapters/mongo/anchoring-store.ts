// SPDX-License-Identifier: Apache-2.0
import { TallyError } from "../../core/errors.js";
import { fromHex, toHex } from "../../core/hex.js";
import type {
  AnchoringState,
  AnchoringStore,
  AnchorOnChain,
  LeaseStore,
  OpenBatch,
  StoredBatch,
} from "../../domain/anchoring/index.js";
import { auditHeadOf, newestAuditHead, stageAuditHead, uncoveredEvents } from "./audit-heads.js";
import { batchOfEntry, indexIn } from "./batch-of-entry.js";
import { bytesOf } from "./bytes.js";
import { bodyOf } from "./certificate-documents.js";
import { copiesUnanchoredOfKey } from "./copy-store.js";
import type { MongoDatabase } from "./database.js";
import type { BatchDocument } from "./documents.js";
import { withWords } from "./failures.js";
import { allLeaves, oneTile } from "./leaf-tiles.js";
import { mongoLeaseStore } from "./lease-store.js";
import { countPending, isHeldByNone, pendingEntries } from "./outbox.js";
import { certificatesToReissue, unanchoredOfKey } from "./reissue.js";
import { adoptBatch, forgetStaged, holdPending, stageBatch } from "./staging.js";

export function mongoAnchoringStore(database: MongoDatabase): AnchoringStore {
  const batches = database.collection("batches");

  return {
    ...mongoLeaseStore(database),
    ...withWords({ name: "anchoring", unhurried: ["adoptBatch", "holdPending", "certificatesToReissue"] }, {
      async pendingWork(limit) {
        const entries = await pendingEntries(database, limit);
        const [oldest] = entries;
        return {
          entries: entries.map(({ seq, leafHash }) => ({ seq, leafHash })),
          oldestAt: oldest?.queuedAt ?? null,
        };
      },

      async stageBatch(lease, batch, now) {
        const outcome = await stageBatch(database, lease, batch, now);
        if (outcome.outcome === "staged") await forgetStaged(database);
        return outcome;
      },

      uncoveredEvents: () => uncoveredEvents(database),

      stageAuditHead: (lease, batch, now) => stageAuditHead(database, lease, batch, now),

      newestAuditHead: () => newestAuditHead(database),

      async openBatches(limit) {
        const open = await batches.find({ open: true }, OPEN_ROW).sort({ _id: 1 }).limit(limit).toArray();
        return open.map(openBatchOf);
      },

      async recordSubmission(batchId, tx, now) {
        await batches.updateOne({ _id: batchId, open: true }, { $set: { tx, submittedAt: now } });
      },

      async attachAnchor(batchId, { block, time, tx }) {
        const attached = await batches.updateOne(
          { _id: batchId, open: true },
          { $set: { block, anchoredAt: time, tx }, $unset: { open: 1 } },
        );
        if (attached.matchedCount === 1) return;
        const stored = await batches.findOne({ _id: batchId }, ROW);
        if (stored === null)
          throw new TallyError("store.failed", `there is no batch ${batchId} to attach an anchor to`);
        const anchor = anchorOf(stored);
        if (anchor?.block === block && anchor.time === time && anchor.tx === tx) return;
        throw new TallyError(
          "store.failed",
          `batch ${batchId} is anchored in block ${stored.block} (${stored.tx}) already, not in block ${block} (${tx})`,
        );
      },

      async anchoredSince(block, limit) {
        const found = await batches
          .find({ block: { $gte: block } }, ROW)
          .sort({ block: -1, _id: -1 })
          .limit(limit)
          .toArray();
        return found.map((batch) => ({ id: batch._id, ...nameOf(batch), ...(anchorOf(batch) as AnchorOnChain) }));
      },

      async reanchor(batchId, lost, found) {
        const filter = { _id: batchId, block: lost.block, anchoredAt: lost.time, tx: lost.tx };
        const gone = {
          $set: { open: true as const, tx: null, submittedAt: null },
          $unset: { block: 1, anchoredAt: 1 },
        } as const;
        const moved = found && { $set: { block: found.block, anchoredAt: found.time, tx: found.tx } };
        await batches.updateOne(filter, moved ?? gone);
      },

      async adoptBatch(batch, anchor) {
        const placed = await adoptBatch(database, batch, anchor);
        if (placed > 0) await forgetStaged(database);
        return placed;
      },

      holdPending: (keyDigest) => holdPending(database, fromHex(keyDigest, "keyDigest")),

      async pendingForKey(keyDigest) {
        const key = fromHex(keyDigest, "keyDigest");
        const [pending, unanchored] = [await countPending(database, key), await unanchoredOfKey(database, key)];
        return pending + unanchored + (await copiesUnanchoredOfKey(database, key));
      },

      certificatesToReissue: (query) => certificatesToReissue(database, query),

      async counts() {
        const [pending, held, openBatches, anchoredBatches, openStatusChanges] = await Promise.all([
          countPending(database),
          database.collection("register").countDocuments({ held: true, successor: null }),
          batches.countDocuments({ open: true }),
          batches.countDocuments({ block: { $gte: 0 } }),
          database.collection("statusChanges").countDocuments({ open: true }),
        ]);
        return { pending, held, openBatches, anchoredBatches, openStatusChanges };
      },

      async leafPosition(certificateId) {
        const signed = await database
          .collection("certificates")
          .findOne({ _id: bodyOf(certificateId) }, { projection: { certificate: 0, tokenDigest: 0 } });
        if (signed?.identifier !== certificateId) return null;
        const { agency, number, entry, token, leafHash } = signed;
        const found = { certificateId, token: bytesOf(token), leafHash: bytesOf(leafHash) };
        const batch = await batchOfEntry(database, entry);
        if (batch !== null) {
          const state: AnchoringState = batch.open ? "staged" : "anchored";
          return { ...found, state, place: { batchId: batch._id, index: indexIn(batch, entry) as number } };
        }
        const document = await database.collection("register").findOne({ _id: certificateId, agency, number });
        const place = document?.place ?? null;
        if (place === null) return { ...found, state: document?.held ? "held" : "pending", place };
        const adopted = await batches.findOne({ _id: place.batchId }, { projection: { open: 1 } });
        return { ...found, state: adopted?.open ? "staged" : "anchored", place };
      },

      async findBatch(id) {
        const batch = await batches.findOne({ _id: id }, ROW);
        return batch === null ? null : storedBatchOf(batch);
      },

      async findBatchByName({ region, root, size }) {
        const batch = await batches.findOne({ region, root: fromHex(root, "root"), size }, ROW);
        return batch === null ? null : storedBatchOf(batch);
      },

      async batchLeaves(id) {
        const batch = await batches.findOne({ _id: id }, { projection: { size: 1 } });
        return batch && allLeaves(database, "batchTiles", id, batch.size);
      },

      async batchTile(id, tile) {
        const batch = await batches.findOne({ _id: id }, { projection: { tileRoots: 1 } });
        return batch && oneTile(database, "batchTiles", id, tile, batch.tileRoots);
      },
    } satisfies Omit<AnchoringStore, keyof LeaseStore>),
  };
}

/** Without what grows with the batch. */
const ROW = { projection: { tileRoots: 0, runs: 0, keys: 0 } } as const;

/** Of the few that are open, how many seals and copies they have. */
const OPEN_ROW = { projection: { tileRoots: 0, runs: 0 } } as const;

function nameOf({ region, root, size }: BatchDocument) {
  return { region, root: toHex(bytesOf(root)), size };
}

function openBatchOf(batch: BatchDocument): OpenBatch {
  const { _id: id, stagedAt, submittedAt, tx } = batch;
  const submitted = tx !== null && submittedAt !== null ? { tx, at: submittedAt } : null;
  const auditHead = auditHeadOf(batch);
  const certificates = auditHead === null ? batch.size - othersIn(batch) : 0;
  return { id, ...nameOf(batch), stagedAt, submitted, certificates, auditHead };
}

/** Seals and copies. */
function othersIn({ keys = [] }: BatchDocument): number {
  return keys.find(({ key }) => isHeldByNone(bytesOf(key)))?.count ?? 0;
}

function storedBatchOf(batch: BatchDocument): StoredBatch {
  return { id: batch._id, ...nameOf(batch), anchor: anchorOf(batch) };
}

function anchorOf({ open, block, anchoredAt, tx }: BatchDocument): AnchorOnChain | null {
  if (open || block === undefined || anchoredAt === undefined || tx === null) return null;
  return { block, time: anchoredAt, tx };
}
