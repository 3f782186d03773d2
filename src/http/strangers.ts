// SPDX-License-Identifier: Apache-2.0
import type { InteroperabilityIssuer } from "../domain/agencies/index.js";
import type { CertificateIssuer, DidDocuments, StatusLists } from "../domain/sharing/index.js";

/** What the service offers to software that nobody here wrote (docs/interoperability.md). */
export interface Strangers {
  readonly didDocuments: DidDocuments;
  readonly statusLists: StatusLists;
  /** Whether an agency's DID document would vouch for the key. */
  readonly keyStanding: (issuer: CertificateIssuer) => Promise<boolean>;
  /** DID of an agency of this region; null when it is none. */
  readonly didOf: (agency: string) => Promise<string | null>;
  /** Signs what is no licence; null unless it was turned on. Open: without a token. */
  readonly interoperability: { readonly issuer: InteroperabilityIssuer; readonly isOpen: boolean } | null;
}
