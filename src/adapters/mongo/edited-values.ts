// SPDX-License-Identifier: Apache-2.0
import { Binary } from "mongodb";
import { fromHex } from "../../core/hex.js";
import type { RecordedEvent } from "../../domain/audit/index.js";
import { recordedEvent } from "./audit-store.js";
import { bytesOf } from "./bytes.js";
import type { AuditEventDocument } from "./documents.js";

/** Nothing where the value is of another kind; that it is, `faults` tells. */
export function bytesIn(value: unknown): Uint8Array {
  return value instanceof Binary ? bytesOf(value) : new Uint8Array();
}

export function digestIn(hex: unknown): Uint8Array {
  return typeof hex === "string" && /^(?:[0-9a-f]{2})*$/.test(hex) ? fromHex(hex) : new Uint8Array();
}

/** What was edited into something that JSON cannot say is read as text, and the hash of the event tells. */
export function readEvent({ digestBefore, digestAfter, hash: _, ...event }: AuditEventDocument): RecordedEvent {
  return recordedEvent({
    ...(plain(event) as Omit<AuditEventDocument, "digestBefore" | "digestAfter">),
    ...(digestBefore === undefined ? {} : { digestBefore: bytesIn(digestBefore) }),
    ...(digestAfter === undefined ? {} : { digestAfter: bytesIn(digestAfter) }),
  });
}

function plain(value: unknown): unknown {
  if (value === null || typeof value === "boolean" || typeof value === "string") return value;
  if (typeof value === "number") return Number.isFinite(value) ? value : String(value);
  if (Array.isArray(value)) return value.map(plain);
  if (typeof value === "object" && Object.getPrototypeOf(value) === Object.prototype)
    return Object.fromEntries(Object.entries(value).map(([name, each]) => [name, plain(each)]));
  return String(value);
}
