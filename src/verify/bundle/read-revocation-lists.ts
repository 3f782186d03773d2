// SPDX-License-Identifier: Apache-2.0
import { fromBase64Url } from "../../core/base64.js";
import { fromUtf8 } from "../../core/bytes.js";
import { TallyError } from "../../core/errors.js";
import { readRevocationList } from "../../core/seal/read-revocation-list.js";
import { shape } from "../../core/shape.js";
import { parseJsonAsWritten } from "../../core/strict-json.js";
import { MAX_BUNDLE_BYTES, MAX_REVOCATION_LISTS, REVOCATION_LISTS } from "./trust-bundle.js";

const AT = `/${REVOCATION_LISTS}`;
const { array, matching, fail } = shape("format.malformed");

/**
 * The revocation lists of a bundle: base64url, strictly ascending, each one that this verifier can read. Throws `json.*` and `format.*`. Whether a
 * CA signed one is judged with the seal that it matters to.
 */
export function readRevocationLists(bytes: Uint8Array): readonly Uint8Array[] {
  const { value } = parseJsonAsWritten(bytes, { maxBytes: MAX_BUNDLE_BYTES, maxDepth: 2 });
  const texts = array(value, AT, 0, MAX_REVOCATION_LISTS).map((item, i) =>
    matching(item, `${AT}/${i}`, /^[0-9A-Za-z_-]+$/, "base64url without padding"),
  );
  if (JSON.stringify(texts) !== fromUtf8(bytes)) throw fail(AT, "must be canonical JSON (RFC 8785)");
  return texts.map((text, i) => {
    const at = `${AT}/${i}`;
    if (i > 0 && text <= texts[i - 1]!) throw fail(at, "must come after the one before it");
    const list = fromBase64Url(text, at);
    try {
      readRevocationList(list);
    } catch (error) {
      throw error instanceof TallyError ? new TallyError(error.code, `${at}: ${error.message}`, { field: at }) : error;
    }
    return list;
  });
}
