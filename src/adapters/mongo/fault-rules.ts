// SPDX-License-Identifier: Apache-2.0
import type { Document } from "mongodb";
import type { Documents } from "./documents.js";

/** What the fields of one document must say of one another. */
export interface Rule {
  readonly collection: keyof Documents;
  readonly field: string;
  /** Of those that break it. */
  readonly filter: Document;
  readonly why: string;
}

const isThere = (value: string) => ({ $ne: [{ $type: value }, "missing"] });

const oneIfThere = (value: string) => ({ $cond: [isThere(value), 1, 0] });

const absent = (field: string) => ({ [field]: { $exists: false } });

const there = (field: string) => ({ [field]: { $exists: true } });

/** A flag that is set where the other condition does not hold, or the reverse. */
const differs = (flag: string, whenSet: Document, unless: Document) => ({
  $or: [
    { [flag]: true, ...unless },
    { ...absent(flag), ...whenSet },
  ],
});

const NAME = { $ne: ["$_id", { $concat: ["$typeCode", "/", { $toString: { $toLong: "$version" } }] }] };

const IN_FORCE = ["valid", "suspended"];

export const RULES: readonly Rule[] = [
  {
    ...{ collection: "sealCertificates", field: "isGood", why: "does not go with revocation and appearance" },
    filter: differs(
      "isGood",
      { appearance: { $ne: null }, revocation: null },
      { $or: [{ appearance: null }, { revocation: { $ne: null } }] },
    ),
  },
  {
    ...{ collection: "register", field: "isInForce", why: "does not go with the state" },
    filter: differs("isInForce", { state: { $in: IN_FORCE } }, { state: { $nin: IN_FORCE } }),
  },
  {
    ...{ collection: "register", field: "isExceptional", why: "does not go with the state" },
    filter: differs("isExceptional", { state: { $ne: "valid" } }, { state: "valid" }),
  },
  {
    ...{ collection: "statusChanges", field: "open, confirmedAt", why: "is open and confirmed, or neither" },
    filter: differs("open", { confirmedAt: null }, { confirmedAt: { $ne: null } }),
  },
  {
    ...{ collection: "statusChanges", field: "word, statusIndex", why: "is not the word of the status index" },
    filter: { $expr: { $ne: ["$word", { $floor: { $divide: ["$statusIndex", 256] } }] } },
  },
  {
    ...{ collection: "alarms", field: "isOpen, clearedAt", why: "is open and closed, or neither" },
    filter: differs("isOpen", { clearedAt: null }, { clearedAt: { $ne: null } }),
  },
  {
    ...{ collection: "mirroredBatches", field: "isMissing, tileRoots", why: "is there and missing, or neither" },
    filter: differs("isMissing", absent("tileRoots"), there("tileRoots")),
  },
  {
    ...{
      collection: "idempotency",
      field: "isAnswered, plan, status, body",
      why: "is answered and planned, or neither",
    },
    filter: {
      $or: [
        { isAnswered: true, $or: [there("plan"), absent("status"), absent("body")] },
        { ...absent("isAnswered"), $or: [absent("plan"), there("status"), there("body")] },
      ],
    },
  },
  {
    ...{ collection: "typeDefinitions", field: "_id", why: "is not its type code and version" },
    filter: { $expr: NAME },
  },
  {
    ...{ collection: "mirroredTypes", field: "_id", why: "is not its type code and version" },
    filter: { $expr: NAME },
  },
  {
    ...{ collection: "outbox", field: "count, certificates, leaves, seal, copy", why: "are not as many of each" },
    filter: {
      $expr: {
        $or: [
          { $ne: ["$count", { $add: [{ $size: "$certificates" }, ...["$seal", "$copy"].map(oneIfThere)] }] },
          { $ne: [{ $binarySize: "$leaves" }, { $multiply: ["$count", 32] }] },
        ],
      },
    },
  },
  {
    ...{ collection: "outbox", field: "seal, copy", why: "does not go with the digest of the signing key" },
    filter: {
      $expr: {
        $eq: [{ $or: [isThere("$seal"), isThere("$copy")] }, { $gt: [{ $binarySize: "$keyDigest" }, 0] }],
      },
    },
  },
  {
    ...{ collection: "batches", field: "firstEntry, lastEntry, runs", why: "are not all there, or all absent" },
    filter: {
      $nor: [
        { ...there("firstEntry"), ...there("lastEntry"), ...there("runs") },
        { ...absent("firstEntry"), ...absent("lastEntry"), ...absent("runs") },
      ],
    },
  },
  {
    ...{ collection: "batches", field: "auditHead.sequence", why: "is of no event" },
    filter: { "auditHead.sequence": { $exists: true, $not: { $gte: 1 } } },
  },
  {
    ...{ collection: "batches", field: "auditHead", why: "is there beside certificates, seals or copies" },
    filter: { ...there("auditHead"), $or: [{ size: { $ne: 1 } }, there("runs"), { "keys.0": { $exists: true } }] },
  },
];
