// SPDX-License-Identifier: Apache-2.0
import { isTypeCode, parseCertificateIdentifier } from "../core/identifiers/certificate-identifier.js";
import { isUscc } from "../core/identifiers/uscc.js";
import type { Claims } from "./claims.js";

/**
 * `wrong`: the identifier has neither check character, or names another type or agency than the document does. Imported
 * identifiers are kept as they are, so a region code in place of the agency is no contradiction, and the widespread A=11 check
 * character is a `variant`.
 */
export function judgeIdentifier({ identifier, typeCode, agencyCode }: Claims): "right" | "variant" | "wrong" {
  const parts = parsed(identifier);
  if (!parts) return "wrong";
  if (parts.typeCode !== typeCode && isTypeCode(parts.typeCode)) return "wrong";
  if (parts.agencyCode !== agencyCode && isUscc(parts.agencyCode)) return "wrong";
  return parts.checkRule === "a11" ? "variant" : "right";
}

function parsed(identifier: string) {
  try {
    return parseCertificateIdentifier(identifier, "lenient");
  } catch {
    return null;
  }
}
