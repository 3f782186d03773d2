// SPDX-License-Identifier: Apache-2.0
import type { Certificate } from "../core/certificate.js";
import type { CopyStatement } from "../core/copy/copy-statement.js";
import type { Evidence } from "../core/evidence.js";
import type { TypeDefinition } from "../core/type-definition.js";
import type { SealStatement } from "./pdf/read-seal-field.js";

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

/** The newest revocation lists of the CAs for seals that are at hand, as DER. Each is signed by its CA, so the source needs no trust. */
export interface RevocationListSource {
  /** Of one CA; those of others do no harm. */
  findRevocationLists(ca: SealCaKey): Promise<readonly Uint8Array[]>;
}

/** A CA for seals, by the registry's word. */
export interface SealCaKey {
  readonly region: string;
  /** Of its Multikey, lower-case hex. */
  readonly keyDigest: string;
  /** Whether the CA has signed this list, it is not of the future, and newer than `than`: a source that remembers lists gives up none for less. */
  isNewerList(list: Uint8Array, than: Uint8Array | null): boolean;
}

/** Type definitions kept nearby, for forms that do not carry their own. Used only after comparing digests. */
export interface TypeSource {
  /** `bytes` is JSON text. */
  findType(typeCode: string, version: number): Promise<{ readonly bytes: Uint8Array } | null>;
}

/** The PDF that the renderer named `renderer` makes of these inputs; null when this verifier does not have that renderer. */
export type Rerender = (input: {
  readonly certificate: Certificate;
  /** Of the licence, or of a reader's copy its own. */
  readonly evidence: Evidence;
  readonly type: TypeDefinition;
  readonly renderer: string;
  /** What the file's seal states; null for a file without one. */
  readonly seal: SealStatement | null;
  /** What makes it a reader's copy; null for a licence's own file. */
  readonly copy: CopyStatement | null;
}) => Promise<Uint8Array | null>;
