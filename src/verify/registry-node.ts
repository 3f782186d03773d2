// SPDX-License-Identifier: Apache-2.0
import type {
  AgencyRecord,
  AnchorRecord,
  Interval,
  KeyRecord,
  RegionRecord,
  StatusWord,
  TypeDefinitionRecord,
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
  hasRegistry(block: number): Promise<boolean>;
  at(block: number): RegistryReader;
}
