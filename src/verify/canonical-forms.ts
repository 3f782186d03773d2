// SPDX-License-Identifier: Apache-2.0
import { utf8 } from "../core/bytes.js";
import { canonicalize } from "../core/canonical-json.js";
import type { Certificate } from "../core/certificate.js";

export interface CanonicalForms {
  /** Proof included: what the certificate's digest names. */
  readonly secured: Uint8Array;
  /** Without the proof: what was signed. */
  readonly unsecured: Uint8Array;
}

/**
 * Both canonical forms of a certificate that `readCertificate` has passed, written once. After the proof come only `type` and the
 * period, whose values that reader has bounded, so the last place with the proof's text is the proof.
 */
export function canonicalForms(certificate: Certificate): CanonicalForms {
  const text = canonicalize(certificate);
  const proof = `,"proof":${canonicalize(certificate.proof)}`;
  const at = text.lastIndexOf(proof);
  return { secured: utf8(text), unsecured: utf8(text.slice(0, at) + text.slice(at + proof.length)) };
}
