// SPDX-License-Identifier: Apache-2.0
import type { ClientSession } from "mongodb";
import { toHex } from "../../core/hex.js";
import {
  type AddCopyConflict,
  type AddCopyOutcome,
  type CopyCounts,
  type CopyRecord,
  type CopyStore,
  limitReached,
  type StoredCopy,
} from "../../domain/copies/index.js";
import { batchesOfEntries, indexIn } from "./batch-of-entry.js";
import { bytesOf } from "./bytes.js";
import { bodyOf } from "./certificate-documents.js";
import type { MongoDatabase } from "./database.js";
import type { Bytes, CopyDocument } from "./documents.js";
import { withWords } from "./failures.js";
import type { LoggedWrite } from "./logged-write.js";
import { stagedUpTo } from "./outbox.js";

/**
 * Adding one is a write into the log, and these come one after another in the whole deployment: what it reads of licence, agency and key is as it is
 * when it commits.
 */
export function mongoCopyStore(database: MongoDatabase): CopyStore {
  const copies = database.collection("copies");

  return withWords("copies", {
    addCopy: (copy, event, most) =>
      database.logged(async (write): Promise<AddCopyOutcome> => {
        const conflict =
          (await conflictOf(database, write, copy)) ??
          limitReached(event, await countsOf(database, copy.certificate, write.session), most);
        if (conflict !== null) return { stored: false, conflict };
        const { certificate, number, keyDigest, leafHash, statement, token, madeAt } = copy;
        const _id = { certificate, number };
        const entry = write.enqueueCopy(_id, leafHash, madeAt);
        const made = { event: write.append(event), entry, madeAt };
        await write.insert("copies", [{ _id, ...made, keyDigest, leafHash, statement, token }]);
        return { stored: true };
      }),

    countCopies: (certificate) => countsOf(database, certificate),

    async findCopy(certificate, number) {
      const found = await copies.findOne({ _id: { certificate, number } });
      return found && (await placed(database, [found]))[0]!;
    },

    async copiesOf(certificate, { after, limit }) {
      const page = (await eventsOf(database, certificate, after)).sort((a, b) => a.event - b.event).slice(0, limit);
      const found = await copies.find({ _id: { $in: page.map(({ _id }) => _id) } }).toArray();
      return placed(
        database,
        found.sort((a, b) => a.event - b.event),
      );
    },
  } satisfies CopyStore);
}

/** One range of `_id`: the copies of a licence. No number sorts behind this text. */
export function copiesOf(certificate: string) {
  return { _id: { $gt: { certificate, number: "" }, $lt: { certificate, number: "~" } } };
}

async function conflictOf(
  database: MongoDatabase,
  { session }: LoggedWrite,
  { certificate, number, keyDigest }: CopyRecord,
): Promise<AddCopyConflict | null> {
  const projection = { agency: 1, number: 1, identifier: 1 } as const;
  const signed = await database
    .collection("certificates")
    .findOne({ _id: bodyOf(certificate) }, { session, projection });
  if (signed?.identifier !== certificate) return "licence";
  const named = { _id: certificate, agency: signed.agency, number: signed.number };
  const licence = await database.collection("register").findOne(named, { session });
  if (licence?.state !== "valid" || licence.held === true) return "licence";
  const agency = await database.collection("agencies").findOne({ _id: signed.agency }, { session });
  if (agency?.suspended || !agency?.types.includes(licence.typeCode)) return "agency";
  if (agency?.keyDigest !== toHex(keyDigest)) return "key";
  const copy = { _id: { certificate, number } };
  const taken = await database.collection("copies").findOne(copy, { session, projection: { _id: 1 } });
  return taken === null ? null : "number";
}

/** Of the copies of a licence after this event, in no order. A licence has so few that they need no index in the order of making. */
async function eventsOf(
  database: MongoDatabase,
  certificate: string,
  after: number,
  options: { readonly session?: ClientSession } = {},
): Promise<Pick<CopyDocument, "_id" | "event">[]> {
  const asked = { ...copiesOf(certificate), event: { $gt: after } };
  return database
    .collection("copies")
    .find(asked, { ...options, projection: { event: 1 } })
    .toArray();
}

