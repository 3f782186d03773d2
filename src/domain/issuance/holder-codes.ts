// SPDX-License-Identifier: Apache-2.0
import type { CertificateHolder } from "../../core/certificate.js";
import { TallyError } from "../../core/errors.js";
import { requireHolderCode } from "../../core/identifiers/holder-code.js";
import { unsafeTextProblem } from "../../core/text.js";
import type { TypeDefinition } from "../../core/type-definition.js";
import type { FieldProblem } from "../catalogue/index.js";

/** Problems of the holders against the type: how many, of which kinds, names that print as signed, codes that check. */
export function checkHolders(
  holders: readonly CertificateHolder[],
  { codeTypes, max }: TypeDefinition["holder"],
  now: number,
): readonly FieldProblem[] {
  if (holders.length > max)
    return [{ field: "/holders", message: `must not be more than ${max}, since the type allows no more` }];
  const seen = new Set<string>();
  return holders.flatMap(({ certificateHolder, certificateHolderCode, certificateHolderType }, i) => {
    const at = `/holders/${i}`;
    const problems: FieldProblem[] = [];
    const unsafe = unsafeTextProblem(certificateHolder, { maxLength: 256 });
    if (unsafe !== null) problems.push({ field: `${at}/certificateHolder`, message: unsafe });
    if (!codeTypes.includes(certificateHolderType)) {
      const message = `${JSON.stringify(certificateHolderType)} is not allowed by the type; ${codeTypes.join(", ")} are`;
      problems.push({ field: `${at}/certificateHolderType`, message });
    } else
      problems.push(...checkCode(certificateHolderType, certificateHolderCode, `${at}/certificateHolderCode`, now));
    const name = `${certificateHolderType}/${certificateHolderCode}`;
    if (seen.has(name)) problems.push({ field: `${at}/certificateHolderCode`, message: "names a holder twice" });
    seen.add(name);
    return problems;
  });
}

function checkCode(type: string, code: string, field: string, now: number): readonly FieldProblem[] {
  try {
    requireHolderCode(type, code, { now, field });
    return [];
  } catch (error) {
    if (!(error instanceof TallyError)) throw error;
    // The core's message starts with the field, which stands beside it here.
    return [{ field, message: error.message.replace(`${field}: `, "").replace(`${field} `, "") }];
  }
}
