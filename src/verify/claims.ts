// SPDX-License-Identifier: Apache-2.0
import { parseShanghaiInstant, parseUtcInstant } from "../core/calendar.js";
import { STATUS_LIST_LENGTH } from "../core/certificate-reader.js";
import type { LicenceDocument } from "./document.js";

/** What either half says of itself, in one form. Times are seconds since 1970. */
export interface Claims {
  readonly identifier: string;
  readonly agencyCode: string;
  readonly typeCode: string;
  readonly typeVersion: number;
  /** The proof's `created`, or the token's `iat`. */
  readonly signedAt: number;
  readonly validFrom: number;
  /** Null: long-term 长期. */
  readonly validUntil: number | null;
  readonly status: { readonly list: number; readonly position: number };
}

export function claimsOf(document: LicenceDocument): Claims {
  if (document.form === "token") {
    const { claims } = document.token;
    return {
      identifier: claims.certificateIdentifier,
      agencyCode: claims.agencyCode,
      typeCode: claims.typeCode,
      typeVersion: claims.typeVersion,
      signedAt: claims.issuedAt,
      validFrom: claims.notBefore,
      validUntil: claims.expires,
      status: {
        list: Math.floor(claims.statusIndex / STATUS_LIST_LENGTH),
        position: claims.statusIndex % STATUS_LIST_LENGTH,
      },
    };
  }
  const { credentialSubject, credentialSchema, credentialStatus, proof, validFrom, validUntil } = document.certificate;
  return {
    identifier: credentialSubject.certificateIdentifier,
    agencyCode: credentialSubject.issueDeptCode,
    typeCode: credentialSubject.certificateTypeCode,
    typeVersion: credentialSchema.typeVersion,
    signedAt: seconds(parseUtcInstant(proof.created)),
    validFrom: seconds(parseShanghaiInstant(validFrom)),
    validUntil: validUntil === undefined ? null : seconds(parseShanghaiInstant(validUntil)),
    status: { list: credentialStatus[0].statusListNumber, position: Number(credentialStatus[0].statusListIndex) },
  };
}

/** The reader has refused every time that does not parse. */
function seconds(milliseconds: number | null): number {
  return milliseconds === null ? Number.NaN : milliseconds / 1000;
}
