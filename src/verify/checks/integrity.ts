// SPDX-License-Identifier: Apache-2.0

import { equalBytes } from "../../core/bytes.js";
import type { Crypto } from "../../core/crypto.js";
import { proofSignature } from "../../core/data-integrity.js";
import { TallyError } from "../../core/errors.js";
import { fromHex } from "../../core/hex.js";
import { keyIdOf } from "../../core/multikey.js";
import { tokenMatchesCertificate } from "../../core/token-claims.js";
import type { Claims } from "../claims.js";
import type { CheckContext } from "../context.js";
import { limitedUse } from "../copy/limited-use.js";
import type { CertificateDocument, TokenDocument } from "../document.js";
import { type Finding, findingsOf } from "../finding.js";
import { judgeIdentifier } from "../identifier.js";
import { namedKey, type SigningKey } from "../issuer-facts.js";
import type { Remark } from "../report.js";
import { unlistedKey } from "./unlisted-key.js";

const findings = findingsOf("integrity");
const { pass, fail, unknown, unanswered } = findings;

const MAX_LIST = 0xffff_ffff;

/** Passes when both halves are signed by the key they name, say the same, and contradict themselves nowhere. */
export function checkIntegrity(context: CheckContext): Finding | Promise<Finding> {
  const { document } = context;
  const signed = document.form === "token" ? checkToken(document, context) : checkCertificate(document, context);
  if (signed instanceof Promise) return signed.then((finding) => finding ?? checkClaims(context));
  return signed ?? checkClaims(context);
}

function checkClaims({ document, claims }: CheckContext): Finding {
  if (claims.status.list > MAX_LIST) return fail("integrity.status-out-of-range");
  const identifier = judgeIdentifier(claims);
  if (identifier === "wrong") return fail("integrity.identifier-wrong");
  const remarks: Remark[] = identifier === "variant" ? [{ remark: "identifier.check-variant" }] : [];
  return pass([...remarks, ...(document.form === "token" ? ofCode(document, claims) : [])]);
}

function checkCertificate(
  document: CertificateDocument,
  { crypto }: CheckContext,
): Finding | null | Promise<Finding | null> {
  const key = namedKey(document.certificate.proof, crypto);
  const { publicKey } = key;
  const signature = proofSignature(document.certificate);
  if (signature === null) return refusal(crypto, publicKey);
  const { toBeSigned, evidence } = document;
  if (crypto.verifyLater === undefined) {
    if (!crypto.verify(publicKey, toBeSigned, signature)) return refusal(crypto, publicKey);
    const tokenHolds = (): boolean =>
      evidence !== null && crypto.verify(publicKey, evidence.token.toBeSigned, evidence.token.signature);
    return checkHalves(document, key, tokenHolds);
  }
  return checkLater(document, key, signature, crypto, crypto.verifyLater);
}

/** Both signatures at the same time, and the same finding. */
async function checkLater(
  document: CertificateDocument,
  key: SigningKey,
  signature: Uint8Array,
  crypto: Crypto,
  verifyLater: NonNullable<Crypto["verifyLater"]>,
): Promise<Finding | null> {
  const token = document.evidence?.token;
  const [holds, tokenHolds] = await Promise.all([
    verifyLater(key.publicKey, document.toBeSigned, signature),
    token ? verifyLater(key.publicKey, token.toBeSigned, token.signature) : false,
  ]);
  return holds ? checkHalves(document, key, () => tokenHolds) : refusal(crypto, key.publicKey);
}

function refusal(crypto: Crypto, publicKey: Uint8Array): Finding {
  return fail(isRefused(crypto, publicKey) ? "integrity.key-refused" : "integrity.signature-wrong");
}

/** The token, too, was made by the issuer's key at issue: a stolen certificate key cannot be spent on a token of another. */
function checkHalves(
  { certificate, certificateDigest, evidence, type }: CertificateDocument,
  key: SigningKey,
  tokenHolds: () => boolean,
): Finding | null {
  if (!evidence || !type) return null;
  const { token } = evidence;
  if (!equalBytes(token.kid, keyIdOf(fromHex(key.digest)))) return fail("integrity.token-mismatch", "kid");
  const difference = tokenMatchesCertificate(token.claims, certificate, type.content, certificateDigest);
  if (difference) return fail("integrity.token-mismatch", difference);
  return tokenHolds() ? null : fail("integrity.token-signature-wrong");
}

/** A token names its key by eight bytes; only the registry has the key itself. */
function checkToken(document: TokenDocument, context: CheckContext): Finding | Promise<Finding> | null {
  const key = context.issuer.signingKey;
  if (!key.known) return key.reason === "integrity.token-signature-wrong" ? fail(key.reason) : unanswered(key);
  if (key.value) return null;
  return unlistedKey(document, context, findings).then(({ result }) =>
    // That the key was never registered is for the issuer check to say; here it only means that nobody could check the signature.
    result.outcome === "fail" ? unknown(result.reason) : { result },
  );
}

function isRefused(crypto: Crypto, publicKey: Uint8Array): boolean {
  try {
    crypto.checkPublicKey(publicKey);
    return false;
  } catch (error) {
    if (error instanceof TallyError) return true;
    throw error;
  }
}

/** What a code is, and what it leaves out. */
function ofCode(document: TokenDocument, claims: Claims): readonly Remark[] {
  const isCut = document.token.claims.truncated !== 0;
  return [...limitedUse({ document, claims }), ...(isCut ? [{ remark: "token.face-truncated" } as const] : [])];
}
