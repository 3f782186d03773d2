// SPDX-License-Identifier: Apache-2.0
import { fromUtf8 } from "../core/bytes.js";
import { certificateDigest, readCertificate } from "../core/certificate-reader.js";
import type { Crypto } from "../core/crypto.js";
import { MAX_DIGITS, tokenFromQrText } from "../core/digits.js";
import { TallyError } from "../core/errors.js";
import { readEvidence, tokenOf } from "../core/evidence-reader.js";
import type { JsonObject, JsonValue } from "../core/json.js";
import { parseJson } from "../core/strict-json.js";
import { readToken } from "../core/token.js";
import type {
  CertificateDocument,
  DocumentInput,
  Form,
  LicenceDocument,
  TokenDocument,
  Unreadable,
} from "./document.js";
import { readType } from "./known-types.js";
import { MAX_PDF_BYTES, readLicencePdf } from "./pdf/read-licence-pdf.js";
import { FormatProblem, unreadable } from "./unreadable.js";

const MAX_JSON_BYTES = 2 * 1024 * 1024;
/** Room for the address in front of the digits. */
const MAX_TOKEN_TEXT = MAX_DIGITS + 2_048;
const FORMAT = "tigertally-licence";
const FORMAT_VERSION = 1;
const ATTACHMENTS = ["certificate.json", "evidence.json", "type.json"] as const;

/** Finds out what the bytes or the text are and reads them strictly. Never throws for what they contain. */
export function readDocument(input: DocumentInput, crypto: Crypto): LicenceDocument | Unreadable {
  const form = formOf(input);
  try {
    if (form === "pdf") return readPdf((input as { readonly bytes: Uint8Array }).bytes, crypto);
    if (form === "json") return readJson(input, crypto);
    if (form === "token") return readTokenText(textOf(input, MAX_TOKEN_TEXT), crypto);
    throw new FormatProblem("format.unrecognised", "neither a PDF, nor JSON, nor the text of a code");
  } catch (error) {
    return unreadable(form, error);
  }
}

const START_LENGTH = 64;

/** Looks at the beginning only; whether the rest keeps the promise is for the readers to say. */
function formOf(input: DocumentInput): Form {
  const start =
    "text" in input ? input.text.slice(0, START_LENGTH) : String.fromCharCode(...input.bytes.subarray(0, START_LENGTH));
  if ("bytes" in input && start.startsWith("%PDF-")) return "pdf";
  if (/^\s*\{/.test(start)) return "json";
  return /^\s*(?:[0-9]|https?:\/\/)/i.test(start) ? "token" : "unknown";
}

function textOf(input: DocumentInput, maxLength: number): string {
  const length = "text" in input ? input.text.length : input.bytes.length;
  if (length > maxLength) throw new FormatProblem("format.too-large", `${length} characters`);
  const text = "text" in input ? input.text : fromUtf8(input.bytes);
  return text ?? malformed("the bytes are not UTF-8");
}

function readPdf(bytes: Uint8Array, crypto: Crypto): CertificateDocument {
  if (bytes.length > MAX_PDF_BYTES) throw new FormatProblem("format.too-large", `${bytes.length} bytes`);
  const pdf = readLicencePdf(bytes, crypto);
  const missing = ATTACHMENTS.find((name) => !pdf.attachments.some((attachment) => attachment.name === name));
  if (missing) throw new FormatProblem("format.attachment-missing", missing);
  if (pdf.attachments.length > ATTACHMENTS.length)
    throw new FormatProblem("format.pdf-refused", "it has further attachments");
  const [certificate, evidence, type] = ATTACHMENTS.map((name) =>
    parse(pdf.attachments.find((attachment) => attachment.name === name)!.bytes),
  );
  return { ...readParts({ certificate: certificate!, evidence: evidence!, type: type! }, crypto), form: "pdf", pdf };
}

function readJson(input: DocumentInput, crypto: Crypto): CertificateDocument {
  const json = parse("text" in input ? input.text : input.bytes) as JsonObject;
  if (json.format === FORMAT) return readJsonDocument(json, crypto);
  if (!Object.hasOwn(json, "proof"))
    throw new FormatProblem("format.unrecognised", "neither a licence document nor a signed certificate");
  const certificate = readCertificate(json);
  return {
    form: "certificate",
    certificate,
    certificateDigest: certificateDigest(crypto, certificate),
    evidence: null,
    type: null,
    pdf: null,
  };
}

function readJsonDocument(json: JsonObject, crypto: Crypto): CertificateDocument {
  const { format: _, formatVersion, certificate, evidence, type, ...rest } = json;
  if (typeof formatVersion === "number" && formatVersion !== FORMAT_VERSION)
    throw new FormatProblem("format.version-unsupported", `formatVersion ${formatVersion}`);
  if (formatVersion !== FORMAT_VERSION || certificate === undefined || evidence === undefined || type === undefined)
    return malformed("a member of the document is missing");
  const stray = Object.keys(rest)[0];
  if (stray !== undefined) return malformed(`the document has the member ${JSON.stringify(stray.slice(0, 60))}`);
  return { ...readParts({ certificate, evidence, type }, crypto), form: "json", pdf: null };
}

interface Parts {
  readonly certificate: JsonValue;
  readonly evidence: JsonValue;
  readonly type: JsonValue;
}

function readParts(parts: Parts, crypto: Crypto): Omit<CertificateDocument, "form" | "pdf"> {
  const certificate = readCertificate(parts.certificate);
  const evidence = readEvidence(parts.evidence);
  const tokenBytes = tokenOf(evidence);
  return {
    certificate,
    certificateDigest: certificateDigest(crypto, certificate),
    evidence: { content: evidence, token: readToken(tokenBytes), tokenDigest: crypto.sha256(tokenBytes) },
    type: readType(parts.type, crypto),
  };
}

function readTokenText(text: string, crypto: Crypto): TokenDocument {
  const trimmed = text.trim();
  if (trimmed.slice(trimmed.indexOf("#") + 1).length > MAX_DIGITS)
    throw new FormatProblem("format.too-large", "more digits than any code");
  const bytes = tokenFromQrText(trimmed);
  return { form: "token", token: readToken(bytes), tokenDigest: crypto.sha256(bytes) };
}

function parse(json: string | Uint8Array): JsonValue {
  return parseJson(json, { maxBytes: MAX_JSON_BYTES });
}

function malformed(detail: string): never {
  throw new TallyError("format.malformed", detail);
}
