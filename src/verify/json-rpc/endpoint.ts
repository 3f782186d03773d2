// SPDX-License-Identifier: Apache-2.0
import { fromUtf8 } from "../../core/bytes.js";
import { readBody } from "../bounded-body.js";
import { RegistryError } from "../registry.js";
import { NodeRefusal } from "../registry-node.js";

export interface EndpointOptions {
  readonly url: string;
  readonly timeoutMs: number;
  /** A longer answer is cut off and counts as garbage. */
  readonly maxAnswerBytes: number;
}

/** One JSON-RPC endpoint over fetch. What it says is a claim: callers check type and meaning of every result. */
export class Endpoint {
  readonly #options: EndpointOptions;
  #calls = 0;

  constructor(options: EndpointOptions) {
    this.#options = options;
  }

  /**
   * The result of a call. Rejects with `registry.unreachable` when there is none to be had (network, time-out, the node says
   * that it cannot), with `registry.garbage` when what came is no answer to the question.
   */
  async ask(method: string, params: readonly unknown[]): Promise<unknown> {
    const id = ++this.#calls;
    const body = JSON.stringify({ jsonrpc: "2.0", id, method, params });
    const answer = parse(await this.#post(body));
    if (answer.jsonrpc !== "2.0" || answer.id !== id)
      throw garbage(`its answer to ${method} is not one of JSON-RPC 2.0`);
    if (answer.error !== undefined && answer.error !== null) throw refused(method, answer.error);
    if (answer.result === undefined) throw garbage(`its answer to ${method} has no result`);
    return answer.result;
  }

  async #post(body: string): Promise<Uint8Array> {
    const { url, timeoutMs, maxAnswerBytes } = this.#options;
    try {
      const response = await fetch(url, {
        method: "POST",
        headers: { "content-type": "application/json" },
        body,
        redirect: "error",
        credentials: "omit",
        // Covers the body too: a node may send its headers and then one byte a minute.
        signal: AbortSignal.timeout(timeoutMs),
      });
      return await readBounded(response, maxAnswerBytes);
    } catch (cause) {
      if (cause instanceof RegistryError) throw cause;
      throw new RegistryError("registry.unreachable", `a node did not answer within ${timeoutMs} ms`, { cause });
    }
  }
}

async function readBounded(response: Response, maxBytes: number): Promise<Uint8Array> {
  if (response.status === 429 || response.status >= 500) {
    await response.body?.cancel();
    throw new RegistryError("registry.unreachable", `a node answered with HTTP status ${response.status}`);
  }
  const body = await readBody(response, maxBytes);
  if (body !== null) return body;
  throw garbage(`its answer is longer than ${maxBytes} bytes`);
}

function parse(bytes: Uint8Array): { jsonrpc?: unknown; id?: unknown; result?: unknown; error?: unknown } {
  try {
    const value: unknown = JSON.parse(fromUtf8(bytes) ?? "");
    if (typeof value === "object" && value !== null) return value;
  } catch {
    // Falls through.
  }
  throw garbage("its answer is not a JSON object");
}

/** Only a revert says something about the contract: its views never revert, so it is not a registry. */
function refused(method: string, error: unknown): RegistryError {
  const { code, message } = (typeof error === "object" && error !== null ? error : {}) as Record<string, unknown>;
  const words = String(message ?? "no reason").slice(0, 200);
  if (code === 3) return garbage(`the contract at the registry's address reverts: ${words}`);
  return new NodeRefusal(`a node refused ${method}: ${words}`);
}

export function garbage(what: string, cause?: unknown): RegistryError {
  return new RegistryError("registry.garbage", `a node cannot be believed: ${what}`, { cause });
}
