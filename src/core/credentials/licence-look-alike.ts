// SPDX-License-Identifier: Apache-2.0
import type { JsonObject, JsonValue } from "../json.js";

/** Names under which only licences of this product are made (docs/decisions/0001-permanent-names.md). */
const NAMESPACE = "https://tigertally.example/";
const TYPES = ["ElectronicLicence", "LicenceTypeDefinition"];
const MEMBERS = ["certificateIdentifier", "certificateTypeCode", "certificateNumber", "statusListNumber"];

/**
 * Whether anything in a document says that it is a licence of ours: a name of our namespace, a type of ours, a member of ours,
 * at any depth. Such a document is read by the strict reader of certificates and by nothing else, so that nobody turns a licence
 * into a credential of which less is asked by writing another issuer on it.
 */
export function looksLikeALicence(value: JsonValue): boolean {
  if (typeof value === "string") return value.toLowerCase().startsWith(NAMESPACE) || TYPES.includes(value);
  if (typeof value !== "object" || value === null) return false;
  if (Array.isArray(value)) return value.some(looksLikeALicence);
  return Object.entries(value as JsonObject).some(
    ([name, member]) => MEMBERS.includes(name) || looksLikeALicence(name) || looksLikeALicence(member),
  );
}
