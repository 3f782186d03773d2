// SPDX-License-Identifier: Apache-2.0
import { Binary } from "mongodb";
import { equalBytes } from "../../core/bytes.js";
import { TallyError } from "../../core/errors.js";
import { fromHex, toHex } from "../../core/hex.js";
import { hashAt, LEAF_LENGTH } from "../../domain/anchoring/index.js";
import { type MirrorStore, piecesInOrder } from "../../domain/sharing/index.js";
import { bytesOf } from "./bytes.js";
import { nextValue } from "./counters.js";
import type { MongoDatabase } from "./database.js";
import type { MirroredBatchDocument, MirroredLeafDocument } from "./documents.js";
import { ignoringDuplicates, withWords } from "./failures.js";
import { allLeaves, insertTiles, oneTile } from "./leaf-tiles.js";
import { mongoCursorStore } from "./watch-store.js";

export function mongoMirrorStore(database: MongoDatabase): MirrorStore {
  const batches = database.collection("mirroredBatches");
  const types = database.collection("mirroredTypes");
  const idOf = (typeCode: string, version: number) => `${typeCode}/${version}`;

  return {
    ...mongoCursorStore(database),
    ...withWords({ name: "mirror", unhurried: ["keepLeaves"] }, {
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
      async keepLeaves(batchId, { leaves, tileRoots }) {
        const batch = await batches.findOne({ _id: batchId }, { projection: { size: 1, isMissing: 1 } });
        if (batch !== null && !batch.isMissing) return;
        if (batch === null || batch.size * LEAF_LENGTH !== leaves.length)
          throw new TallyError("store.failed", `there is no mirrored batch ${batchId} of that size`);
        const collection = database.collection("mirroredLeaves");
        for (const positions of piecesInOrder(leaves, LEAVES_AT_ONCE)) {
          const documents = leafDocuments(batchId, leaves, positions);
          await ignoringDuplicates(collection.insertMany(documents, { ordered: false }));
        }
        await insertTiles(database, "mirroredTiles", batchId, leaves);
        await batches.updateOne({ _id: batchId }, { $set: { tileRoots }, $unset: { isMissing: 1 } });
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
          .find(
            { _id: { $in: [...positions.keys()] }, isMissing: { $exists: false } },
            { projection: { tileRoots: 0 } },
          )
          .toArray();
        return found.sort(byBlock).map(({ _id: batchId, region, root, size, anchoredAt }) => {
          return { batchId, region, root: toHex(bytesOf(root)), size, index: positions.get(batchId)!, anchoredAt };
        });
      },

      async mirroredLeaves({ region, root, size }) {
        const name = { region, root: fromHex(root, "root"), size };
        const batch = await batches.findOne(name, { projection: { isMissing: 1 } });
        if (batch === null || batch.isMissing) return null;
        return allLeaves(database, "mirroredTiles", batch._id, size);
      },

      async mirroredTile(batchId, tile) {
        const batch = await batches.findOne({ _id: batchId }, { projection: { tileRoots: 1 } });
        if (batch?.tileRoots === undefined) return null;
        return oneTile(database, "mirroredTiles", batchId, tile, batch.tileRoots);
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

/** Written at once, with other work in between. */
const LEAVES_AT_ONCE = 4_096;

/** A hostile region may anchor one leaf twice in a batch; its first position proves it as well. */
function leafDocuments(batchId: number, leaves: Uint8Array, positions: readonly number[]): MirroredLeafDocument[] {
  const isFirst = (position: number, i: number) =>
    i === 0 || !equalBytes(hashAt(leaves, position), hashAt(leaves, positions[i - 1]!));
  return positions.filter(isFirst).map((position) => ({ _id: leafId(hashAt(leaves, position), batchId), position }));
}

/** `_id` of a leaf of a batch. */
export function leafId(leaf: Uint8Array, batchId: number): Binary {
  const id = Buffer.alloc(LEAF_LENGTH + 8);
  id.set(leaf.subarray(0, LEAF_LENGTH));
  id.writeBigUInt64BE(BigInt(batchId), LEAF_LENGTH);
  return new Binary(id);
}

/** The batch in it. */
export function batchOf(id: MirroredLeafDocument["_id"]): number {
  return Number(Buffer.from(bytesOf(id)).readBigUInt64BE(LEAF_LENGTH));
}

function byBlock(a: MirroredBatchDocument, b: MirroredBatchDocument): number {
  return a.block - b.block || a._id - b._id;
}
