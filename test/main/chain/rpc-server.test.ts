// SPDX-License-Identifier: Apache-2.0
import { mkdtempSync, rmSync } from "node:fs";
import { request } from "node:http";
import { hostname, tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { RpcServer } from "../../../src/main/chain/rpc-server.js";
import { type RunningChain, spawnChain } from "../../../src/main/chain/spawn-chain.js";

interface Reply {
  readonly status: number;
  readonly body: { result?: unknown; error?: { code: number; message: string } };
}

describe("the chain's JSON-RPC port", () => {
  let server: RpcServer;
  const waiting: (() => void)[] = [];
  const release = (): void => {
    for (const resolve of waiting.splice(0)) resolve();
  };
  const answer = async (method: string, params: readonly unknown[]): Promise<unknown> => {
    if (method === "slow") {
      await new Promise<void>((resolve) => waiting.push(resolve));
    }
    return { method, params };
  };

  beforeEach(async () => {
    server = await RpcServer.listen({ port: 0, answer, maxBodyBytes: 10_000, maxBatch: 3, maxConcurrent: 2 });
  });
  afterEach(async () => {
    release();
    await server.close();
  });

  const post = (body: string, headers: Record<string, string> = {}, method = "POST"): Promise<Reply> =>
    new Promise((resolve, reject) => {
      const { hostname, port } = new URL(server.url);
      const all = { "content-type": "application/json", ...headers };
      const sent = request({ hostname, port, method, headers: all }, (response) => {
        let text = "";
        response.on("data", (part) => (text += String(part)));
        response.on("end", () => resolve({ status: response.statusCode!, body: JSON.parse(text) as Reply["body"] }));
      });
      sent.on("error", reject);
      sent.end(body);
    });
  const call = (method: string, id: unknown = 1): string => JSON.stringify({ jsonrpc: "2.0", id, method, params: [1] });

  it("answers a call and a batch, each in its place", async () => {
    expect((await post(call("one"))).body).to.deep.equal({
      jsonrpc: "2.0",
      id: 1,
      result: { method: "one", params: [1] },
    });
    const { body } = await post(`[${call("one", "a")},7,${call("two", "b")}]`);
    expect((body as unknown as { id: unknown }[]).map(({ id }) => id)).to.deep.equal(["a", null, "b"]);
  });

  for (const [what, body, code] of [
    ["text that is not JSON", "{", -32700],
    ["a number", "7", -32600],
    ["null", "null", -32600],
    ["an empty batch", "[]", -32600],
    ["a batch that is too long", `[${Array(4).fill("{}").join()}]`, -32600],
    ["a call without a version", '{"id":1,"method":"a"}', -32600],
    ["a method that is no text", '{"jsonrpc":"2.0","id":1,"method":{}}', -32600],
    ["parameters by name", '{"jsonrpc":"2.0","id":1,"method":"a","params":{}}', -32600],
    ["an id that is an object", '{"jsonrpc":"2.0","id":{},"method":"a"}', -32600],
  ] as const) {
    it(`refuses ${what} with code ${code}`, async () => {
      expect((await post(body)).body.error?.code).to.equal(code);
      expect((await post(call("still there"))).status).to.equal(200);
    });
  }

  it("refuses a body that is too large, and lives on", async () => {
    expect((await post(`"${"x".repeat(20_000)}"`)).status).to.equal(413);
    expect((await post(call("one"))).status).to.equal(200);
  });

  it("refuses pages of other sites, other names for this machine, and other methods", async () => {
    expect((await post(call("one"), { origin: "https://evil.example" })).status).to.equal(403);
    expect((await post(call("one"), { host: "evil.example" })).status).to.equal(403);
    expect((await post(call("one"), { "content-type": "text/plain" })).status).to.equal(415);
    expect((await post("", {}, "GET")).status).to.equal(405);
  });

  it("listens beyond this machine only when told to, and still to no name but its own", async () => {
    await server.close();
    server = await RpcServer.listen({ port: 0, host: "0.0.0.0", answer });
    const { hostname: named, port } = new URL(server.url);
    expect(named).to.equal(hostname().toLowerCase());
    const asking = async (host: string): Promise<number> => {
      const local = new URL(`http://127.0.0.1:${port}`);
      return new Promise((resolve, reject) => {
        const headers = { "content-type": "application/json", host };
        request(local, { method: "POST", headers }, (response) => resolve(response.resume().statusCode!))
          .on("error", reject)
          .end(call("one"));
      });
    };
    for (const host of [`${hostname()}:${port}`, "10.1.2.3:8545", "[fd00::1]:8545", "localhost"])
      expect(await asking(host), host).to.equal(200);
    expect(await asking("evil.example")).to.equal(403);
  });

  it("refuses more requests at once than it can hold instead of piling them up", async () => {
    const slow = [post(call("slow")), post(call("slow"))];
    let reply: Reply;
    do reply = await post(call("one"));
    while (reply.status === 200);
    expect(reply.status).to.equal(503);
    release();
    for (const { status } of await Promise.all(slow)) expect(status).to.equal(200);
    expect((await post(call("one"))).status).to.equal(200);
  });

  describe("of a running chain", () => {
    let directory: string;
    let chain: RunningChain;
    before(async () => {
      directory = mkdtempSync(join(tmpdir(), "tally-rpc-"));
      chain = await spawnChain({ directory });
    });
    after(async () => {
      await chain.stop();
      rmSync(directory, { recursive: true, force: true });
    });

    for (const method of [
      "evm_increaseTime",
      "evm_mine",
      "evm_revert",
      "evm_setNextBlockTimestamp",
      "evm_snapshot",
      "hardhat_impersonateAccount",
      "hardhat_reset",
      "hardhat_setBalance",
      "hardhat_setCode",
      "hardhat_setStorageAt",
      "debug_traceTransaction",
      "eth_sendTransaction",
      "eth_sign",
      "eth_signTypedData_v4",
      "personal_sign",
      "eth_newFilter",
      "eth_subscribe",
      "toString",
      "__proto__",
    ]) {
      it(`does not offer ${method}`, async () => {
        const body = JSON.stringify({ jsonrpc: "2.0", id: 1, method, params: [] });
        const headers = { "content-type": "application/json" };
        const reply = (await (await fetch(chain.url, { method: "POST", headers, body })).json()) as Reply["body"];
        expect(reply.error?.code).to.equal(-32004);
      });
    }
  });
});
