// SPDX-License-Identifier: Apache-2.0
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { type AddressInfo, isIP } from "node:net";
import { hostname } from "node:os";
import { INVALID_REQUEST, LIMIT_EXCEEDED, PARSE_ERROR, RpcError, rpcErrorOf } from "./rpc-error.js";

export interface RpcServerOptions {
  readonly port: number;
  /** Address to listen on; 127.0.0.1, this machine alone, unless told otherwise. */
  readonly host?: string;
  readonly answer: (method: string, params: readonly unknown[]) => Promise<unknown>;
  readonly maxBodyBytes?: number;
  readonly maxBatch?: number;
  /** HTTP requests in progress; more are refused at once instead of piling up. */
  readonly maxConcurrent?: number;
}

type RpcId = string | number | null;

interface RpcCall {
  readonly id: RpcId;
  readonly method: string;
  readonly params: readonly unknown[];
}

const LOCAL_HOST = "127.0.0.1";

/** JSON-RPC 2.0 over HTTP POST. */
export class RpcServer {
  readonly #server: Server;
  readonly #options: Required<RpcServerOptions>;
  #inProgress = 0;

  private constructor(options: RpcServerOptions) {
    this.#options = { maxBodyBytes: 1_048_576, maxBatch: 100, maxConcurrent: 256, host: LOCAL_HOST, ...options };
    this.#server = createServer({ requestTimeout: 30_000, headersTimeout: 10_000 }, (request, response) => {
      void this.#serve(request, response);
    });
  }

  static async listen(options: RpcServerOptions): Promise<RpcServer> {
    const server = new RpcServer(options);
    await new Promise<void>((resolve, reject) => {
      server.#server.once("error", reject).listen(options.port, server.#options.host, resolve);
    });
    return server;
  }

  /** Where others find it: on every address, by this machine's name. */
  get url(): string {
    const { port, address, family } = this.#server.address() as AddressInfo;
    const isAny = ["0.0.0.0", "::"].includes(address);
    return `http://${isAny ? hostname() : family === "IPv6" ? `[${address}]` : address}:${port}`;
  }

  /** Stops accepting and drops idle connections; answers under way get a moment to leave. */
  async close(): Promise<void> {
    const closed = new Promise<void>((resolve) => this.#server.close(() => resolve()));
    this.#server.closeIdleConnections();
    const timer = setTimeout(() => this.#server.closeAllConnections(), 500);
    await closed;
    clearTimeout(timer);
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const refusal = this.#refusal(request);
    if (refusal) {
      request.resume();
      reply(response, refusal.status, failure(null, new RpcError(refusal.code, refusal.message)), true);
      return;
    }
    this.#inProgress++;
    try {
      const body = await readBody(request, this.#options.maxBodyBytes);
      if (body === null) {
        reply(response, 413, failure(null, new RpcError(LIMIT_EXCEEDED, "the request is too large")), true);
      } else {
        const answer = await this.#answerBody(body);
        reply(response, 200, answer);
      }
    } catch {
      response.destroy();
    } finally {
      this.#inProgress--;
    }
  }

  #refusal({ method, headers }: IncomingMessage): { status: number; code: number; message: string } | null {
    // A page on another site must not talk to this port through the user's browser, whatever name it resolves to our address.
    if (!this.#isOurs(headers.host ?? "") || headers.origin !== undefined) {
      return { status: 403, code: INVALID_REQUEST, message: "only programs on this machine may ask" };
    }
    if (method !== "POST") return { status: 405, code: INVALID_REQUEST, message: "JSON-RPC wants POST" };
    if (!/^application\/json\b/i.test(headers["content-type"] ?? "")) {
      return { status: 415, code: INVALID_REQUEST, message: "JSON-RPC wants application/json" };
    }
    if (this.#inProgress >= this.#options.maxConcurrent) {
      return { status: 503, code: LIMIT_EXCEEDED, message: "too many requests at once, try again" };
    }
    return null;
  }

  #isOurs(host: string): boolean {
    const name = host.replace(/:\d+$/, "");
    if (["127.0.0.1", "localhost", "[::1]"].includes(name)) return true;
    // Nobody can make a name of his own resolve to a numeric address.
    return (
      this.#options.host !== LOCAL_HOST &&
      (name.toLowerCase() === hostname().toLowerCase() || isIP(name.replace(/^\[|\]$/g, "")) !== 0)
    );
  }

  async #answerBody(body: string): Promise<unknown> {
    let parsed: unknown;
    try {
      parsed = JSON.parse(body);
    } catch {
      return failure(null, new RpcError(PARSE_ERROR, "the request is not JSON"));
    }
    if (!Array.isArray(parsed)) return this.#answerOne(parsed);
    if (parsed.length === 0 || parsed.length > this.#options.maxBatch) {
      return failure(null, new RpcError(INVALID_REQUEST, `a batch has 1 to ${this.#options.maxBatch} calls`));
    }
    return Promise.all(parsed.map((one) => this.#answerOne(one)));
  }

  async #answerOne(value: unknown): Promise<object> {
    const call = readCall(value);
    if (call === null) return failure(null, new RpcError(INVALID_REQUEST, "this is not a JSON-RPC 2.0 call"));
    try {
      return { jsonrpc: "2.0", id: call.id, result: (await this.#options.answer(call.method, call.params)) ?? null };
    } catch (error) {
      return failure(call.id, rpcErrorOf(error));
    }
  }
}

function readCall(value: unknown): RpcCall | null {
  if (typeof value !== "object" || value === null) return null;
  const { jsonrpc, id = null, method, params = [] } = value as Record<string, unknown>;
  const valid =
    jsonrpc === "2.0" &&
    typeof method === "string" &&
    Array.isArray(params) &&
    (id === null || typeof id === "string" || typeof id === "number");
  return valid ? { id: id as RpcId, method, params: params as unknown[] } : null;
}

function failure(id: RpcId, { code, message, data }: RpcError): object {
  return { jsonrpc: "2.0", id, error: data === undefined ? { code, message } : { code, message, data } };
}

async function readBody(request: IncomingMessage, maxBytes: number): Promise<string | null> {
  const parts: Buffer[] = [];
  let length = 0;
  for await (const part of request) {
    length += (part as Buffer).length;
    if (length > maxBytes) return null;
    parts.push(part as Buffer);
  }
  return Buffer.concat(parts).toString("utf8");
}

function reply(response: ServerResponse, status: number, body: unknown, close = false): void {
  const text = JSON.stringify(body);
  response.writeHead(status, {
    "content-type": "application/json",
    "content-length": Buffer.byteLength(text),
    ...(close ? { connection: "close" } : {}),
  });
  response.end(text);
}
