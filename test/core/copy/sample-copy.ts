// SPDX-License-Identifier: Apache-2.0
import { nodeCrypto } from "../../../src/adapters/node-crypto/index.js";
import { copyDigest } from "../../../src/core/copy/copy-reader.js";
import type { CopyStatement, UnsignedCopyStatement } from "../../../src/core/copy/copy-statement.js";
import { type CopyTokenClaims, copyClaimsFor, copyTokenSigningInput } from "../../../src/core/copy/copy-token.js";
import { attachProof, proofSigningInput } from "../../../src/core/data-integrity.js";
import { toHex } from "../../../src/core/hex.js";
import { assembleToken } from "../../../src/core/token-envelope.js";
import { AGENCY, DID, IDENTIFIER, KID, MULTIKEY, SAMPLE_CERTIFICATE, SAMPLE_DIGEST, SEED } from "../sample.js";

export const COPY_PROOF = { created: "2026-04-02T01:30:00Z", verificationMethod: `${DID}#${MULTIKEY.text}` };

/** For a user whose name is cut in the token. */
export const SAMPLE_UNSIGNED_COPY: UnsignedCopyStatement = {
  format: "tigertally-copy",
  formatVersion: 1,
  issuer: DID,
  certificateIdentifier: IDENTIFIER,
  certificateDigest: toHex(SAMPLE_DIGEST),
  copyNumber: "ICEiIyQlJicoKSorLC0uLw",
  user: "邻省示例县市场监督管理局行政许可窗口",
  matter: "食品经营许可变更",
  certificateCopyCreator: "示例市示范局",
  certificateCopyCreatorCode: AGENCY,
  certificateCopyCreationTime: "2026-04-02T09:30:00+08:00",
  certificateCopyCause: "持证主体申请异地办理",
  certificateCopyExpiringTime: "2026-05-01T23:59:59+08:00",
};

export function signCopy(unsigned: UnsignedCopyStatement, seed = SEED, options = COPY_PROOF): CopyStatement {
  return attachProof(unsigned, options, nodeCrypto.sign(seed, proofSigningInput(nodeCrypto, unsigned, options)));
}

export function mintCopy(claims: CopyTokenClaims, seed = SEED, kid = KID): Uint8Array {
  const parts = copyTokenSigningInput(claims, kid);
  return assembleToken(parts, nodeCrypto.sign(seed, parts.toSign));
}

export const SAMPLE_COPY = signCopy(SAMPLE_UNSIGNED_COPY);
export const SAMPLE_COPY_DIGEST = copyDigest(nodeCrypto, SAMPLE_COPY);
export const SAMPLE_COPY_CLAIMS = copyClaimsFor(SAMPLE_COPY, SAMPLE_CERTIFICATE, SAMPLE_COPY_DIGEST);
export const SAMPLE_COPY_TOKEN = mintCopy(SAMPLE_COPY_CLAIMS);
