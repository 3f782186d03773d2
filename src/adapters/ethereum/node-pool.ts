// SPDX-License-Identifier: Apache-2.0
import { toQuantity } from "ethers";
import { agree, enough, LATE, type Outcome } from "../../verify/quorum.js";

/** One node; rejects with whatever its transport throws. */
export interface PoolNode {
  send(method: string, params: readonly unknown[]): Promise<unknown>;
}

/**
 * Several nodes of one chain as if they were one that can be believed. What is settled (blocks, code, calls, logs, receipts) is
 * believed when `quorum` nodes say the same; of what moves (heads, nonces, fees, estimates) the value that `quorum` nodes
 * reach; a transaction goes to every node. So a node that lags, lies, hangs or talks nonsense changes nothing while enough
 * others answer, and otherwise nothing is answered: `registry.disagrees`, or a node's own failure.
 */
export class NodePool {
  readonly #nodes: readonly PoolNode[];
  readonly #quorum: number;
  /** Nodes that gave no answer lately, until when they are asked only if the others are not enough. */
  readonly #resting = new Map<PoolNode, number>();

  constructor(nodes: readonly PoolNode[], quorum: number) {
    this.#nodes = nodes;
    this.#quorum = quorum;
  }

  async send(method: string, params: readonly unknown[]): Promise<unknown> {
    const now = performance.now();
    const awake = this.#nodes.filter((node) => (this.#resting.get(node) ?? 0) < now);
    if (awake.length < this.#quorum || awake.length === this.#nodes.length) {
      return new Question(this.#nodes, this.#quorum, this.#rest).send(method, params);
    }
    try {
      return await new Question(awake, this.#quorum, this.#rest).send(method, params);
    } catch (error) {
      // A node's own "no" would not change for being asked again.
      if (isAnswer(error)) throw error;
      return new Question(this.#nodes, this.#quorum, this.#rest).send(method, params);
    }
  }

  readonly #rest = (node: PoolNode, error: unknown): void => {
    if (!isAnswer(error)) this.#resting.set(node, performance.now() + REST_MS);
  };
}

const REST_MS = 20_000;

/** One question to some of the nodes. */
class Question {
  readonly #nodes: readonly PoolNode[];
  readonly #quorum: number;
  readonly #onFailure: (node: PoolNode, error: unknown) => void;

  constructor(nodes: readonly PoolNode[], quorum: number, onFailure: (node: PoolNode, error: unknown) => void) {
    this.#nodes = nodes;
    this.#quorum = quorum;
    this.#onFailure = onFailure;
  }

  async send(method: string, params: readonly unknown[]): Promise<unknown> {
    switch (method) {
      case "eth_sendRawTransaction":
        return this.#broadcast(params);
      case "eth_getTransactionByHash":
        return this.#anyone(method, params);
      case "eth_blockNumber":
      case "eth_maxPriorityFeePerGas":
      case "eth_gasPrice":
      case "eth_estimateGas":
        return this.#reached(method, params);
      case "eth_getTransactionCount":
        if (params[1] === "latest" || params[1] === "pending") return this.#reached(method, params);
        break;
      case "eth_getTransactionReceipt":
        return this.#receipt(params);
    }
    return this.#agreed(method, await this.#atOneBlock(method, params));
  }

  /** The same question to nodes with different heads has different answers: "latest" is the head that the quorum has. */
  async #atOneBlock(method: string, params: readonly unknown[]): Promise<readonly unknown[]> {
    if (!params.includes("latest") && !isOpenFilter(method, params[0])) return params;
    const head = toQuantity(Number(await this.#reached("eth_blockNumber", [])));
    if (method === "eth_getLogs") return [{ ...(params[0] as object), toBlock: head }];
    return params.map((parameter) => (parameter === "latest" ? head : parameter));
  }

  #agreed(method: string, params: readonly unknown[]): Promise<unknown> {
    return agree(this.#ask(method, params, PROJECTIONS[method] ?? ((answer) => answer)), this.#quorum);
  }

  #ask<T>(method: string, params: readonly unknown[], read: (answer: unknown) => T): Promise<T>[] {
    return this.#nodes.map(async (node) => {
      try {
        return read(await node.send(method, params));
      } catch (error) {
        this.#onFailure(node, error);
        throw error;
      }
    });
  }

