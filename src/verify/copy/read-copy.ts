// SPDX-License-Identifier: Apache-2.0
import { copyDigest, MAX_COPY_STATEMENT_BYTES, readCopyStatement } from "../../core/copy/copy-reader.js";
import type { CopyStatement } from "../../core/copy/copy-statement.js";
import { type CopyToken, readCopyToken } from "../../core/copy/copy-token.js";
import type { Crypto } from "../../core/crypto.js";
import type { Evidence } from "../../core/evidence.js";
import { readEvidence, tokenOf } from "../../core/evidence-reader.js";
import type { JsonValue } from "../../core/json.js";
import { parseJson } from "../../core/strict-json.js";

export { copyTokenOf } from "../../core/copy/copy-token.js";

/** What makes the file of a licence a reader's copy of it. */
export interface ReadersCopy {
  readonly statement: CopyStatement;
  readonly digest: Uint8Array;
  readonly evidence: { readonly content: Evidence; readonly token: CopyToken; readonly tokenDigest: Uint8Array };
}

/** Reads statement and evidence of a copy strictly; throws as their readers do. Whether they belong together is not asked here. */
export function readCopy(
  files: { readonly statement: Uint8Array; readonly evidence: JsonValue },
  crypto: Crypto,
): ReadersCopy {
  const statement = readCopyStatement(parseJson(files.statement, { maxBytes: MAX_COPY_STATEMENT_BYTES }));
  const content = readEvidence(files.evidence);
  const token = tokenOf(content);
  return {
    statement,
    digest: copyDigest(crypto, statement),
    evidence: { content, token: readCopyToken(token), tokenDigest: crypto.sha256(token) },
  };
}
