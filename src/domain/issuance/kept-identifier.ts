// SPDX-License-Identifier: Apache-2.0
import { TallyError } from "../../core/errors.js";
import {
  type CertificateIdentifier,
  parseCertificateIdentifier,
} from "../../core/identifiers/certificate-identifier.js";
import type { FieldProblem } from "../catalogue/index.js";
import type { IssueWarning } from "./issue-request.js";

export interface KeptIdentifier {
  readonly problems: readonly FieldProblem[];
  readonly warnings: readonly IssueWarning[];
}

/**
 * Judges an identifier that an earlier system gave. It is kept as it is: a check character of the widespread A=11 variant and a
 * region code in place of the agency's are told, not refused. One of another type or another agency is refused.
 */
export function judgeKeptIdentifier(identifier: string, typeCode: string, agency: string): KeptIdentifier {
  const field = "/identifier";
  const parsed = tryParse(identifier, field);
  if (parsed instanceof TallyError) {
    const message = parsed.message.replace(`${field} `, "");
    return { problems: [{ field, message }], warnings: [] };
  }
  const problems: FieldProblem[] = [];
  if (parsed.typeCode !== typeCode) problems.push({ field, message: `names type ${parsed.typeCode}, not ${typeCode}` });
  if (parsed.agencyCode.length === 18 && parsed.agencyCode !== agency)
    problems.push({ field, message: `names agency ${parsed.agencyCode}, not ${agency}` });
  if (parsed.version === 0) problems.push({ field, message: "has version 000; versions start at 001" });
  return { problems, warnings: warningsOf(parsed, agency, field) };
}

function tryParse(identifier: string, field: string): CertificateIdentifier | TallyError {
  try {
    return parseCertificateIdentifier(identifier, "lenient", field);
  } catch (error) {
    if (error instanceof TallyError) return error;
    throw error;
  }
}

function warningsOf({ checkRule, agencyCode }: CertificateIdentifier, agency: string, field: string): IssueWarning[] {
  const warnings: IssueWarning[] = [];
  if (checkRule === "a11") {
    const message = "its check character follows the A=11 variant, not ISO/IEC 7064 MOD 37,36; it is kept";
    warnings.push({ code: "identifier.check-variant", field, message });
  }
  if (agencyCode !== agency) {
    const message = `it names ${agencyCode} where the agency's code stands; it is kept`;
    warnings.push({ code: "identifier.foreign-agency", field, message });
  }
  return warnings;
}
