// SPDX-License-Identifier: Apache-2.0
import { parseShanghaiInstant, parseUtcInstant } from "../core/calendar.js";
import { STATUS_LIST_LENGTH } from "../core/certificate-reader.js";
import type { CopyTokenClaims } from "../core/copy/copy-token.js";
import type { LicenceDocument } from "./document.js";

/** What either half says of itself, or a reader's copy, in one form. Times are seconds since 1970. */
export interface Claims {
  readonly identifier: string;
  readonly agencyCode: string;
  readonly typeCode: string;
  /** Null: the token of a reader's copy shows nothing that a type would explain. */
  readonly typeVersion: number | null;
  /** The proof's `created`, or the token's `iat`; when a reader's copy was made. */
  readonly signedAt: number;
  /** Of a reader's copy its own period, which lies within the licence's. */
  readonly validFrom: number;
  /** Null: long-term 长期. */
  readonly validUntil: number | null;
  readonly status: { readonly list: number; readonly position: number };
}

export function claimsOf(document: LicenceDocument): Claims {
  if (document.form === "token") {
    const { claims } = document.token;
    const isCopy = document.kind === "copy";
    return {
      identifier: claims.certificateIdentifier,
      agencyCode: claims.agencyCode,
      typeCode: claims.typeCode,
      typeVersion: isCopy ? null : document.token.claims.typeVersion,
      signedAt: claims.issuedAt,
      validFrom: isCopy ? claims.issuedAt : document.token.claims.notBefore,
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
    ...(document.copy
      ? periodOfCopy(document.copy.evidence.token.claims)
      : {
          signedAt: seconds(parseUtcInstant(proof.created)),
          validFrom: seconds(parseShanghaiInstant(validFrom)),
          validUntil: validUntil === undefined ? null : seconds(parseShanghaiInstant(validUntil)),
        }),
    status: { list: credentialStatus[0].statusListNumber, position: Number(credentialStatus[0].statusListIndex) },
  };
}

function periodOfCopy({ issuedAt, expires }: CopyTokenClaims): Pick<Claims, "signedAt" | "validFrom" | "validUntil"> {
  return { signedAt: issuedAt, validFrom: issuedAt, validUntil: expires };
}

/** The reader has refused every time that does not parse. */
function seconds(milliseconds: number | null): number {
  return milliseconds === null ? Number.NaN : milliseconds / 1000;
}
