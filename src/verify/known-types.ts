// SPDX-License-Identifier: Apache-2.0
import { BoundedCache } from "../core/bounded-cache.js";
import { equalBytes, utf8 } from "../core/bytes.js";
import { canonicalBytes } from "../core/canonical-json.js";
import type { Crypto } from "../core/crypto.js";
import { toHex } from "../core/hex.js";
import type { JsonValue } from "../core/json.js";
import type { TypeDefinition } from "../core/type-definition.js";
import { digestSri, readTypeDefinition } from "../core/type-reader.js";

export interface ReadType {
  readonly content: TypeDefinition;
  /** Lower-case hex, as the registry says it. */
  readonly digest: string;
  /** The digest as certificates state it. */
  readonly digestSRI: string;
  /** The fields that have a label. */
  readonly labelled: ReadonlySet<string>;
}

/** A type and the JSON it was read from. */
interface KnownType {
  readonly type: ReadType;
  readonly bytes: Uint8Array;
}

/** A verifier meets the same few types again and again; what is kept is frozen, since reports and renderers get to see it. */
const kept = new BoundedCache<string, KnownType>(64);
/** Longer ones are read each time, so that strangers cannot fill the memory with them. */
const MAX_KEPT_LENGTH = 64 * 1024;

/** The type that was read before whose very bytes, with `before` in front of them and `after` behind, end these bytes. */
export function knownTypeAtEnd(bytes: Uint8Array, before: Uint8Array, after: Uint8Array): KnownType | null {
  if (!hasAt(bytes, after, bytes.length - after.length)) return null;
  for (const known of kept.values()) {
    const start = bytes.length - after.length - known.bytes.length;
    // What stands in front is short and tells a type of another length without looking further.
    if (hasAt(bytes, before, start - before.length) && hasAt(bytes, known.bytes, start)) return known;
  }
  return null;
}

function hasAt(bytes: Uint8Array, part: Uint8Array, start: number): boolean {
  return start >= 0 && equalBytes(bytes.subarray(start, start + part.length), part);
}

/** The definition that strictly parsed JSON says, and the SHA-256 of its canonical form. Throws as `readTypeDefinition`. */
export function readType(json: JsonValue, crypto: Crypto): ReadType {
  // Equal texts are equal definitions; members in another order only cost a second reading.
  const text = JSON.stringify(json);
  const known = kept.get(text);
  if (known) return known.type;
  const content = frozen(readTypeDefinition(json));
  const digest = crypto.sha256(canonicalBytes(json));
  const labelled = new Set(content.fields.labels.map(({ field }) => field));
  const type = { content, digest: toHex(digest), digestSRI: digestSri(digest), labelled };
  if (text.length <= MAX_KEPT_LENGTH) kept.set(text, { type, bytes: utf8(text) });
  return type;
}

function frozen<T>(value: T): T {
  if (typeof value === "object" && value !== null) Object.values(Object.freeze(value)).forEach(frozen);
  return value;
}
