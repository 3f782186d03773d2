// SPDX-License-Identifier: Apache-2.0
import { VC_CONTEXT } from "../certificate.js";
import type { JsonObject, JsonValue } from "../json.js";
import { shape } from "../shape.js";

const must = shape("format.malformed");

/** Terms that the base context defines and protects; a context that gives them another meaning is an error (section 5.2). */
const PROTECTED = [
  "id",
  "type",
  "description",
  "digestMultibase",
  "digestSRI",
  "mediaType",
  "name",
  "VerifiableCredential",
  "EnvelopedVerifiableCredential",
  "VerifiablePresentation",
  "EnvelopedVerifiablePresentation",
  "JsonSchemaCredential",
  "JsonSchema",
  "BitstringStatusListCredential",
  "BitstringStatusList",
  "BitstringStatusListEntry",
  "DataIntegrityProof",
];

const MOST_CONTEXTS = 32;

/**
 * `@context` of a credential (VC Data Model 2.0 section 4.3): the base context first, then URLs and context objects. Nothing is
 * fetched and nothing is expanded: what a context behind a URL says is its owner's business.
 */
export function readContexts(value: JsonValue | undefined): readonly JsonValue[] {
  const contexts = must.array(value, "/@context", 1, MOST_CONTEXTS);
  if (contexts[0] !== VC_CONTEXT) throw must.fail("/@context/0", `must be ${VC_CONTEXT}`);
  contexts.forEach((context, i) => {
    const at = `/@context/${i}`;
    if (typeof context === "string") readUrl(context, at);
    else readContextObject(must.object(context, at, [], "any"), at);
  });
  return contexts;
}

function readContextObject(context: JsonObject, at: string): void {
  for (const [name, definition] of Object.entries(context)) {
    if (PROTECTED.includes(name)) throw must.fail(`${at}/${name}`, "redefines a term that the base context protects");
    if (definition === undefined || typeof definition === "number")
      throw must.fail(`${at}/${name}`, "is not a definition of a term");
  }
}

/**
 * `type` (section 4.5): one or more terms or URLs, `wanted` among them. A term that no context can define is an error: none is
 * there but the base and context objects without it, or one that maps it to something other than an IRI.
 */
export function readTypes(value: JsonValue | undefined, at: string, contexts: readonly JsonValue[] | null): string[] {
  const types = typeof value === "string" ? [value] : must.array(value, at, 1, MOST_CONTEXTS);
  return types.map((type, i) => {
    const where = typeof value === "string" ? at : `${at}/${i}`;
    if (typeof type !== "string" || type === "") throw must.fail(where, "must be a term or an absolute URL");
    if (contexts !== null && !isUrl(type)) readTerm(type, where, contexts);
    else if (/\s/.test(type)) throw must.fail(where, "must be a term or an absolute URL");
    return type;
  });
}

function readTerm(term: string, at: string, contexts: readonly JsonValue[]): void {
  if (PROTECTED.includes(term)) return;
  const objects = contexts.filter((context): context is JsonObject => typeof context !== "string");
  const mapped = objects.findLast((context) => Object.hasOwn(context, term) || Object.hasOwn(context, "@vocab"));
  if (mapped === undefined) {
    if (contexts.length > objects.length + 1) return;
    throw must.fail(at, "is a term that no context defines");
  }
  if (!Object.hasOwn(mapped, term)) return;
  const definition = mapped[term] ?? null;
  const iri =
    typeof definition === "object" && definition !== null && !Array.isArray(definition)
      ? (definition as JsonObject)["@id"]
      : definition;
  if (!isUrl(iri)) throw must.fail(at, "is a term that its context does not map to an IRI");
}

/** Scheme, colon, and then no white space nor what RFC 3986 and 3987 allow in no URL. */
const URL_TEXT = /^[A-Za-z][A-Za-z0-9+.-]*:[^\s"<>\\^`{|}\p{Cc}]+$/u;
const LONGEST_URL = 4_000;

export function isUrl(value: unknown): value is string {
  return typeof value === "string" && value.length <= LONGEST_URL && URL_TEXT.test(value);
}

export function readUrl(value: JsonValue | undefined, at: string): string {
  if (!isUrl(value)) throw must.fail(at, "must be an absolute URL");
  return value;
}
