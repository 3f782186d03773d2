// SPDX-License-Identifier: Apache-2.0
import { TallyError } from "../../core/errors.js";
import type { JsonValue } from "../../core/json.js";
import { parseJson } from "../../core/strict-json.js";

export type ForwardedAnswer =
  | { readonly result: JsonValue }
  | { readonly error: { readonly code: number; readonly message: string; readonly data?: JsonValue } };

export interface NodeForwarderOptions {
  readonly urls: readonly string[];
  readonly timeoutMs: number;
  readonly maxAnswerBytes?: number;
}

/**
 * Passes single JSON-RPC calls on to the first node that answers. It says nothing about what is allowed: that is decided
 * before. Rejects with `chain.unreachable` when no node answers in time, `chain.garbage` when the last one made no sense.
 */
export function nodeForwarder({ urls, timeoutMs, maxAnswerBytes = 1_048_576 }: NodeForwarderOptions) {
  return {
    async forward(method: string, params: readonly JsonValue[]): Promise<ForwardedAnswer> {
      let last: unknown;
      for (const url of urls) {
        try {
          return await ask(url, JSON.stringify({ jsonrpc: "2.0", id: 1, method, params }), timeoutMs, maxAnswerBytes);
        } catch (error) {
          last = error;
        }
      }
      if (last instanceof TallyError) throw last;
      throw new TallyError("chain.unreachable", `no node of the network answered ${method}`, { cause: last });
    },
  };
}

async function ask(url: string, body: string, timeoutMs: number, maxBytes: number): Promise<ForwardedAnswer> {
  const response = await fetch(url, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body,
    redirect: "error",
    signal: AbortSignal.timeout(timeoutMs),
  });
  const chunks: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of (response.body ?? []) as unknown as AsyncIterable<Uint8Array>) {
    length += chunk.length;
    if (length > maxBytes) throw garbage(`is longer than ${maxBytes} bytes`);
    chunks.push(chunk);
  }
  return readAnswer(Buffer.concat(chunks), maxBytes);
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
