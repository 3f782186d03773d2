// SPDX-License-Identifier: Apache-2.0
import { createHash } from "node:crypto";
import { canonicalize } from "../../core/canonical-json.js";

/**
 * SHA-256 of the canonical JSON of a record's fixed fields, for `digestAfter` of the event that it was made with: what was changed in
 * the record behind the log's back differs from it.
 */
export function recordDigest(fields: Readonly<Record<string, unknown>>): Uint8Array {
  return new Uint8Array(createHash("sha256").update(canonicalize(fields)).digest());
}
