// SPDX-License-Identifier: Apache-2.0
import { createHash } from "node:crypto";
import { expect } from "chai";
import { id as keccakOfText } from "ethers";
import { LICENCE_CONTEXT } from "../../src/core/certificate.js";
import { CONTEXT_DIGESTS } from "../../src/core/contexts/digests.js";
import type { JsonValue } from "../../src/core/json.js";
import { KEY_ADDED_TOPIC } from "../../src/http/chain/allowed-calls.js";
import type { NodeAnswer } from "../../src/http/chain/chain-forwarder.js";
import { jsonRpcRegistry } from "../../src/verify/json-rpc.js";
import { textOf } from "../render/raster.js";
import { client, expectProblem } from "./client.js";
import { exchange } from "./raw.js";
import { type Service, startService } from "./world.js";

const ROOT = "ab".repeat(32);
const sha256 = (bytes: Uint8Array) => createHash("sha256").update(bytes).digest("hex");

describe("what is public", () => {
  let service: Service;
  let http: ReturnType<typeof client>;

  before(async () => {
    service = await startService();
    http = client(service.url);
    service.leaves.set(`340000/${ROOT}/2`, new Uint8Array(64).fill(7));
    const batch = { id: 1, region: "340000", root: ROOT, size: 2, tx: `0x${"cd".repeat(32)}` };
    service.anchored.push({ ...batch, block: 9, time: 1_772_400_000 }, { ...batch, block: 3, time: 1_772_300_000 });
  });
  after(() => service.close());

  it("lists the types and serves their canonical bytes", async () => {
    const { json } = await http.get("/v1/types");
    const [{ typeCode, version, digest }] = json.types;
    const type = await http.get(`/v1/types/${typeCode}/${version}`);
    expect(sha256(type.bytes)).to.equal(digest);
    expect(type.headers.get("Cache-Control")).to.include("immutable");
    expect(type.headers.get("ETag")).to.equal(`"${digest}"`);
    const known = `GET /v1/types/${typeCode}/${version} HTTP/1.1\r\nHost: x\r\nIf-None-Match: "${digest}"\r\n`;
    const again = await exchange(service.url, `${known}Connection: close\r\n\r\n`);
    expect(again).to.match(/^HTTP\/1\.1 304 /);
    expect(again.endsWith("\r\n\r\n")).to.equal(true);
    expectProblem(await http.get(`/v1/types/${typeCode}/99`), 404, "request.not-found");
  });

  it("draws what licences of a type look like, and says when nothing has changed", async () => {
    const [{ typeCode, version }] = (await http.get("/v1/types")).json.types;
    const path = `/v1/types/${typeCode}/${version}/preview`;
    const sample = await http.get(path);
    expect([sample.status, sample.headers.get("Content-Type")]).to.deep.equal([200, "application/pdf"]);
    expect(sample.headers.get("Content-Disposition")).to.equal(
      `attachment; filename=${typeCode}-v${version}-sample.pdf`,
    );
    expect(await textOf(sample.bytes)).to.contain("样本 SAMPLE");
    const tag = sample.headers.get("ETag");
    const unchanged = await http.get(path, { headers: { "If-None-Match": tag!, "Cache-Control": "max-age=0" } });
    expect(unchanged.status).to.equal(304);
    expectProblem(await http.get(`/v1/types/${typeCode}/99/preview`), 404, "request.not-found");
    expectProblem(await http.get(`/v1/types/${typeCode}/0/preview`), 400, "request.invalid");
    expectProblem(await http.get("/v1/types/nothing/1/preview"), 400, "request.invalid");
  });

  it("serves the leaves of a batch, byte for byte", async () => {
    const batch = await http.get(`/v1/batches/340000/${ROOT}/2`);
    expect(batch.headers.get("Content-Type")).to.equal("application/octet-stream");
    expect(batch.bytes).to.deep.equal(new Uint8Array(64).fill(7));
    expectProblem(await http.get(`/v1/batches/340000/${ROOT}/3`), 404, "batch.not-found");
  });

  for (const path of [
    `34/${ROOT}/2`,
    `340000/${ROOT.toUpperCase()}/2`,
    `340000/${ROOT}/0`,
    `340000/${ROOT}/2x`,
    "340000/..%2f/2",
  ]) {
    it(`refuses the batch ${path.slice(0, 24)}…${path.slice(-4)}`, async () => {
      expectProblem(await http.get(`/v1/batches/${path}`), 400, "request.invalid");
    });
  }

  it("lists the batches of this region from a block on", async () => {
    const all = await http.get("/v1/batches");
    expect(all.json.batches.map(({ block }: { block: number }) => block)).to.deep.equal([9, 3]);
    expect(all.json.batches[0].time).to.equal("2026-03-01T21:20:00.000Z");
    const late = await http.get("/v1/batches?sinceBlock=4&limit=1");
    expect(late.json.batches).to.have.length(1);
    expectProblem(await http.get("/v1/batches?sinceBlock=-1"), 400, "request.invalid");
  });

  it("proves a leaf from its mirror, of the region that is asked for", async () => {
    const [leaf, sibling] = ["01".repeat(32), "02".repeat(32)];
    const place = { region: "310000", root: ROOT, size: 2, index: 1 };
    service.proofs.set(`${leaf} `, { ...place, path: [new Uint8Array(32).fill(2)] });
    service.proofs.set(`${leaf} 340000`, { ...place, region: "340000", path: [] });
    const proof = await http.get(`/v1/proofs/${leaf}`);
    expect(proof.json).to.deep.equal({ ...place, path: [sibling] });
    expect(proof.headers.get("Access-Control-Allow-Origin")).to.equal("*");
    expect((await http.get(`/v1/proofs/${leaf}?region=340000`)).json).to.include({ region: "340000" });
    expectProblem(await http.get(`/v1/proofs/${sibling}`), 404, "request.not-found");
    expectProblem(await http.get(`/v1/proofs/${leaf}?region=anhui`), 400, "request.invalid");
    expectProblem(await http.get(`/v1/proofs/${"AB".repeat(32)}`), 400, "request.invalid");
  });

  it("says which chain and registry this is", async () => {
    const { chainId, address } = service.world.registry;
    const { json } = await http.get("/v1/registry");
    expect(json).to.deep.equal({
      region: "340000",
      chainId,
      registry: address,
      genesis: null,
      maxAnchorDelaySeconds: service.world.trust.maxAnchorDelay,
      maxHeadAgeSeconds: null,
      bundleMaxAgeSeconds: 86_400,
      bundleKey: null,
    });
  });

  it("serves the context of our certificates with its pinned digest", async () => {
    const context = await http.get("/contexts/licence/v1");
    expect(context.headers.get("Content-Type")).to.match(/^application\/ld\+json/);
    expect(sha256(context.bytes)).to.equal(CONTEXT_DIGESTS[LICENCE_CONTEXT]);
  });

  it("may be read by a page of any origin, unlike what needs a token", async () => {
    for (const path of ["/v1/types", "/v1/registry", "/v1/batches", "/contexts/licence/v1", "/openapi.json"]) {
      const answer = await http.get(path, { headers: { Origin: "https://other.example" } });
      expect(answer.headers.get("Access-Control-Allow-Origin"), path).to.equal("*");
    }
    const preflight = await http.call("OPTIONS", "/v1/types");
    expect([preflight.status, preflight.headers.get("Access-Control-Allow-Methods")]).to.deep.equal([204, "GET, HEAD"]);
    for (const path of ["/v1/certificates", "/v1/chain", "/v1/verify"]) {
      const closed = await http.call("OPTIONS", path);
      expect(closed.headers.get("Access-Control-Allow-Origin"), path).to.equal(null);
    }
  });

  it("tells that it lives and whether it can work", async () => {
    expect((await http.get("/healthz")).json).to.deep.equal({ status: "ok" });
    expect((await http.get("/readyz")).json).to.deep.equal({
      ready: true,
      checks: { store: "ok", chain: "ok" },
      trustBundle: null,
    });
    const own = await startService({
      replace: () => ({ readiness: async () => ({ store: "ok", chain: "unreachable" }) }),
    });
    const answer = await client(own.url).get("/readyz");
    expect([answer.status, answer.json.ready]).to.deep.equal([503, false]);
    await own.close();
  });
});

