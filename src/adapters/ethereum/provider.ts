// SPDX-License-Identifier: Apache-2.0
import { FetchRequest, type GetUrlResponse, JsonRpcProvider, Network } from "ethers";

export interface ProviderOptions {
  /** The first that can be reached answers; the others stand in for it. */
  readonly urls: readonly string[];
  readonly chainId: number;
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
  const { urls, chainId, timeoutMs = 5_000, maxAnswerBytes = 16 * 1_048_576 } = options;
  const request = new FetchRequest(urls[0]!);
  request.timeout = timeoutMs;
  request.setThrottleParams({ maxAttempts: 1 });
  request.getUrlFunc = (asked) => postToAny(urls, asked, timeoutMs, maxAnswerBytes);
  return new JsonRpcProvider(request, Network.from(chainId), {
    staticNetwork: true,
    batchMaxCount: 1,
    cacheTimeout: -1,
    pollingInterval: 50,
  });
}

/** Asking the next node again is harmless: reads change nothing, and a signed transaction is mined once. */
async function postToAny(
  urls: readonly string[],
  request: FetchRequest,
  timeoutMs: number,
  maxBytes: number,
): Promise<GetUrlResponse> {
  let failure: unknown;
  for (const url of urls) {
    try {
      const response = await post(url, request, timeoutMs, maxBytes);
      if (response.statusCode < 500 && response.statusCode !== 429) return response;
      failure = new Error(`HTTP status ${response.statusCode}`);
    } catch (error) {
      failure = error;
    }
  }
  throw failure;
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
  return {
    statusCode: response.status,
    statusMessage: response.statusText,
    // Nobody asks for them; ethers wants the member.
    headers: {},
    body: Buffer.concat(parts),
  };
}
