// SPDX-License-Identifier: Apache-2.0
import { TallyError } from "../../core/errors.js";
import type { JsonValue } from "../../core/json.js";
import { parseJson } from "../../core/strict-json.js";
import { majorityOf } from "../../verify/quorum.js";
import { RegistryError } from "../../verify/registry.js";
import { NodePool } from "./node-pool.js";
import { AnswerTooLarge, postToNode } from "./post-to-node.js";

export type ForwardedAnswer =
  | { readonly result: JsonValue }
  | { readonly error: { readonly code: number; readonly message: string; readonly data?: JsonValue } };

export interface NodeForwarderOptions {
  readonly urls: readonly string[];
  /** Nodes that must agree; more than half of them, which is the default. */
  readonly quorum?: number;
  readonly timeoutMs: number;
  readonly maxAnswerBytes?: number;
}

/**
 * Passes single JSON-RPC calls on; with several nodes, what a quorum of them says. It says nothing about what is allowed: that
 * is decided before. Rejects with `chain.unreachable` when too few answer in time, `chain.garbage` when an answer makes no
 * sense, `chain.disagrees` when the nodes contradict one another.
 */
export function nodeForwarder({ urls, quorum, timeoutMs, maxAnswerBytes = 1_048_576 }: NodeForwarderOptions) {
  const nodes = urls.map((url) => ({
    async send(method: string, params: readonly unknown[]): Promise<unknown> {
      const body = JSON.stringify({ jsonrpc: "2.0", id: 1, method, params });
      const answer = await ask(url, body, timeoutMs, maxAnswerBytes);
      if ("error" in answer) throw new NodeSaysNo(answer.error);
      return answer.result;
    },
  }));
  const pool = new NodePool(nodes, quorum ?? majorityOf(urls.length));
  return {
    async forward(method: string, params: readonly JsonValue[]): Promise<ForwardedAnswer> {
      try {
        const result = await (nodes.length === 1 ? nodes[0]! : pool).send(method, params);
        return { result: result as JsonValue };
      } catch (error) {
        if (error instanceof NodeSaysNo) return { error: error.error };
        if (error instanceof TallyError) throw error;
        if (error instanceof RegistryError && error.reason === "registry.disagrees") {
          throw new TallyError("chain.disagrees", `the nodes of the network contradict one another about ${method}`);
        }
        throw new TallyError("chain.unreachable", `no node of the network answered ${method}`, { cause: error });
      }
    },
  };
}

type SaidNo = Extract<ForwardedAnswer, { error: unknown }>["error"];

/** An error that a node answers with is an answer. */
class NodeSaysNo extends Error {
  constructor(readonly error: SaidNo) {
    super(error.message);
  }
}

async function ask(url: string, body: string, timeoutMs: number, maxBytes: number): Promise<ForwardedAnswer> {
  try {
    const answer = await postToNode(url, body, { timeoutMs, maxBytes, isQuestion: true });
    return readAnswer(answer.body, maxBytes);
  } catch (error) {
    throw error instanceof AnswerTooLarge ? garbage(`is longer than ${maxBytes} bytes`) : error;
  }
}

function readAnswer(bytes: Uint8Array, maxBytes: number): ForwardedAnswer {
  let answer: JsonValue;
  try {
    answer = parseJson(bytes, { maxBytes });
  } catch (cause) {
    throw garbage("is not JSON", cause);
  }
  if (answer === null || typeof answer !== "object" || Array.isArray(answer)) throw garbage("is not a JSON-RPC answer");
  const { result, error } = answer as { readonly [name: string]: JsonValue | undefined };
  if (result !== undefined) return { result };
  const { code, message, data } = (error ?? {}) as { code?: JsonValue; message?: JsonValue; data?: JsonValue };
  if (typeof code !== "number" || typeof message !== "string") throw garbage("has neither a result nor an error");
  return { error: { code, message: message.slice(0, 300), ...(data === undefined ? {} : { data }) } };
}

function garbage(what: string, cause?: unknown): TallyError {
  return new TallyError("chain.garbage", `the node's answer ${what}`, { cause });
}
