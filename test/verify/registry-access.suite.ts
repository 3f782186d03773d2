// SPDX-License-Identifier: Apache-2.0
import { expect } from "chai";
import { TallyError } from "../../src/core/errors.js";
import { toHex } from "../../src/core/hex.js";
import { KEY_ADDED } from "../../src/verify/json-rpc/registry-views.js";
import {
  type RegistryAccess,
  RegistryError,
  type RegistryFailure,
  type RegistrySnapshot,
} from "../../src/verify/registry.js";
import { AGENCY, type LocalRegistry, newKey, REGION } from "../adapters/ethereum/local-registry.js";
import { HANDLED, HostileNode, type Mischief } from "./hostile-node.js";
import { operatorsChain, ROOT, registryAnswers, startRecordedRegistry } from "./registry-answers.suite.js";

export interface AccessOptions {
  readonly urls: readonly string[];
  readonly chainId: number;
  readonly registry: string;
  readonly timeoutMs?: number;
  readonly quorum?: number;
  readonly confirmations?: number;
  readonly maxAnswerBytes?: number;
  readonly firstBlock?: number;
}

/** What every RegistryAccess over JSON-RPC promises, against a real chain and against nodes that misbehave. */
export function registryAccessSuite(name: string, make: (options: AccessOptions) => RegistryAccess): void {
  describe(`registry access: ${name}`, () => {
    let local: LocalRegistry;
    let key: { bytes: Uint8Array; digest: string };
    let anchoredAt: number;
    const nodes: HostileNode[] = [];

    before(async () => {
      ({ local, key, anchoredAt } = await startRecordedRegistry());
    });
    after(() => local.close());
    afterEach(async () => {
      for (const node of nodes.splice(0)) await node.stop();
    });

    const operators = () => operatorsChain(local);

    const open = (urls: readonly string[], over: Partial<AccessOptions> = {}): RegistryAccess =>
      make({ urls, chainId: local.chain.chainId, registry: local.deployment.registry, timeoutMs: 2_000, ...over });

    const hostile = async (mischief: Mischief): Promise<string> => {
      const node = await HostileNode.start(local.chain.url, mischief);
      nodes.push(node);
      return node.url;
    };

    describe("with an honest node", () => {
      let snapshot: RegistrySnapshot;
      before(async () => {
        snapshot = await open([local.chain.url]).snapshot();
      });

      it("names the block that its answers belong to", async () => {
        const { block, time } = await operators().head();
        expect(snapshot.head).to.include({
          chainId: local.chain.chainId,
          registry: local.deployment.registry,
          block,
          time,
        });
        expect(snapshot.head.hash).to.match(/^0x[0-9a-f]{64}$/);
      });

      registryAnswers(async () => ({ snapshot: await open([local.chain.url]).snapshot(), local, key, anchoredAt }));

      it("stays at its block when the chain moves on, and a new snapshot moves with it", async () => {
        const access = open([local.chain.url]);
        const earlier = await access.snapshot();
        const size = 1_000 + Math.floor(Math.random() * 1_000);
        await operators().submitAnchor({ root: ROOT, size });
        expect(await earlier.findAnchor(REGION, ROOT, size)).to.equal(null);
        expect(await (await access.snapshot()).findAnchor(REGION, ROOT, size)).to.not.equal(null);
        const behind = await open([local.chain.url], { confirmations: 1 }).snapshot();
        expect(await behind.findAnchor(REGION, ROOT, size)).to.equal(null);
      });
    });

    it("asks once what it has been told, for as long as the block stands", async () => {
      const url = await hostile(() => undefined);
      const access = open([url]);
      const first = await access.snapshot();
      await Promise.all([first.findAgency(AGENCY), first.findAgency(AGENCY)]);
      await (await access.snapshot()).findAgency(AGENCY);
      expect(nodes[0]!.asked.filter(({ method }) => method === "eth_call")).to.have.lengthOf(1);
    });

    it("asks again what it could not learn", async () => {
      let broken = true;
      const url = await hostile(({ method }) => (method === "eth_call" && broken ? "0x" : undefined));
      const snapshot = await open([url]).snapshot();
      await expectFailure(snapshot.findAgency(AGENCY), "registry.garbage");
      broken = false;
      expect(await snapshot.findAgency(AGENCY)).to.not.equal(null);
    });

    describe("refuses a snapshot", () => {
      const cases: readonly [string, RegistryFailure, Mischief, Partial<AccessOptions>?][] = [
        ["from a node that hangs", "registry.unreachable", () => HANDLED, { timeoutMs: 150 }],
        [
          "from a node that sends one byte and then hangs",
          "registry.unreachable",
          (_, response) => {
            response.write("{");
            return HANDLED;
          },
          { timeoutMs: 150 },
        ],
        [
          "from a node that hangs up",
          "registry.unreachable",
          (_, response) => {
            response.destroy();
            return HANDLED;
          },
        ],
        ["from a node that limits its callers", "registry.unreachable", status(429)],
        ["from a node that is out of order", "registry.unreachable", status(503)],
        ["from a node that names an error", "registry.unreachable", rpcError(-32005, "rate limit exceeded")],
        ["from a node on another chain", "registry.wrong-chain", answering("eth_chainId", "0x1")],
        ["from a node whose chain id is a word", "registry.garbage", answering("eth_chainId", "mainnet")],
        ["from a node whose chain id is negative", "registry.garbage", answering("eth_chainId", -1)],
        [
          "from a node whose chain id is no double",
          "registry.garbage",
          answering("eth_chainId", `0x${"f".repeat(30)}`),
        ],
        ["without code at the address", "registry.missing", answering("eth_getCode", "0x")],
        ["from a node whose code is no code", "registry.garbage", answering("eth_getCode", 7)],
        ["from a node without a newest block", "registry.garbage", answering("eth_getBlockByNumber", null)],
        ["from a node whose block is a number", "registry.garbage", answering("eth_getBlockByNumber", 12)],
        ["from a node whose block is empty", "registry.garbage", answering("eth_getBlockByNumber", {})],
        [
          "from a node whose block has no real hash",
          "registry.garbage",
          answering("eth_getBlockByNumber", { number: "0x1", hash: "0x12", timestamp: "0x1" }),
        ],
        ["from a web page", "registry.garbage", raw("<!doctype html><title>Welcome</title>")],
        ["from a node that answers with nothing", "registry.garbage", raw("")],
        ["from a node that answers null", "registry.garbage", raw("null")],
        [
          "from a node that answers another question",
          "registry.garbage",
          raw('{"jsonrpc":"2.0","id":99999,"result":"0x1"}'),
        ],
        ["from a node that answers without end", "registry.garbage", endless, { maxAnswerBytes: 100_000 }],
      ];
      for (const [what, reason, mischief, over = {}] of cases) {
        it(`${what}: ${reason}`, async () => {
          await expectFailure(open([await hostile(mischief)], over).snapshot(), reason);
        });
      }

      it("from a port where nobody listens: registry.unreachable", async () => {
        const url = await hostile(() => undefined);
        await nodes.pop()!.stop();
        await expectFailure(open([url]).snapshot(), "registry.unreachable");
      });
    });

    describe("refuses an answer", () => {
      const cases: readonly [string, RegistryFailure, Mischief][] = [
        ["that is empty", "registry.garbage", answering("eth_call", "0x")],
        ["that is not hex", "registry.garbage", answering("eth_call", "0xzz")],
        ["that is no text", "registry.garbage", answering("eth_call", { ok: true })],
        ["of ones", "registry.garbage", answering("eth_call", `0x${"ff".repeat(320)}`)],
        ["that is cut off", "registry.garbage", answering("eth_call", `0x${"00".repeat(40)}`)],
        ["that never comes", "registry.unreachable", ({ method }) => (method === "eth_call" ? HANDLED : undefined)],
        [
          "that is a revert",
          "registry.garbage",
          (call, response) =>
            call.method === "eth_call" ? rpcError(3, "execution reverted")(call, response) : undefined,
        ],
        [
          "of a node that lacks the block",
          "registry.unreachable",
          (call, response) =>
            call.method === "eth_call" ? rpcError(-32000, "header not found")(call, response) : undefined,
        ],
      ];
      for (const [what, reason, mischief] of cases) {
        it(`${what}: ${reason}`, async () => {
          const snapshot = await open([await hostile(mischief)], { timeoutMs: 1_000 }).snapshot();
          await expectFailure(snapshot.findAgency(AGENCY), reason);
          await expectFailure(snapshot.findKey(key.digest), reason);
        });
      }
    });

    describe("reads the logs of a node", () => {
      interface Range {
        readonly fromBlock: string;
        readonly toBlock: string;
      }
      const DEEP = 5_000;
      /** A node whose chain seems `blocks` long, and which sends logs of at most `most` blocks at once. */
      const limited = (most: number, blocks = DEEP, range: (of: Range) => unknown = () => undefined): Promise<string> =>
        hostile(async (call, response) => {
          const { method, params } = call;
          const pretended = {
            number: `0x${blocks.toString(16)}`,
            hash: `0x${"ab".repeat(32)}`,
            timestamp: "0x7fffffff",
          };
          if (method === "eth_getBlockByNumber") return pretended;
          if (method === "eth_call" || method === "eth_getCode")
            return honestAnswer(local.chain.url, { method, params: [params[0], "latest"] });
          if (method !== "eth_getLogs") return undefined;
          const asked = params[0] as Range;
          if (Number(asked.toBlock) - Number(asked.fromBlock) >= most)
            return rpcError(-32005, "query exceeds max block range")(call, response);
          const said = range(asked);
          if (said !== undefined) return said;
          const covers = Number(asked.fromBlock) <= DEEP - 10 && DEEP - 10 <= Number(asked.toBlock);
          return covers ? [keyLog(key)] : [];
        });
      const rangesOf = () =>
        nodes[0]!.asked.filter(({ method }) => method === "eth_getLogs").map(({ params }) => params[0] as Range);
      const find = async (url: string, over: Partial<AccessOptions> = {}) =>
        (await open([url], over).snapshot()).findKeysById(key.digest.slice(0, 16));

      it("at once where the node allows it", async () => {
        expect((await find(await limited(1_000_000))).map(toHex)).to.deep.equal([toHex(key.bytes)]);
        expect(rangesOf()).to.have.lengthOf(1);
      });

      it("a piece at a time where it does not, missing no block", async () => {
        expect((await find(await limited(2_000))).map(toHex)).to.deep.equal([toHex(key.bytes)]);
        const [whole, ...pieces] = rangesOf().map(({ fromBlock, toBlock }) => [Number(fromBlock), Number(toBlock)]);
        expect(whole).to.deep.equal([0, DEEP]);
        expect(pieces.sort(([one], [other]) => one! - other!)).to.deep.equal([
          [0, 1_999],
          [2_000, 3_999],
          [4_000, DEEP],
        ]);
      });

      it("from the registry's own block on, when that is known", async () => {
        await find(await limited(2_000), { firstBlock: 3_000 });
        expect(rangesOf().every(({ fromBlock }) => Number(fromBlock) >= 3_000)).to.equal(true);
      });

      it("and says that it could not, when the node refuses a piece: registry.unreachable", async () => {
        await expectFailure(find(await limited(1_000)), "registry.unreachable");
        const late = await limited(2_000, DEEP, ({ fromBlock }) => (Number(fromBlock) === 4_000 ? "0x" : undefined));
        await expectFailure(find(late), "registry.garbage");
      });

      it("and asks no more often than it should, however long the chain: registry.unreachable", async () => {
        await expectFailure(find(await limited(2_000, 50_000_000)), "registry.unreachable");
        expect(rangesOf()).to.have.lengthOf(1);
      });
    });

    describe("believes no logged key", () => {
      const id = (): string => key.digest.slice(0, 16);

      it("that the registry's state does not hold", async () => {
        const stranger = newKey();
        const url = await hostile(({ method }) => (method === "eth_getLogs" ? [keyLog(stranger)] : undefined));
        const snapshot = await open([url]).snapshot();
        expect(await snapshot.findKeysById(stranger.digest.slice(0, 16))).to.deep.equal([]);
        expect(await snapshot.findKeysById(id())).to.deep.equal([]);
      });

      it("beyond a handful, nor logs that are none", async () => {
        for (const logs of [Array.from({ length: 100 }, () => keyLog(newKey())), "0x", [7], [{ data: "0x12" }]]) {
          const url = await hostile(({ method }) => (method === "eth_getLogs" ? logs : undefined));
          await expectFailure((await open([url]).snapshot()).findKeysById(id()), "registry.garbage");
        }
      });
    });

    describe("with several nodes", () => {
      const lies = answering("eth_call", `0x${"00".repeat(64)}`);

      it("takes the answer of a quorum, whatever one of them says or does", async () => {
        for (const mischief of [lies, answering("eth_chainId", "0x1"), status(503), answering("eth_getCode", "0x")]) {
          const urls = [local.chain.url, await hostile(mischief), await hostile(() => undefined)];
          const snapshot = await open(urls).snapshot();
          expect(await snapshot.findAnchor(REGION, ROOT, 4)).to.deep.equal({ anchoredAt, disowned: null });
        }
      });

      it("does not choose between nodes that contradict one another: registry.disagrees", async () => {
        const snapshot = await open([local.chain.url, await hostile(lies)]).snapshot();
        await expectFailure(snapshot.findAnchor(REGION, ROOT, 4), "registry.disagrees");
      });

      it("refuses nodes whose blocks differ: registry.disagrees", async () => {
        const forked = await hostile(async (call) => {
          if (call.method !== "eth_getBlockByNumber") return undefined;
          return { ...(await honestAnswer<object>(local.chain.url, call)), hash: `0x${"ee".repeat(32)}` };
        });
        await expectFailure(open([local.chain.url, forked]).snapshot(), "registry.disagrees");
      });

      it("says why when too few of them can be asked", async () => {
        const urls = [local.chain.url, await hostile(answering("eth_chainId", "0x1")), await hostile(status(503))];
        await expectFailure(open(urls).snapshot(), "registry.wrong-chain");
      });

      it("pins the newest block that a quorum has", async () => {
        const behind = await hostile(async (call) => {
          if (call.method !== "eth_getBlockByNumber" || call.params[0] !== "latest") return undefined;
          return honestAnswer(local.chain.url, { ...call, params: ["0x2", false] });
        });
        const head = (await operators().head()).block;
        const urls = [local.chain.url, await hostile(() => undefined), behind];
        const all = await open(urls, { quorum: 3 }).snapshot();
        expect(all.head.block).to.equal(2);
        const most = await open(urls, { quorum: 2 }).snapshot();
        expect(most.head.block).to.equal(head);
      });

      it("takes no quorum that two groups could reach against each other, nor one that cannot be had", () => {
        const url = (n: number) => `http://127.0.0.1:${n + 1}`;
        for (const [nodes, quorum] of [
          [5, 2],
          [4, 2],
          [2, 1],
          [3, 0],
          [3, -3],
          [3, 4],
          [3, 2.5],
          [3, Number.NaN],
          [0, 0],
        ] as const) {
          const wrong = () =>
            open(
              Array.from({ length: nodes }, (_, i) => url(i)),
              { quorum },
            );
          expect(wrong, `${quorum} of ${nodes}`).to.throw(TallyError).with.property("code", "config.invalid");
        }
        expect(() => open([url(1), url(2), url(3)], { quorum: 2 })).to.not.throw();
      });
    });
  });
}

