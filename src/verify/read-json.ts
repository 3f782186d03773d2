// SPDX-License-Identifier: Apache-2.0
import { readCertificate } from "../core/certificate-reader.js";
import type { Crypto } from "../core/crypto.js";
import { readEvidence, tokenOf } from "../core/evidence-reader.js";
import type { JsonObject, JsonValue } from "../core/json.js";
import { parseJson } from "../core/strict-json.js";
import { readToken } from "../core/token.js";
import { canonicalForms } from "./canonical-forms.js";
import type { CertificateDocument } from "./document.js";
import { knownType, type ReadType, readType } from "./known-types.js";
import { FormatProblem } from "./unreadable.js";

export const MAX_JSON_BYTES = 2 * 1024 * 1024;
const FORMAT = "tigertally-licence";
const FORMAT_VERSION = 1;

/** A licence document or a bare certificate, out of the text of a JSON object. */
export function readJson(text: string, crypto: Crypto): CertificateDocument {
  const known = withKnownType(text);
  const json = known?.json ?? parse(text);
  if (json.format === FORMAT) return readJsonDocument(json, known?.type ?? null, crypto);
  if (!Object.hasOwn(json, "proof"))
    throw new FormatProblem("format.unrecognised", "neither a licence document nor a signed certificate");
  return { ...readSigned(json, crypto), form: "certificate", evidence: null, type: null, pdf: null };
}

const BEFORE_TYPE = ',"formatVersion":1,"type":';

/**
 * Canonical documents end in their type definition, and most types were read before. When the end is the very text of one of
 * those, only what is in front of it is parsed, with `null` in its place. That must be a whole document still, so there is no
 * other way to read the text.
 */
function withKnownType(text: string): { readonly json: JsonObject; readonly type: ReadType } | null {
  const at = text.indexOf(BEFORE_TYPE);
  const start = at + BEFORE_TYPE.length;
  const type = at < 0 ? null : knownType(text.slice(start, -1));
  return type && { json: parse(`${text.slice(0, start)}null${text.slice(-1)}`), type };
}

function readJsonDocument(json: JsonObject, known: ReadType | null, crypto: Crypto): CertificateDocument {
  const { format: _, formatVersion, certificate, evidence, type, ...rest } = json;
  if (typeof formatVersion === "number" && formatVersion !== FORMAT_VERSION)
    throw new FormatProblem("format.version-unsupported", `formatVersion ${formatVersion}`);
  if (formatVersion !== FORMAT_VERSION || certificate === undefined || evidence === undefined || type === undefined)
    throw new FormatProblem("format.malformed", "a member of the document is missing");
  const stray = Object.keys(rest)[0];
  if (stray !== undefined)
    throw new FormatProblem("format.malformed", `the document has the member ${JSON.stringify(stray.slice(0, 60))}`);
  return {
    ...readHalves({ certificate, evidence }, crypto),
    type: known ?? readType(type, crypto),
    form: "json",
    pdf: null,
  };
}

type Signed = Pick<CertificateDocument, "certificate" | "certificateDigest" | "unsecured">;

function readSigned(json: JsonValue, crypto: Crypto): Signed {
  const certificate = readCertificate(json);
  const { secured, unsecured } = canonicalForms(certificate);
  return { certificate, certificateDigest: crypto.sha256(secured), unsecured };
}

export type Halves = Signed & Pick<CertificateDocument, "evidence">;

export function readHalves(
  json: { readonly certificate: JsonValue; readonly evidence: JsonValue },
  crypto: Crypto,
): Halves {
  const signed = readSigned(json.certificate, crypto);
  const content = readEvidence(json.evidence);
  const tokenBytes = tokenOf(content);
  return { ...signed, evidence: { content, token: readToken(tokenBytes), tokenDigest: crypto.sha256(tokenBytes) } };
}

/** Throws unless the text is an object; the rest is strict JSON. */
function parse(text: string): JsonObject {
  const json = parseJson(text, { maxBytes: MAX_JSON_BYTES });
  if (typeof json !== "object" || json === null || Array.isArray(json))
    throw new FormatProblem("format.malformed", "not a JSON object");
  return json as JsonObject;
}