  async #enough<T>(answers: readonly Promise<T>[]): Promise<readonly Outcome<T>[]> {
    const outcomes = await enough(answers, this.#quorum);
    outcomes.forEach((outcome, i) => {
      if (outcome === LATE) this.#onFailure(this.#nodes[i]!, LATE.error);
    });
    return outcomes;
  }

  /** A number that `quorum` nodes name or exceed: neither one node's invention nor one node's ignorance. */
  async #reached(method: string, params: readonly unknown[]): Promise<string> {
    const answers = await this.#enough(this.#ask(method, params, (answer) => BigInt(answer as string)));
    const values = answers.flatMap((answer) => ("value" in answer ? [answer.value] : []));
    if (values.length < this.#quorum) throw firstError(answers);
    values.sort((one, other) => (one < other ? 1 : one > other ? -1 : 0));
    return toQuantity(values[this.#quorum - 1]!);
  }

  /** While some nodes have it and others not yet, it is not there yet. */
  async #receipt(params: readonly unknown[]): Promise<unknown> {
    try {
      return await this.#agreed("eth_getTransactionReceipt", params);
    } catch (error) {
      if ((error as { reason?: unknown }).reason === "registry.disagrees") return null;
      throw error;
    }
  }

  async #anyone(method: string, params: readonly unknown[]): Promise<unknown> {
    const answers = await this.#enough(this.#ask(method, params, (answer) => answer));
    const found = answers.find((answer) => "value" in answer && answer.value !== null);
    if (found && "value" in found) return found.value;
    if (answers.some((answer) => "value" in answer)) return null;
    throw firstError(answers);
  }

  /** Done when a quorum has it, or when one has it and no other answer is to be had. */
  async #broadcast(params: readonly unknown[]): Promise<unknown> {
    const answers = await this.#enough(this.#ask("eth_sendRawTransaction", params, (answer) => answer));
    const taken = answers.find((answer) => "value" in answer);
    if (taken && "value" in taken) return taken.value;
    throw firstError(answers);
  }
}

function firstError(answers: readonly Outcome<unknown>[]): unknown {
  const errors = answers.flatMap((answer) => ("error" in answer ? [answer.error] : []));
  // What a node says about the question tells more than that another one is not there.
  return errors.find(isAnswer) ?? errors[0];
}

function isAnswer(error: unknown): boolean {
  const { error: plain, info } = error as { error?: unknown; info?: { error?: unknown } };
  return plain !== undefined || info?.error !== undefined;
}

function isOpenFilter(method: string, filter: unknown): boolean {
  return method === "eth_getLogs" && (filter as { toBlock?: unknown }).toBlock === "latest";
}

/** What honest clients of different make have in common: other members come and go with versions. */
const PROJECTIONS: Readonly<Record<string, (answer: unknown) => unknown>> = {
  eth_getBlockByNumber: (block) => picked(block, ["number", "hash", "parentHash", "timestamp", "baseFeePerGas"]),
  eth_getTransactionReceipt: (receipt) =>
    picked(receipt, ["transactionHash", "blockNumber", "blockHash", "status", "contractAddress"]),
  eth_getLogs: (logs) =>
    Array.isArray(logs)
      ? logs.map((log) =>
          picked(log, ["address", "topics", "data", "blockNumber", "blockHash", "transactionHash", "logIndex"]),
        )
      : logs,
  eth_chainId: lowerCase,
  eth_getCode: lowerCase,
  eth_call: lowerCase,
};

function picked(value: unknown, names: readonly string[]): unknown {
  if (typeof value !== "object" || value === null) return value;
  const members = value as Record<string, unknown>;
  return Object.fromEntries(names.map((name) => [name, lowerCase(members[name] ?? null)]));
}

function lowerCase(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(lowerCase);
  return typeof value === "string" ? value.toLowerCase() : value;
}
