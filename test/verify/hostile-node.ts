// SPDX-License-Identifier: Apache-2.0
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

interface Call {
  readonly id: number;
  readonly method: string;
  readonly params: readonly unknown[];
}

/** What a node does with a call: `undefined` lets the honest node behind it answer. */
export type Mischief = (call: Call, response: ServerResponse) => unknown | Promise<unknown>;

/** Taken by a mischief that has dealt with the response itself (or never will). */
export const HANDLED = Symbol("handled");

/** A JSON-RPC node that misbehaves as told and passes everything else on to an honest one. */
export class HostileNode {
  readonly #server: Server;
  #port = 0;
  /** Calls that reached it. */
  readonly asked: Call[] = [];

  private constructor(server: Server) {
    this.#server = server;
  }

  /** `honest` may lead to another node from one call to the next. */
  static async start(honest: string | (() => string), mischief: Mischief): Promise<HostileNode> {
    const server = createServer();
    const node = new HostileNode(server);
    server.on("request", (request, response) => {
      const behind = typeof honest === "string" ? honest : honest();
      serve(behind, mischief, node.asked, request, response).catch(() => response.destroy());
    });
    await node.accept();
    return node;
  }

  get url(): string {
    return `http://127.0.0.1:${this.#port}`;
  }

  /** Listens, on the port of before when it has had one. */
  async accept(): Promise<void> {
    await new Promise<void>((resolve, reject) => {
      this.#server.once("error", reject).listen(this.#port, "127.0.0.1", () => {
        this.#server.off("error", reject);
        resolve();
      });
    });
    this.#port = (this.#server.address() as AddressInfo).port;
  }

  /** Cuts every connection and refuses new ones, until `accept`. */
  async stop(): Promise<void> {
    const closed = new Promise((resolve) => this.#server.close(resolve));
    this.#server.closeAllConnections();
    await closed;
  }
}

async function serve(
  honest: string,
  mischief: Mischief,
  asked: Call[],
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  let body = "";
  for await (const part of request) body += String(part);
  const parsed = JSON.parse(body) as Call | Call[];
  const call = Array.isArray(parsed) ? parsed[0]! : parsed;
  asked.push(call);
  const result = await mischief(call, response);
  if (result === HANDLED) return;
  response.setHeader("content-type", "application/json");
  if (result !== undefined) {
    response.end(JSON.stringify({ jsonrpc: "2.0", id: call.id, result }));
    return;
  }
  const answer = await fetch(honest, { method: "POST", headers: { "content-type": "application/json" }, body });
  response.end(await answer.text());
}
