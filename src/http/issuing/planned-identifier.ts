// SPDX-License-Identifier: Apache-2.0
import { TallyError } from "../../core/errors.js";
import { formatCertificateIdentifier, generateSerial } from "../../core/identifiers/certificate-identifier.js";
import { portableCrypto } from "../../core/portable-crypto.js";
import type { Actor } from "../../domain/audit/index.js";
import type { Issuance, IssuedCertificate, IssueRequest } from "../../domain/issuance/index.js";

/**
 * The identifier under which a request will be issued, drawn before it is: it is written down with the Idempotency-Key first,
 * so that after a crash the certificate is found instead of issued a second time. Empty for a request that cannot have one;
 * issuing it says why.
 */
export function plannedIdentifier({ agency }: Actor, { typeCode, identifier }: IssueRequest): string {
  if (identifier !== undefined) return identifier;
  try {
    return formatCertificateIdentifier({
      typeCode,
      agencyCode: agency ?? "",
      serial: generateSerial(portableCrypto),
      version: 1,
    });
  } catch (error) {
    if (error instanceof TallyError) return "";
    throw error;
  }
}

export function underPlan(request: IssueRequest, plan: string): IssueRequest {
  return plan === "" ? request : { ...request, identifier: plan };
}

/** What an earlier attempt made under this plan and could not answer any more; null when it came to nothing. */
export async function issuedUnder(
  issuance: Issuance,
  actor: Actor,
  plan: string,
  request: IssueRequest,
): Promise<IssuedCertificate | null> {
  if (plan === "") return null;
  const issued = await findIssued(issuance, actor, plan);
  if (issued === null) return null;
  // An imported identifier may have been somebody else's all along.
  const same =
    issued.certificateNumber === request.certificateNumber && issued.certificateTypeCode === request.typeCode;
  return same ? issued : null;
}

/** A certificate in the words of the answer to its issue. */
export async function findIssued(
  issuance: Issuance,
  actor: Actor,
  identifier: string,
): Promise<IssuedCertificate | null> {
  try {
    const { certificate: _c, stateCode: _s, acts: _a, ...summary } = await issuance.getCertificate(actor, identifier);
    return { ...summary, warnings: [] };
  } catch (error) {
    if (error instanceof TallyError && error.code === "certificate.not-found") return null;
    throw error;
  }
}
