// SPDX-License-Identifier: Apache-2.0
import { expect } from "chai";
import { Binary } from "mongodb";
import { recordedEvent } from "../../../src/adapters/mongo/audit-store.js";
import type { AuditEventDocument } from "../../../src/adapters/mongo/documents.js";
import { CHAIN_START, eventHash } from "../../../src/domain/audit/index.js";
import { mongod } from "../../adapters/mongo/cluster.js";
import { workspace } from "../service-process.js";
import {
  changed,
  copied,
  type Editable,
  fieldsOf,
  NAMES,
  openTamperedMongo,
  setAt,
  type TamperedMongo,
  valueAt,
} from "./tampered-mongodb.js";
import { afterEdit, type TamperedTable, type Tampering, tamperingSuite } from "./tampering.suite.js";

/** Which document an edit is made to, what it makes of the value, and where it is told, when not under its own name. */
interface Edit {
  readonly where?: (document: Editable) => boolean;
  readonly to?: (document: Editable, all: readonly Editable[]) => unknown;
  /** `collection.field` that the finding names. */
  readonly told?: string;
}

/** Fields of which nothing that is kept elsewhere can tell what they should be, and why that may be so. */
const UNTOLD: Readonly<Record<string, string>> = {
  "batches.stagedAt": "when this machine staged it: shown as an age, decides nothing",
  "batches.submittedAt": "when it was last sent: decides when it is sent again, and no more once it is anchored",
  "leases._id": "who works at the moment; claimed anew within seconds",
  "leases.holder": "as above",
  "leases.fence": "as above: every holder reads it when it claims",
  "leases.expires": "as above",
  "leases.uses": "as above",
  "counters.turn": "counts writes, so that two at once are in conflict; its value says nothing",
  "statusChanges.submittedAt": "when it was last sent: decides when it is sent again, and no more once it is confirmed",
  "statusChanges.confirmedAt": "when the word was seen; that it was is compared with the word itself",
  "pickUpLinks.session.hash":
    "digest of a secret that only the holder's browser has, for minutes; its shape is examined",
  "pickUpLinks.session.expiresAt": "as above",
  "idempotency._id.scope": "a request of a caller, kept for a day; nobody keeps the request itself",
  "idempotency._id.key": "as above",
  "idempotency.requestHash": "as above; its shape is examined",
  "idempotency.plan": "as above",
  "idempotency.createdAt": "as above; not in the future",
  "idempotency.status": "as above; its shape is examined",
  "mirroredBatches.attempts": "how often it was fetched in vain; decides when the next try is",
  "mirroredBatches.nextTry": "as above",
  "mirroredTypes.attempts": "as above",
  "mirroredTypes.nextTry": "as above",
  "alarms.detail": "words for a human; what the alarm is about is compared with the chain",
  "deployment._id":
    "read when the store is opened: without it the database is a new one, whose migrations are repeated",
  "deployment.schemaVersion": "read when the store is opened: a newer one is refused, an older one is migrated again",
  "deployment.region": "read when the store is opened: a database of another region is refused",
  "deployment.restoration": "there between a restoration and its comparison with the chain, which doctor waits for",
};

const has = (path: string) => (document: Editable) => (valueAt(document, path) ?? null) !== null;
const hasNo = (path: string) => (document: Editable) => (valueAt(document, path) ?? null) === null;
const is = (path: string, value: unknown) => (document: Editable) => valueAt(document, path) === value;
const more =
  (path: string, by = 1_000) =>
  (document: Editable) =>
    Number(valueAt(document, path)) + by;
const counter = (name: string | RegExp) => (document: Editable) =>
  typeof name === "string" ? document._id === name : name.test(String(document._id));
const one = () => 1;