describe("POST /v1/chain", () => {
  let service: Service;
  let http: ReturnType<typeof client>;
  let registry: string;
  const ADDRESS = `0x${"11".repeat(20)}`;
  const KEY_ID = `0x${"ab".repeat(8)}${"0".repeat(48)}`;

  before(async () => {
    service = await startService();
    http = client(service.url);
    registry = service.world.registry.address;
  });
  after(() => service.close());

  const ask = async (method: string, params: unknown) => {
    const { json } = await http.post("/v1/chain", { body: { jsonrpc: "2.0", id: 1, method, params } });
    return json;
  };
  const filter = (changes: object = {}) => [
    { address: registry, topics: [KEY_ADDED_TOPIC, KEY_ID], fromBlock: "0x0", toBlock: "latest", ...changes },
  ];

  it("knows the topic of KeyAdded", () => {
    const signature = "KeyAdded(bytes8,bytes32,bytes18,bytes6,uint8,uint16,uint64,bytes)";
    expect(KEY_ADDED_TOPIC).to.equal(keccakOfText(signature));
  });

  it("forwards the reads that a verifier needs", async () => {
    const calls: [string, unknown[]][] = [
      ["eth_chainId", []],
      ["net_version", []],
      ["eth_blockNumber", []],
      ["eth_getBlockByNumber", ["latest", false]],
      ["eth_getBlockByNumber", ["0x1b4", false]],
      ["eth_getCode", [registry, "latest"]],
      ["eth_getCode", [registry.toLowerCase(), "0x2"]],
      ["eth_getCode", [registry, { blockHash: `0x${"ab".repeat(32)}` }]],
      ["eth_getCode", [registry, { blockHash: `0x${"ab".repeat(32)}`, requireCanonical: true }]],
      ["eth_getLogs", filter()],
    ];
    for (const [method, params] of calls) {
      expect(await ask(method, params), method).to.deep.equal({ jsonrpc: "2.0", id: 1, result: "0x7a69" });
    }
    expect(service.chainCalls.map(({ method }) => method)).to.deep.equal(calls.map(([method]) => method));
  });

  it("lets the verification library's own reader through", async () => {
    const asked: string[] = [];
    const answers: Record<string, JsonValue> = {
      eth_chainId: "0x7a69",
      eth_getBlockByNumber: { number: "0x5", hash: `0x${"aa".repeat(32)}`, timestamp: "0x69a00000" },
      eth_getCode: "0x6000",
      eth_call: `0x${"00".repeat(1_024)}`,
      eth_getLogs: [],
    };
    const forward = async (method: string): Promise<NodeAnswer> => {
      asked.push(method);
      return { result: answers[method]! };
    };
    const own = await startService({ replace: () => ({ chain: { forward } }) });
    const urls = [`${own.url}/v1/chain`];
    const snapshot = await jsonRpcRegistry({ urls, chainId: 31_337, registry }).snapshot();
    await Promise.allSettled([
      snapshot.findRegion("340000"),
      snapshot.findKeysById("ab".repeat(8)),
      snapshot.findTypeDefinition(own.world.type.typeCode, 1),
      snapshot.statusWord("340000", 0, 0),
    ]);
    expect(asked).to.include.members(Object.keys(answers));
    expect(asked.filter((method) => method === "eth_call").length).to.be.greaterThan(2);
    await own.close();
  });

  it("passes on what the node says of a reverted call", async () => {
    const json = await ask("eth_call", [{ to: registry, data: "0x12345678" }, "latest"]);
    expect(json.error).to.deep.equal({ code: 3, message: "execution reverted", data: "0x" });
  });

  const BLOCK = { blockHash: `0x${"ab".repeat(32)}` };
  const REFUSED: readonly [string, string, (registry: string) => unknown][] = [
    ["a transaction", "eth_sendRawTransaction", () => ["0x00"]],
    ["the node's accounts", "eth_accounts", () => []],
    ["the node's controls", "hardhat_setBalance", () => [ADDRESS, "0x1"]],
    ["a snapshot", "evm_snapshot", () => []],
    ["debugging", "debug_traceTransaction", () => ["0x00"]],
    ["a member of Object.prototype", "constructor", () => []],
    ["a call to another contract", "eth_call", () => [{ to: ADDRESS, data: "0x12345678" }, "latest"]],
    ["a call with a sender", "eth_call", (to) => [{ to, data: "0x12345678", from: ADDRESS }, "latest"]],
    ["a call with gas", "eth_call", (to) => [{ to, data: "0x12345678", gas: "0xffffffff" }, "latest"]],
    ["a call with a state override", "eth_call", (to) => [{ to, data: "0x12345678" }, "latest", {}]],
    ["a call without data", "eth_call", (to) => [{ to }, "latest"]],
    ["a call with two data", "eth_call", (to) => [{ to, data: "0x12345678", input: "0x87654321" }, "latest"]],
    ["a call with huge data", "eth_call", (to) => [{ to, data: `0x${"00".repeat(5_000)}` }, "latest"]],
    ["a call at a pending block", "eth_call", (to) => [{ to, data: "0x12345678" }, "pending"]],
    ["a call at a block named oddly", "eth_call", (to) => [{ to, data: "0x12345678" }, { blockHash: "0x12" }]],
    [
      "a call at a block named twice",
      "eth_call",
      (to) => [
        { to, data: "0x12345678" },
        { ...BLOCK, blockNumber: "0x1" },
      ],
    ],
    ["whole transactions", "eth_getBlockByNumber", () => ["latest", true]],
    ["the code of another account", "eth_getCode", () => [ADDRESS, "latest"]],
    ["the logs of another contract", "eth_getLogs", () => filter({ address: ADDRESS })],
    ["the logs of several contracts", "eth_getLogs", (to) => filter({ address: [to, ADDRESS] })],
    ["logs of every event", "eth_getLogs", () => filter({ topics: [] })],
    ["logs of every key", "eth_getLogs", () => filter({ topics: [KEY_ADDED_TOPIC, null] })],
    ["logs of several keys", "eth_getLogs", () => filter({ topics: [KEY_ADDED_TOPIC, [KEY_ID, KEY_ID]] })],
    ["logs without a range", "eth_getLogs", () => filter({ fromBlock: undefined })],
    ["logs of a block hash", "eth_getLogs", () => filter({ blockHash: `0x${"00".repeat(32)}` })],
  ];
  for (const [what, method, params] of REFUSED) {
    it(`refuses ${what} without asking the node`, async () => {
      const asked = service.chainCalls.length;
      const json = await ask(method, params(registry));
      expect(json.error.code).to.be.oneOf([-32601, -32602]);
      expect(service.chainCalls.length).to.equal(asked);
    });
  }

  it("answers a batch in order", async () => {
    const call = (id: number, method: string) => ({ jsonrpc: "2.0", id, method, params: [] });
    const { json } = await http.post("/v1/chain", { body: [call(1, "eth_chainId"), call(2, "eth_accounts")] });
    expect(json.map(({ id }: { id: number }) => id)).to.deep.equal([1, 2]);
    expect(json[1].error.code).to.equal(-32601);
  });

  for (const [what, body] of [
    [
      "a batch that is too large",
      Array.from({ length: 21 }, (_, id) => ({ jsonrpc: "2.0", id, method: "eth_chainId" })),
    ],
    ["an empty batch", []],
    ["another version", { jsonrpc: "1.0", id: 1, method: "eth_chainId" }],
    ["named parameters", { jsonrpc: "2.0", id: 1, method: "eth_chainId", params: {} }],
    ["a notification", { jsonrpc: "2.0", method: "eth_chainId" }],
  ] as const) {
    it(`refuses ${what}`, async () => {
      expectProblem(await http.post("/v1/chain", { body }), 400, "request.invalid");
    });
  }
});
