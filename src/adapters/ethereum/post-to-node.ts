// SPDX-License-Identifier: Apache-2.0
import { Agent as HttpAgent, request as httpRequest, type IncomingMessage } from "node:http";
import { Agent as HttpsAgent, request as httpsRequest } from "node:https";

export interface NodeResponse {
  readonly status: number;
  readonly statusText: string;
  readonly body: Uint8Array;
}

export interface PostBounds {
  /** Longest wait for the whole answer. */
  readonly timeoutMs: number;
  readonly maxBytes: number;
  /** It asks and changes nothing. */
  readonly isQuestion: boolean;
}

/** Thrown when an answer is cut off. */
export class AnswerTooLarge extends Error {
  override readonly name = "AnswerTooLarge";
}

// Kept-alive connections that keep no process alive. `fetch` costs three times the processor time, at a look for every verification.
const httpAgent = new HttpAgent({ keepAlive: true, maxSockets: 64 });
const httpsAgent = new HttpsAgent({ keepAlive: true, maxSockets: 64 });

/** The node closed a connection that was kept open, as it may at any time, just when it was to be used again. */
class ConnectionWasClosed extends Error {}

/**
 * Posts JSON to a node, once, and reads no more of the answer than it is told; a question once more, over a new connection, when the one that
 * was kept open turns out to be closed. A redirection is an answer like any other: it is not
 * followed. Rejects with the connection's error, with one that says that time is up, or with `AnswerTooLarge`.
 */
export async function postToNode(url: string, body: string | Uint8Array, bounds: PostBounds): Promise<NodeResponse> {
  const isTls = url.startsWith("https:");
  const began = performance.now();
  try {
    return await post(url, body, bounds, isTls ? httpsAgent : httpAgent);
  } catch (error) {
    if (!(error instanceof ConnectionWasClosed)) throw error;
    if (!bounds.isQuestion) throw error.cause;
    const timeoutMs = Math.max(1, bounds.timeoutMs - (performance.now() - began));
    return post(url, body, { ...bounds, timeoutMs }, false);
  }
}

function post(
  url: string,
  body: string | Uint8Array,
  { timeoutMs, maxBytes }: PostBounds,
  agent: HttpAgent | HttpsAgent | false,
): Promise<NodeResponse> {
  return new Promise((resolve, reject) => {
    const give = (error: Error): void => {
      clearTimeout(timer);
      request.destroy();
      reject(error);
    };
    const timer = setTimeout(() => give(new Error(`no answer within ${timeoutMs} ms`)), timeoutMs);
    let isAnswered = false;
    const request = (url.startsWith("https:") ? httpsRequest : httpRequest)(url, {
      method: "POST",
      agent,
      headers: { "content-type": "application/json", "content-length": Buffer.byteLength(body) },
    });
    request.once("error", (error: NodeJS.ErrnoException) => {
      const wasClosed = request.reusedSocket && !isAnswered && error.code === "ECONNRESET";
      give(wasClosed ? new ConnectionWasClosed("closed", { cause: error }) : error);
    });
    request.once("response", (response: IncomingMessage) => {
      isAnswered = true;
      const parts: Uint8Array[] = [];
      let length = 0;
      response.on("data", (part: Uint8Array) => {
        length += part.length;
        parts.push(part);
        if (length > maxBytes) give(new AnswerTooLarge(`the answer is longer than ${maxBytes} bytes`));
      });
      response.once("error", give);
      response.once("end", () => {
        clearTimeout(timer);
        const { statusCode: status = 0, statusMessage: statusText = "" } = response;
        resolve({ status, statusText, body: parts.length === 1 ? parts[0]! : Buffer.concat(parts) });
      });
    });
    request.end(body);
  });
}
