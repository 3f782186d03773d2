// SPDX-License-Identifier: Apache-2.0
import { Binary } from "mongodb";
import { TallyError } from "../../core/errors.js";
import { fromHex, toHex } from "../../core/hex.js";
import { LEAF_LENGTH, splitLeaves } from "../../domain/anchoring/index.js";
import type { MirrorStore } from "../../domain/sharing/index.js";
import { bytesOf, joined, partIds, partsOf } from "./bytes.js";
import { nextValue } from "./counters.js";
import type { MongoDatabase } from "./database.js";
import type { MirroredBatchDocument, MirroredLeafDocument } from "./documents.js";
import { isDuplicate, withWords } from "./failures.js";
import { mongoCursorStore } from "./watch-store.js";

export function mongoMirrorStore(database: MongoDatabase): MirrorStore {
  const batches = database.collection("mirroredBatches");
  const types = database.collection("mirroredTypes");
  const idOf = (typeCode: string, version: number) => `${typeCode}/${version}`;

  return {
    ...mongoCursorStore(database),
    ...withWords("mirror", {
      async seeBatch({ region, root, size, block, anchoredAt }) {
        const name = { region, root: fromHex(root, "root"), size };
        if ((await batches.findOne(name, { projection: { _id: 1 } })) !== null) return;
        const _id = await nextValue(database, "mirroredBatches");
        const seen = { _id, ...name, block, anchoredAt, attempts: 0, nextTry: 0, isMissing: true as const };
        await ignoringDuplicates(batches.insertOne(seen));
      },

      async missingBatches(now, limit) {
        const missing = await batches
          .find({ isMissing: true, nextTry: { $lte: now } })
          .sort({ attempts: 1, _id: 1 })
          .limit(limit)
          .toArray();
        return missing.map(({ _id: id, region, root, size, block, anchoredAt, attempts }) => {
          return { id, region, root: toHex(bytesOf(root)), size, block, anchoredAt, attempts };
        });
      },

      /** The batch's own document decides: until it says that the leaves are here, nobody sees what was written before. */
      async keepLeaves(batchId, leaves) {
        const batch = await batches.findOne({ _id: batchId });
        const fits = batch !== null && batch.size * LEAF_LENGTH === leaves.length;
        if (batch !== null && !batch.isMissing) return;
        if (!fits) throw new TallyError("store.failed", `there is no mirrored batch ${batchId} of that size`);
        for (const part of partsOf(batchId, leaves))
          await ignoringDuplicates(database.collection("mirroredParts").insertOne(part));
        const documents = leafDocuments(batchId, leaves);
        const collection = database.collection("mirroredLeaves");
        for (let done = 0; done < documents.length; done += LEAVES_AT_ONCE) {
          const group = documents.slice(done, done + LEAVES_AT_ONCE);
          // An attempt that was cut off has left the same documents.
          await ignoringDuplicates(collection.insertMany(group, { ordered: false }));
        }
        await batches.updateOne({ _id: batchId }, { $unset: { isMissing: 1 } });
      },

      async postponeBatch(batchId, attempts, nextTry) {
        await batches.updateOne({ _id: batchId }, { $set: { attempts, nextTry } });
      },

      async findLeaf(leafHash) {
        const range = { $gte: leafId(leafHash, 0), $lte: leafId(leafHash, Number.MAX_SAFE_INTEGER) };
        const leaves = await database.collection("mirroredLeaves").find({ _id: range }).toArray();
        if (leaves.length === 0) return [];
        const positions = new Map(leaves.map(({ _id, position }) => [batchOf(_id), position]));
        const found = await batches
          .find({ _id: { $in: [...positions.keys()] }, isMissing: { $exists: false } })
          .toArray();
        return found.sort(byBlock).map(({ _id: batchId, region, root, size, anchoredAt }) => {
          return { batchId, region, root: toHex(bytesOf(root)), size, index: positions.get(batchId)!, anchoredAt };
        });
      },

      async mirroredLeaves({ region, root, size }) {
        const batch = await batches.findOne({ region, root: fromHex(root, "root"), size });
        if (batch === null || batch.isMissing) return null;
        const ids = partIds(batch._id, size * LEAF_LENGTH);
        const parts = await database
          .collection("mirroredParts")
          .find({ _id: { $in: ids } })
          .toArray();
        return joined(ids, parts);
      },

      async seeType({ typeCode, version, digest }) {
        const seen = { typeCode, version, digest, attempts: 0, nextTry: 0, isMissing: true as const };
        await types.updateOne({ _id: idOf(typeCode, version) }, { $setOnInsert: seen }, { upsert: true });
      },

      async missingTypes(now, limit) {
        const missing = await types
          .find({ isMissing: true, nextTry: { $lte: now } })
          .sort({ attempts: 1, typeCode: 1, version: 1 })
          .limit(limit)
          .toArray();
        return missing.map(({ typeCode, version, digest, attempts }) => ({ typeCode, version, digest, attempts }));
      },

      async typeArrived(typeCode, version) {
        await types.updateOne({ _id: idOf(typeCode, version) }, { $unset: { isMissing: 1 } });
      },

      async postponeType(typeCode, version, attempts, nextTry) {
        await types.updateOne({ _id: idOf(typeCode, version) }, { $set: { attempts, nextTry } });
      },

      async mirrorCounts() {
        const [all, missingBatches, missingTypes] = await Promise.all([
          batches.estimatedDocumentCount(),
          batches.countDocuments({ isMissing: true }),
          types.countDocuments({ isMissing: true }),
        ]);
        return { batches: all - missingBatches, missingBatches, missingTypes };
      },
    } satisfies Omit<MirrorStore, "cursor" | "moveCursor">),
  };
}

const LEAVES_AT_ONCE = 10_000;

/** In the order of the hashes, so that neighbours in the B-tree are written one after another. */
function leafDocuments(batchId: number, leaves: Uint8Array): MirroredLeafDocument[] {
  const positions = splitLeaves(leaves).map((leaf, position) => ({ leaf, position }));
  positions.sort((a, b) => Buffer.compare(a.leaf, b.leaf) || a.position - b.position);
  // A hostile region may anchor one leaf twice in a batch; its first position proves it as well.
  const firsts = positions.filter(({ leaf }, i) => i === 0 || Buffer.compare(leaf, positions[i - 1]!.leaf) !== 0);
  return firsts.map(({ leaf, position }) => ({ _id: leafId(leaf, batchId), position }));
}

function leafId(leaf: Uint8Array, batchId: number): Binary {
  const id = Buffer.alloc(LEAF_LENGTH + 8);
  id.set(leaf.subarray(0, LEAF_LENGTH));
  id.writeBigUInt64BE(BigInt(batchId), LEAF_LENGTH);
  return new Binary(id);
}

function batchOf(id: MirroredLeafDocument["_id"]): number {
  return Number(Buffer.from(bytesOf(id)).readBigUInt64BE(LEAF_LENGTH));
}

function byBlock(a: MirroredBatchDocument, b: MirroredBatchDocument): number {
  return a.block - b.block || a._id - b._id;
}

async function ignoringDuplicates(write: Promise<unknown>): Promise<void> {
  try {
    await write;
  } catch (error) {
    if (!isDuplicate(error)) throw error;
  }
}