const EDITS: Readonly<Record<string, Edit>> = {
  "certificates._id": { told: "certificates.record" },
  "register._id": { told: "certificates.record" },
  "register.entry": { told: "certificates.entry" },
  "register.state": { to: () => "suspended" },
  "register.resumeState": { to: () => "suspended" },
  "register.isInForce": { told: "register.isInForce" },
  "register.isExceptional": { told: "register.isExceptional" },
  "register.held": { told: "outbox.record" },
  "register.place.batchId": { told: "certificates.batchId" },
  "register.place.index": { told: "certificates.batchIndex" },
  "statusIndices.certificate": { told: "statusIndices.certificate" },
  "holders._id.code": { told: "holders.certificate" },
  "holders._id.issueDate": { told: "holders.certificate" },
  "holders._id.entry": { to: more("_id.entry"), told: "holders.certificate" },
  "idempotency.body": { told: "idempotency.response" },
  "outbox._id": { where: hasNo("adopted"), to: more("_id") },
  "outbox.keyDigest": { where: hasNo("adopted") },
  "outbox.queuedAt": { where: hasNo("adopted") },
  "outbox.leaves": { where: hasNo("adopted"), told: "outbox.leafHash" },
  "outbox.certificates.0": { where: hasNo("adopted"), told: "outbox.certificates" },
  "outbox.adopted.0": { told: "outbox.adopted" },
  "batches._id": { to: more("_id"), where: has("runs"), told: "certificates.batchId" },
  "batches.open": { where: hasNo("open"), told: "batches.state" },
  "batches.block": { where: has("block") },
  "batches.auditHead.sequence": { told: "batches.sequence" },
  "batches.auditHead.hash": { told: "batches.hash" },
  "batches.runs.0.entry": { told: "batches.firstEntry" },
  "batches.runs.0.index": { told: "batches.runs" },
  "batches.runs.0.count": { told: "batches.runs" },
  "batches.keys.0.key": { told: "batches.entries" },
  "batches.keys.0.count": { told: "batches.keys" },
  "batchTiles._id.batch": { to: more("_id.batch"), told: "batchTiles.record" },
  "batchTiles._id.tile": { told: "batchTiles.record" },
  "counters._id": { where: counter(/^status-index:/), told: "counters.value" },
  "counters.value": { where: counter(/^status-index:/), to: one },
  "counters.event": { where: counter("log"), told: "auditEvents.record" },
  "counters.entry": { where: counter("staging") },
  "statusIndexKeys._id": { to: () => "310000", told: "statusIndexKeys.key" },
  "statusChanges._id": { where: is("action", "suspend"), to: more("_id"), told: "statusChanges.action" },
  "statusChanges.action": { to: () => "release" },
  "statusChanges.certificate": { told: "statusChanges.certificateId" },
  "statusChanges.statusIndex": { told: "statusChanges.record" },
  "typeDefinitions.version": { to: more("version", 7), told: "typeDefinitions.definition" },
  "agencies._id": { told: "agencies.code" },
  "agencies.keyDigest": { where: has("keyDigest") },
  "agencies.types.0": { told: "agencies.typeCode" },
  "apiTokens._id": { told: "apiTokens.id" },
  "apiTokens.types.0": {
    where: (document) => valueAt(document, "types.0") !== "*",
    to: () => "*",
    told: "apiTokens.types",
  },
  "apiTokens.role": { to: () => "operator" },
  "pickUpLinks._id": { told: "pickUpLinks.record" },
  "pickUpLinks.certificate": { to: (_, all) => valueAt(all.at(-1), "certificate") },
  "pickUpOrders.links.0": { told: "pickUpOrders.links" },
  "auditEvents._id": { where: has("hash"), to: more("_id") },
  "auditHashes._id": { told: "auditEvents.record" },
  "auditHashes.hash": { told: "auditEvents.record" },
  "mirroredBatches._id": { to: more("_id"), where: has("tileRoots"), told: "mirroredTiles.record" },
  "mirroredBatches.region": { to: () => "310000" },
  "mirroredBatches.isMissing": { told: "mirroredBatches.isMissing" },
  "mirroredTiles._id.batch": { to: more("_id.batch"), told: "mirroredTiles.record" },
  "mirroredTiles._id.tile": { told: "mirroredTiles.record" },
  "mirroredLeaves._id": { told: "mirroredLeaves.position" },
  "mirroredTypes.version": { to: more("version", 7), told: "mirroredTypes.record" },
  "mirroredTypes.typeCode": { told: "mirroredTypes.record" },
  "mirroredTypes.isMissing": { told: "mirroredTypes.arrived" },
  "cursors._id": { to: ({ _id }) => `${_id}x`, told: "cursors.name" },
  "cursors.block": { where: is("_id", "mirror"), to: more("block", 1_000_000) },
  "alarms._id.kind": { told: "alarms.kind" },
  "alarms._id.object": { told: "alarms.object" },
  "alarms.seq": { where: has("clearedAt"), to: more("seq"), told: "alarms.clearedAt" },
  "alarms.time": { to: more("time", -86_400_000) },
  "alarms.clearedAt": { where: hasNo("clearedAt") },
  "alarms.isOpen": { told: "alarms.isOpen" },
  "sealCertificates._id": { told: "sealCertificates.serial" },
  "sealCertificates.appearance.name": { told: "sealCertificates.name" },
  "sealCertificates.appearance.code": { told: "sealCertificates.code" },
  "sealCertificates.appearance.star": { told: "sealCertificates.star" },
  "sealCertificates.revocation.at": { told: "sealCertificates.revokedAt" },
  "sealCertificates.revocation.reason": { told: "sealCertificates.revocationReason" },
  "revocationLists._id": { told: "revocationLists.ca" },
  "seals._id.certificate": { told: "seals.record" },
  "seals._id.ordinal": { to: more("_id.ordinal", 10), told: "seals.ordinal" },
  "sealEntries._id.certificate": { told: "sealEntries.record" },
  "sealEntries._id.ordinal": { to: more("_id.ordinal", 10), told: "sealEntries.record" },
  "sealEntries.entry": { told: "sealEntries.batchIndex" },
  "sealEntries.place.batchId": { where: has("place"), told: "sealEntries.batchId" },
  "sealEntries.place.index": { where: has("place"), told: "sealEntries.batchIndex" },
  "outbox.seal.certificate": { where: has("seal"), told: "outbox.seal" },
  "outbox.seal.ordinal": { where: has("seal"), told: "outbox.seal" },
  "copies._id.certificate": { told: "copies.record" },
  "copies._id.number": { told: "copies.number" },
  "copies.entry": { told: "copies.batchId" },
  "copyPlaces._id.certificate": { told: "copyPlaces._id" },
  "copyPlaces._id.number": { told: "copyPlaces._id" },
  "copyPlaces.batchId": { told: "copies.batchId" },
  "copyPlaces.index": { told: "copies.batchIndex" },
  "outbox.copy.certificate": { where: has("copy"), told: "outbox.copy" },
  "outbox.copy.number": { where: has("copy"), told: "outbox.copy" },
};

