// SPDX-License-Identifier: Apache-2.0
export { type Effect, effectOf } from "./activation.js";
export {
  type AddedKey,
  type Administration,
  type AdministrationDependencies,
  type CreatedKey,
  createAdministration,
  type NewAgency,
  type PendingUnderKey,
} from "./administration.js";
export { type Agency, agencyDigest } from "./agency.js";
export type { AgencyStore } from "./agency-store.js";
export { ANNULMENT_REASONS, type AnnulmentReason, annulmentsOf } from "./annulment.js";
export type { ApiToken, ApiTokenStore } from "./api-token-store.js";
export {
  type ApiTokenDependencies,
  type ApiTokens,
  type AuthenticatedToken,
  type CreatedToken,
  createApiTokens,
  type NewToken,
  type TokenSummary,
  tokenDigest,
} from "./api-tokens.js";
export { createGovernance, type Governance, type Timelock } from "./governance.js";
export type { GovernorAct, Proposal, ProposalState, TimelockOffice, UnknownAct } from "./governor-act.js";
export {
  createInteroperabilityIssuer,
  type InteroperabilityIssuer,
  type InteroperabilityIssuerDependencies,
} from "./interoperability-issuer.js";
export {
  createOperatorRotation,
  type OperatorAccount,
  type OperatorAccounts,
  type OperatorRotation,
  type RotatedOperator,
  wasRemoved,
} from "./operator-rotation.js";
export { type Paper, readPaper } from "./paper.js";
export { type PendingAct, vetoWords } from "./pending-act.js";
export {
  createRegionAdministration,
  type GovernanceRole,
  type NewRegion,
  type RegionAdministration,
  type RegionAdministrationDependencies,
} from "./region-administration.js";
export {
  createRegionKeys,
  type RegionKeyPurpose,
  type RegionKeys,
  type RegionKeysDependencies,
} from "./region-keys.js";
export type {
  OperatorRight,
  RegistryAct,
  RegistryGovernance,
  Veto,
} from "./registry-governance.js";
export { type KeyInfo, type KeyStore, type Signer, type SignerSource, signersFrom } from "./signer.js";
export { createUnusedKeys, type UnusedKey, type UnusedKeys, type UnusedKeysDependencies } from "./unused-key.js";