async function countsOf(database: MongoDatabase, certificate: string, session?: ClientSession): Promise<CopyCounts> {
  const options = session === undefined ? {} : { session };
  const events = (await eventsOf(database, certificate, 0, options)).map(({ event }) => event);
  const byLinks = { object: certificate, _id: { $in: events }, "actor.kind": "link" } as const;
  const byHolders = events.length === 0 ? 0 : await database.collection("auditEvents").countDocuments(byLinks, options);
  return { all: events.length, byHolders };
}

/** In the order given. */
async function placed(database: MongoDatabase, documents: readonly CopyDocument[]): Promise<StoredCopy[]> {
  const places = await placesOf(database, documents);
  const ids = [...new Set(places.flatMap((place) => (place === null ? [] : [place.batchId])))];
  const open = await database
    .collection("batches")
    .find({ _id: { $in: ids }, open: true }, { projection: { _id: 1 } })
    .toArray();
  const isOpen = new Set(open.map(({ _id }) => _id));
  return documents.map((document, i) => {
    const place = places[i] ?? null;
    const anchoring = place === null ? "pending" : isOpen.has(place.batchId) ? "staged" : "anchored";
    return { ...recordOf(document), event: document.event, anchoring, place };
  });
}

/** Where each stands; null for one that waits. */
export async function placesOf(
  database: MongoDatabase,
  documents: readonly CopyDocument[],
  session?: ClientSession,
): Promise<readonly StoredCopy["place"][]> {
  if (documents.length === 0) return [];
  const batches = await batchesOfEntries(
    database,
    documents.map(({ entry }) => entry),
    session,
  );
  const waiting = documents.filter(({ entry }) => !batches.has(entry)).map(({ _id }) => _id);
  const options = session === undefined ? {} : { session };
  const adopted =
    waiting.length === 0
      ? []
      : await database
          .collection("copyPlaces")
          .find({ _id: { $in: waiting } }, options)
          .toArray();
  const own = new Map(adopted.map(({ _id, batchId, index }) => [nameOf(_id), { batchId, index }]));
  return documents.map(({ _id, entry }) => {
    const batch = batches.get(entry);
    if (batch !== undefined) return { batchId: batch._id, index: indexIn(batch, entry) as number };
    return own.get(nameOf(_id)) ?? null;
  });
}

const nameOf = ({ certificate, number }: CopyDocument["_id"]): string => `${certificate}/${number}`;

export function recordOf(
  { _id: { certificate, number }, keyDigest, leafHash, statement, token, madeAt }: CopyDocument,
  bytes: (value: Bytes) => Uint8Array = bytesOf,
): CopyRecord {
  return {
    ...{ certificate, number, statement: bytes(statement), token: bytes(token) },
    ...{ leafHash: bytes(leafHash), keyDigest: bytes(keyDigest), madeAt },
  };
}

/** Copies of the key that no anchor protects yet: those that wait, and those in open batches. */
export async function copiesUnanchoredOfKey(database: MongoDatabase, keyDigest: Uint8Array): Promise<number> {
  const after = await stagedUpTo(database);
  const copies = database.collection("copies");
  const open = await database
    .collection("batches")
    .find({ open: true }, { projection: { runs: 1 } })
    .toArray();
  let count = await copies.countDocuments({ keyDigest, entry: { $gt: after } });
  for (const { entry, count: length } of open.flatMap(({ runs = [] }) => runs))
    count += await copies.countDocuments({ keyDigest, entry: { $gte: entry, $lt: entry + length } });
  const isOpen = new Set(open.map(({ _id }) => _id));
  // Only a batch that was taken back from the chain gives places: mostly there are none.
  const places = await database
    .collection("copyPlaces")
    .find({ batchId: { $gt: 0 } })
    .toArray();
  const adopted = new Map(places.map(({ _id, batchId }) => [nameOf(_id), batchId]));
  const ids = places.map(({ _id }) => _id);
  const ofKey =
    ids.length === 0 ? [] : await copies.find({ _id: { $in: ids }, keyDigest }, { projection: { entry: 1 } }).toArray();
  for (const { _id, entry } of ofKey) {
    if (entry > after) count -= 1;
    if (isOpen.has(adopted.get(nameOf(_id))!)) count += 1;
  }
  return count;
}