/** What is told of a document that is gone; null: nothing, and why. */
const REMOVED: Readonly<Record<string, Omit<Tampering, "what" | "edit"> & { readonly where?: Edit["where"] }>> = {
  register: { told: "certificates.record" },
  statusIndices: { told: "statusIndices.certificate" },
  holders: { told: "holders.certificate" },
  outbox: { where: hasNo("adopted"), told: "outbox.record" },
  leases: { told: null, why: "it is claimed anew" },
  counters: { where: counter("log"), told: "counters.event" },
  statusIndexKeys: { told: "statusIndexKeys.key" },
  apiTokens: { where: hasNo("revokedAt"), told: "apiTokens.record" },
  pickUpOrders: { told: "pickUpLinks.record" },
  idempotency: { told: null, why: "they are deleted after a day" },
  auditHashes: { told: "auditEvents.record" },
  copyPlaces: { told: "outbox.record" },
  mirroredLeaves: { told: "mirroredLeaves.position" },
  cursors: { told: null, why: "the reader begins at the beginning, without harm" },
  alarms: { told: "alarms.object" },
  deployment: { told: null, why: "the next service that opens the database writes it again" },
};

const zeros = (length: number) => new Binary(Buffer.alloc(length));
/** What is told of a document that was made from another one, with these fields changed so that the store takes it. */
const ADDED: Readonly<
  Record<string, Omit<Tampering, "what" | "edit"> & { readonly set: Readonly<Record<string, Edit["to"]>> }>
