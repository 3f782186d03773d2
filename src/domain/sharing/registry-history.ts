// SPDX-License-Identifier: Apache-2.0

/**
 * Something that the registry's events name. An event says only that there is something to read: what holds of it is read from the
 * registry's state, where a node cannot add to it.
 */
export type Named =
  | { readonly of: "region"; readonly region: string }
  /** Its registration, its suspensions; its keys, authorisations and seal delegations may have ended with it or begin anew. */
  | { readonly of: "agency"; readonly agency: string }
  | { readonly of: "authorisation"; readonly agency: string; readonly typeCode: string }
  | { readonly of: "seal-delegation"; readonly agency: string; readonly sealer: string }
  /** `multikey` where the event carries it: when the key was added. */
  | { readonly of: "key"; readonly keyDigest: string; readonly multikey: Uint8Array | null }
  | { readonly of: "anchor"; readonly region: string; readonly root: string; readonly size: number }
  | { readonly of: "type"; readonly typeCode: string; readonly version: number }
  | { readonly of: "status"; readonly region: string; readonly list: number; readonly word: number };

/**
 * The history of one registry, of which `RegistryAccess` tells the state. Every method rejects with a `TallyError` of a `chain.*` code
 * and nothing else. Held to it by test/adapters/ethereum/trust-bundles.test.ts.
 */
export interface RegistryHistory {
  /** Hash of block 0: 0x and 64 lower-case hex digits. */
  genesis(): Promise<string>;
  /** No event is older. */
  firstBlock(): Promise<number>;
  /** Null when the chain has no such block. */
  blockHash(block: number): Promise<string | null>;
  /**
   * Everything that the events of these blocks name, both bounds included, in any order and maybe more than once. With several
   * nodes: what any of them names, since one that keeps quiet could hide a revocation; more than half of them must answer. The
   * caller keeps `toBlock` at or below the head and the range bounded (2,000 blocks).
   */
  named(range: { readonly fromBlock: number; readonly toBlock: number }): Promise<readonly Named[]>;
}
