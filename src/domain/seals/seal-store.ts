// SPDX-License-Identifier: Apache-2.0
import type { AuditEvent } from "../audit/index.js";
import type { CertificateValidity, RevocationReason, RevokedCertificate } from "./certificate-authority.js";

/** What the picture of a seal shows, which its certificate does not say. */
export interface SealAppearance {
  readonly name: string;
  readonly code: string;
  readonly star: boolean;
}

/** A certificate that the region's CA has issued, or its own. */
export interface SealCertificateRecord {
  /** Lower-case hex without leading zeros; unique in the store. */
  readonly serial: string;
  /** USCC of the agency whose seal it is of; for the CA's own the code of the region. */
  readonly holder: string;
  /** Digest of the holder's key, lower-case hex, as the key store names it. */
  readonly keyDigest: string;
  /** Digest of the seal CA's key; for the CA's own certificate that of its own. */
  readonly ca: string;
  /** DER. */
  readonly certificate: Uint8Array;
  readonly validity: CertificateValidity;
  /** Null for the CA's own. */
  readonly appearance: SealAppearance | null;
  /** Null: it was not revoked. */
  readonly revocation: { readonly at: number; readonly reason: RevocationReason } | null;
}

/** A revocation list as it was issued. */
export interface StoredRevocationList {
  /** Digest of the seal CA's key. */
  readonly ca: string;
  /** Greater than that of every list of this CA before. */
  readonly number: number;
  /** Seconds since 1970. */
  readonly thisUpdate: number;
  readonly nextUpdate: number;
  /** DER. */
  readonly list: Uint8Array;
}

/** A seal on the file of a certificate: with the certificate, its evidence and the renderer it makes that file again. */
export interface SealRecord {
  /** Identifier of the licence. */
  readonly certificate: string;
  /** Of the seals on files of this licence the first has 1. */
  readonly ordinal: number;
  /** SHA-256 over the byte range of the file: names the file that this seal is on. */
  readonly fileDigest: Uint8Array;
  /** Of the seal's certificate. */
  readonly serial: string;
  /** Seconds since 1970. */
  readonly sealedAt: number;
  readonly reason: string;
  /** Bytes kept free for the CMS. */
  readonly room: number;
  readonly cms: Uint8Array;
}

/** Which ordinal it has is known when it is kept. */
export type NewSeal = Omit<SealRecord, "ordinal">;

/**
 * Keeps certificates of seals, revocation lists, and the seals on files. Every write is durable when it resolves, its event in the same
 * transaction. Passes test/adapters/seal-store.suite.ts.
 */
export interface SealStore {
  /** Rejects with `store.failed` when the serial is taken. */
  addSealCertificate(record: SealCertificateRecord, event: AuditEvent): Promise<void>;

  findSealCertificate(serial: string): Promise<SealCertificateRecord | null>;

  /** Of one holder, the oldest first. */
  sealCertificatesOf(holder: string): Promise<readonly SealCertificateRecord[]>;

  /** Of all holders but the CA, not revoked and valid at `at` (seconds), the newest first. */
  sealCertificatesInForce(at: number, limit: number): Promise<readonly SealCertificateRecord[]>;

  /** False, and nothing written, when it is not here or was revoked before: a revocation never changes. */
  revokeSealCertificate(
    serial: string,
    revocation: { readonly at: number; readonly reason: RevocationReason },
    event: AuditEvent,
  ): Promise<boolean>;

  /** All that were revoked under the CA with this key, by serial. */
  revokedUnder(ca: string): Promise<readonly RevokedCertificate[]>;

  /** Of one CA; null when none was issued yet. */
  newestRevocationList(ca: string): Promise<StoredRevocationList | null>;

  /** The newest list of every CA of this store. */
  revocationLists(): Promise<readonly StoredRevocationList[]>;

  /**
   * Takes the place of the one with the number `before`, which is less than its own; null: it is the CA's first. False, and nothing written, when that one is
   * not the newest: another came first, and whoever asks looks again.
   */
  putRevocationList(list: StoredRevocationList, before: number | null, event: AuditEvent): Promise<boolean>;

  /** The newest `limit` seals on files of a licence and of copies of it, or those of them with this reason, the newest first. */
  sealsOn(certificate: string, limit: number, reason?: string): Promise<readonly SealRecord[]>;

  /**
   * Gives it the next ordinal of its licence, which its event names, and puts its entry, whose leaf hash this is, into the outbox of `AnchoringStore`, too, where it arrives at the time
   * of the event. False, and nothing written, unless `before` is the ordinal of the newest seal with the same reason (null: there is none), and its certificate is here and not revoked: another
   * one for the same came first, or a revocation did, and whoever asks looks again. Rejects with `certificate.not-found` when the licence is not here.
   */
  addSeal(
    seal: NewSeal,
    before: number | null,
    leafHash: Uint8Array,
    eventOf: (ordinal: number) => AuditEvent,
  ): Promise<boolean>;
}
