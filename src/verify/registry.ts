// SPDX-License-Identifier: Apache-2.0

/** Half-open in block time, seconds: [from, until). `until` null means open. */
export interface Interval {
  readonly from: number;
  readonly until: number | null;
}

export type KeyPurpose = "certificate" | "status-list" | "audit" | "bundle" | "seal-ca";

/** The block to which every answer of a snapshot belongs. Times are seconds since 1970. */
export interface Head {
  readonly chainId: number;
  readonly registry: string;
  readonly block: number;
  readonly hash: string;
  readonly time: number;
}

/** An act that reaches into the past: disputed at once, in force when the delay has passed without a veto. */
export interface RetroactiveAct {
  /** Block time from which the act says things went wrong. */
  readonly since: number;
  /** Block time from which the act holds; before it the answer is `disputed`. */
  readonly effectiveAt: number;
}

export interface RegionRecord {
  readonly region: string;
  readonly addedAt: number;
  readonly suspensions: readonly Interval[];
}

export interface AgencyRecord {
  readonly agency: string;
  readonly region: string;
  readonly did: string;
  /** Registration takes effect here. */
  readonly activeFrom: number;
  /** Struck by the governor, or vetoed; null when not. */
  readonly removedAt: number | null;
  readonly suspensions: readonly Interval[];
}

export interface KeyRecord {
  /** SHA-256 of the Multikey bytes, lower-case hex. */
  readonly keyDigest: string;
  /** Owner: an agency's USCC, or null for a key of the region itself. */
  readonly agency: string | null;
  readonly region: string;
  readonly purpose: KeyPurpose;
  /** Good from activation to retirement. */
  readonly interval: Interval;
  /** Compromise claims that stand (not vetoed), any order. An unjudged claim and an effective one can coexist. */
  readonly compromises: readonly RetroactiveAct[];
}

export interface AnchorRecord {
  /** Block time. */
  readonly anchoredAt: number;
  readonly disowned: { readonly effectiveAt: number } | null;
}

export interface TypeDefinitionRecord {
  /** SHA-256 of the canonical JSON, lower-case hex. */
  readonly digest: string;
  readonly publishedAt: number;
}

export interface StatusWord {
  readonly revoked: bigint;
  readonly suspended: bigint;
}

/**
 * What a verifier asks a registry. Every answer belongs to `head`. A method rejects with `RegistryError`; it never guesses.
 * Implementations: ethers, plain JSON-RPC, a trust bundle.
 */
export interface RegistrySnapshot {
  readonly head: Head;
  findRegion(region: string): Promise<RegionRecord | null>;
  findAgency(agency: string): Promise<AgencyRecord | null>;
  findKey(keyDigest: string): Promise<KeyRecord | null>;
  /** Multikey bytes of every key whose digest starts with these 8 bytes (hex), each already checked against its digest in state. */
  findKeysById(keyId: string): Promise<readonly Uint8Array[]>;
  /** Intervals during which the agency was authorised to issue the type. */
  findAuthorisations(agency: string, typeCode: string): Promise<readonly Interval[]>;
  /** Intervals during which `sealer` was delegated to seal what `agency` issues. */
  findSealDelegations(agency: string, sealer: string): Promise<readonly Interval[]>;
  findAnchor(region: string, root: string, size: number): Promise<AnchorRecord | null>;
  findTypeDefinition(typeCode: string, version: number): Promise<TypeDefinitionRecord | null>;
  statusWord(region: string, list: number, word: number): Promise<StatusWord>;
}

/** Opens a snapshot at the newest block that the source can vouch for. Rejects with `RegistryError`. */
export interface RegistryAccess {
  snapshot(): Promise<RegistrySnapshot>;
}

export type RegistryFailure =
  | "registry.unreachable"
  | "registry.wrong-chain"
  | "registry.garbage"
  | "registry.disagrees"
  | "registry.missing"
  /** Only of states, and only from a trust bundle: it is too old to state one. */
  | "registry.stale";

/** Not knowing is an ordinary outcome of asking: the verifier turns each failure into an `unknown` with this reason. */
export class RegistryError extends Error {
  override readonly name = "RegistryError";
  constructor(
    readonly reason: RegistryFailure,
    message: string,
    options?: { readonly cause?: unknown },
  ) {
    super(message, options);
  }
}
