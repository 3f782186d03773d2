// SPDX-License-Identifier: Apache-2.0
import type { CertificateSubject } from "../../core/certificate.js";
import type { AnchorHint, BatchReference } from "../../core/evidence.js";
import type { TypeDefinition } from "../../core/type-definition.js";

/**
 * Whether a certificate can be printed: one problem for each value with a character that no font has, or that overflows its
 * place. Asked before anything is signed.
 */
export type RenderCheck = (
  subject: CertificateSubject,
  validity: { readonly validFrom: string; readonly validUntil?: string },
  type: TypeDefinition,
) => readonly { readonly field: string; readonly message: string }[];

export interface AnchorProof {
  readonly batch: BatchReference;
  readonly index: number;
  /** Inclusion path, lower-case hex. */
  readonly path: readonly string[];
  readonly anchors: readonly AnchorHint[];
}

/** The anchored half of the evidence, derived from the stored leaves of the batch. Null while pending or staged. */
export interface AnchorProofSource {
  proofOf(certificateIdentifier: string): Promise<AnchorProof | null>;
}
