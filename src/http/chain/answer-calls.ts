// SPDX-License-Identifier: Apache-2.0
import type { JsonValue } from "../../core/json.js";
import { isServedMethod, refusalOf } from "./allowed-calls.js";
import type { ChainForwarder } from "./chain-forwarder.js";

/** One call of JSON-RPC 2.0, already checked against its schema. */
export interface ChainCall {
  readonly id: string | number | null;
  readonly method: string;
  readonly params?: readonly JsonValue[];
}

const METHOD_NOT_FOUND = -32601;
const INVALID_PARAMS = -32602;

/** Answers each call, in order; a call that is not served is answered by a JSON-RPC error and never reaches the node. */
export async function answerCall(call: ChainCall, registry: string, chain: ChainForwarder): Promise<object> {
  const { id, method, params = [] } = call;
  const refusal = refusalOf(method, params, registry);
  if (refusal !== null) {
    const code = isServedMethod(method) ? INVALID_PARAMS : METHOD_NOT_FOUND;
    return { jsonrpc: "2.0", id, error: { code, message: refusal } };
  }
  return { jsonrpc: "2.0", id, ...(await chain.forward(method, params)) };
}
