// SPDX-License-Identifier: Apache-2.0
import { Binary, type Document } from "mongodb";
import type { Documents } from "./documents.js";

/** What the value of a field may be. MongoDB enforces none of it, so whoever examines a database asks for what differs. */
export type Shape =
  | { readonly kind: "text" | "number" | "bytes" | "boolean"; readonly nullable?: true; readonly optional?: true }
  /** `true` or absent: what a partial index looks at. */
  | { readonly kind: "flag"; readonly optional: true }
  | { readonly kind: "list"; readonly of: Shape; readonly optional?: true }
  /** Plain values under any name. */
  | { readonly kind: "values"; readonly optional?: true }
  | { readonly kind: "fields"; readonly fields: Fields; readonly nullable?: true; readonly optional?: true };
export type Fields = Readonly<Record<string, Shape>>;

const text = { kind: "text" } as const;
const number = { kind: "number" } as const;
const bytes = { kind: "bytes" } as const;
const boolean = { kind: "boolean" } as const;
const flag = { kind: "flag", optional: true } as const;
const values = { kind: "values" } as const;
const list = (of: Shape) => ({ kind: "list", of }) as const;
const object = (fields: Fields) => ({ kind: "fields", fields }) as const;
const optional = <Of extends Shape>(shape: Of) => ({ ...shape, optional: true }) as const;
const nullable = <Of extends Shape>(shape: Of) => ({ ...shape, nullable: true }) as const;

const TILE = { _id: object({ batch: number, tile: number }), leaves: bytes };

/** Every field of every collection; a field that `Documents` has and this has not does not compile. */
export const SHAPES = {
  certificates: {
    ...{ _id: text, identifier: text, lineage: text, tokenDigest: bytes, leafHash: bytes, region: text },
    ...{ agency: text, number: text, certificate: bytes, token: bytes, entry: number },
  },
  register: {
    ...{ _id: text, version: number, digest: bytes, agency: text, typeCode: text, typeVersion: number, number: text },
    ...{ keyDigest: bytes, statusIndex: number, issueDate: text, validFrom: number, validUntil: nullable(number) },
    ...{ predecessor: nullable(text), issuedAt: number, entry: number, state: text, resumeState: text },
    ...{ successor: nullable(text), isInForce: flag, isExceptional: flag, held: flag },
    place: optional(object({ batchId: number, index: number })),
  },
  statusIndices: { _id: text, certificate: text },
  holders: {
    ...{ _id: object({ code: text, issueDate: text, entry: number }), codeType: text },
    ...{ certificate: text, agency: text, number: text },
  },
  outbox: {
    ...{ _id: number, count: number, keyDigest: bytes, queuedAt: number, certificates: list(text), leaves: bytes },
    ...{ adopted: optional(list(number)), seal: optional(object({ certificate: text, ordinal: number })) },
    copy: optional(object({ certificate: text, number: text })),
  },
  batches: {
    ...{ _id: number, region: text, root: bytes, size: number, tileRoots: bytes, stagedAt: number, open: flag },
    ...{ submittedAt: nullable(number), tx: nullable(text), block: optional(number), anchoredAt: optional(number) },
    ...{ firstEntry: optional(number), lastEntry: optional(number) },
    auditHead: optional(object({ sequence: number, hash: bytes })),
    runs: optional(list(object({ entry: number, index: number, count: number }))),
    keys: optional(list(object({ key: bytes, count: number }))),
  },
  batchTiles: TILE,
  leases: { _id: text, holder: text, fence: number, expires: number, uses: optional(number) },
  counters: {
    ...{ _id: text, value: optional(number), turn: optional(number), event: optional(number) },
    ...{ entry: optional(number), change: optional(number), hashed: optional(number), hash: optional(bytes) },
  },
  statusIndexKeys: { _id: text, key: bytes },
  statusChanges: {
    ...{ _id: number, certificate: text, statusIndex: number, word: number, action: text, queuedAt: number },
    ...{ submittedAt: nullable(number), tx: nullable(text), confirmedAt: nullable(number), open: flag },
  },
  typeDefinitions: {
    ...{ _id: text, typeCode: text, version: number, digest: bytes, definition: bytes, retiredAt: nullable(number) },
  },
  agencies: {
    ...{ _id: text, name: text, region: text, areaCode: text, did: text, keyDigest: nullable(text) },
    ...{ suspended: boolean, types: list(text) },
  },
  apiTokens: {
    ...{ _id: text, secretHash: bytes, agency: text, types: list(text), role: text, label: text, createdAt: number },
    ...{ expiresAt: nullable(number), revokedAt: nullable(number) },
  },
  pickUpLinks: {
    ...{ _id: text, certificate: text, ordinal: number, agency: text, keyId: text, secretHash: bytes, codeHash: bytes },
    ...{ madeAt: number, expiresAt: number, wrongCodes: number, lockedAt: nullable(number) },
    ...{ openedAt: nullable(number), revokedAt: nullable(number), supersededAt: nullable(number) },
    session: nullable(object({ hash: bytes, expiresAt: number })),
  },
  pickUpOrders: { _id: text, links: list(text) },
  sealCertificates: {
    ...{ _id: text, event: number, holder: text, keyDigest: text, ca: text, certificate: bytes, validFrom: number },
    ...{ validUntil: number, appearance: nullable(object({ name: text, code: text, star: boolean })), isGood: flag },
    revocation: nullable(object({ at: number, reason: text })),
  },
  revocationLists: { _id: text, number, thisUpdate: number, nextUpdate: number, list: bytes },
  seals: {
    ...{ _id: object({ certificate: text, ordinal: number }), fileDigest: bytes, serial: text, sealedAt: number },
    ...{ reason: text, room: number, cms: bytes },
  },
  sealEntries: {
    ...{ _id: object({ certificate: text, ordinal: number }), entry: number },
    place: optional(object({ batchId: number, index: number })),
  },
  copies: {
    ...{ _id: object({ certificate: text, number: text }), event: number, entry: number, keyDigest: bytes },
    ...{ leafHash: bytes, statement: bytes, token: bytes, madeAt: number },
  },
  copyPlaces: { _id: object({ certificate: text, number: text }), batchId: number, index: number },
  idempotency: {
    ...{ _id: object({ scope: text, key: text }), requestHash: bytes, plan: optional(text), createdAt: number },
    ...{ isAnswered: flag, status: optional(number), body: optional(bytes) },
  },
  auditEvents: {
    ...{ _id: number, time: number, actor: object({ kind: text, id: text, role: text }), action: text, object: text },
    ...{ purpose: optional(text), matter: optional(text), digestBefore: optional(bytes), digestAfter: optional(bytes) },
    ...{ requestId: text, result: text, detail: optional(values), hash: optional(bytes) },
  },
  auditHashes: { _id: number, hash: bytes },
  mirroredBatches: {
    ...{ _id: number, region: text, root: bytes, size: number, block: number, anchoredAt: number, attempts: number },
    ...{ nextTry: number, isMissing: flag, tileRoots: optional(bytes) },
  },
  mirroredTiles: TILE,
  mirroredLeaves: { _id: bytes, position: number },
  mirroredTypes: {
    ...{ _id: text, typeCode: text, version: number, digest: text, attempts: number, nextTry: number, isMissing: flag },
  },
  cursors: { _id: text, block: number },
  alarms: {
    ...{ _id: object({ kind: text, object: text }), seq: number, time: number, detail: text },
    ...{ clearedAt: nullable(number), isOpen: flag },
  },
  deployment: { _id: text, schemaVersion: number, region: optional(text), restoration: optional(values) },
} as const satisfies { readonly [Name in keyof Documents]: { readonly [Field in keyof Documents[Name]]-?: Shape } };

