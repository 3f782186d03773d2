// SPDX-License-Identifier: Apache-2.0
import {
  FetchRequest,
  type GetUrlResponse,
  type JsonRpcPayload,
  JsonRpcProvider,
  type JsonRpcResult,
  makeError,
  Network,
} from "ethers";
import { fromUtf8 } from "../../core/bytes.js";
import { majorityOf } from "../../verify/quorum.js";
import { NodePool } from "./node-pool.js";
import { postToNode } from "./post-to-node.js";

export interface ProviderOptions {
  /** Several are asked together, and believed as `NodePool` says. */
  readonly urls: readonly string[];
  readonly chainId: number;
  /** Nodes that must agree; more than half of them, which is the default. */
  readonly quorum?: number;
  /** Longest wait for one answer, its body included. Default 5,000. */
  readonly timeoutMs?: number;
  /** Longest answer. Default 16 MiB: a range of events of the whole network. */
  readonly maxAnswerBytes?: number;
}

/**
 * An ethers provider that waits and reads no more than it is told, asks once, and remembers nothing. The chain id is what we
 * expect, not what the node says: whoever uses it compares `eth_chainId` (signed transactions name the chain anyway).
 */
export function providerFor(options: ProviderOptions): JsonRpcProvider {
  const { urls, chainId, quorum = majorityOf(urls.length) } = options;
  if (urls.length === 1) return singleProvider(urls[0]!, options);
  const nodes = urls.map((url) => singleProvider(url, options));
  return new PooledProvider(urls[0]!, chainId, new NodePool(nodes, quorum));
}

function singleProvider(url: string, options: ProviderOptions): JsonRpcProvider {
  const { chainId, timeoutMs = 5_000, maxAnswerBytes = 16 * 1_048_576 } = options;
  const request = new FetchRequest(url);
  request.timeout = timeoutMs;
  request.setThrottleParams({ maxAttempts: 1 });
  request.getUrlFunc = (asked) => post(url, asked, timeoutMs, maxAnswerBytes);
  return new SingleProvider(request, Network.from(chainId), OPTIONS);
}

const OPTIONS = { staticNetwork: true, batchMaxCount: 1, cacheTimeout: -1, pollingInterval: 50 } as const;

/** Reads an answer as text natively: what ethers has for that takes longer than all else that it does with a large answer. */
class SingleProvider extends JsonRpcProvider {
  override async _send(payload: JsonRpcPayload | JsonRpcPayload[]): Promise<JsonRpcResult[]> {
    const request = this._getConnection();
    request.body = JSON.stringify(payload);
    const response = await request.send();
    response.assertOk();
    const answer = jsonIn(response.body ?? new Uint8Array());
    return Array.isArray(answer) ? answer : [answer];
  }
}

function jsonIn(body: Uint8Array): JsonRpcResult | JsonRpcResult[] {
  try {
    return JSON.parse(fromUtf8(body) ?? "") as JsonRpcResult | JsonRpcResult[];
  } catch {
    // As ethers says it.
    throw makeError("response body is not valid JSON", "UNSUPPORTED_OPERATION", { operation: "bodyJson" });
  }
}

/** Everything that ethers asks goes through `send`. */
class PooledProvider extends JsonRpcProvider {
  readonly #pool: NodePool;

  constructor(url: string, chainId: number, pool: NodePool) {
    super(url, Network.from(chainId), OPTIONS);
    this.#pool = pool;
  }

  override send(method: string, params: unknown[]): Promise<unknown> {
    return this.#pool.send(method, params);
  }
}

async function post(url: string, { body }: FetchRequest, timeoutMs: number, maxBytes: number): Promise<GetUrlResponse> {
  const answer = await postToNode(url, body ?? "", { timeoutMs, maxBytes });
  if (answer.status >= 500 || answer.status === 429) throw new Error(`HTTP status ${answer.status}`);
  // Nobody asks for the headers; ethers wants the member.
  return { statusCode: answer.status, statusMessage: answer.statusText, headers: {}, body: answer.body };
}
