// SPDX-License-Identifier: Apache-2.0
import { BoundedCache } from "../core/bounded-cache.js";
import { canonicalBytes } from "../core/canonical-json.js";
import type { Crypto } from "../core/crypto.js";
import { toHex } from "../core/hex.js";
import type { JsonValue } from "../core/json.js";
import type { TypeDefinition } from "../core/type-definition.js";
import { readTypeDefinition } from "../core/type-reader.js";

export interface ReadType {
  readonly content: TypeDefinition;
  readonly digest: Uint8Array;
}

/** A verifier meets the same few types again and again; equal digests are equal definitions, so each is read once. */
const read = new BoundedCache<string, ReadType>(64);

/** The definition that strictly parsed JSON says, and the SHA-256 of its canonical form. Throws as `readTypeDefinition`. */
export function readType(json: JsonValue, crypto: Crypto): ReadType {
  const digest = crypto.sha256(canonicalBytes(json));
  const name = toHex(digest);
  return read.get(name) ?? read.set(name, { content: readTypeDefinition(json), digest });
}