async function expectFailure(promise: Promise<unknown>, reason: RegistryFailure): Promise<void> {
  try {
    await promise;
  } catch (error) {
    expect(error, String(error)).to.be.instanceOf(RegistryError);
    expect((error as RegistryError).reason, (error as Error).message).to.equal(reason);
    return;
  }
  throw new Error(`it did not fail with ${reason}`);
}

function answering(method: string, result: unknown): Mischief {
  return (call) => (call.method === method ? result : undefined);
}

function status(code: number): Mischief {
  return (_, response) => {
    response.writeHead(code).end("{}");
    return HANDLED;
  };
}

function rpcError(code: number, message: string): Mischief {
  return ({ id }, response) => {
    response.setHeader("content-type", "application/json");
    response.end(JSON.stringify({ jsonrpc: "2.0", id, error: { code, message } }));
    return HANDLED;
  };
}

function raw(body: string): Mischief {
  return (_, response) => {
    response.setHeader("content-type", "application/json");
    response.end(body);
    return HANDLED;
  };
}

function endless(
  _: unknown,
  response: { write(text: string): boolean; destroyed: boolean; once(e: string, f: () => void): unknown },
): symbol {
  const more = (): void => {
    while (!response.destroyed && response.write(" ".repeat(65_536)));
    if (!response.destroyed) response.once("drain", more);
  };
  more();
  return HANDLED;
}

async function honestAnswer<T>(
  url: string,
  { method, params }: { method: string; params: readonly unknown[] },
): Promise<T> {
  const body = JSON.stringify({ jsonrpc: "2.0", id: 1, method, params });
  const response = await fetch(url, { method: "POST", headers: { "content-type": "application/json" }, body });
  return ((await response.json()) as { result: T }).result;
}

/** A log of KeyAdded as a node would invent it. */
function keyLog({ bytes, digest }: { bytes: Uint8Array; digest: string }): object {
  const word = (hex: string, left = false): string => (left ? hex.padEnd(64, "0") : hex.padStart(64, "0"));
  const head = [word("333430303030", true), word("0"), word("ed"), word("1"), word("a0"), word("22")].join("");
  return {
    topics: [KEY_ADDED.topic, `0x${word(digest.slice(0, 16), true)}`, `0x${digest}`, `0x${word("", true)}`],
    data: `0x${head}${toHex(bytes).padEnd(128, "0")}`,
    blockNumber: "0x1",
    blockHash: `0x${"00".repeat(32)}`,
    transactionHash: `0x${"00".repeat(32)}`,
    logIndex: "0x0",
  };
}
