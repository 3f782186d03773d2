// SPDX-License-Identifier: Apache-2.0
import { fromBase64Url, toBase64Url } from "../../core/base64.js";
import { equalBytes, fromUtf8, utf8 } from "../../core/bytes.js";
import { canonicalBytes } from "../../core/canonical-json.js";
import type { Crypto } from "../../core/crypto.js";
import { TallyError } from "../../core/errors.js";
import type { CertificateQuery, SearchPlace } from "./certificate-store.js";

/** First byte of a cursor: its format. */
const VERSION = 1;
const BINDING_LENGTH = 8;

/**
 * The place after which the next page starts, bound to the filters that it belongs to: a cursor used with other filters would
 * silently skip certificates. It opens nothing that a query of the same actor would not show, so it needs no signature.
 */
export function encodeCursor(crypto: Crypto, query: CertificateQuery, place: SearchPlace): string {
  return toBase64Url(Uint8Array.of(VERSION, ...binding(crypto, query), ...utf8(place)));
}

/** Throws `request.invalid` for anything that is not a cursor of these filters. */
export function decodeCursor(crypto: Crypto, query: CertificateQuery, cursor: string): SearchPlace {
  const place = cursor.length > 500 ? null : tryDecode(crypto, query, cursor);
  if (place !== null) return place;
  const message = "cursor: it is not the cursor of a page with these filters; start again without one";
  throw new TallyError("request.invalid", message, { field: "cursor" });
}

function tryDecode(crypto: Crypto, query: CertificateQuery, cursor: string): SearchPlace | null {
  try {
    const bytes = fromBase64Url(cursor);
    if (bytes[0] !== VERSION || !equalBytes(bytes.subarray(1, 1 + BINDING_LENGTH), binding(crypto, query))) return null;
    return fromUtf8(bytes.subarray(1 + BINDING_LENGTH));
  } catch {
    return null;
  }
}

function binding(crypto: Crypto, query: CertificateQuery): Uint8Array {
  return crypto.sha256(canonicalBytes(query)).subarray(0, BINDING_LENGTH);
}
