// SPDX-License-Identifier: Apache-2.0
export {
  type Administration,
  type AdministrationDependencies,
  type CreatedKey,
  createAdministration,
  type KeyMaker,
  type NewAgency,
  type PendingUnderKey,
} from "./administration.js";
export type { Agency } from "./agency.js";
export type { AgencyStore } from "./agency-store.js";
export type { ApiToken, ApiTokenStore } from "./api-token-store.js";
export {
  type ApiTokenDependencies,
  type ApiTokens,
  type AuthenticatedToken,
  type CreatedToken,
  createApiTokens,
  type NewToken,
  type TokenSummary,
} from "./api-tokens.js";
export type {
  OperatorRight,
  RegistryAct,
  RegistryGovernance,
  Veto,
} from "./registry-governance.js";
export { type KeyInfo, type KeyStore, type Signer, type SignerSource, signersFrom } from "./signer.js";
