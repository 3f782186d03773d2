// SPDX-License-Identifier: Apache-2.0
import { BoundedCache } from "../core/bounded-cache.js";
import { TallyError } from "../core/errors.js";
import { toHex } from "../core/hex.js";
import { portableCrypto } from "../core/portable-crypto.js";
import { Pinning } from "./pinning.js";
import { agree, majorityOf } from "./quorum.js";
import { type Head, type RegistryAccess, RegistryError, type RegistrySnapshot } from "./registry.js";
import type { RegistryNode, RegistryReader } from "./registry-node.js";
import { sharedSnapshots } from "./shared-snapshots.js";

export interface PinnedRegistryOptions {
  readonly chainId: number;
  readonly registry: string;
  /** Nodes that must agree on every answer: more than half of them, which is the default. */
  readonly quorum?: number;
  /** Blocks to stay behind the head. Default 0. */
  readonly confirmations?: number;
  /** Hash of block 0, lower case; a node with another one is on another chain. */
  readonly genesis?: string;
  /** SHA-256 of the registry's code, lower-case hex; other code is no registry. */
  readonly registryCode?: string;
}

/** Answers remembered for one block; a certificate needs about ten. */
const REMEMBERED = 4096;
/** Two keys with equal ids need 2^32 tries; a handful leaves room for the attempt without letting a node send thousands. */
const MOST_KEYS = 16;

/**
 * A registry behind one or several nodes. A snapshot is pinned to one block, the newest that a quorum has (with a quorum of
 * all: the lowest head) less the confirmations, and every node that takes part has the same block there. A node that is silent, lies
 * about its chain or talks nonsense does not take part; when too few are left the snapshot is refused, never guessed. One that is
 * slower than a quorum of others is hardly waited for, and not at all when it was so the last time.
 */
export function pinnedRegistry(nodes: readonly RegistryNode[], options: PinnedRegistryOptions): RegistryAccess {
  const { chainId, registry, quorum = majorityOf(nodes.length) } = options;
  requireQuorum(quorum, nodes.length);
  const pinning = new Pinning(nodes, { ...options, quorum });
  let newest: { readonly snapshot: RegistrySnapshot; readonly participants: readonly RegistryNode[] } | null = null;
  return sharedSnapshots({
    snapshot: async () => {
      const { block, participants } = await pinning.pin();
      // While the block stands nothing it says can change, so what was asked before need not be asked again. It can stand for
      // days, so nodes that left or came back since make a new snapshot.
      const head = newest?.snapshot.head;
      if (
        !newest ||
        head?.hash !== block.hash ||
        head.block !== block.number ||
        !isSame(newest.participants, participants)
      ) {
        const readers = participants.map((node) => node.at(block));
        const pinned: Head = { chainId, registry, block: block.number, hash: block.hash, time: block.time };
        newest = { snapshot: snapshotOf(pinned, readers, quorum), participants };
      }
      return newest.snapshot;
    },
  });
}

/** Two groups of half the nodes or fewer could each say something else, and the first to answer would be believed. */
function requireQuorum(quorum: number, nodes: number): void {
  if (Number.isInteger(quorum) && quorum <= nodes && quorum > nodes / 2) return;
  throw new TallyError("config.invalid", `a quorum of ${quorum} is not more than half of ${nodes} nodes, all at most`, {
    field: "quorum",
  });
}

function isSame(one: readonly RegistryNode[], other: readonly RegistryNode[]): boolean {
  return one.length === other.length && one.every((node) => other.includes(node));
}

function snapshotOf(head: Head, readers: readonly RegistryReader[], quorum: number): RegistrySnapshot {
  const remembered = new BoundedCache<string, Promise<unknown>>(REMEMBERED);
  const ask = <T>(key: string, question: (reader: RegistryReader) => Promise<T>): Promise<T> => {
    const known = remembered.get(key) as Promise<T> | undefined;
    if (known !== undefined) return known;
    const answer = remembered.set(key, agree(readers.map(question), quorum)) as Promise<T>;
    // Not knowing is not an answer to remember.
    void answer.catch(() => remembered.delete(key));
    return answer;
  };
  const findKey: RegistrySnapshot["findKey"] = (digest) => ask(`key ${digest}`, (reader) => reader.findKey(digest));
  return {
    head,
    findKey,
    findRegion: (region) => ask(`region ${region}`, (reader) => reader.findRegion(region)),
    findAgency: (agency) => ask(`agency ${agency}`, (reader) => reader.findAgency(agency)),
    findAuthorisations: (agency, typeCode) =>
      ask(`authorisations ${agency} ${typeCode}`, (reader) => reader.findAuthorisations(agency, typeCode)),
    findSealDelegations: (agency, sealer) =>
      ask(`delegations ${agency} ${sealer}`, (reader) => reader.findSealDelegations(agency, sealer)),
    findAnchor: (region, root, size) =>
      ask(`anchor ${region} ${root} ${size}`, (reader) => reader.findAnchor(region, root, size)),
    findTypeDefinition: (typeCode, version) =>
      ask(`type ${typeCode} ${version}`, (reader) => reader.findTypeDefinition(typeCode, version)),
    statusWord: (region, list, word) =>
      ask(`status ${region} ${list} ${word}`, (reader) => reader.statusWord(region, list, word)),
    findKeysById: (keyId) =>
      ask(`keys ${keyId}`, async (reader) => registeredKeys(keyId, await reader.loggedKeys(keyId), findKey)),
  };
}

/** Logs are claims: a key counts when its own digest starts with the id and the registry's state holds that digest. */
async function registeredKeys(
  keyId: string,
  logged: readonly Uint8Array[],
  findKey: RegistrySnapshot["findKey"],
): Promise<readonly Uint8Array[]> {
  if (logged.length > MOST_KEYS) {
    throw new RegistryError("registry.garbage", `a node lists ${logged.length} keys with the id ${keyId}`);
  }
  const keys = new Map(logged.map((multikey) => [toHex(portableCrypto.sha256(multikey)), multikey]));
  const good: Uint8Array[] = [];
  for (const [digest, multikey] of [...keys].sort(([one], [other]) => (one < other ? -1 : 1))) {
    if (digest.startsWith(keyId) && (await findKey(digest))) good.push(multikey);
  }
  return good;
}