const TYPES = { text: "string", number: "number", bytes: "binData", boolean: "bool" } as const;
const PLAIN = ["string", "number", "bool", "null"];

/** For `$jsonSchema`: matches the documents of these fields and no others. */
export function schemaOf(fields: Fields): Document {
  return {
    bsonType: "object",
    required: Object.entries(fields).flatMap(([name, shape]) => (isOptional(shape) ? [] : [name])),
    properties: Object.fromEntries(Object.entries(fields).map(([name, shape]) => [name, valueSchema(shape)])),
    additionalProperties: false,
  };
}

function valueSchema(shape: Shape): Document {
  switch (shape.kind) {
    case "flag":
      return { enum: [true] };
    case "list":
      return { bsonType: "array", items: valueSchema(shape.of) };
    case "values":
      return { bsonType: "object", additionalProperties: { bsonType: PLAIN } };
    case "fields":
      return shape.nullable ? { anyOf: [{ bsonType: "null" }, schemaOf(shape.fields)] } : schemaOf(shape.fields);
    default:
      return { bsonType: shape.nullable ? [TYPES[shape.kind], "null"] : TYPES[shape.kind] };
  }
}

/** The first field that is not as it may be, and why; null when all are. */
export function misshapen(
  document: Readonly<Record<string, unknown>>,
  fields: Fields,
): { field: string; why: string } | null {
  const unknown = Object.keys(document).find((name) => !Object.hasOwn(fields, name));
  if (unknown !== undefined) return { field: unknown, why: "no version of this product writes such a field" };
  for (const [field, shape] of Object.entries(fields)) {
    const value = document[field];
    if (value === undefined && isOptional(shape)) continue;
    if (value === undefined) return { field, why: "is missing" };
    if (!fits(value, shape)) return { field, why: "has a value of another kind" };
  }
  return null;
}

function isOptional(shape: Shape): boolean {
  return "optional" in shape && shape.optional === true;
}

function fits(value: unknown, shape: Shape): boolean {
  if (value === null) return "nullable" in shape && shape.nullable === true;
  switch (shape.kind) {
    case "text":
      return typeof value === "string";
    case "number":
      return typeof value === "number";
    case "boolean":
      return typeof value === "boolean";
    case "flag":
      return value === true;
    case "bytes":
      return value instanceof Binary;
    case "list":
      return Array.isArray(value) && value.every((each) => fits(each, shape.of));
    case "values":
      return isPlainObject(value) && Object.values(value).every((each) => each === null || typeof each !== "object");
    case "fields":
      return isPlainObject(value) && misshapen(value, shape.fields) === null;
  }
}

function isPlainObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && Object.getPrototypeOf(value) === Object.prototype;
}
