// SPDX-License-Identifier: Apache-2.0
import { isDidKey } from "../core/credentials/did-key.js";
import { looksLikeALicence } from "../core/credentials/licence-look-alike.js";
import type { JsonObject, JsonValue } from "../core/json.js";

/**
 * A W3C credential that its issuer signed under a did:key: the key is the name, so the signature can be judged, and nothing else.
 * It is never a licence, and no field of it is ever shown as one.
 */
export interface ForeignCredential {
  readonly form: "credential";
  /** Not read yet. */
  readonly json: JsonObject;
}

/**
 * Whether a signed document is for `judgeForeignCredential`. Our issuers are `did:web`, so no certificate of ours is; and whatever
 * looks like a licence is left to the strict reader, whoever it says it is from.
 */
export function isForeignCredential(json: JsonObject): boolean {
  return isDidKey(issuerOf(json.issuer)) && !looksLikeALicence(json);
}

function issuerOf(issuer: JsonValue | undefined): JsonValue | undefined {
  const isNamed = typeof issuer === "object" && issuer !== null && !Array.isArray(issuer);
  return isNamed ? (issuer as JsonObject).id : issuer;
}
