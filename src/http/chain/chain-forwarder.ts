// SPDX-License-Identifier: Apache-2.0
import type { JsonValue } from "../../core/json.js";

/** What the node said: a result, or a JSON-RPC error of its own (a reverted call, say). */
export type NodeAnswer =
  | { readonly result: JsonValue }
  | { readonly error: { readonly code: number; readonly message: string; readonly data?: JsonValue } };

/** The way to a node of the network, with bounds on time and size. Rejects with a `TallyError` of a `chain.*` code. */
export interface ChainForwarder {
  forward(method: string, params: readonly JsonValue[]): Promise<NodeAnswer>;
}
