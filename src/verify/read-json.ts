// SPDX-License-Identifier: Apache-2.0
import { concatBytes, fromUtf8, utf8 } from "../core/bytes.js";
import { canonicalize } from "../core/canonical-json.js";
import type { Certificate } from "../core/certificate.js";
import { readCertificate } from "../core/certificate-reader.js";
import type { Crypto } from "../core/crypto.js";
import { readEvidence, tokenOf } from "../core/evidence-reader.js";
import type { JsonObject, JsonValue } from "../core/json.js";
import { type ParsedJson, parseJsonAsWritten } from "../core/strict-json.js";
import { readToken } from "../core/token.js";
import type { CertificateDocument } from "./document.js";
import { type ForeignCredential, isForeignCredential } from "./foreign-credential.js";
import { knownTypeAtEnd, type ReadType, readType } from "./known-types.js";
import { type SignedDigests, signedDigests } from "./signed-digests.js";
import { FormatProblem } from "./unreadable.js";

export const MAX_JSON_BYTES = 2 * 1024 * 1024;
/** More than certificate, evidence and type can have together. */
export const MAX_JSON_VALUES = 110_000;
const FORMAT = "tigertally-licence";
const FORMAT_VERSION = 1;

/**
 * A licence document, a bare certificate or a credential of somebody else, out of a JSON object's text, or its UTF-8 when it came
 * as bytes.
 */
export function readJson(input: string | Uint8Array, crypto: Crypto): CertificateDocument | ForeignCredential {
  const known = typeof input === "string" ? null : withKnownType(input);
  const parsed = known?.parsed ?? parse(input);
  const { value: json } = parsed;
  if (json.format === FORMAT) return readJsonDocument(parsed, known?.type ?? null, crypto);
  if (!Object.hasOwn(json, "proof"))
    throw new FormatProblem("format.unrecognised", "neither a licence document nor a signed certificate");
  if (isForeignCredential(json)) return { form: "credential", json };
  return { ...readSigned(json, null, crypto), form: "certificate", evidence: null, type: null, copy: null, pdf: null };
}

const BEFORE_TYPE = utf8(',"formatVersion":1,"type":');
const AFTER_TYPE = utf8("}");
const NO_TYPE = utf8("null}");

/**
 * Canonical documents end in their type definition, and most types were read before. When the end is the very bytes of one of
 * those, only what is in front of it is parsed, with `null` in its place. That must be a whole document still, so there is no
 * other way to read the bytes.
 */
function withKnownType(bytes: Uint8Array): { readonly parsed: ParsedObject; readonly type: ReadType } | null {
  const known = knownTypeAtEnd(bytes, BEFORE_TYPE, AFTER_TYPE);
  if (!known) return null;
  const front = bytes.subarray(0, bytes.length - AFTER_TYPE.length - known.bytes.length);
  return { parsed: parse(concatBytes(front, NO_TYPE)), type: known.type };
}

const MEMBERS = ["format", "formatVersion", "certificate", "evidence", "type"];

function readJsonDocument(
  { value, canonicalMembers }: ParsedObject,
  known: ReadType | null,
  crypto: Crypto,
): CertificateDocument {
  const { formatVersion, certificate, evidence, type } = value;
  if (typeof formatVersion === "number" && formatVersion !== FORMAT_VERSION)
    throw new FormatProblem("format.version-unsupported", `formatVersion ${formatVersion}`);
  if (formatVersion !== FORMAT_VERSION || certificate === undefined || evidence === undefined || type === undefined)
    throw new FormatProblem("format.malformed", "a member of the document is missing");
  const stray = Object.keys(value).find((name) => !MEMBERS.includes(name));
  if (stray !== undefined)
    throw new FormatProblem("format.malformed", `the document has the member ${JSON.stringify(stray.slice(0, 60))}`);
  return {
    ...readHalves({ certificate, evidence, canonicalText: canonicalMembers?.get("certificate") ?? null }, crypto),
    type: known ?? readType(type, crypto),
    form: "json",
    copy: null,
    pdf: null,
  };
}

type Signed = { readonly certificate: Certificate } & SignedDigests;

/** `canonicalText` when the certificate was found to be written so; else it is written again. */
export function readSigned(json: JsonValue, canonicalText: string | null, crypto: Crypto): Signed {
  const certificate = readCertificate(json);
  return { certificate, ...signedDigests(canonicalText ?? canonicalize(certificate), crypto) };
}

export type Halves = Signed & Pick<CertificateDocument, "evidence">;

export function readHalves(
  json: { readonly certificate: JsonValue; readonly evidence: JsonValue; readonly canonicalText: string | null },
  crypto: Crypto,
): Halves {
  const signed = readSigned(json.certificate, json.canonicalText, crypto);
  const content = readEvidence(json.evidence);
  const tokenBytes = tokenOf(content);
  return { ...signed, evidence: { content, token: readToken(tokenBytes), tokenDigest: crypto.sha256(tokenBytes) } };
}

type ParsedObject = ParsedJson & { readonly value: JsonObject };

/** Throws unless the text is an object; the rest is strict JSON. */
function parse(input: string | Uint8Array): ParsedObject {
  const text = typeof input === "string" ? input : fromUtf8(input);
  if (text === null) throw new FormatProblem("format.malformed", "the bytes are not UTF-8");
  const parsed = parseJsonAsWritten(text, { maxBytes: MAX_JSON_BYTES, maxValues: MAX_JSON_VALUES });
  const { value } = parsed;
  if (typeof value !== "object" || value === null || Array.isArray(value))
    throw new FormatProblem("format.malformed", "not a JSON object");
  return parsed as ParsedObject;
}
