// SPDX-License-Identifier: Apache-2.0

/** A hint for humans and auditors; the proof is checked against the verifier's own chain. */
export interface AnchorHint {
  readonly chainId: number;
  /** EIP-55 address of the registry contract. */
  readonly registry: string;
  readonly block: number;
  /** Block time, RFC 3339 UTC. */
  readonly time: string;
  /** Transaction hash, 0x and 64 lower-case hex digits. */
  readonly tx: string;
}

export interface BatchReference {
  /** GB/T 2260 code of the region, six digits. */
  readonly region: string;
  /** Lower-case hex, 64 digits. */
  readonly root: string;
  /** Number of entries, 1…2^20. */
  readonly size: number;
}

export interface PendingEvidence {
  readonly version: 1;
  /** base64url without padding. */
  readonly token: string;
}

export interface AnchoredEvidence extends PendingEvidence {
  readonly batch: BatchReference;
  readonly index: number;
  /** Inclusion path from the leaf up (RFC 9162 section 2.1.3), lower-case hex. */
  readonly path: readonly string[];
  readonly anchors: readonly AnchorHint[];
}

export type Evidence = PendingEvidence | AnchoredEvidence;
