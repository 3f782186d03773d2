// SPDX-License-Identifier: Apache-2.0
import type { SealKey } from "./seal-key.js";

/** Seconds since 1970, both included. */
export interface CertificateValidity {
  readonly from: number;
  readonly until: number;
}

/** The key of a certificate authority, and its own certificate, DER. */
export interface AuthorityKey {
  readonly key: SealKey;
  readonly certificate: Uint8Array;
}

export type RevocationReason =
  | "unspecified"
  | "key-compromise"
  | "affiliation-changed"
  | "superseded"
  | "cessation-of-operation"
  | "privilege-withdrawn";

/** The codes of RFC 5280 section 5.3.1. */
export const REASON_CODES: Readonly<Record<RevocationReason, number>> = {
  unspecified: 0,
  "key-compromise": 1,
  "affiliation-changed": 3,
  superseded: 4,
  "cessation-of-operation": 5,
  "privilege-withdrawn": 9,
};

/** Why a certificate was revoked. */
export const REVOCATION_REASONS = Object.keys(REASON_CODES) as readonly RevocationReason[];

export interface RevokedCertificate {
  /** Lower-case hex without leading zeros. */
  readonly serial: string;
  /** Seconds since 1970. */
  readonly revokedAt: number;
  readonly reason: RevocationReason;
}

/**
 * Writes and signs what a certificate authority issues, in the profile of docs/formats/seal.md: X.509 v3 certificates and complete
 * revocation lists (RFC 5280), DER, ECDSA P-256 with a low s. Serial numbers are 1 to 20 bytes, positive.
 */
export interface CertificateAuthority {
  /** The self-signed certificate of a region's authority. */
  certifyAuthority(
    key: SealKey,
    subject: { readonly regionName: string },
    terms: { readonly serial: Uint8Array; readonly validity: CertificateValidity },
  ): Promise<Uint8Array>;

  /** The certificate of an agency's seal. */
  certifySeal(
    authority: AuthorityKey,
    subject: { readonly agency: string; readonly agencyName: string; readonly publicKey: Uint8Array },
    terms: { readonly serial: Uint8Array; readonly validity: CertificateValidity; readonly revocationListUrl?: string },
  ): Promise<Uint8Array>;

  /** Complete, as of `thisUpdate`; whoever reads it after `nextUpdate` should have a newer one. */
  listRevoked(
    authority: AuthorityKey,
    list: {
      readonly number: number;
      readonly thisUpdate: number;
      readonly nextUpdate: number;
      readonly revoked: readonly RevokedCertificate[];
    },
  ): Promise<Uint8Array>;
}
