// SPDX-License-Identifier: Apache-2.0
import { canonicalBytes } from "../../core/canonical-json.js";
import { TallyError } from "../../core/errors.js";
import type { JsonValue } from "../../core/json.js";
import { parseJson } from "../../core/strict-json.js";
import type { DocumentInput } from "../../verify/document.js";
import { MAX_BATCH_ITEMS } from "../openapi/schemas/verification.js";
import { schemaCheck } from "../validation/schema-check.js";
import { itemsOf, onlyMember } from "./json-pieces.js";

/** One document of a batch as it was sent. */
export type BatchItem =
  /** UTF-8 of a JSON object, not looked at yet. */
  | { readonly written: Uint8Array }
  | { readonly json: JsonValue }
  | { readonly qr: string }
  | { readonly pdfBase64: string };

const checkBatch = schemaCheck("VerifyBatchRequest");

/**
 * The documents in the body of POST /v1/verify/batch. A JSON document is cut out of the body as it was written, so that it is parsed
 * once, by the verifier, and judged as it came: one that is damaged inside is not genuine, and the others are judged all the same.
 * Throws `json.*` and `request.invalid` for a body that is no such list.
 */
export function readBatch(body: Uint8Array): readonly BatchItem[] {
  const items = itemsOf(body, MAX_BATCH_ITEMS)?.map(itemOf);
  // What cannot be cut into such pieces is no JSON, or no list: the parser says where and why.
  if (items === undefined || items.includes(null))
    return checkBatch<readonly BatchItem[]>(parseJson(body, { maxBytes: body.length }));
  checkBatch(items.map((item) => (isWritten(item) ? { json: {} } : item)));
  return items as readonly BatchItem[];
}

/** Null when the text is no JSON; whether it is a document is for the schema to say. */
function itemOf(text: Uint8Array): BatchItem | null {
  const written = onlyMember(text, "json");
  if (written?.[0] === OPEN_BRACE) return { written };
  try {
    return parseJson(text, { maxBytes: text.length }) as unknown as BatchItem;
  } catch {
    return null;
  }
}

export function itemDocument(item: BatchItem): DocumentInput {
  if (isWritten(item)) return { bytes: item.written };
  if ("qr" in item) return { text: item.qr };
  if ("pdfBase64" in item) return { bytes: pdfBytes(item.pdfBase64) };
  return { bytes: typeof item.json === "string" ? Buffer.from(item.json) : canonicalBytes(item.json) };
}

/** Bytes cannot come out of JSON, so an item that a client made up is never taken for one that was cut out. */
function isWritten(item: BatchItem | null): item is { readonly written: Uint8Array } {
  return typeof item === "object" && item !== null && "written" in item && item.written instanceof Uint8Array;
}

const OPEN_BRACE = 0x7b;

function pdfBytes(base64: string): Uint8Array {
  const bytes = Buffer.from(base64, "base64");
  if (bytes.toString("base64") === base64) return bytes;
  throw new TallyError("request.invalid", "pdfBase64 is not base64 (RFC 4648 section 4, with padding)", {
    field: "/pdfBase64",
  });
}
