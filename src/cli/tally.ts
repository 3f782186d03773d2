// SPDX-License-Identifier: Apache-2.0

import type { ApiTokens } from "../domain/agencies/api-tokens.js";
import type {
  Administration,
  AgencyStore,
  Governance,
  GovernanceRole,
  OperatorRotation,
  PendingAct,
  RegionAdministration,
  RegionKeys,
  RegistryGovernance,
  Timelock,
} from "../domain/agencies/index.js";
import type { AlarmDesk, KeptAccess } from "../domain/anchoring/index.js";
import type { Archiving } from "../domain/archiving/index.js";
import type { Actor } from "../domain/audit/index.js";
import type { Catalogue } from "../domain/catalogue/index.js";
import type { Copies } from "../domain/copies/index.js";
import type { PickUps } from "../domain/holders/index.js";
import type { Issuance } from "../domain/issuance/index.js";
import type { Printing } from "../domain/printing/index.js";
import type { SealCa, SealDelegations, SealKeyPurpose } from "../domain/seals/index.js";
import type { BundleKeeper, KnownNetwork, PublishedFloor, TrustBundles } from "../domain/sharing/index.js";
import type { Renderer } from "../render/index.js";
import type { ArchiveReport } from "../verify/archive.js";
import type { DocumentInput, TrustBundle } from "../verify/index.js";
import type { KeyPurpose, RegistryAccess } from "../verify/registry.js";
import type { Report } from "../verify/report.js";
import type { Purpose } from "../verify/trust.js";

/** A key file, as far as it may be shown. */
export interface ListedKey {
  readonly owner: string;
  readonly purpose: KeyPurpose | SealKeyPurpose | "account";
  /** Key digest, or the address of an account. */
  readonly name: string;
  readonly createdAt: string;
}

export interface VerifyOptions {
  /** Moves the validity period only. */
  readonly at?: Date;
  readonly purpose?: Purpose;
  /** Revocation lists of seals, DER, beside those that the deployment or the bundle has. */
  readonly revocationLists?: readonly Uint8Array[];
}

/** What `tally verify` needs: trust and a registry, and the region's mirror where there is one. */
export interface Verifier {
  /** Region of this deployment, for recognition; null where none is configured. */
  readonly region: string | null;
  verify(document: DocumentInput, options?: VerifyOptions): Promise<Report>;
}

/** What stands in for nodes where none can be reached. */
export interface OfflineOptions {
  /** The trust bundle; null: the newest that is kept. */
  readonly bytes: Uint8Array | null;
  /** Multikey texts to take it from; empty: the pinned ones, and the bundle is kept. */
  readonly keys: readonly string[];
  /** Null: TALLY_BUNDLE_MAX_AGE. */
  readonly maxAgeSeconds: number | null;
}

export interface BundleVerifier extends Verifier {
  readonly bundle: TrustBundle;
  readonly ageSeconds: number;
  readonly maxAgeSeconds: number;
}

/** Judges archive packages by pinned bundle keys; asks nobody. */
export interface ArchiveVerifier {
  readonly region: string | null;
  verify(bytes: Uint8Array, options?: Pick<VerifyOptions, "at" | "purpose">): Promise<ArchiveReport>;
}

