// SPDX-License-Identifier: Apache-2.0
import { FetchRequest, type GetUrlResponse, JsonRpcProvider, Network } from "ethers";
import { majorityOf } from "../../verify/quorum.js";
import { NodePool } from "./node-pool.js";

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

/** Thrown inside ethers, which passes it on: the answer was cut off. */
export class AnswerTooLarge extends Error {
  override readonly name = "AnswerTooLarge";
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
  return new JsonRpcProvider(request, Network.from(chainId), OPTIONS);
}

const OPTIONS = { staticNetwork: true, batchMaxCount: 1, cacheTimeout: -1, pollingInterval: 50 } as const;

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

async function post(
  url: string,
  { body, headers }: FetchRequest,
  timeoutMs: number,
  maxBytes: number,
): Promise<GetUrlResponse> {
  const response = await fetch(url, {
    method: "POST",
    headers: { ...headers, "content-type": "application/json" },
    ...(body ? { body: body as Uint8Array<ArrayBuffer> } : {}),
    redirect: "error",
    signal: AbortSignal.timeout(timeoutMs),
  });
  const parts: Uint8Array[] = [];
  let length = 0;
  const reader = response.body?.getReader();
  for (let part = await reader?.read(); part?.value; part = await reader?.read()) {
    length += part.value.length;
    if (length > maxBytes) {
      await reader?.cancel();
      throw new AnswerTooLarge(`the answer is longer than ${maxBytes} bytes`);
    }
    parts.push(part.value);
  }
  if (response.status >= 500 || response.status === 429) throw new Error(`HTTP status ${response.status}`);
  return {
    statusCode: response.status,
    statusMessage: response.statusText,
    // Nobody asks for them; ethers wants the member.
    headers: {},
    body: Buffer.concat(parts),
  };
}
