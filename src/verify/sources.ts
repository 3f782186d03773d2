// SPDX-License-Identifier: Apache-2.0
import type { Certificate } from "../core/certificate.js";
import type { Evidence } from "../core/evidence.js";
import type { TypeDefinition } from "../core/type-definition.js";

/** A place in a batch. The verifier rebuilds the root itself and asks its own chain for it. */
export interface LeafProof {
  readonly region: string;
  /** Lower-case hex. */
  readonly root: string;
  readonly size: number;
  readonly index: number;
  readonly path: readonly Uint8Array[];
}

/** The verifying region's own mirror of batches; it needs no trust. */
export interface ProofSource {
  /** Null when the mirror does not have the leaf. A leaf that lies in batches of several regions is best proven in `region`. */
  findProof(leafHash: Uint8Array, region?: string): Promise<LeafProof | null>;
}

/** Type definitions kept nearby, for forms that do not carry their own. Used only after comparing digests. */
export interface TypeSource {
  /** `bytes` is JSON text. */
  findType(typeCode: string, version: number): Promise<{ readonly bytes: Uint8Array } | null>;
}

/** The PDF that the renderer named `renderer` makes of these inputs; null when this verifier does not have that renderer. */
export type Rerender = (input: {
  readonly certificate: Certificate;
  readonly evidence: Evidence;
  readonly type: TypeDefinition;
  readonly renderer: string;
}) => Promise<Uint8Array | null>;
