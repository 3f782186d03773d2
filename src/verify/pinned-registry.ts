// SPDX-License-Identifier: Apache-2.0
import { BoundedCache } from "../core/bounded-cache.js";
import { TallyError } from "../core/errors.js";
import { toHex } from "../core/hex.js";
import { portableCrypto } from "../core/portable-crypto.js";
import { agree } from "./quorum.js";
import {
  type Head,
  type RegistryAccess,
  RegistryError,
  type RegistryFailure,
  type RegistrySnapshot,
} from "./registry.js";
import type { BlockName, RegistryNode, RegistryReader } from "./registry-node.js";

export interface PinnedRegistryOptions {
  readonly chainId: number;
  readonly registry: string;
  /** Nodes that must agree on every answer: more than half of them, which is the default. */
  readonly quorum?: number;
  /** Blocks to stay behind the head. Default 0. */
  readonly confirmations?: number;
}

/** Answers remembered for one block; a certificate needs about ten. */
const REMEMBERED = 4096;
/** Two keys with equal ids need 2^32 tries; a handful leaves room for the attempt without letting a node send thousands. */
const MOST_KEYS = 16;

/**
 * A registry behind one or several nodes. A snapshot is pinned to one block, the newest that a quorum has (with a quorum of
 * all: the lowest head) less the confirmations, and every node that takes part has the same block there. A node that is silent, lies
 * about its chain or talks nonsense does not take part; when too few are left the snapshot is refused, never guessed.
 */
export function pinnedRegistry(nodes: readonly RegistryNode[], options: PinnedRegistryOptions): RegistryAccess {
  const { chainId, registry, quorum = Math.floor(nodes.length / 2) + 1, confirmations = 0 } = options;
  requireQuorum(quorum, nodes.length);
  let newest: { readonly snapshot: RegistrySnapshot; readonly participants: readonly RegistryNode[] } | null = null;
  return {
    snapshot: async () => {
      const { block, participants } = await pin(nodes, chainId, quorum, confirmations);
      // While the block stands nothing it says can change, so what was asked before need not be asked again. It can stand for
      // days, so nodes that left or came back since make a new snapshot.
      const head = newest?.snapshot.head;
      if (
        !newest ||
        head?.hash !== block.hash ||
        head.block !== block.number ||
        !isSame(newest.participants, participants)
      ) {
        const readers = participants.map((node) => node.at(block.number));
        const pinned: Head = { chainId, registry, block: block.number, hash: block.hash, time: block.time };
        newest = { snapshot: snapshotOf(pinned, readers, quorum), participants };
      }
      return newest.snapshot;
    },
  };
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

interface Pinned {
  readonly block: BlockName;
  readonly participants: readonly RegistryNode[];
}

async function pin(
  nodes: readonly RegistryNode[],
  chainId: number,
  quorum: number,
  confirmations: number,
): Promise<Pinned> {
  const heads = await Promise.all(nodes.map((node) => outcome(headOf(node, chainId))));
  const ranked = heads.flatMap((head, i) => ("value" in head ? [{ node: nodes[i]!, head: head.value }] : []));
  if (ranked.length < quorum) throw worst(heads);
  ranked.sort((one, other) => other.head.number - one.head.number);
  const number = Math.max(0, ranked[quorum - 1]!.head.number - confirmations);
  const blocks = await Promise.all(
    ranked.map(({ node, head }) => outcome(head.number === number ? Promise.resolve(head) : blockOf(node, number))),
  );
  const groups = new Map<string, { block: BlockName; members: RegistryNode[] }>();
  blocks.forEach((block, i) => {
    if (!("value" in block)) return;
    const key = `${block.value.hash} ${block.value.time}`;
    const group = groups.get(key) ?? { block: block.value, members: [] };
    group.members.push(ranked[i]!.node);
    groups.set(key, group);
  });
  const group = [...groups.values()].sort((one, other) => other.members.length - one.members.length)[0];
  if (!group) throw worst(blocks);
  if (group.members.length < quorum) {
    throw groups.size > 1
      ? new RegistryError("registry.disagrees", `the nodes have different blocks at number ${number}`)
      : worst(blocks);
  }
  const present = await Promise.all(group.members.map((node) => outcome(requireRegistry(node, number))));
  const participants = group.members.filter((_, i) => "value" in present[i]!);
  if (participants.length < quorum) throw worst(present);
  return { block: group.block, participants };
}

async function headOf(node: RegistryNode, expected: number): Promise<BlockName> {
  const [chainId, head] = await Promise.all([node.chainId(), node.head()]);
  if (chainId !== expected) {
    throw new RegistryError("registry.wrong-chain", `a node is on chain ${chainId}, not on ${expected}`);
  }
  return head;
}

async function blockOf(node: RegistryNode, number: number): Promise<BlockName> {
  const block = await node.block(number);
  if (!block) throw new RegistryError("registry.unreachable", `a node does not have block ${number}`);
  return block;
}

async function requireRegistry(node: RegistryNode, block: number): Promise<true> {
  if (await node.hasRegistry(block)) return true;
  throw new RegistryError("registry.missing", `there is no contract at the registry's address at block ${block}`);
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

type Outcome<T> = { readonly value: T } | { readonly error: unknown };

async function outcome<T>(promise: Promise<T>): Promise<Outcome<T>> {
  try {
    return { value: await promise };
  } catch (error) {
    return { error };
  }
}

/** The failure that says most about what to put right. */
const TELLING: readonly RegistryFailure[] = [
  "registry.wrong-chain",
  "registry.missing",
  "registry.garbage",
  "registry.disagrees",
  "registry.unreachable",
];

function worst(outcomes: readonly Outcome<unknown>[]): unknown {
  const errors = outcomes.flatMap((one) => ("error" in one ? [one.error] : []));
  const strange = errors.find((error) => !(error instanceof RegistryError));
  if (strange) return strange;
  const known = errors as RegistryError[];
  return known.sort((one, other) => TELLING.indexOf(one.reason) - TELLING.indexOf(other.reason))[0];
}