> = {
  certificates: { set: { _id: () => "x" }, told: "certificates.record" },
  register: { set: { _id: () => "x", number: () => "x" }, told: "certificates.record" },
  statusIndices: { set: { _id: () => "340000/999999" }, told: "statusIndices.record" },
  holders: { set: { "_id.code": () => "x" }, told: "holders.certificate" },
  outbox: { set: { _id: more("_id"), adopted: () => undefined }, told: "outbox._id" },
  batches: { set: { _id: more("_id"), root: () => zeros(32) }, told: "batches.state" },
  batchTiles: { set: { "_id.tile": more("_id.tile", 1) }, told: "batchTiles.tile" },
  leases: { set: { _id: () => "x" }, told: null, why: "nobody claims it" },
  counters: { set: { _id: () => "x" }, told: null, why: "nobody counts with it" },
  statusIndexKeys: { set: { _id: () => "310000" }, told: null, why: "of a region that is not served" },
  statusChanges: { set: { _id: more("_id") }, told: "statusChanges.record" },
  typeDefinitions: { set: { _id: () => "x", version: more("version", 7) }, told: "typeDefinitions.definition" },
  agencies: { set: { _id: () => "x", did: () => "x" }, told: "agencies.code" },
  apiTokens: { set: { _id: () => "x", secretHash: () => zeros(32) }, told: "apiTokens.id" },
  pickUpLinks: { set: { _id: () => "x" }, told: "pickUpLinks.certificate" },
  pickUpOrders: { set: { _id: () => "x" }, told: "pickUpOrders._id" },
  idempotency: { set: { "_id.key": () => "x" }, told: null, why: "nobody keeps the requests themselves" },
  auditEvents: {
    set: { _id: (_, all) => Math.max(...all.map(({ _id }) => Number(_id))) + 1 },
    told: "auditEvents.record",
  },
  auditHashes: { set: { _id: one }, told: "auditHashes.record" },
  mirroredBatches: { set: { _id: more("_id"), root: () => zeros(32) }, told: "mirroredBatches.root" },
  mirroredTiles: { set: { "_id.tile": more("_id.tile", 1) }, told: "mirroredTiles.tile" },
  mirroredLeaves: { set: { _id: () => zeros(40) }, told: "mirroredLeaves.leafHash" },
  mirroredTypes: { set: { _id: () => "x", version: more("version", 7) }, told: "mirroredTypes.digest" },
  cursors: { set: { _id: ({ _id }) => `${_id}x` }, told: "cursors.name" },
  sealCertificates: { set: { _id: () => "x", event: more("event") }, told: "sealCertificates.serial" },
  revocationLists: { set: { _id: () => "x" }, told: "revocationLists.ca" },
  seals: { set: { "_id.ordinal": more("_id.ordinal", 10) }, told: "seals.ordinal" },
  sealEntries: { set: { "_id.ordinal": more("_id.ordinal", 10) }, told: "sealEntries.certificate" },
  copies: { set: { "_id.number": () => "x", event: more("event") }, told: "copies.number" },
  copyPlaces: { set: { "_id.number": () => "x" }, told: "copyPlaces._id" },
  alarms: { set: { "_id.object": () => "x", seq: more("seq") }, told: "alarms.object" },
  deployment: { set: { _id: () => "x" }, told: null, why: "nobody reads it" },
};

