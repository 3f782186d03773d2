// SPDX-License-Identifier: Apache-2.0
import type { Multikey } from "../../core/multikey.js";
import type {
  AgencyRecord,
  AnchorRecord,
  Interval,
  KeyRecord,
  RegionRecord,
  TypeDefinitionRecord,
} from "../registry.js";

/**
 * A signed extract of the whole registry at one block, for verifying where no node can be reached. docs/formats/trust-bundle.md
 * specifies the file. Plain data: it can be handed to a worker or kept in a browser's store.
 */
export interface TrustBundle extends BundleHead {
  /** The key that signed it; it was pinned, and the state below has it as a good bundle key of `region`. */
  readonly signer: Multikey;
  /** SHA-256 of the canonical JSON of the state, lower-case hex: equal for everybody who saw the same block of the same chain. */
  readonly stateDigest: string;
  readonly state: BundleState;
  /** Of the CAs for seals: the newest lists that the region had, as DER. Each is signed by its CA; none says anything of the registry. */
  readonly revocationLists: readonly Uint8Array[];
}

export interface BundleHead {
  readonly chainId: number;
  /** EIP-55 or lower-case address. */
  readonly registry: string;
  /** Hash of block 0. */
  readonly genesis: string;
  readonly block: BundleBlock;
  /** The region whose bundle key signed. */
  readonly region: string;
  /** Grows with every bundle of the region. */
  readonly sequence: number;
  /** RFC 3339 in UTC, whole seconds: when the block was the newest that the region saw. */
  readonly issuedAt: string;
}

export interface BundleBlock {
  readonly number: number;
  /** 0x and 64 lower-case hex digits. */
  readonly hash: string;
  /** Seconds. */
  readonly time: number;
}

/** Everything that a verifier can ask the registry, each list strictly ascending. */
export interface BundleState {
  readonly agencies: readonly BundleAgency[];
  readonly keys: readonly BundleKey[];
  readonly regions: readonly BundleRegion[];
  readonly types: readonly BundleType[];
}

export interface BundleAgency extends AgencyRecord {
  readonly authorisations: readonly { readonly typeCode: string; readonly intervals: readonly Interval[] }[];
  /** Who may seal what this agency issues, besides itself. */
  readonly sealDelegations: readonly { readonly sealer: string; readonly intervals: readonly Interval[] }[];
}

export interface BundleKey extends KeyRecord {
  /** Of any algorithm. */
  readonly multikey: Uint8Array;
}

export interface BundleRegion extends RegionRecord {
  readonly anchors: readonly BundleAnchor[];
  /** Lists without any bit are absent. */
  readonly statusLists: readonly BundleStatusList[];
}

export interface BundleAnchor extends AnchorRecord {
  /** Lower-case hex. */
  readonly root: string;
  readonly size: number;
}

/** Both purposes of one list as `encodeStatusBits` packs them. */
export interface BundleStatusList {
  readonly list: number;
  readonly revoked: Uint8Array;
  readonly suspended: Uint8Array;
}

export interface BundleType extends TypeDefinitionRecord {
  readonly typeCode: string;
  readonly version: number;
}

export const BUNDLE_FORMAT = "tigertally-trust-bundle";
export const BUNDLE_VERSION = 2;
/** A region of a million certificates needs about 0.2 MB; a reader takes no more than this. */
export const MAX_BUNDLE_BYTES = 32 * 1024 * 1024;
/** The member behind the state: what a region knows and the registry does not. */
export const REVOCATION_LISTS = "x509RevocationLists";
/** A network has some 35 regions, and a region one CA, or two while it changes keys. */
export const MAX_REVOCATION_LISTS = 128;
