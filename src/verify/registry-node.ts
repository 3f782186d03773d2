// SPDX-License-Identifier: Apache-2.0
import {
  type AgencyRecord,
  type AnchorRecord,
  type Interval,
  type KeyRecord,
  type RegionRecord,
  RegistryError,
  type StatusWord,
  type TypeDefinitionRecord,
} from "./registry.js";

export interface BlockName {
  readonly number: number;
  /** 0x and 64 lower-case hex digits. */
  readonly hash: string;
  /** Seconds. */
  readonly time: number;
}

/** What one node says about the registry at one block. Rejects with `RegistryError`; answers are plain JSON but for bytes and bigints. */
export interface RegistryReader {
  findRegion(region: string): Promise<RegionRecord | null>;
  findAgency(agency: string): Promise<AgencyRecord | null>;
  findKey(keyDigest: string): Promise<KeyRecord | null>;
  findAuthorisations(agency: string, typeCode: string): Promise<readonly Interval[]>;
  findSealDelegations(agency: string, sealer: string): Promise<readonly Interval[]>;
  findAnchor(region: string, root: string, size: number): Promise<AnchorRecord | null>;
  findTypeDefinition(typeCode: string, version: number): Promise<TypeDefinitionRecord | null>;
  statusWord(region: string, list: number, word: number): Promise<StatusWord>;
  /** Multikey bytes from all logs of `KeyAdded` with this id that the node has. Claims: the caller checks each against state. */
  loggedKeys(keyId: string): Promise<readonly Uint8Array[]>;
}

/** One endpoint of a chain. `pinned-registry.ts` asks one or several and decides what to believe. */
export interface RegistryNode {
  chainId(): Promise<number>;
  head(): Promise<BlockName>;
  /** Null when this node does not have the block. */
  block(number: number): Promise<BlockName | null>;
  /** Code at the registry's address; empty when there is none. */
  registryCode(block: BlockName): Promise<Uint8Array>;
  /** Reads at that very block: when the node's chain has another one there by now, it rejects. */
  at(block: BlockName): RegistryReader;
}

/** The node answered, and what it says is that it does not answer: a limit, a method or a block that it does not know. */
export class NodeRefusal extends RegistryError {
  constructor(message: string, options?: { readonly cause?: unknown }) {
    super("registry.unreachable", message, options);
  }
}
