// SPDX-License-Identifier: Apache-2.0
import type { DataIntegrityProof } from "../certificate.js";

/**
 * What an agency signs of a reader's copy 加注件 (docs/formats/copy.md): a copy of one licence for a named user, matter and period. Members
 * that begin with `certificateCopy` are those of GB/T 36903 section 9.
 */
export interface UnsignedCopyStatement {
  readonly format: "tigertally-copy";
  readonly formatVersion: 1;
  /** DID of the agency that made the copy, which is the licence's issuer. */
  readonly issuer: string;
  readonly certificateIdentifier: string;
  /** Lower-case hex of 32 bytes. */
  readonly certificateDigest: string;
  /** 128 random bits, base64url without padding (22 characters). */
  readonly copyNumber: string;
  /** Whom the copy is for 使用方: an agency or a person, in words. */
  readonly user: string;
  /** 事项 */
  readonly matter: string;
  /** Name of the agency that made the copy. */
  readonly certificateCopyCreator: string;
  /** Its USCC. */
  readonly certificateCopyCreatorCode: string;
  /** RFC 3339 with +08:00; the same time as `proof.created`. */
  readonly certificateCopyCreationTime: string;
  readonly certificateCopyCause: string;
  /** RFC 3339 with +08:00: the last second at which the copy may be used. */
  readonly certificateCopyExpiringTime: string;
}

export interface CopyStatement extends UnsignedCopyStatement {
  readonly proof: DataIntegrityProof;
}