function tables(edit: TamperedMongo["edit"]): readonly TamperedTable[] {
  return NAMES.map((name) => {
    const { where = () => true, ...removed } = REMOVED[name] ?? { told: `${name}.record` };
    const { set, ...added } = ADDED[name] ?? { set: {}, told: `${name}.record` };
    return {
      name,
      fields: fieldsOf(name).map((field): Tampering => {
        const place = `${name}.${field.path}`;
        const { told = `${NAME_OF[name] ?? name}.${field.path}` } = EDITS[place] ?? {};
        const why = UNTOLD[place];
        return {
          what: place,
          told: why !== undefined ? null : name === "auditEvents" ? "auditEvents.record" : told,
          ...(why === undefined ? {} : { why }),
          edit: () => edit(name, (all) => editField(all, field, EDITS[place])),
        };
      }),
      removed: {
        ...removed,
        edit: () => edit(name, (all) => void all.splice(found(all.findIndex(where), name), 1)),
      },
      added: {
        ...added,
        edit: () =>
          edit(name, (all) => {
            const copy = copied(all[0]!);
            for (const [path, to] of Object.entries(set)) setAt(copy, path, to!(all[0]!, all));
            all.push(copy);
          }),
      },
    };
  });
}

/** Where findings of a collection go to that shares its records with another one. */
const NAME_OF: Readonly<Record<string, string>> = { register: "certificates" };

function found(index: number, what: string): number {
  if (index < 0) throw new Error(`there is no ${what} to edit`);
  return index;
}

/** In a document that has the field, if there is one. */
function editField(all: Editable[], { path, shape }: ReturnType<typeof fieldsOf>[number], edit: Edit = {}): void {
  const { where = () => true, to = (document) => changed(valueAt(document, path), shape) } = edit;
  const candidates = all.filter(where);
  const document = candidates.find(has(path)) ?? candidates.find((each) => setAt(copied(each), path, 1));
  if (document === undefined) throw new Error(`no document has a field ${path} to edit`);
  setAt(document, path, to(document, all));
}

