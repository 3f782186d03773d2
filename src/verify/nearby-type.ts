// SPDX-License-Identifier: Apache-2.0
import type { Crypto } from "../core/crypto.js";
import { parseJson } from "../core/strict-json.js";
import type { TypeDefinition } from "../core/type-definition.js";
import type { Claims } from "./claims.js";
import type { LicenceDocument } from "./document.js";
import { readType } from "./known-types.js";
import type { RegistryQuestions } from "./registry-questions.js";
import type { TypeSource } from "./sources.js";

/**
 * The definition whose labels the summary shows: the document's own, else one kept nearby that has the digest on chain. It
 * decides nothing, so whatever goes wrong only costs the labels.
 */
export async function typeForLabels(
  document: LicenceDocument,
  claims: Claims,
  {
    registry,
    types,
    crypto,
  }: { readonly registry: RegistryQuestions; readonly types: TypeSource | null; readonly crypto: Crypto },
): Promise<TypeDefinition | null> {
  if (document.form !== "token" && document.type) return document.type.content;
  const { typeCode, typeVersion } = claims;
  if (!types || typeVersion === null) return null;
  const published = await registry.findTypeDefinition(typeCode, typeVersion);
  if (!published.known || !published.value) return null;
  try {
    const found = await types.findType(typeCode, typeVersion);
    const type = found && readType(parseJson(found.bytes), crypto);
    return type && type.digest === published.value.digest ? type.content : null;
  } catch {
    return null;
  }
}
