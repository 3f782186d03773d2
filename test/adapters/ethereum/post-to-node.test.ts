// SPDX-License-Identifier: Apache-2.0
import { once } from "node:events";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { expect } from "chai";
import { postToNode } from "../../../src/adapters/ethereum/post-to-node.js";

describe("a connection to a node that was kept open", () => {
  let server: Server;
  let url: string;
  const seen: string[] = [];
  beforeEach(async () => {
    const used = new WeakSet<object>();
    // Answers once on each connection and closes it when it is used again: as if it had been about to close it.
    server = createServer(async (request, response) => {
      const parts: Buffer[] = [];
      for await (const part of request) parts.push(part as Buffer);
      seen.push(Buffer.concat(parts).toString());
      if (used.has(request.socket)) request.socket.destroy();
      else response.end("{}");
      used.add(request.socket);
    }).listen(0, "127.0.0.1");
    await once(server, "listening");
    url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    seen.length = 0;
  });
  afterEach(() => {
    server.closeAllConnections();
    server.close();
  });

  const ask = (body: string, isQuestion: boolean) =>
    postToNode(url, body, { timeoutMs: 20_000, maxBytes: 100, isQuestion });

  it("and is closed when it is used again does not lose a question", async () => {
    expect((await ask("first", true)).status).to.equal(200);
    expect((await ask("second", true)).status).to.equal(200);
    expect(seen).to.deep.equal(["first", "second", "second"]);
  });

  it("and is closed when it is used again leaves it open whether a transaction was sent", async () => {
    await ask("first", true);
    const outcome = await ask("transaction", false).catch((error: NodeJS.ErrnoException) => error.code);
    expect(outcome).to.equal("ECONNRESET");
    expect(seen).to.deep.equal(["first", "transaction"]);
  });

  it("is no excuse for a node that closes new ones too", async () => {
    server.removeAllListeners("request");
    server.on("request", (request) => request.socket.destroy());
    const outcome = await ask("first", true).catch((error: NodeJS.ErrnoException) => error.code);
    expect(outcome).to.equal("ECONNRESET");
  });
});
