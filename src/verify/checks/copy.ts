// SPDX-License-Identifier: Apache-2.0
import { equalBytes } from "../../core/bytes.js";
import { copyTokenMatches } from "../../core/copy/copy-token.js";
import { contradictionToLicence } from "../../core/copy/secure-copy.js";
import { keyOfProof, verifyProof } from "../../core/data-integrity.js";
import { copyEntry } from "../../core/entry.js";
import { isAnchored, proofOf } from "../../core/evidence-reader.js";
import { toHex } from "../../core/hex.js";
import { leafHash, rootAbove } from "../../core/merkle.js";
import { keyDigest, keyIdOf } from "../../core/multikey.js";
import { absent } from "../absence.js";
import type { CheckContext } from "../context.js";
import type { ReadersCopy } from "../copy/read-copy.js";
import type { CertificateDocument } from "../document.js";
import { type Finding, findingsOf } from "../finding.js";
import type { KeyRecord } from "../registry.js";

const findings = findingsOf("copy");
const { pass, fail, unknown, unanswered, notApplicable } = findings;

/**
 * Passes when a reader's copy is one of this licence, made by its agency with a key that counts. Its time is no more than stated, so a key that was retired
 * or compromised since proves nothing. When the copy may no longer be used is for the validity check to say.
 */
export async function checkCopy(context: CheckContext): Promise<Finding> {
  const { document, registry, crypto } = context;
  if (document.form === "token" || !document.copy) return notApplicable();
  const { statement } = document.copy;
  const contradiction = contradictionToLicence(statement, document.certificate, document.certificateDigest);
  if (contradiction) return fail("copy.of-another-licence", contradiction.field);
  const { publicKey, multikeyBytes } = keyOfProof(statement.proof);
  const digest = keyDigest(crypto, multikeyBytes);
  if (!verifyProof(crypto, statement, publicKey)) return fail("copy.signature-wrong");
  const halves = judgeHalves(document, document.copy, { publicKey, digest }, context);
  if (halves) return halves;
  const key = await registry.findKey(toHex(digest));
  if (!key.known) return unanswered(key);
  const made = document.copy.evidence.token.claims.issuedAt;
  if (!key.value) return absent(context, findings, "copy.key-wrong", made);
  return judgeKey(key.value, made, context);
}

/** The token says what the statement says, is signed by the same key, and lies in the batch that the evidence names. */
function judgeHalves(
  { certificate, certificateDigest }: CertificateDocument,
  { statement, digest, evidence }: ReadersCopy,
  key: { readonly publicKey: Uint8Array; readonly digest: Uint8Array },
  { crypto }: CheckContext,
): Finding | null {
  const { content, token, tokenDigest } = evidence;
  if (!equalBytes(token.kid, keyIdOf(key.digest))) return fail("copy.token-mismatch", "kid");
  const difference = copyTokenMatches(token.claims, statement, certificate, digest);
  if (difference) return fail("copy.token-mismatch", difference);
  if (!crypto.verify(key.publicKey, token.toBeSigned, token.signature)) return fail("copy.signature-wrong", "token");
  if (!isAnchored(content)) return null;
  const { proof, root } = proofOf(content);
  const reached = rootAbove(crypto, leafHash(crypto, copyEntry(certificateDigest, tokenDigest)), proof);
  return reached && equalBytes(reached, root) ? null : fail("copy.proof-mismatch");
}

function judgeKey({ purpose, agency, interval, compromises }: KeyRecord, made: number, context: CheckContext): Finding {
  const { registry, claims } = context;
  if (purpose !== "certificate" || agency !== claims.agencyCode) return fail("copy.key-wrong");
  const { head } = registry;
  if (!head.known) return unanswered(head);
  if (made < interval.from || (interval.until !== null && made >= interval.until)) return fail("copy.key-wrong");
  const isOver = interval.until !== null && interval.until <= head.value.time;
  return isOver || compromises.length > 0 ? unknown("copy.time-unproven") : pass();
}
