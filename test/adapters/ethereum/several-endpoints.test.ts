// SPDX-License-Identifier: Apache-2.0
import { randomBytes } from "node:crypto";
import { expect } from "chai";
import { ethersAnchorChain } from "../../../src/adapters/ethereum/anchor-chain.js";
import { checkNetwork } from "../../../src/adapters/ethereum/network-check.js";
import { nodeForwarder } from "../../../src/adapters/ethereum/node-forwarder.js";
import { ethersRegistry } from "../../../src/adapters/ethereum/registry-access.js";
import { ethersGovernance } from "../../../src/adapters/ethereum/registry-governance.js";
import { jsonRpcRegistry } from "../../../src/verify/json-rpc.js";
import { HANDLED, HostileNode, type Mischief } from "../../verify/hostile-node.js";
import { type LocalRegistry, REGION, rejection, settleRegion, startLocalRegistry } from "./local-registry.js";

/** Long enough for an honest node on a loaded machine, and for who hangs the longest that anybody waits. */
const TIMEOUT_MS = 3_000;

describe("several endpoints", function () {
  this.timeout(120_000);
  let local: LocalRegistry;
  const nodes: HostileNode[] = [];

  before(async () => {
    local = await startLocalRegistry();
    await settleRegion(local);
    await chainOf([local.chain.url]).submitAnchor({ root: ROOT, size: 3 });
  });
  after(() => local.close());
  afterEach(async () => {
    for (const node of nodes.splice(0)) await node.stop();
  });

  const ROOT = "7b".repeat(32);

  const node = async (mischief: Mischief = () => undefined): Promise<string> => {
    const started = await HostileNode.start(local.chain.url, mischief);
    nodes.push(started);
    return started.url;
  };
  const gone = async (): Promise<string> => {
    const url = await node();
    await nodes.pop()!.stop();
    return url;
  };
  const base = () => ({ chainId: local.chain.chainId, registry: local.deployment.registry, timeoutMs: TIMEOUT_MS });
  const chainOf = (urls: readonly string[]) =>
    ethersAnchorChain({ ...base(), urls, region: REGION, privateKey: local.accounts.operator.privateKey });
  const checkOf = (urls: readonly string[], more: { genesis?: string; registryCode?: string } = {}) =>
    checkNetwork({
      ...{ ...base(), urls, quorum: Math.floor(urls.length / 2) + 1, genesis: local.deployment.genesis },
      ...{ registryCode: null, registryBlock: null, ...more },
    });

  /** Everything that a block or a log is told by, frozen at block 2. */
  const frozen: Mischief = ({ method, params }) => {
    if (method === "eth_blockNumber") return "0x2";
    if (method === "eth_getBlockByNumber" && params[0] === "latest") return askHonestly(method, ["0x2", false]);
    if (method === "eth_call") return "0x";
    if (method === "eth_getLogs") return [];
    if (method === "eth_getTransactionCount") return "0x0";
    if (method === "eth_getTransactionReceipt") return null;
    return undefined;
  };
  const askHonestly = async (method: string, params: readonly unknown[]): Promise<unknown> => {
    const body = JSON.stringify({ jsonrpc: "2.0", id: 1, method, params });
    const response = await fetch(local.chain.url, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body,
    });
    return ((await response.json()) as { result: unknown }).result;
  };
  const lying: Mischief = ({ method }) => {
    if (method === "eth_call") return `0x${"00".repeat(31)}01${"00".repeat(32)}`;
    if (method === "eth_getLogs") return [];
    if (method === "eth_blockNumber") return "0xffffff";
    if (method === "eth_getTransactionCount") return "0xffff";
    if (method === "eth_estimateGas") return "0x5208";
    if (method === "eth_getTransactionReceipt") return null;
    return undefined;
  };
  const endless: Mischief = (_, response) => {
    const more = (): void => {
      while (!response.destroyed && response.write(" ".repeat(65_536)));
      if (!response.destroyed) response.once("drain", more);
    };
    more();
    return HANDLED;
  };

  const BAD: readonly [string, () => Promise<string>][] = [
    ["is dead", gone],
    ["hangs", () => node(() => HANDLED)],
    ["is on another chain", () => node(({ method }) => (method === "eth_chainId" ? "0x1" : undefined))],
    ["is frozen at an old head", () => node(frozen)],
    ["lies", () => node(lying)],
    ["answers nonsense", () => node(() => ({ what: "?" }))],
    ["answers without end", () => node(endless)],
  ];

  describe("of which one of three", () => {
    for (const [what, start] of BAD) {
      it(`${what} change nothing: what is read, what is sent and what is passed on`, async () => {
        const urls = [await start(), local.chain.url, await node()];
        await checkOf(urls);
        for (const make of [ethersRegistry, jsonRpcRegistry]) {
          const snapshot = await make({ ...base(), urls }).snapshot();
          expect(await snapshot.findAnchor(REGION, ROOT, 3)).to.include({ disowned: null });
        }
        const chain = chainOf(urls);
        const root = randomBytes(32).toString("hex");
        await chain.submitAnchor({ root, size: 5 });
        expect(await chain.findAnchor({ region: REGION, root, size: 5 })).to.include({ confirmations: 0 });
        const { block } = await chain.head();
        const events = await chain.events({ fromBlock: 0, toBlock: block });
        expect(events.filter((event) => event.kind === "batch-anchored" && event.root === root)).to.have.length(1);
        const admin = ethersGovernance({ ...base(), urls, privateKey: local.accounts.admin.privateKey });
        await admin.disownRoot(REGION, root, 5);
        const { result } = (await nodeForwarder({ ...base(), urls }).forward("eth_blockNumber", [])) as {
          result: string;
        };
        expect(Number(result)).to.equal(block + 1);
      });
    }
  });

  describe("of which two of three are not to be relied on answer nothing, and say why:", () => {
    const cases: readonly [string, () => Promise<string>, string, string][] = [
      ["both dead", gone, "registry.unreachable", "chain.unreachable"],
      [
        "both on another chain",
        () => node(({ method }) => (method === "eth_chainId" ? "0x1" : undefined)),
        "registry.wrong-chain",
        "chain.wrong-chain",
      ],
      [
        "both without the registry",
        () => node(({ method }) => (method === "eth_getCode" ? "0x" : undefined)),
        "registry.missing",
        "chain.registry-missing",
      ],
      ["both answering nonsense", () => node(() => ({ what: "?" })), "registry.garbage", "chain.garbage"],
    ];
    for (const [what, start, reason, code] of cases) {
      it(`${what}: ${reason}`, async () => {
        const urls = [await start(), local.chain.url, await start()];
        for (const make of [ethersRegistry, jsonRpcRegistry]) {
          expect((await rejection(make({ ...base(), urls }).snapshot())).reason).to.equal(reason);
        }
        expect((await rejection(checkOf(urls))).code).to.equal(code);
      });
    }

    it("one dead, one that contradicts the third: registry.disagrees", async () => {
      const urls = [await gone(), local.chain.url, await node(lying)];
      const snapshot = await ethersRegistry({ ...base(), urls }).snapshot();
      expect((await rejection(snapshot.findAnchor(REGION, ROOT, 3))).reason).to.equal("registry.disagrees");
      expect((await rejection(chainOf(urls).findAnchor({ region: REGION, root: ROOT, size: 3 }))).code).to.equal(
        "chain.disagrees",
      );
      const call = nodeForwarder({ ...base(), urls }).forward("eth_getLogs", [{ fromBlock: "0x0", toBlock: "0x3" }]);
      expect((await rejection(call)).code).to.equal("chain.disagrees");
    });
  });

  describe("compared with what is pinned", () => {
    it("are the network when they are, and tell where its logs begin and who governs", async () => {
      const found = await checkOf([local.chain.url]);
      expect(found).to.include({ genesis: local.deployment.genesis, registryBlock: local.deployment.block });
      expect(found).to.include({ governor: local.accounts.governor.address, governorIsContract: false });
      expect(found.warnings).to.deep.equal([]);
    });

    it("are not, when they follow another chain with the same id", async () => {
      const error = await rejection(checkOf([local.chain.url], { genesis: `0x${"ee".repeat(32)}` }));
      expect(error.code).to.equal("chain.wrong-chain");
      expect(error.message).to.contain(`begins with ${local.deployment.genesis}`);
      const genesis = `0x${"ee".repeat(32)}`;
      for (const make of [ethersRegistry, jsonRpcRegistry]) {
        const snapshot = make({ ...base(), urls: [local.chain.url], genesis }).snapshot();
        expect((await rejection(snapshot)).reason).to.equal("registry.wrong-chain");
      }
    });

    it("are no longer, when a node is started anew on another chain while somebody verifies", async () => {
      let isAnew = false;
      const url = await node(({ method, params }) => {
        if (!isAnew || method !== "eth_getBlockByNumber") return undefined;
        if (params[0] === "0x0") return { number: "0x0", hash: `0x${"ee".repeat(32)}`, timestamp: "0x1" };
        return { number: "0x40", hash: `0x${"aa".repeat(32)}`, timestamp: "0x2" };
      });
      for (const make of [ethersRegistry, jsonRpcRegistry]) {
        isAnew = false;
        const registry = make({ ...base(), urls: [url], genesis: local.deployment.genesis });
        await registry.snapshot();
        isAnew = true;
        expect((await rejection(registry.snapshot())).reason).to.equal("registry.wrong-chain");
      }
    });

    it("are not, when another contract is at the address", async () => {
      const registryCode = "00".repeat(32);
      const error = await rejection(checkOf([local.chain.url], { registryCode }));
      expect(error.code).to.equal("chain.registry-missing");
      expect(error.message).to.contain("another contract");
      for (const make of [ethersRegistry, jsonRpcRegistry]) {
        const snapshot = make({ ...base(), urls: [local.chain.url], registryCode }).snapshot();
        expect((await rejection(snapshot)).reason).to.equal("registry.missing");
      }
    });

    it("are named by their origin alone: the rest of a URL may be a secret", async () => {
      const secret = `${await gone()}/secret-path?key=secret`;
      const { message } = await rejection(checkOf([secret]));
      expect(message).to.contain(new URL(secret).origin).and.not.to.contain("secret");
    });
  });

  describe("are asked about one very block", () => {
    const calls = (url: string) => nodes.find((started) => started.url === url)!.asked;

    it("by its hash where the node takes that (EIP-1898)", async () => {
      const url = await node();
      await (await ethersRegistry({ ...base(), urls: [url] }).snapshot()).findAnchor(REGION, ROOT, 3);
      const [, block] = calls(url).find(({ method }) => method === "eth_call")!.params as [unknown, object];
      expect(block).to.include({ requireCanonical: true });
    });

    const byNumberOnly: Mischief = ({ id, params }, response) => {
      if (typeof params[1] !== "object") return undefined;
      const error = { code: -32602, message: "invalid argument 1: hex string expected" };
      response.setHeader("content-type", "application/json");
      response.end(JSON.stringify({ jsonrpc: "2.0", id, error }));
      return HANDLED;
    };

    it("else by its number, while the node still has that block there", async () => {
      for (const make of [ethersRegistry, jsonRpcRegistry]) {
        const url = await node(byNumberOnly);
        const snapshot = await make({ ...base(), urls: [url] }).snapshot();
        expect(await snapshot.findAnchor(REGION, ROOT, 3)).to.include({ disowned: null });
        const refused = calls(url).filter(({ params }) => typeof params[1] === "object");
        expect(refused, "asked by hash no more often than it takes to learn").to.have.length(1);
      }
    });

    it("and not at all when the block was replaced meanwhile", async () => {
      for (const make of [ethersRegistry, jsonRpcRegistry]) {
        let isReplaced = false;
        const url = await node(async (call, response) => {
          if (typeof call.params[1] === "object") return byNumberOnly(call, response);
          if (!isReplaced || call.method !== "eth_getBlockByNumber") return undefined;
          const block = (await askHonestly(call.method, call.params)) as object;
          return { ...block, hash: `0x${"dd".repeat(32)}` };
        });
        const snapshot = await make({ ...base(), urls: [url] }).snapshot();
        isReplaced = true;
        const error = await rejection(snapshot.findAnchor(REGION, ROOT, 3));
        expect(error.reason).to.equal("registry.unreachable");
        expect(error.message).to.contain("was replaced");
      }
    });
  });
});
