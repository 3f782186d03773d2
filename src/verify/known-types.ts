// SPDX-License-Identifier: Apache-2.0
import { BoundedCache } from "../core/bounded-cache.js";
import { canonicalBytes } from "../core/canonical-json.js";
import type { Crypto } from "../core/crypto.js";
import type { JsonValue } from "../core/json.js";
import type { TypeDefinition } from "../core/type-definition.js";
import { digestSri, readTypeDefinition } from "../core/type-reader.js";

export interface ReadType {
  readonly content: TypeDefinition;
  readonly digest: Uint8Array;
  /** The digest as certificates state it. */
  readonly digestSRI: string;
  /** The fields that have a label. */
  readonly labelled: ReadonlySet<string>;
}

/** A verifier meets the same few types again and again; what is kept is frozen, since reports and renderers get to see it. */
const kept = new BoundedCache<string, ReadType>(64);
/** Longer ones are read each time, so that strangers cannot fill the memory with them. */
const MAX_KEPT_LENGTH = 64 * 1024;

/** The definition of exactly this JSON text, when it was read before. */
export function knownType(text: string): ReadType | null {
  return kept.get(text) ?? null;
}

/** The definition that strictly parsed JSON says, and the SHA-256 of its canonical form. Throws as `readTypeDefinition`. */
export function readType(json: JsonValue, crypto: Crypto): ReadType {
  // Equal texts are equal definitions; members in another order only cost a second reading.
  const text = JSON.stringify(json);
  const known = kept.get(text);
  if (known) return known;
  const content = frozen(readTypeDefinition(json));
  const digest = crypto.sha256(canonicalBytes(json));
  const labelled = new Set(content.fields.labels.map(({ field }) => field));
  const type = { content, digest, digestSRI: digestSri(digest), labelled };
  return text.length > MAX_KEPT_LENGTH ? type : kept.set(text, type);
}

function frozen<T>(value: T): T {
  if (typeof value === "object" && value !== null) Object.values(Object.freeze(value)).forEach(frozen);
  return value;
}
