// SPDX-License-Identifier: Apache-2.0
import { toHex } from "../core/hex.js";
import { portableCrypto } from "../core/portable-crypto.js";
import { enough, LATE, type Outcome } from "./quorum.js";
import { RegistryError, type RegistryFailure } from "./registry.js";
import type { BlockName, RegistryNode } from "./registry-node.js";

export interface PinningOptions {
  readonly chainId: number;
  readonly quorum: number;
  readonly confirmations?: number;
  readonly genesis?: string;
  readonly registryCode?: string;
}

export interface Pinned {
  readonly block: BlockName;
  /** Nodes that have that block, with the registry in it; a quorum of them or more. */
  readonly participants: readonly RegistryNode[];
}

interface NodeHead {
  readonly node: RegistryNode;
  readonly head: BlockName;
}

/** Finds the block at which several nodes are asked, and those that may be asked there. */
export class Pinning {
  readonly #nodes: readonly RegistryNode[];
  readonly #options: PinningOptions;
  /** The newest block of a node that was seen to have the pinned first block: a node can be started anew on another chain. */
  readonly #ofThisChain = new WeakMap<RegistryNode, string>();
  /** The newest block at which a node was seen to have the registry. */
  readonly #seen = new WeakMap<RegistryNode, string>();
  /** Nodes that did not answer as fast as a quorum of others, until they do answer. */
  readonly #slow = new Set<RegistryNode>();

  constructor(nodes: readonly RegistryNode[], options: PinningOptions) {
    this.#nodes = nodes;
    this.#options = options;
  }

  /** Rejects with `RegistryError`: the reason is that of the failing node which says most about what to put right. */
  async pin(): Promise<Pinned> {
    const asked = this.#nodes.map(async (node): Promise<NodeHead> => ({ node, head: await this.#headOf(node) }));
    const first = await enough(asked, this.#options.quorum, (i) => this.#slow.has(this.#nodes[i]!));
    first.forEach((outcome, i) => {
      const node = this.#nodes[i]!;
      if (outcome !== LATE) {
        this.#slow.delete(node);
        return;
      }
      this.#slow.add(node);
      const answered = (): void => void this.#slow.delete(node);
      asked[i]!.then(answered, () => {});
    });
    try {
      return await this.#among(first);
    } catch (error) {
      if (!first.includes(LATE as Outcome<NodeHead>)) throw error;
      // The quick ones do not agree: the others are needed after all.
      return this.#among(await Promise.all(asked.map(outcomeOf)));
    }
  }

  async #among(heads: readonly Outcome<NodeHead>[]): Promise<Pinned> {
    const { quorum, confirmations = 0 } = this.#options;
    const ranked = heads.flatMap((outcome) => ("value" in outcome ? [outcome.value] : []));
    if (ranked.length < quorum) throw worst(heads);
    ranked.sort((one, other) => other.head.number - one.head.number);
    const number = Math.max(0, ranked[quorum - 1]!.head.number - confirmations);
    const blocks = await enough(
      ranked.map(({ node, head }) => (head.number === number ? Promise.resolve(head) : blockOf(node, number))),
      quorum,
    );
    const groups = new Map<string, { block: BlockName; members: RegistryNode[] }>();
    blocks.forEach((outcome, i) => {
      if (!("value" in outcome)) return;
      const block = outcome.value;
      const key = `${block.hash} ${block.time}`;
      const group = groups.get(key) ?? { block, members: [] };
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
    const present = await enough(
      group.members.map((node) => this.#requireRegistry(node, group.block)),
      quorum,
    );
    const participants = group.members.filter((_, i) => "value" in present[i]!);
    if (participants.length < quorum) throw worst(present);
    return { block: group.block, participants };
  }

  async #headOf(node: RegistryNode): Promise<BlockName> {
    const { chainId: expected, genesis } = this.#options;
    const [chainId, head] = await Promise.all([node.chainId(), node.head()]);
    if (chainId !== expected) {
      throw new RegistryError("registry.wrong-chain", `a node is on chain ${chainId}, not on ${expected}`);
    }
    if (genesis !== undefined && this.#ofThisChain.get(node) !== head.hash) {
      const first = await blockOf(node, 0);
      if (first.hash !== genesis) {
        const words = `a node follows a chain that begins with ${first.hash}, not with ${genesis}`;
        throw new RegistryError("registry.wrong-chain", words);
      }
      this.#ofThisChain.set(node, head.hash);
    }
    return head;
  }

  /** Asked once a block, since code is long. */
  async #requireRegistry(node: RegistryNode, block: BlockName): Promise<true> {
    if (this.#seen.get(node) === block.hash) return true;
    const code = await node.registryCode(block);
    const at = `at the registry's address at block ${block.number}`;
    if (code.length === 0) throw new RegistryError("registry.missing", `there is no contract ${at}`);
    const { registryCode } = this.#options;
    if (registryCode !== undefined && toHex(portableCrypto.sha256(code)) !== registryCode) {
      throw new RegistryError("registry.missing", `there is another contract ${at}`);
    }
    this.#seen.set(node, block.hash);
    return true;
  }
}

async function blockOf(node: RegistryNode, number: number): Promise<BlockName> {
  const block = await node.block(number);
  if (!block) throw new RegistryError("registry.unreachable", `a node does not have block ${number}`);
  return block;
}

async function outcomeOf<T>(promise: Promise<T>): Promise<Outcome<T>> {
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
