// SPDX-License-Identifier: Apache-2.0
import type { IncomingMessage, Server, ServerResponse } from "node:http";
import type { Socket } from "node:net";

/**
 * Knows which connections of a server carry a request. Node's own `closeIdleConnections` takes one that has not sent anything
 * yet for busy, so a silent client would hold up a shutdown.
 */
export class Connections {
  readonly #requests = new Map<Socket, number>();

  constructor(server: Server) {
    server.on("connection", (socket: Socket) => {
      this.#requests.set(socket, 0);
      socket.once("close", () => this.#requests.delete(socket));
    });
    const count = (req: IncomingMessage, res: ServerResponse): void => {
      this.#add(req.socket, 1);
      res.once("close", () => this.#add(req.socket, -1));
    };
    server.prependListener("request", count);
    server.prependListener("checkContinue", count);
  }

  closeIdle(): void {
    for (const [socket, requests] of this.#requests) if (requests === 0) socket.destroy();
  }

  closeAll(): void {
    for (const socket of this.#requests.keys()) socket.destroy();
  }

  #add(socket: Socket, change: number): void {
    const requests = this.#requests.get(socket);
    if (requests !== undefined) this.#requests.set(socket, requests + change);
  }
}
