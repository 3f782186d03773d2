// SPDX-License-Identifier: Apache-2.0
import { copyDigest, readCopyStatement } from "../../core/copy/copy-reader.js";
import type { CopyStatement } from "../../core/copy/copy-statement.js";
import { type CopyToken, readCopyToken } from "../../core/copy/copy-token.js";
import type { Crypto } from "../../core/crypto.js";
import type { Evidence } from "../../core/evidence.js";
import { readEvidence, tokenOf } from "../../core/evidence-reader.js";
import type { JsonValue } from "../../core/json.js";

/** What makes the file of a licence a reader's copy of it. */
export interface ReadersCopy {
  readonly statement: CopyStatement;
  readonly digest: Uint8Array;
  readonly evidence: { readonly content: Evidence; readonly token: CopyToken; readonly tokenDigest: Uint8Array };
}

/** Reads statement and evidence of a copy strictly; throws as their readers do. Whether they belong together is not asked here. */
export function readCopy(
  json: { readonly statement: JsonValue; readonly evidence: JsonValue },
  crypto: Crypto,
): ReadersCopy {
  const statement = readCopyStatement(json.statement);
  const content = readEvidence(json.evidence);
  const token = tokenOf(content);
  return {
    statement,
    digest: copyDigest(crypto, statement),
    evidence: { content, token: readCopyToken(token), tokenDigest: crypto.sha256(token) },
  };
}
