// SPDX-License-Identifier: Apache-2.0

import type { ApiTokens } from "../domain/agencies/api-tokens.js";
import type {
  Administration,
  AgencyStore,
  GovernanceRole,
  OperatorRotation,
  PendingAct,
  RegionAdministration,
  RegionKeys,
  RegistryGovernance,
} from "../domain/agencies/index.js";
import type { AlarmDesk } from "../domain/anchoring/index.js";
import type { Actor } from "../domain/audit/index.js";
import type { Catalogue } from "../domain/catalogue/index.js";
import type { Issuance } from "../domain/issuance/index.js";
import type { DocumentInput } from "../verify/index.js";
import type { KeyPurpose, RegistryAccess } from "../verify/registry.js";
import type { Report } from "../verify/report.js";
import type { Purpose } from "../verify/trust.js";

/** A key file, as far as it may be shown. */
export interface ListedKey {
  readonly owner: string;
  readonly purpose: KeyPurpose | "account";
  /** Key digest, or the address of an account. */
  readonly name: string;
  readonly createdAt: string;
}

export interface VerifyOptions {
  /** Moves the validity period only. */
  readonly at?: Date;
  readonly purpose?: Purpose;
}

/** What `tally verify` needs: trust and a registry, and the region's mirror where there is one. */
export interface Verifier {
  /** Region of this deployment, for recognition; null where none is configured. */
  readonly region: string | null;
  verify(document: DocumentInput, options?: VerifyOptions): Promise<Report>;
}

/** An open deployment: everything a command may do with it. Made by `main`, which also closes it. */
export interface Tally extends Verifier {
  readonly region: string;
  readonly network: { readonly chainId: number; readonly registry: string; readonly urls: readonly string[] };
  readonly actor: Actor;
  readonly issuance: Issuance;
  readonly catalogue: Catalogue;
  readonly agencies: AgencyStore;
  readonly administration: Administration;
  readonly regions: RegionAdministration;
  readonly regionKeys: RegionKeys;
  readonly operators: OperatorRotation;
  readonly alarms: AlarmDesk;
  readonly tokens: ApiTokens;
  readonly registry: RegistryAccess;
  /** Sends from the account of that role; `key.unknown` when this data directory does not hold it. */
  governance(role: GovernanceRole): Promise<RegistryGovernance>;
  listKeys(): Promise<readonly ListedKey[]>;
  /** Makes one more account file for the role; what it may do the registry decides. */
  createAccount(role: "admin" | "operator" | "governor" | "guardian"): Promise<{ label: string; address: string }>;
  /** Acts of a region that the registry has and that are not in effect yet, oldest first. */
  pendingActs(region: string): Promise<readonly PendingAct[]>;
  /** Compares what the chain says in the region's name with the store; what is unknown becomes an alarm. */
  watchOnce(): Promise<void>;
  /** Puts suspension bits right that nobody ordered: sent by the operator. */
  releaseSuspensions(statusIndices: readonly number[]): Promise<{ readonly tx: string }>;
  /** The certificate's PDF as of now. */
  renderPdf(identifier: string): Promise<Uint8Array>;
  /** Runs the worker until nothing is pending. */
  anchorPending(): Promise<{ readonly anchored: number }>;
}

export interface InitResult {
  readonly region: string;
  readonly dataDirectory: string;
  readonly chainId: number;
  readonly registry: string;
  readonly regionAdmin: string;
  readonly operator: string;
  /** What somebody else still has to do, as commands or sentences; empty when the region is ready. */
  readonly next: readonly string[];
}

/** The console and the deployment, as commands see them. */
export interface CommandContext {
  /** Data, to stdout. */
  out(text: string): void;
  /** Prose, to stderr. */
  say(text: string): void;
  /** Bytes of a file, or of stdin for "-"; `request.too-large` beyond `maxBytes`. */
  read(path: string, maxBytes: number): Promise<Uint8Array>;
  stream(path: string): AsyncIterable<Uint8Array>;
  write(path: string, bytes: Uint8Array): Promise<void>;
  isFile(path: string): boolean;
  /** The exit code of the whole command; the last call counts. */
  exitWith(code: number): void;
  withTally<T>(use: (tally: Tally) => Promise<T>): Promise<T>;
  withVerifier<T>(use: (verifier: Verifier) => Promise<T>): Promise<T>;
  init(options: { readonly region?: string }): Promise<InitResult>;
  /** Runs the service until it is told to stop. */
  serve(options: { readonly demoData: boolean }): Promise<void>;
}
