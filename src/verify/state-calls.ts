// SPDX-License-Identifier: Apache-2.0
import { RegistryError } from "./registry.js";
import { type BlockName, NodeRefusal } from "./registry-node.js";

/** How one node is asked. Rejects with `NodeRefusal` when the node answers that it will not, else with any `RegistryError`. */
export interface AskableNode {
  ask(method: string, params: readonly unknown[]): Promise<unknown>;
  block(number: number): Promise<BlockName | null>;
}

/**
 * Questions about the state at one very block. Numbers name another block after a reorganisation, so the block is named by its
 * hash where the node takes that (EIP-1898), and it refuses once the block is not of its chain any more; else by its number, and
 * after the answer the node must still have that block there.
 */
export class StateCalls {
  readonly #node: AskableNode;
  #takesHashes = true;

  constructor(node: AskableNode) {
    this.#node = node;
  }

  async ask(method: string, subject: unknown, block: BlockName): Promise<unknown> {
    if (!this.#takesHashes) return this.#byNumber(method, subject, block);
    try {
      return await this.#node.ask(method, [subject, { blockHash: block.hash, requireCanonical: true }]);
    } catch (error) {
      if (!(error instanceof NodeRefusal)) throw error;
      const answer = await this.#byNumber(method, subject, block);
      // It has the very block and answers about it, but not by its name.
      this.#takesHashes = false;
      return answer;
    }
  }

  async #byNumber(method: string, subject: unknown, block: BlockName): Promise<unknown> {
    const answer = await this.#node.ask(method, [subject, `0x${block.number.toString(16)}`]);
    const now = await this.#node.block(block.number);
    if (now?.hash === block.hash && now.time === block.time) return answer;
    throw new RegistryError(
      "registry.unreachable",
      `block ${block.number} was replaced while a node was asked about it`,
    );
  }
}
