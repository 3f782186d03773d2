// SPDX-License-Identifier: Apache-2.0
import type { ServerResponse } from "node:http";
import { setTimeout as pause } from "node:timers/promises";
import { HANDLED, type Mischief } from "../../verify/hostile-node.js";
import { CHAIN_TIMEOUT_MS } from "./deployment.js";
import type { ChainNode } from "./nodes.js";

/** Accepts and never answers. */
export const HANGING: Mischief = () => HANDLED;

/** Does what it is asked when nobody waits for the answer any more. */
export const LATE: Mischief = async () => {
  await pause(CHAIN_TIMEOUT_MS * 2);
  return undefined;
};

export const status =
  (code: number, body = ""): Mischief =>
  (_, response) => {
    response.statusCode = code;
    response.end(body);
    return HANDLED;
  };

export const ENDLESS: Mischief = (_, response) => {
  const more = (): void => {
    while (!response.destroyed && response.write(" ".repeat(65_536)));
    if (!response.destroyed) response.once("drain", more);
  };
  more();
  return HANDLED;
};

/** Well-formed answers without sense. */
export const NONSENSE: Mischief = ({ method }) => (method.length % 2 === 0 ? { what: "?" } : ["0x", null, -1]);

export const TORN: Mischief = (_, response) => {
  response.setHeader("content-length", "1000");
  response.write('{"jsonrpc":"2.0","id":1,"res');
  setImmediate(() => response.destroy());
  return HANDLED;
};

export function answerError(response: ServerResponse, id: number, code: number, message: string): typeof HANDLED {
  response.setHeader("content-type", "application/json");
  response.end(JSON.stringify({ jsonrpc: "2.0", id, error: { code, message } }));
  return HANDLED;
}

/** Refuses every question with an error of JSON-RPC. */
export const limited: Mischief = ({ id }, response) =>
  answerError(response, id, -32005, "daily request limit exceeded");

/** Does this with the first `times` transactions, and nothing with everything else. */
export function withSendings(times: number, mischief: Mischief): { mischief: Mischief; done: () => number } {
  let done = 0;
  return {
    done: () => done,
    mischief: (call, response) => {
      if (call.method !== "eth_sendRawTransaction" || done >= times) return undefined;
      done++;
      return mischief(call, response);
    },
  };
}

/** The node as it was some blocks ago; it has no pool either. */
export function lagging(node: () => ChainNode, blocks: number): Mischief {
  return async ({ method, params }) => {
    const head = Number(await node().rpc("eth_blockNumber"));
    const behind = Math.max(0, head - blocks);
    const tag = `0x${behind.toString(16)}`;
    const isAhead = (value: unknown): boolean =>
      typeof value === "string" && /^0x[0-9a-f]{1,12}$/i.test(value) && Number(value) > behind;
    if (method === "eth_blockNumber") return tag;
    if (method === "eth_getTransactionReceipt" || method === "eth_getTransactionByHash") return null;
    if (method === "eth_getBlockByNumber" && isAhead(params[0])) return null;
    const moved = params.map((value) => (value === "latest" || value === "pending" || isAhead(value) ? tag : value));
    if (method === "eth_getLogs" || method === "eth_sendRawTransaction") return undefined;
    return node().rpc(method, ...moved);
  };
}

/** Says of everything that is called that it is nothing: no anchor, no state, no key. */
export const LYING: Mischief = ({ method }) => (method === "eth_call" ? `0x${"00".repeat(256)}` : undefined);

export const FOREIGN: Mischief = ({ method }) => (method === "eth_chainId" ? "0x1" : undefined);