describe("tally doctor --deep on a MongoDB", function () {
  this.timeout(300_000);
  const here = workspace();
  let store: TamperedMongo;
  before(async function () {
    store = await openTamperedMongo(here.path, await mongod(this, "replica-set-of-one"));
  });
  after(async () => {
    await store?.close();
    here.remove();
  });

  const edit: TamperedMongo["edit"] = (name, change) => store.edit(name, change);
  /** Another first event, and every hash after it. */
  const rewriteLog = async (): Promise<ReadonlyMap<number, Binary>> => {
    const hashes = new Map<number, Binary>();
    await edit("auditEvents", (all) => {
      all.sort((a, b) => Number(a._id) - Number(b._id));
      all[0]!.requestId = `x${all[0]!.requestId}`;
      let hash: Uint8Array = CHAIN_START;
      for (const document of all) {
        hash = eventHash(hash, recordedEvent(document as unknown as AuditEventDocument));
        hashes.set(Number(document._id), new Binary(hash));
        if (has("hash")(document)) document.hash = hashes.get(Number(document._id));
      }
    });
    await edit("auditHashes", (all) => {
      for (const document of all) document.hash = hashes.get(Number(document._id));
    });
    await edit("counters", (all) => {
      const log = all.find(counter("log"))!;
      log.hash = hashes.get(Number(log.hashed));
    });
    return hashes;
  };
  tamperingSuite(
    () => store,
    tables(edit),
    [
      {
        what: "two certificates that changed places",
        told: "certificates.batchIndex",
        edit: async () => {
          const swap = (all: Editable[]) => {
            const [a, b] = all.filter(hasNo("place")).sort((x, y) => Number(x.entry) - Number(y.entry)) as [
              Editable,
              Editable,
            ];
            [a.entry, b.entry] = [b.entry, a.entry];
          };
          await edit("certificates", swap);
          await edit("register", swap);
        },
      },
      {
        what: "two events whose words changed places",
        told: "auditEvents.record",
        edit: () =>
          edit("auditEvents", (all) => {
            const [a, b] = [all[2]!, all[3]!];
            [a.time, b.time, a.object, b.object, a.action, b.action] = [
              b.time,
              a.time,
              b.object,
              a.object,
              b.action,
              a.action,
            ];
          }),
      },
      {
        what: "a revocation that never was, consistent in the store",
        told: "certificates.state",
        edit: () =>
          edit("register", (all) => {
            const document = all.find(is("state", "valid"))!;
            document.state = "cancelled";
            document.isExceptional = true;
            delete document.isInForce;
          }),
      },
      {
        what: "a revocation that never was, consistent in the store",
        told: "sealCertificates.revokedAt",
        edit: () =>
          edit("sealCertificates", (all) => {
            const document = all.find(is("isGood", true))!;
            document.revocation = { at: 1, reason: "superseded" };
            delete document.isGood;
          }),
      },
      {
        what: "a revocation that was taken back, consistent in the store",
        told: "sealCertificates.revokedAt",
        edit: () =>
          edit("sealCertificates", (all) => {
            const document = all.find(has("revocation"))!;
            document.revocation = null;
            document.isGood = true;
          }),
      },
      {
        what: "a revocation that the list should have, and has with another time",
        told: "revocationLists.list",
        edit: () => edit("sealCertificates", (all) => void setAt(all.find(has("revocation"))!, "revocation.at", 1)),
      },
      {
        what: "a seal on a licence that is not here",
        told: "seals.certificate",
        edit: () =>
          edit("seals", (all) => void all.push({ ...copied(all[0]!), _id: { certificate: "x", ordinal: 1 } })),
      },
      {
        what: "what waits for a seal",
        told: "outbox.leafHash",
        edit: () => edit("outbox", (all) => void setAt(all.find(has("seal"))!, "leaves", zeros(32))),
      },
      {
        what: "when a seal came to wait",
        told: "outbox.queuedAt",
        edit: () => edit("outbox", (all) => void setAt(all.find(has("seal"))!, "queuedAt", 1)),
      },
      {
        what: "a key for a seal that waits",
        told: "outbox.seal",
        edit: () => edit("outbox", (all) => void setAt(all.find(has("seal"))!, "keyDigest", zeros(32))),
      },
      {
        what: "a seal that is waited for no more",
        told: "outbox.record",
        edit: () => edit("outbox", (all) => void all.splice(all.findIndex(has("seal")), 1)),
      },
      {
        what: "a link that was superseded and opens again",
        told: "pickUpLinks.supersededAt",
        edit: () => edit("pickUpLinks", (all) => void setAt(all.find(has("supersededAt"))!, "supersededAt", null)),
      },
      {
        what: "the newest events of the log, cut off",
        told: "auditEvents.record",
        edit: () => edit("auditEvents", (all) => void all.sort((a, b) => Number(a._id) - Number(b._id)).splice(-3)),
      },
      {
        what: "the newest events of the log, cut off with their count",
        told: "counters.hash",
        edit: async () => {
          let last = 0;
          await edit("auditEvents", (all) => {
            all.sort((a, b) => Number(a._id) - Number(b._id)).splice(-3);
            last = Number(all.at(-1)!._id);
          });
          await edit("auditHashes", (all) => void all.splice(0));
          await edit("counters", (all) => {
            const log = all.find(counter("log"))!;
            log.event = log.hashed = last;
          });
        },
      },
      {
        what: "a log that was made anew from its first event",
        told: "auditEvents.record",
        edit: async () => void (await rewriteLog()),
      },
      {
        what: "a log that was made anew with the hashes of its heads",
        told: "batches.sequence",
        edit: async () => {
          const hashes = await rewriteLog();
          await edit("batches", (all) => {
            for (const head of all.filter(has("auditHead")))
              setAt(head, "auditHead.hash", hashes.get(Number(valueAt(head, "auditHead.sequence"))));
          });
        },
      },
      {
        what: "the newest events of the log, cut off below an anchored head",
        told: "batches.sequence",
        edit: async () => {
          let head = 0;
          await edit("batches", (all) => {
            head = Math.max(...all.filter(has("auditHead")).map((each) => Number(valueAt(each, "auditHead.sequence"))));
          });
          await edit("auditEvents", (all) => {
            const left = all.filter(({ _id }) => Number(_id) < head);
            all.splice(0, all.length, ...left);
          });
        },
      },
      {
        what: "a head that is of half an event",
        told: "batches.sequence",
        edit: () => edit("batches", (all) => void setAt(all.find(has("auditHead"))!, "auditHead.sequence", 1.5)),
      },
      {
        what: "a head that is of no number",
        told: "batches.auditHead.sequence",
        edit: () => edit("batches", (all) => void setAt(all.find(has("auditHead"))!, "auditHead.sequence", Number.NaN)),
      },
      {
        what: "a batch that is a head no more",
        told: "batches.entries",
        edit: () => edit("batches", (all) => void delete all.find(has("auditHead"))!.auditHead),
      },
      {
        what: "the whole log",
        told: "auditEvents.record",
        edit: () => edit("auditEvents", (all) => void all.splice(0)),
      },
      {
        what: "a field that no version writes",
        told: "register.record",
        edit: () => edit("register", (all) => void setAt(all[0]!, "isTrusted", true)),
      },
      {
        what: "a value of another kind",
        told: "agencies.suspended",
        edit: () => edit("agencies", (all) => void setAt(all[0]!, "suspended", "no")),
      },
      {
        what: "a detail that JSON cannot say",
        told: "auditEvents.record",
        edit: () =>
          edit(
            "auditEvents",
            (all) => void setAt(all.find(has("detail"))!, "detail", { at: new Date(0), n: Number.NaN }),
          ),
      },
    ],
    { together: 25 },
  );

  it("tells nothing personal", async () => {
    const codes: string[] = [];
    const remember = (all: Editable[], path: string) => {
      for (const document of all) {
        codes.push(String(valueAt(document, path)));
        setAt(document, path, `x${valueAt(document, path)}`);
      }
    };
    const found = [
      ...(await afterEdit(store, () => edit("register", (all) => remember(all, "number")))),
      ...(await afterEdit(store, () => edit("holders", (all) => remember(all, "_id.code")))),
      ...(await afterEdit(store, () => edit("holders", (all) => remember(all, "number")))),
    ];
    expect(found.length).to.be.greaterThan(10);
    for (const code of codes) expect(JSON.stringify(found)).not.to.contain(code);
  });

  it("says on the command line what was edited, and ends with 70", async () => {
    const clean = await store.office.tally(["doctor", "--deep", "--json"]);
    const part = clean.out.map((line) => JSON.parse(line)).find(({ check }) => check === "certificates");
    expect(part).to.include({ outcome: "ok" });
    expect(part.detail).to.match(/^13 examined in /);
    await edit("register", (all) => void setAt(all.find(is("_id", store.certificates.plain))!, "validUntil", 0));
    try {
      const { code, out } = await store.office.tally(["doctor", "--deep", "--json"]);
      expect(code).to.equal(70);
      const [told] = out.map((line) => JSON.parse(line)).filter(({ discrepancy }) => discrepancy !== undefined);
      const place = { collection: "certificates", key: store.certificates.plain, field: "validUntil", stored: "0" };
      expect(told.discrepancy).to.include(place);
    } finally {
      await store.restore();
    }
  });
});
