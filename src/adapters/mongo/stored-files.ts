// SPDX-License-Identifier: Apache-2.0
import { Binary, type ClientSession } from "mongodb";
import { fromUtf8 } from "../../core/bytes.js";
import { fromHex, toHex } from "../../core/hex.js";
import type { RecordedEvent } from "../../domain/audit/index.js";
import {
  type CertificateFile,
  FILE_ACTIONS,
  type FiledCopy,
  type FilePage,
  type StatusChangeRecord,
  type StoreFault,
} from "../../domain/examination/stored-records.js";
import { batchesOfEntries, indexIn } from "./batch-of-entry.js";
import { bodyOf, recordOf } from "./certificate-documents.js";
import { copiesOf, recordOf as copyOf, placesOf } from "./copy-store.js";
import type { MongoDatabase } from "./database.js";
import type {
  AuditEventDocument,
  Bytes,
  CertificateDocument,
  Documents,
  HolderDocument,
  RegisterDocument,
  SealDocument,
  SealEntryDocument,
  StatusChangeDocument,
} from "./documents.js";
import { bytesIn, readEvent } from "./edited-values.js";
import { linkOf } from "./pick-up-store.js";
import { sealOf, sealsOf } from "./seal-store.js";
import { wordOf } from "./status-queue.js";

/** The certificates of a key in the order in which they were stored: neighbours are mostly of one batch. */
export async function registerAfter(
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

export function placeOf({ keyDigest, entry }: RegisterDocument): string {
  return `${toHex(bytesIn(keyDigest))}/${entry}`;
}

/** Everything that is stored about these, with what one part of it says otherwise than another. */
export async function filesOf(
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
  const sealed = await sealedIn(database, session, identifiers);
  const sealEntries = await entriesOfSeals(database, session, sealed);
  const copies = await copiesIn(database, session, identifiers);
  const waiting = [...registered, ...sealEntries.values()].flatMap(({ place, entry }) =>
    place === undefined ? [entry] : [],
  );
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
        seals: (sealed.get(key) ?? []).map((seal) => {
          const at = sealEntries.get(nameOf(seal._id));
          return { seal: sealOf(seal), place: at === undefined ? null : placeIn(at, batches) };
        }),
        copies: copies.get(key) ?? [],
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
  { place, entry }: Pick<RegisterDocument, "entry" | "place">,
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
async function sealedIn(
  database: MongoDatabase,
  session: ClientSession,
  identifiers: readonly string[],
): Promise<ReadonlyMap<string, SealDocument[]>> {
  const found = await database
    .collection("seals")
    .find({ $or: identifiers.map(sealsOf) }, { session })
    .toArray();
  const ordered = found.sort(({ _id: a }, { _id: b }) => a.ordinal - b.ordinal);
  return grouped(ordered.map((seal) => [seal._id.certificate, seal]));
}

/** By identifier, in order of making. */
async function copiesIn(
  database: MongoDatabase,
  session: ClientSession,
  identifiers: readonly string[],
): Promise<ReadonlyMap<string, FiledCopy[]>> {
  const found = await database
    .collection("copies")
    .find({ $or: identifiers.map(copiesOf) }, { session })
    .toArray();
  const ordered = found.sort((a, b) => a.event - b.event);
  const places = await placesOf(database, ordered, session);
  return grouped(
    ordered.map((document, i) => {
      const place = places[i] ?? { batchId: null, index: null };
      return [document._id.certificate, { event: document.event, copy: copyOf(document, bytesIn), place }] as const;
    }),
  );
}

/** By `nameOf`; those that there are. */
async function entriesOfSeals(
  database: MongoDatabase,
  session: ClientSession,
  sealed: ReadonlyMap<string, readonly SealDocument[]>,
): Promise<ReadonlyMap<string, SealEntryDocument>> {
  const ids = [...sealed.values()].flat().map(({ _id }) => _id);
  if (ids.length === 0) return new Map();
  const found = await database
    .collection("sealEntries")
    .find({ _id: { $in: ids } }, { session })
    .toArray();
  return new Map(found.map((each) => [nameOf(each._id), each]));
}

function nameOf({ certificate, ordinal }: SealDocument["_id"]): string {
  return `${certificate}/${ordinal}`;
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
