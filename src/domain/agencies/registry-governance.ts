// SPDX-License-Identifier: Apache-2.0
import type { KeyPurpose } from "../../verify/registry.js";

/** An act that the registry has recorded. */
export interface RegistryAct {
  readonly tx: string;
  readonly block: number;
  /** Block time, seconds. */
  readonly time: number;
}

export type OperatorRight = "anchor" | "status";

export type Veto =
  | { readonly of: "agency"; readonly agency: string }
  | { readonly of: "authorisation"; readonly agency: string; readonly typeCode: string }
  | { readonly of: "seal-delegation"; readonly agency: string; readonly sealer: string }
  | { readonly of: "key"; readonly keyDigest: string }
  | { readonly of: "key-compromise"; readonly keyDigest: string }
  | { readonly of: "operator"; readonly region: string; readonly operator: string }
  | { readonly of: "disowning"; readonly region: string; readonly root: string; readonly size: number };

/**
 * What governor, guardian and region admins do in the registry, sent from the account that this instance was made with.
 * Each resolves when the act is mined and confirmed as far as the deployment asks. Rejects with `chain.reverted` (the contract's
 * own error, decoded into words: wrong account, unknown region, already so), `chain.unreachable`, `chain.wrong-chain` or
 * `chain.registry-missing`; nothing was changed then, except after `chain.unreachable`, when it is not known.
 * Times are seconds; region codes six digits; agency codes USCCs; digests and roots lower-case hex.
 */
export interface RegistryGovernance {
  /** Address of the account that signs. */
  readonly account: string;

  // Governor; suspending a region is open to the guardian too.
  addRegion(region: string, admin: string, activationDelaySeconds: number): Promise<RegistryAct>;
  setRegionAdmin(region: string, admin: string): Promise<RegistryAct>;
  setActivationDelay(region: string, activationDelaySeconds: number): Promise<RegistryAct>;
  suspendRegion(region: string): Promise<RegistryAct>;
  releaseRegion(region: string): Promise<RegistryAct>;
  strikeAgency(agency: string): Promise<RegistryAct>;
  annulRevocations(
    region: string,
    list: number,
    masks: readonly { readonly word: number; readonly mask: bigint }[],
    reasonCode: number,
  ): Promise<RegistryAct>;
  /** There may be several guardians; given again, or taken from who has it not, nothing changes and nothing says so. */
  grantGuardian(account: string): Promise<RegistryAct>;
  revokeGuardian(account: string): Promise<RegistryAct>;

  // Guardian (the governor may as well): anything that is not yet in effect.
  veto(veto: Veto): Promise<RegistryAct>;

  // Region admin.
  registerAgency(region: string, agency: string, did: string): Promise<RegistryAct>;
  suspendAgency(agency: string): Promise<RegistryAct>;
  releaseAgency(agency: string): Promise<RegistryAct>;
  authorise(agency: string, typeCode: string): Promise<RegistryAct>;
  endAuthorisation(agency: string, typeCode: string): Promise<RegistryAct>;
  delegateSeal(agency: string, sealer: string): Promise<RegistryAct>;
  endSealDelegation(agency: string, sealer: string): Promise<RegistryAct>;
  /** `multikey` in its text form. The key counts from the end of the region's activation delay on. */
  addAgencyKey(agency: string, purpose: KeyPurpose, multikey: string): Promise<RegistryAct>;
  addRegionKey(region: string, purpose: KeyPurpose, multikey: string): Promise<RegistryAct>;
  retireKey(keyDigest: string): Promise<RegistryAct>;
  /** What was anchored under the key at or after `since` does not count; `since` may lie in the past. */
  claimKeyCompromise(keyDigest: string, since: number): Promise<RegistryAct>;
  grantOperator(region: string, operator: string, rights: readonly OperatorRight[]): Promise<RegistryAct>;
  removeOperator(region: string, operator: string, rights: readonly OperatorRight[]): Promise<RegistryAct>;
  disownRoot(region: string, root: string, size: number): Promise<RegistryAct>;
  publishTypeDefinition(typeCode: string, version: number, digest: string): Promise<RegistryAct>;

  // Reading, as of the newest block.
  isGuardian(account: string): Promise<boolean>;
  findRegion(
    region: string,
  ): Promise<{ readonly admin: string; readonly activationDelaySeconds: number; readonly suspended: boolean } | null>;
  /** Those in effect and those that wait for it. */
  findOperatorRights(region: string, operator: string): Promise<readonly OperatorRight[]>;
  /** Block time, seconds, from which the account may both anchor and set states; null when it lacks one of the rights. */
  operatorSince(region: string, operator: string): Promise<number | null>;
  /** Of the newest block, seconds. */
  headTime(): Promise<number>;
}