/** An open deployment: everything a command may do with it. Made by `main`, which also closes it. */
export interface Tally extends Verifier {
  readonly region: string;
  readonly network: { readonly chainId: number; readonly registry: string; readonly urls: readonly string[] };
  readonly actor: Actor;
  readonly issuance: Issuance;
  /** Delivery to holders 送达. */
  readonly pickUps: PickUps;
  readonly catalogue: Catalogue;
  readonly agencies: AgencyStore;
  readonly administration: Administration;
  readonly regions: RegionAdministration;
  readonly regionKeys: RegionKeys;
  readonly operators: OperatorRotation;
  /** Electronic seals 电子印章. */
  readonly seals: { readonly authority: SealCa; readonly delegations: SealDelegations };
  readonly alarms: AlarmDesk;
  readonly tokens: ApiTokens;
  readonly registry: RegistryAccess;
  /** Below which nothing is published. */
  readonly floor: PublishedFloor;
  /** Readers' copies 加注件. */
  readonly copies: Copies;
  /** Printed copies 打印件. */
  readonly printing: Printing;
  /** Electronic archives 电子档案. */
  readonly archiving: Archiving;
  /** Issues this region's trust bundles. */
  readonly bundles: TrustBundles;
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

/** The network that a new directory takes part in; what is absent comes from the settings. */
export interface InitOptions {
  readonly region?: string | undefined;
  /** File that pins the network. */
  readonly network?: string | undefined;
  /** Comma separated. */
  readonly chainUrls?: string | undefined;
  readonly chainId?: string | undefined;
  readonly registry?: string | undefined;
  readonly genesis?: string | undefined;
  readonly quorum?: string | undefined;
  readonly store?: string | undefined;
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

export interface BackupSummary {
  readonly region: string;
  readonly createdAt: string;
  readonly passphraseIncluded: boolean;
  readonly chainIncluded: boolean;
  readonly files: readonly { readonly path: string; readonly size: number; readonly sha256: string }[];
}

/** A way into the region that was live in the backup and is no longer. */
export type EndedAccess =
  | {
      readonly ended: "token";
      readonly id: string;
      readonly agency: string;
      readonly role: string;
      readonly label: string;
    }
  | { readonly ended: "pick-up-link"; readonly id: string; readonly agency: string; readonly certificate: string };

export interface Restored {
  readonly region: string;
  /** When the backup was made. */
  readonly backupOf: string;
  readonly dataDirectory: string;
  /** What was ended, tokens first; to be read once. */
  readonly ended: AsyncIterable<EndedAccess>;
  /** Why it could not be compared with the chain yet; null when it was. */
  readonly unfinished: string | null;
}

/** One thing that `tally doctor` looked at. */
export interface Diagnosis {
  /** Stable name. */
  readonly check: string;
  readonly outcome: "ok" | "warning" | "failed" | "skipped";
  readonly detail: string;
  /** What to do about it. */
  readonly remedy: string | null;
  /** What is stored otherwise than it should be; no personal data. Only of a deep examination. */
  readonly discrepancy?: {
    /** Table or collection. */
    readonly collection: string;
    readonly key: string;
    readonly field: string;
    readonly stored: string | null;
    readonly expected: string | null;
  };
}

export interface DoctorProgress {
  readonly check: string;
  readonly examined: number;
  readonly perSecond: number;
}

/** The console and the deployment, as commands see them. */
export interface CommandContext {
  /** Data, to stdout. */
  out(text: string): void;
  /** Prose, to stderr. */
  say(text: string): void;
  /** One line of stderr in place of the one before, or none; nothing where stderr is no terminal. */
  showProgress(text: string | null): void;
  /** Bytes of a file, or of stdin for "-"; `request.too-large` beyond `maxBytes`. */
  read(path: string, maxBytes: number): Promise<Uint8Array>;
  stream(path: string): AsyncIterable<Uint8Array>;
  write(path: string, bytes: Uint8Array): Promise<void>;
  isFile(path: string): boolean;
  /** The exit code of the whole command; the last call counts. */
  exitWith(code: number): void;
  /** `withoutChain`: also while a network that was checked before cannot be reached, for what the store alone decides. */
  withTally<T>(use: (tally: Tally) => Promise<T>, options?: { readonly withoutChain?: boolean }): Promise<T>;
  withVerifier<T>(use: (verifier: Verifier) => Promise<T>): Promise<T>;
  /** Asks no node: the registry is that of a trust bundle. */
  withBundle<T>(options: OfflineOptions, use: (verifier: BundleVerifier) => Promise<T>): Promise<T>;
  /** With these keys (Multikey texts) as the pinned ones; empty: those that this data directory has pinned. */
  archiveVerifier(keys: readonly string[]): Promise<ArchiveVerifier>;
  /** Pins and the newest bundle of this data directory. */
  bundleKeeper(): Promise<BundleKeeper>;
  /** The network of the settings or of this directory's own chain; `config.invalid` where neither says. */
  trustedNetwork(): Promise<KnownNetwork>;
  /** The bytes of a region's newest bundle. */
  fetchBundle(url: string): Promise<Uint8Array>;
  /** Draws as the settings say, fallback fonts included; needs no deployment. */
  renderer(): Promise<Pick<Renderer, "preview">>;
  now(): Date;
  init(options: InitOptions): Promise<InitResult>;
  /** Makes an account file in this data directory, which need not serve a region. */
  governanceAccount(label: string): Promise<{ readonly address: string; readonly made: boolean }>;
  /** The timelock that governs the configured network, for looking. */
  withTimelock<T>(use: (timelock: Timelock) => Promise<T>): Promise<T>;
  /** What the account with this label may do in the registry directly, e.g. the guardian, who has no region of its own. */
  withOffice<T>(
    account: string,
    use: (opened: { readonly regions: RegionAdministration; readonly actor: Actor }) => Promise<T>,
  ): Promise<T>;
  /** The timelock that governs the configured network, acting from the account with this label. */
  withGovernance<T>(
    account: string,
    use: (opened: { readonly governance: Governance; readonly actor: Actor }) => Promise<T>,
  ): Promise<T>;
  backup(options: { readonly to: string; readonly withPassphrase: boolean }): Promise<BackupSummary>;
  restore(options: {
    readonly from: string;
    readonly data?: string;
    readonly chainJournal?: string;
    readonly kept: KeptAccess;
  }): Promise<Restored>;
  /**
   * For a store in MongoDB, once its database was put back: ends access, and compares it with the chain before anything else is done
   * with it.
   */
  restoredMongo(kept: KeptAccess): Promise<Omit<Restored, "backupOf">>;
  /**
   * Looks at everything that a deployment needs, whatever state it is in, and with `deep` at everything that it holds; tells what it finds
   * as it finds it, and never rejects for that.
   */
  doctor(
    options: { readonly deep: boolean; readonly onProgress: (progress: DoctorProgress) => void },
    tell: (finding: Diagnosis) => void,
  ): Promise<void>;
  /** Runs the embedded chain until it is told to stop. */
  chain(): Promise<void>;
  /** Runs the service until it is told to stop. */
  serve(options: { readonly demoData: boolean; readonly store?: string; readonly role?: string }): Promise<void>;
}
