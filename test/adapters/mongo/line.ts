// SPDX-License-Identifier: Apache-2.0
import { once } from "node:events";
import { type AddressInfo, connect, createServer, type Server, type Socket } from "node:net";

/** When a line breaks: before the server has heard the command, or when it has carried it out and answers. */
export type Break = "before" | "after";

/** A line to a server, which breaks at a command. */
export class Line {
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();
  #at: { readonly command: Buffer; readonly when: Break; readonly forGood: boolean } | null = null;
  #isDown = false;
  /** Whether it broke. */
  broke = false;

  private constructor(private readonly to: number) {
    this.#server = createServer((socket) => this.#carry(socket));
  }

  static async to(port: number): Promise<Line> {
    const line = new Line(port);
    line.#server.listen(0, "127.0.0.1");
    await once(line.#server, "listening");
    return line;
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  /** Breaks at the next command of this name, once or for good. */
  breakAt(command: string, when: Break, { forGood }: { readonly forGood: boolean }): void {
    // In the wire protocol a command is the first element of its document: the name, ended by a zero.
    this.#at = { command: Buffer.from(`${command}\0`), when, forGood };
  }

  close(): void {
    this.#server.close();
    this.#cut();
  }

  #carry(client: Socket): void {
    if (this.#isDown) {
      client.destroy();
      return;
    }
    const server = connect(this.to, "127.0.0.1");
    let breaksAtAnswer = false;
    for (const socket of [client, server]) {
      this.#sockets.add(socket);
      socket.on("error", () => {});
      socket.once("close", () => {
        this.#sockets.delete(socket);
        client.destroy();
        server.destroy();
      });
    }
    client.on("data", (data) => {
      if (this.#at !== null && data.includes(this.#at.command)) {
        if (this.#at.when === "before") return this.#break();
        breaksAtAnswer = true;
      }
      server.write(data);
    });
    server.on("data", (data) => {
      if (breaksAtAnswer) this.#break();
      else client.write(data);
    });
  }

  #break(): void {
    this.broke = true;
    this.#isDown = this.#at?.forGood ?? false;
    this.#at = null;
    this.#cut();
  }

  #cut(): void {
    for (const socket of this.#sockets) socket.destroy();
  }
}
