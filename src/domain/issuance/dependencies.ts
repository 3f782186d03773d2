// SPDX-License-Identifier: Apache-2.0
import type { Crypto } from "../../core/crypto.js";
import type { AgencyStore, SignerSource } from "../agencies/index.js";
import type { AuditStore } from "../audit/index.js";
import type { Catalogue } from "../catalogue/index.js";
import type { CertificateStore } from "./certificate-store.js";
import type { AnchorProofSource, RenderCheck } from "./ports.js";
import type { StatusIndexStore } from "./status-index-store.js";

export interface IssuanceDependencies {
  /** The region this deployment serves. */
  readonly region: string;
  /** Base URL under which the region publishes its status lists, without a slash at the end. */
  readonly publicUrl: string;
  readonly certificates: CertificateStore;
  readonly agencies: Pick<AgencyStore, "findAgency" | "isAuthorised" | "authorisedTypes">;
  readonly audit: AuditStore;
  readonly catalogue: Catalogue;
  readonly statusIndices: StatusIndexStore;
  readonly signers: SignerSource;
  readonly anchors: AnchorProofSource;
  readonly checkRenderable: RenderCheck;
  /** Also the source of serials and nonces. */
  readonly crypto: Crypto;
  /** Milliseconds since 1970. */
  readonly now: () => number;
}
