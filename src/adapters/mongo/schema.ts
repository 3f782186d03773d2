// SPDX-License-Identifier: Apache-2.0
import type { IndexDescription } from "mongodb";
import type { Documents } from "./documents.js";

export interface CollectionPlan {
  /**
   * How it is to be sharded, in the words of `sh.shardCollection`; null: it stays small and whole on one shard. Every query of a
   * hot path names these fields, so it goes to the shards that have the answer and no others.
   */
  readonly shardKey: Readonly<Record<string, 1 | "hashed">> | null;
  /** The service may insert and read, and its role lets it do nothing else: what is in here was signed, or is the log. */
  readonly appendOnly?: true;
  /** The service waits for news of it, so its role has `changeStream`. */
  readonly followed?: true;
  readonly indexes: readonly (IndexDescription & { readonly name: string })[];
}

/**
 * Every collection of the product with its shard key and indexes: the one place that declares them. An index in random order
 * costs a page for every row of an import, so there are no more than the queries need, and the few documents that are held,
 * open or not valid have partial ones. docs/mongodb.md explains each choice.
 */
export const COLLECTIONS = {
  /** What was signed: certificate and token, found by identifier. Never changed. */
  certificates: { shardKey: { _id: "hashed" }, appendOnly: true, indexes: [] },

  /** What the certificates' state is by now, and what lists show. One small document a certificate. */
  register: {
    shardKey: { agency: 1, number: 1 },
    indexes: [
      { name: "number", key: { agency: 1, number: 1, issueDate: -1, entry: -1 } },
      { name: "date", key: { agency: 1, issueDate: -1, entry: -1 } },
      { name: "type", key: { agency: 1, typeCode: 1, issueDate: -1, entry: -1 } },
      {
        name: "state",
        key: { agency: 1, state: 1, issueDate: -1, entry: -1 },
        partialFilterExpression: { isExceptional: true },
      },
      {
        name: "type_state",
        key: { agency: 1, typeCode: 1, state: 1, issueDate: -1, entry: -1 },
        partialFilterExpression: { isExceptional: true },
      },
      // One licence in force for a number: begins with the shard key, so every shard can watch over its own.
      {
        name: "in_force",
        key: { agency: 1, number: 1, typeCode: 1 },
        unique: true,
        partialFilterExpression: { isInForce: true },
      },
      {
        name: "held",
        key: { held: 1, agency: 1, issueDate: -1, entry: -1 },
        partialFilterExpression: { held: true },
      },
      { name: "key", key: { keyDigest: 1, entry: 1 } },
    ],
  },

  /** Reserves a place in the status lists for one certificate: uniqueness by `_id`, whatever shard the certificate is on. */
  statusIndices: { shardKey: { _id: "hashed" }, appendOnly: true, indexes: [] },

  /** Leads from a holder's code to certificates of any agency, the newest first. */
  holders: { shardKey: { _id: 1 }, appendOnly: true, indexes: [] },

  /** Entries that wait to be staged: one document for all that were stored together. */
  outbox: {
    shardKey: null,
    indexes: [{ name: "key", key: { keyDigest: 1, _id: 1 } }],
  },

  batches: {
    shardKey: null,
    indexes: [
      { name: "name", key: { region: 1, root: 1, size: 1 }, unique: true },
      { name: "open", key: { open: 1, _id: 1 }, partialFilterExpression: { open: true } },
      { name: "block", key: { block: -1, _id: -1 }, partialFilterExpression: { block: { $exists: true } } },
      // From an entry's place in the outbox to the batch that took it.
      { name: "entries", key: { firstEntry: -1 }, partialFilterExpression: { firstEntry: { $exists: true } } },
      { name: "key", key: { "keys.key": 1, anchoredAt: 1 } },
      {
        name: "audit_head",
        key: { "auditHead.sequence": 1 },
        unique: true,
        partialFilterExpression: { "auditHead.sequence": { $exists: true } },
      },
    ],
  },

  /** Ordered leaf hashes of a batch, a tile in each: what a proof reads. */
  batchTiles: { shardKey: { _id: "hashed" }, appendOnly: true, indexes: [] },

  leases: { shardKey: null, indexes: [] },
  counters: { shardKey: null, indexes: [] },
  statusIndexKeys: { shardKey: null, appendOnly: true, indexes: [] },

  /** Legal state changes on their way to the status words on chain. */
  statusChanges: {
    followed: true,
    shardKey: null,
    indexes: [
      { name: "open", key: { open: 1, _id: 1 }, partialFilterExpression: { open: true } },
      { name: "word", key: { word: 1, _id: 1 } },
      { name: "confirmed", key: { confirmedAt: 1, _id: 1 } },
    ],
  },

  typeDefinitions: {
    shardKey: null,
    indexes: [{ name: "version", key: { typeCode: 1, version: 1 }, unique: true }],
  },

  agencies: {
    shardKey: null,
    indexes: [{ name: "did", key: { did: 1 }, unique: true }],
  },

  apiTokens: {
    shardKey: null,
    indexes: [
      { name: "created", key: { createdAt: 1, _id: 1 } },
      { name: "agency", key: { agency: 1, createdAt: 1, _id: 1 } },
      { name: "secret", key: { secretHash: 1 }, unique: true },
    ],
  },

  pickUpLinks: {
    shardKey: { _id: "hashed" },
    indexes: [
      { name: "expiry", key: { expiresAt: 1 } },
      { name: "revoked", key: { revokedAt: 1, _id: 1 }, partialFilterExpression: { revokedAt: { $gte: 0 } } },
    ],
  },
  /** The links of one certificate in their order; reserves the first for whoever comes first. */
  pickUpOrders: { shardKey: { _id: "hashed" }, indexes: [] },

  /** Of seals and of the region's seal CA: some for each agency. */
  sealCertificates: {
    shardKey: null,
    indexes: [
      { name: "event", key: { event: 1 }, unique: true },
      { name: "holder", key: { holder: 1, event: 1 } },
      { name: "good", key: { isGood: 1, event: -1 }, partialFilterExpression: { isGood: true } },
      {
        name: "revoked",
        key: { ca: 1, _id: 1 },
        partialFilterExpression: { "revocation.at": { $exists: true } },
      },
    ],
  },
  /** The newest of every seal CA. */
  revocationLists: { shardKey: null, indexes: [] },
  /** Seals on files of licences: one range of `_id` is one licence. */
  seals: { shardKey: { _id: 1 }, appendOnly: true, indexes: [] },
  /** Where each of them stands on its way to the chain. */
  sealEntries: { shardKey: { _id: 1 }, indexes: [{ name: "entry", key: { entry: 1 } }] },

  /** Readers' copies: one range of `_id` is one licence. */
  copies: {
    shardKey: { _id: 1 },
    appendOnly: true,
    indexes: [
      { name: "entry", key: { entry: 1 } },
      { name: "key", key: { keyDigest: 1, entry: 1 } },
    ],
  },
  /** Of copies in batches that were taken back from the chain; any other batch knows its entries. */
  copyPlaces: { shardKey: { _id: 1 }, appendOnly: true, indexes: [{ name: "batch", key: { batchId: 1 } }] },

  idempotency: {
    shardKey: { _id: "hashed" },
    indexes: [{ name: "answered", key: { createdAt: 1 }, partialFilterExpression: { isAnswered: true } }],
  },

  /** The append-only log. The log of one object lies on one shard; the whole log in order is for supervision. */
  auditEvents: {
    shardKey: { object: "hashed" },
    appendOnly: true,
    indexes: [{ name: "object", key: { object: 1, _id: 1 } }],
  },
  /** Hashes of events that older versions wrote without one: an event is never changed, so they lie beside it. */
  auditHashes: { shardKey: null, appendOnly: true, indexes: [] },

  mirroredBatches: {
    shardKey: null,
    indexes: [
      { name: "name", key: { region: 1, root: 1, size: 1 }, unique: true },
      {
        name: "missing",
        key: { isMissing: 1, attempts: 1, _id: 1, nextTry: 1 },
        partialFilterExpression: { isMissing: true },
      },
    ],
  },
  mirroredTiles: { shardKey: { _id: "hashed" }, appendOnly: true, indexes: [] },
  /** From a leaf to every batch that holds it. */
  mirroredLeaves: { shardKey: { _id: 1 }, appendOnly: true, indexes: [] },
  mirroredTypes: {
    shardKey: null,
    indexes: [
      {
        name: "missing",
        key: { isMissing: 1, attempts: 1, typeCode: 1, version: 1, nextTry: 1 },
        partialFilterExpression: { isMissing: true },
      },
    ],
  },

  cursors: { shardKey: null, indexes: [] },
  alarms: {
    shardKey: null,
    indexes: [
      { name: "seq", key: { seq: 1 }, unique: true },
      { name: "open", key: { isOpen: 1, seq: 1 }, partialFilterExpression: { isOpen: true } },
    ],
  },

  /** Which product, region and schema version the database belongs to, and whether it was put back and not compared with the chain yet. */
  deployment: { shardKey: null, indexes: [] },
} as const satisfies Record<keyof Documents, CollectionPlan>;
