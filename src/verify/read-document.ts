// SPDX-License-Identifier: Apache-2.0
import { fromUtf8 } from "../core/bytes.js";
import type { Crypto } from "../core/crypto.js";
import { MAX_DIGITS, tokenFromQrText } from "../core/digits.js";
import { PRINTED_COPY_PRODUCER } from "../core/printed-copy.js";
import { parseJson } from "../core/strict-json.js";
import { licenceTokenOf } from "../core/token.js";
import { openToken, TOKEN_KIND } from "../core/token-envelope.js";
import { looksLikeZip } from "./archive/looks-like-zip.js";
import type {
  CertificateDocument,
  DocumentInput,
  Form,
  LicenceDocument,
  TokenDocument,
  Unreadable,
} from "./document.js";
import type { ForeignCredential } from "./foreign-credential.js";
import { readType } from "./known-types.js";
import { MAX_PDF_BYTES, readLicencePdf } from "./pdf/read-licence-pdf.js";
import { MAX_JSON_BYTES, MAX_JSON_VALUES, readHalves, readJson, readSigned } from "./read-json.js";
import { FormatProblem, unreadable } from "./unreadable.js";

/** Room for the address in front of the digits. */
const MAX_TOKEN_TEXT = MAX_DIGITS + 2_048;
const LICENCE_FILES = ["certificate.json", "evidence.json", "type.json"] as const;
/** A reader's copy has no evidence of the licence: without its own it is nothing. Few documents are copies, so what reads them is loaded with the first. */
const COPY_FILES = ["certificate.json", "copy.json", "copy-evidence.json", "type.json"] as const;

/** Finds out what the bytes or the text are and reads them strictly. Never rejects for what they contain. */
export async function readDocument(
  input: DocumentInput,
  crypto: Crypto,
): Promise<LicenceDocument | ForeignCredential | Unreadable> {
  const form = formOf(input);
  try {
    if (form === "pdf") return await readPdf((input as { readonly bytes: Uint8Array }).bytes, crypto);
    if (form === "json") return readJson(contentOf(input, MAX_JSON_BYTES), crypto);
    if (form === "token") return await readTokenText(textOf(input, MAX_TOKEN_TEXT), crypto);
    if ("bytes" in input && looksLikeZip(input.bytes))
      throw new FormatProblem("format.unrecognised", "a zip file; an archive package is for verifyArchive");
    throw new FormatProblem("format.unrecognised", "neither a PDF, nor JSON, nor the text of a code");
  } catch (error) {
    return unreadable(form, error);
  }
}

const START_LENGTH = 64;

/** Looks at the beginning only; whether the rest keeps the promise is for the readers to say. */
function formOf(input: DocumentInput): Form {
  // Most documents are JSON and start at once; the rest is rare enough to look closer.
  if ("bytes" in input && input.bytes[0] === OPEN_BRACE) return "json";
  const start =
    "text" in input ? input.text.slice(0, START_LENGTH) : String.fromCharCode(...input.bytes.subarray(0, START_LENGTH));
  if ("bytes" in input && start.startsWith("%PDF-")) return "pdf";
  if (/^\s*\{/.test(start)) return "json";
  return /^\s*(?:[0-9]|https?:\/\/)/i.test(start) ? "token" : "unknown";
}

const OPEN_BRACE = 0x7b;

function contentOf(input: DocumentInput, maxLength: number): string | Uint8Array {
  const content = "text" in input ? input.text : input.bytes;
  if (content.length > maxLength) throw new FormatProblem("format.too-large", `${content.length} characters`);
  return content;
}

function textOf(input: DocumentInput, maxLength: number): string {
  const content = contentOf(input, maxLength);
  const text = typeof content === "string" ? content : fromUtf8(content);
  if (text === null) throw new FormatProblem("format.malformed", "the bytes are not UTF-8");
  return text;
}

async function readPdf(bytes: Uint8Array, crypto: Crypto): Promise<CertificateDocument> {
  if (bytes.length > MAX_PDF_BYTES) throw new FormatProblem("format.too-large", `${bytes.length} bytes`);
  const pdf = readLicencePdf(bytes, crypto);
  const has = (name: string) => pdf.attachments.some((attachment) => attachment.name === name);
  const isCopy = has("copy.json") || has("copy-evidence.json");
  const files: readonly string[] = isCopy ? COPY_FILES : LICENCE_FILES;
  const missing = files.find((name) => !has(name));
  if (missing && pdf.producer === PRINTED_COPY_PRODUCER)
    throw new FormatProblem("format.printed-copy", "it is for paper, and only its code says anything");
  if (missing) throw new FormatProblem("format.attachment-missing", missing);
  if (pdf.attachments.length > files.length)
    throw new FormatProblem("format.pdf-refused", "it has further attachments");
  const file = (name: (typeof LICENCE_FILES | typeof COPY_FILES)[number]) =>
    pdf.attachments.find((attachment) => attachment.name === name)!.bytes;
  const json = (name: Parameters<typeof file>[0]) =>
    parseJson(file(name), { maxBytes: MAX_JSON_BYTES, maxValues: MAX_JSON_VALUES });
  const type = () => readType(json("type.json"), crypto);
  if (!isCopy) {
    const halves = { certificate: json("certificate.json"), evidence: json("evidence.json"), canonicalText: null };
    return { ...readHalves(halves, crypto), type: type(), copy: null, form: "pdf", pdf };
  }
  const signed = readSigned(json("certificate.json"), null, crypto);
  const { readCopy } = await import("./copy/read-copy.js");
  const copy = readCopy({ statement: file("copy.json"), evidence: json("copy-evidence.json") }, crypto);
  return { ...signed, evidence: null, type: type(), copy, form: "pdf", pdf };
}

async function readTokenText(text: string, crypto: Crypto): Promise<TokenDocument> {
  const trimmed = text.trim();
  if (trimmed.slice(trimmed.indexOf("#") + 1).length > MAX_DIGITS)
    throw new FormatProblem("format.too-large", "more digits than any code");
  const bytes = tokenFromQrText(trimmed);
  const opened = openToken(bytes);
  const said = { form: "token", tokenDigest: crypto.sha256(bytes) } as const;
  if (opened.kind !== TOKEN_KIND.copy) return { ...said, kind: "licence", token: licenceTokenOf(opened) };
  const { copyTokenOf } = await import("./copy/read-copy.js");
  return { ...said, kind: "copy", token: copyTokenOf(opened) };
}
