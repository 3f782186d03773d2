// SPDX-License-Identifier: Apache-2.0

/** What the verifier trusts, from its own configuration and never from the document. */
export interface Trust {
  readonly chainId: number;
  /** EIP-55 or lower-case address of the registry. */
  readonly registry: string;
  /** Regions this verifier recognises at all; absent: every region of the registry. */
  readonly regions?: readonly string[];
  /** Mutual recognition list 互认清单; absent: recognition is `undecided`. `"*"` matches anything. */
  readonly recognition?: readonly RecognitionRule[];
  /** Seconds; a head older than this is treated as a bundle of that block. Absent: no limit (embedded profile). */
  readonly maxHeadAge?: number;
  /**
   * X.509 certificates (DER, P-256) of timestamp authorities whose word on the time of a seal is taken: their own, or of the CA that issued
   * theirs. Absent: none.
   */
  readonly timestampAuthorities?: readonly Uint8Array[];
  /** Seconds a certificate may stay pending before it is `anchor.overdue`. */
  readonly maxAnchorDelay: number;
}

/** Whether a registry named elsewhere is the trusted one; addresses may be written in any case. */
export function isTrusted({ chainId, registry }: Trust, named: Pick<Trust, "chainId" | "registry">): boolean {
  if (named.chainId !== chainId) return false;
  return named.registry === registry || named.registry.toLowerCase() === registry.toLowerCase();
}

export interface RecognitionRule {
  readonly typeCode: string;
  readonly issuingRegion: string;
  readonly acceptingRegion: string;
  /** 事项 code. */
  readonly matter: string;
}

/** For whom and for what the verification is made; needed only for recognition. */
export interface Purpose {
  readonly region: string;
  readonly matter?: string;
}
