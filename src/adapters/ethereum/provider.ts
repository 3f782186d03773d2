// SPDX-License-Identifier: Apache-2.0
import { type JsonRpcError, JsonRpcProvider, makeError, Network } from "ethers";
import { fromUtf8 } from "../../core/bytes.js";
import { majorityOf } from "../../verify/quorum.js";
import { NodePool } from "./node-pool.js";
import { type PostBounds, postToNode } from "./post-to-node.js";

type Bounds = Omit<PostBounds, "isQuestion">;

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
  return new SingleProvider(url, chainId, { timeoutMs, maxBytes: maxAnswerBytes });
}

const OPTIONS = { staticNetwork: true, batchMaxCount: 1, cacheTimeout: -1, pollingInterval: 50 } as const;

/**
 * Everything that ethers asks goes through `send`. Its own collects questions for a turn of a timer and sends them through a fetch of its
 * own, for four times the processor time; this one asks at once, and fails with the errors that ethers makes of an answer.
 */
class SingleProvider extends JsonRpcProvider {
  readonly #url: string;
  readonly #bounds: Bounds;
  #asked = 0;

  constructor(url: string, chainId: number, bounds: Bounds) {
    super(url, Network.from(chainId), OPTIONS);
    this.#url = url;
    this.#bounds = bounds;
  }

  override async send(method: string, params: unknown[]): Promise<unknown> {
    const payload = { method, params, id: ++this.#asked, jsonrpc: "2.0" } as const;
    const { status, body } = await postToNode(this.#url, JSON.stringify(payload), {
      ...this.#bounds,
      isQuestion: method !== "eth_sendRawTransaction",
    });
    if (status < 200 || status > 299) throw new Error(`HTTP status ${status}`);
    const answer = readAnswer(body);
    if (answer?.id !== payload.id) {
      throw makeError("missing response for request", "BAD_DATA", { value: answer, info: { payload } });
    }
    if ("error" in answer) throw this.getRpcError(payload, answer as JsonRpcError);
    return answer.result;
  }
}

function readAnswer(body: Uint8Array): { readonly [member: string]: unknown } | null {
  const text = fromUtf8(body);
  if (text === null) throw makeError("response body is not valid UTF-8 data", "BAD_DATA", { value: body });
  try {
    return JSON.parse(text);
  } catch {
    throw makeError("response body is not valid JSON", "BAD_DATA", { value: text.slice(0, 200) });
  }
}

/** The same with several nodes. */
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
