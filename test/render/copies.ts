// SPDX-License-Identifier: Apache-2.0
import { createHash } from "node:crypto";
import { nodeCrypto as crypto } from "../../src/adapters/node-crypto/index.js";
import { canonicalBytes } from "../../src/core/canonical-json.js";
import { copyDigest } from "../../src/core/copy/copy-reader.js";
import type { CopyStatement, UnsignedCopyStatement } from "../../src/core/copy/copy-statement.js";
import { copyClaimsFor, copyTokenSigningInput } from "../../src/core/copy/copy-token.js";
import { attachProof } from "../../src/core/data-integrity.js";
import { pendingEvidence } from "../../src/core/evidence-reader.js";
import { assembleToken } from "../../src/core/token-envelope.js";
import type { CopyRenderInput } from "../../src/render/index.js";
import type { licenceOf } from "./layouts.js";

/** A reader's copy of a licence as `render/` receives it; its signatures are none, nobody checks them here. */
export function copyOf(
  licence: ReturnType<typeof licenceOf>,
  changes: Partial<UnsignedCopyStatement> = {},
): CopyRenderInput {
  const { certificate, type } = licence;
  const { credentialSubject: subject, issuer } = certificate;
  const signature = createHash("sha512").update("copy").digest();
  const statement: CopyStatement = attachProof(
    {
      format: "tigertally-copy",
      formatVersion: 1,
      issuer,
      certificateIdentifier: subject.certificateIdentifier,
      certificateDigest: createHash("sha256").update(canonicalBytes(certificate)).digest("hex"),
      copyNumber: "ICEiIyQlJicoKSorLC0uLw",
      user: "浙江省杭州市示例区市场监督管理局",
      matter: "食品经营许可异地变更登记",
      certificateCopyCreator: subject.issueDept,
      certificateCopyCreatorCode: subject.issueDeptCode,
      certificateCopyCreationTime: "2026-11-23T09:30:00+08:00",
      certificateCopyCause: "持证主体申请异地办理",
      certificateCopyExpiringTime: "2026-12-22T23:59:59+08:00",
      ...changes,
    },
    { created: "2026-11-23T01:30:00Z", verificationMethod: certificate.proof.verificationMethod },
    signature,
  );
  const claims = copyClaimsFor(statement, certificate, copyDigest(crypto, statement));
  const token = assembleToken(copyTokenSigningInput(claims, new Uint8Array(8).fill(7)), signature);
  return { certificate, type, copy: { statement, evidence: pendingEvidence(token) } };
}

/** The same, anchored: as a copy is that is sealed. */
export function anchoredCopyOf(
  licence: ReturnType<typeof licenceOf>,
  changes: Partial<UnsignedCopyStatement> = {},
): CopyRenderInput {
  const { copy, ...input } = copyOf(licence, changes);
  return { ...input, copy: { ...copy, evidence: { ...licence.evidence, token: copy.evidence.token } } };
}
