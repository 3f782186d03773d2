// SPDX-License-Identifier: Apache-2.0
import type { JsonObject, JsonValue } from "../json.js";
import { shape } from "../shape.js";
import { readContexts, readTypes, readUrl } from "./contexts-and-types.js";
import { parseDateTimeStamp } from "./date-time-stamp.js";

const must = shape("format.malformed");

/** What a reader needs to know of any credential. */
export interface CredentialFacts {
  /** The issuer's identifier, whichever way it is written. */
  readonly issuer: string;
  readonly types: readonly string[];
  /** Milliseconds; null when not stated. */
  readonly validFrom: number | null;
  readonly validUntil: number | null;
  readonly hasStatus: boolean;
}

/**
 * Holds strictly parsed JSON to the W3C Verifiable Credentials Data Model 2.0, section by section, as far as that can be done
 * without fetching anything. Throws `format.malformed` with the JSON pointer of what is wrong. Members that the model does not know
 * are the issuer's business. Proofs are looked at by `readProofs`.
 */
export function readCredential(json: JsonValue): CredentialFacts {
  const credential = must.object(json, "", ["@context", "type", "issuer", "credentialSubject"], "any");
  const contexts = readContexts(credential["@context"]);
  const types = readTypes(credential.type, "/type", contexts);
  if (!types.includes("VerifiableCredential")) throw must.fail("/type", "must include VerifiableCredential");
  if (Object.hasOwn(credential, "id")) readUrl(credential.id, "/id");
  readNames(credential, "");
  const issuer = readIssuer(credential.issuer);
  each(credential.credentialSubject, "/credentialSubject", readSubject);
  const period = readPeriod(credential);
  for (const name of TYPED) if (Object.hasOwn(credential, name)) each(credential[name], `/${name}`, readTyped);
  if (Object.hasOwn(credential, "credentialStatus")) each(credential.credentialStatus, "/credentialStatus", readStatus);
  if (Object.hasOwn(credential, "credentialSchema")) each(credential.credentialSchema, "/credentialSchema", readSchema);
  if (Object.hasOwn(credential, "relatedResource")) readRelatedResources(credential.relatedResource);
  return { issuer, types, ...period, hasStatus: Object.hasOwn(credential, "credentialStatus") };
}

/** Properties whose values must say their type (sections 5.4 to 5.6 and 5.10). */
const TYPED = ["refreshService", "termsOfUse", "evidence", "confidenceMethod", "renderMethod"];

const MOST_ITEMS = 1_000;

/** A single object or a set of one or more. */
function each(value: JsonValue | undefined, at: string, read: (item: JsonObject, at: string) => void): void {
  const items: readonly JsonValue[] = Array.isArray(value) ? must.array(value, at, 1, MOST_ITEMS) : [value ?? null];
  items.forEach((item, i) => {
    const where = Array.isArray(value) ? `${at}/${i}` : at;
    read(must.object(item, where, [], "any"), where);
  });
}

/** Section 4.7: a URL, or an object whose `id` is one. */
function readIssuer(value: JsonValue | undefined): string {
  if (typeof value === "string") return readUrl(value, "/issuer");
  const issuer = must.object(value, "/issuer", ["id"], "any");
  readNames(issuer, "/issuer");
  return readUrl(issuer.id, "/issuer/id");
}

/** Section 4.8. */
function readSubject(subject: JsonObject, at: string): void {
  if (Object.keys(subject).length === 0) throw must.fail(at, "must say something");
  readIdAndType(subject, at);
}

function readIdAndType(item: JsonObject, at: string): void {
  if (Object.hasOwn(item, "id")) readUrl(item.id, `${at}/id`);
  if (Object.hasOwn(item, "type")) readTypes(item.type, `${at}/type`, null);
}

function readTyped(item: JsonObject, at: string): void {
  readTypes(item.type, `${at}/type`, null);
  readIdAndType(item, at);
}

/** Section 4.10, and what Bitstring Status List 1.0 section 2.1 asks of its entries. */
function readStatus(status: JsonObject, at: string): void {
  readTyped(status, at);
  if (status.type !== "BitstringStatusListEntry") return;
  must.text(status.statusPurpose, `${at}/statusPurpose`);
  must.matching(status.statusListIndex, `${at}/statusListIndex`, /^(?:0|[1-9][0-9]{0,15})$/, "a number as text");
  readUrl(status.statusListCredential, `${at}/statusListCredential`);
}

/** Section 4.11. */
function readSchema(schema: JsonObject, at: string): void {
  readTypes(schema.type, `${at}/type`, null);
  readUrl(schema.id, `${at}/id`);
}

/** Section 4.9: `dateTimeStamp` values, the end not before the beginning. */
function readPeriod(credential: JsonObject): Pick<CredentialFacts, "validFrom" | "validUntil"> {
  const validFrom = readTime(credential, "validFrom");
  const validUntil = readTime(credential, "validUntil");
  if (validFrom !== null && validUntil !== null && validUntil < validFrom)
    throw must.fail("/validUntil", "must not be before validFrom");
  return { validFrom, validUntil };
}

function readTime(credential: JsonObject, name: string): number | null {
  if (!Object.hasOwn(credential, name)) return null;
  const time = parseDateTimeStamp(credential[name]);
  if (time === null) throw must.fail(`/${name}`, "must be a date and time that exist, with an offset");
  return time;
}

/** Section 5.3: objects with an identifier of their own and a digest. */
function readRelatedResources(value: JsonValue | undefined): void {
  const known = new Set<string>();
  each(value, "/relatedResource", (resource, at) => {
    const id = readUrl(resource.id, `${at}/id`);
    if (known.has(id)) throw must.fail(`${at}/id`, "is named twice");
    known.add(id);
    const { digestSRI, digestMultibase } = resource;
    if (digestSRI === undefined && digestMultibase === undefined)
      throw must.fail(at, "must have digestSRI or digestMultibase");
    if (digestSRI !== undefined)
      must.matching(digestSRI, `${at}/digestSRI`, /^sha(?:256|384|512)-[A-Za-z0-9+/]{43,88}={0,2}$/, "an SRI digest");
    if (digestMultibase !== undefined)
      must.matching(digestMultibase, `${at}/digestMultibase`, /^[a-zA-Z0-9][A-Za-z0-9_-]{20,200}$/, "Multibase");
  });
}

/** Section 4.6: text, or one or more language value objects with nothing else in them (section 11.1). */
function readNames(item: JsonObject, at: string): void {
  for (const name of ["name", "description"]) {
    const value = item[name];
    if (value === undefined || typeof value === "string") continue;
    each(value, `${at}/${name}`, readLanguageValue);
  }
}

function readLanguageValue(item: JsonObject, at: string): void {
  const value = must.object(item, at, ["@value"], ["@language", "@direction"]);
  if (typeof value["@value"] !== "string") throw must.fail(`${at}/@value`, "must be text");
  if (Object.hasOwn(value, "@language"))
    must.matching(value["@language"], `${at}/@language`, /^[A-Za-z]{1,8}(?:-[A-Za-z0-9]{1,8})*$/, "a language tag");
  if (Object.hasOwn(value, "@direction")) must.oneOf(value["@direction"], `${at}/@direction`, ["ltr", "rtl"]);
}
