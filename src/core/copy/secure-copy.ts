// SPDX-License-Identifier: Apache-2.0
import { parseShanghaiInstant, parseUtcInstant } from "../calendar.js";
import type { Certificate } from "../certificate.js";
import type { Crypto } from "../crypto.js";
import { attachProof, type ProofOptions, proofSigningInput } from "../data-integrity.js";
import { TallyError } from "../errors.js";
import { toHex } from "../hex.js";
import { readUnsignedCopyStatement } from "./copy-reader.js";
import type { CopyStatement, UnsignedCopyStatement } from "./copy-statement.js";

/**
 * Signs a statement in one go; `sign` may be a key store that answers later. Throws `format.malformed` with the JSON pointer for what
 * `readCopyStatement` would refuse afterwards.
 */
export async function secureCopy(
  crypto: Crypto,
  unsigned: UnsignedCopyStatement,
  { sign, ...options }: ProofOptions & { readonly sign: (message: Uint8Array) => Uint8Array | Promise<Uint8Array> },
): Promise<CopyStatement> {
  readUnsignedCopyStatement({ ...unsigned });
  const { issuer, certificateCopyCreationTime: made } = unsigned;
  if (parseUtcInstant(options.created) !== parseShanghaiInstant(made))
    throw malformed("/certificateCopyCreationTime", "must be the time of the proof");
  if (!options.verificationMethod.startsWith(`${issuer}#`))
    throw malformed("/proof/verificationMethod", "must be the issuer, # and the key as Multikey");
  return attachProof(unsigned, options, await sign(proofSigningInput(crypto, unsigned, options)));
}

/** A member of a statement that contradicts the licence, and how. */
export interface CopyContradiction {
  readonly field: string;
  readonly problem: string;
}

/**
 * In what the statement contradicts the licence of which it claims to be a copy, or null. `certificateDigest` as of
 * `certificateDigest(crypto, certificate)`. A copy is made by the licence's issuer, after the licence, and within its validity period: so
 * whoever has no more than the copy's code need not ask for that period.
 */
export function contradictionToLicence(
  statement: UnsignedCopyStatement,
  { issuer, validFrom, validUntil, credentialSubject: subject, proof }: Certificate,
  certificateDigest: Uint8Array,
): CopyContradiction | null {
  const made = parseShanghaiInstant(statement.certificateCopyCreationTime) as number;
  const until = parseShanghaiInstant(statement.certificateCopyExpiringTime) as number;
  const contradictions: readonly (readonly [isContradicted: boolean, field: string, problem: string])[] = [
    [statement.certificateDigest !== toHex(certificateDigest), "/certificateDigest", "is that of another licence"],
    [
      statement.certificateIdentifier !== subject.certificateIdentifier,
      "/certificateIdentifier",
      "is that of another licence",
    ],
    [statement.issuer !== issuer, "/issuer", "is not the licence's issuer"],
    [
      statement.certificateCopyCreatorCode !== subject.issueDeptCode,
      "/certificateCopyCreatorCode",
      "is not that of the licence's issuer",
    ],
    [
      made < Math.max(parseUtcInstant(proof.created) as number, parseShanghaiInstant(validFrom) as number),
      "/certificateCopyCreationTime",
      "is before the licence was signed or valid",
    ],
    [
      validUntil !== undefined && until > (parseShanghaiInstant(validUntil) as number),
      "/certificateCopyExpiringTime",
      "is after the licence's validUntil; choose an earlier one",
    ],
  ];
  const found = contradictions.find(([isContradicted]) => isContradicted);
  return found ? { field: found[1], problem: found[2] } : null;
}

function malformed(field: string, problem: string): TallyError {
  return new TallyError("format.malformed", `${field} ${problem}`, { field });
}
