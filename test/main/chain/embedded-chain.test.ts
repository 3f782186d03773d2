// SPDX-License-Identifier: Apache-2.0
import { spawn } from "node:child_process";
import { once } from "node:events";
import { appendFileSync, mkdtempSync, readFileSync, rmSync, statSync, truncateSync, writeFileSync } from "node:fs";
import { type AddressInfo, createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { Wallet } from "ethers";
import { type RunningChain, spawnChain } from "../../../src/main/chain/spawn-chain.js";

const GENESIS_CHAIN_ID = 20260;

describe("the embedded chain", () => {
  let directory: string;
  const running: RunningChain[] = [];

  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), "tally-chain-"));
  });
  afterEach(async () => {
    for (const chain of running.splice(0)) {
      chain.child.kill("SIGKILL");
      await chain.exited;
    }
    rmSync(directory, { recursive: true, force: true });
  });

  async function start(onMessage?: (line: string) => void): Promise<RunningChain> {
    const chain = await spawnChain({ directory, ...(onMessage ? { onMessage } : {}) });
    running.push(chain);
    return chain;
  }

  const journalPath = (): string => join(directory, "journal.jsonl");
  const journalLines = (): string[] => readFileSync(journalPath(), "utf8").split("\n").slice(0, -1);

  it("comes back as the same chain after a stop, with every block hash the same", async () => {
    const first = await start();
    const payer = newPayer();
    for (let nonce = 0; nonce < 5; nonce++) await send(first.url, await payer(nonce));
    const before = await blocks(first.url, 5);
    const times = before.map(({ timestamp }) => Number(timestamp));
    await first.stop();

    const second = await start();
    expect(await blocks(second.url, 5)).to.deep.equal(before);
    expect(times).to.deep.equal([...times].sort((a, b) => a - b));
    await send(second.url, await payer(5));
    expect(Number(await rpc(second.url, "eth_blockNumber"))).to.equal(6);
  });

  it("is not disturbed by gas estimates, pending calls and refused transactions between its blocks", async () => {
    const first = await start();
    const payer = newPayer();
    for (let nonce = 0; nonce < 3; nonce++) {
      await rpc(first.url, "eth_estimateGas", { to: `0x${"11".repeat(20)}` });
      await rpc(first.url, "eth_call", { to: `0x${"11".repeat(20)}` }, "pending");
      await rpc(first.url, "eth_getBlockByNumber", "pending", false);
      await send(first.url, await payer(nonce));
      await rpcError(first.url, "eth_sendRawTransaction", await payer(nonce));
      await rpcError(first.url, "eth_sendRawTransaction", await payer(nonce + 7));
      await rpcError(first.url, "eth_sendRawTransaction", await unpaidTransaction());
    }
    const before = await blocks(first.url, 3);
    await first.stop();
    expect(await blocks((await start()).url, 3)).to.deep.equal(before);
  });

  it("keeps every transaction that it answered through a kill -9 at any instant", async () => {
    await start();
    const payer = newPayer();
    let nonce = 0;
    for (let round = 0; round < 4; round++) {
      const chain = running.at(-1)!;
      const answered: { nonce: number; hash: string }[] = [];
      const killAfter = 3 + Math.floor(Math.random() * 25);
      const load = (async () => {
        for (;;) {
          const raw = await payer(nonce);
          const hash = await send(chain.url, raw);
          answered.push({ nonce: nonce++, hash });
          // Kills between this answer and some moment of the next transaction's way to the disk.
          if (answered.length === killAfter) setTimeout(() => chain.child.kill("SIGKILL"), Math.random() * 4);
        }
      })();
      await load.catch(() => undefined);
      await chain.exited;

      const next = await start();
      const count = Number(await rpc(next.url, "eth_getTransactionCount", payer.address, "latest"));
      expect(count).to.be.within(nonce, nonce + 1);
      nonce = count;
      for (const { hash } of answered) {
        expect(await rpc(next.url, "eth_getTransactionReceipt", hash)).to.include({ transactionHash: hash });
      }
    }
  });

  it("shows no transaction to anyone before it is in the journal", async () => {
    const chain = await start();
    const payer = newPayer();
    const sends = Array.from({ length: 40 }, async (_, nonce) => send(chain.url, await payer(nonce)).catch(() => null));
    let seen = 0;
    while (seen < 5) {
      seen = Number(await rpc(chain.url, "eth_blockNumber"));
      expect(journalLines().length - 1).to.be.at.least(seen);
    }
    await Promise.all(sends);
  });

  it("replays 500 transactions in a few seconds", async function () {
    this.timeout(60_000);
    const first = await start();
    const payer = newPayer();
    for (let nonce = 0; nonce < 500; nonce += 50) {
      const batch = await Promise.all(Array.from({ length: 50 }, (_, i) => payer(nonce + i)));
      await sendBatch(first.url, batch);
    }
    const head = await rpc(first.url, "eth_getBlockByNumber", "latest", false);
    expect(head).to.include({ number: "0x1f4" });
    // A burst shares its second instead of running ahead of the clock.
    expect(Number((head as { timestamp: string }).timestamp)).to.be.at.most(Date.now() / 1000);
    await first.stop();
    const began = performance.now();
    const second = await start();
    expect(performance.now() - began).to.be.below(10_000);
    expect(await rpc(second.url, "eth_getBlockByNumber", "latest", false)).to.deep.equal(head);
  });

  it("drops a half-written last line and says so", async () => {
    const first = await start();
    const payer = newPayer();
    await send(first.url, await payer(0));
    await first.stop();
    appendFileSync(journalPath(), '{"block":2,"time":17');
    const said: string[] = [];
    const second = await start((line) => said.push(line));
    expect(said.join()).to.contain("half-written");
    expect(Number(await rpc(second.url, "eth_blockNumber"))).to.equal(1);
    await send(second.url, await payer(1));
    await second.stop();
    expect(journalLines()).to.have.lengthOf(3);
  });

  describe("with a damaged journal", () => {
    let journal: string[];

    before(async () => {
      directory = mkdtempSync(join(tmpdir(), "tally-chain-"));
      const chain = await spawnChain({ directory });
      const payer = newPayer();
      await send(chain.url, await payer(0));
      await send(chain.url, await payer(1));
      await chain.stop();
      journal = journalLines();
      rmSync(directory, { recursive: true, force: true });
    });

    for (const [what, damage] of [
      [
        "a changed time",
        (lines: string[]) =>
          lines.with(
            1,
            lines[1]!.replace(/"time":(\d+)/, (_, t) => `"time":${Number(t) + 1}`),
          ),
      ],
      [
        "a changed state root",
        (lines: string[]) =>
          lines.with(
            2,
            lines[2]!.replace(/"stateRoot":"0x(.)/, (_, digit) => `"stateRoot":"0x${digit === "0" ? 1 : 0}`),
          ),
      ],
      ["a missing line", (lines: string[]) => lines.toSpliced(1, 1)],
      ["two lines swapped", (lines: string[]) => [lines[0]!, lines[2]!, lines[1]!]],
      ["a line that is not JSON", (lines: string[]) => lines.with(1, "{")],
      [
        "another genesis time",
        (lines: string[]) => lines.with(0, lines[0]!.replace(/"genesisTime":\d+/, '"genesisTime":1')),
      ],
      ["no header", (lines: string[]) => lines.slice(1)],
    ] as const) {
      it(`does not start on ${what}, changes nothing and names the way out`, async () => {
        const damaged = `${damage(journal).join("\n")}\n`;
        writeFileSync(journalPath(), damaged);
        const error = await rejection(start());
        expect(error).to.include({ code: "chain.journal-corrupt" });
        expect(error.message).to.match(/backup/);
        expect(readFileSync(journalPath(), "utf8")).to.equal(damaged);
      });
    }
  });

  it("refuses another chain id and an empty journal", async () => {
    await (await start()).stop();
    expect(await rejection(spawnChain({ directory, chainId: 7 }))).to.include({ code: "chain.journal-corrupt" });
    truncateSync(journalPath(), 0);
    expect(await rejection(start())).to.include({ code: "chain.journal-corrupt" });
  });

  it("shares its directory with no second chain, and frees it when killed", async () => {
    const first = await start();
    const error = await rejection(start());
    expect(error).to.include({ code: "config.invalid" });
    expect(error.message).to.contain("another embedded chain");
    first.child.kill("SIGKILL");
    await first.exited;
    await start();
  });

  it("names the way out when its port is taken", async () => {
    const other = createServer().listen(0, "127.0.0.1");
    await once(other, "listening");
    const { port } = other.address() as AddressInfo;
    const failure = await spawnChain({ directory, port }).then(() => null, String);
    expect(failure).to.contain(`127.0.0.1:${port} is in use; set TALLY_CHAIN_PORT`);
    other.close();
  });

  it("holds no account of its own, none of Hardhat's published ones either", async () => {
    const chain = await start();
    expect(statSync(journalPath()).mode & 0o077).to.equal(0);
    expect(await rpc(chain.url, "eth_accounts")).to.deep.equal([]);
    const published = "0xf39Fd6e51aad88F6F4ce6aB8827279cffFb92266";
    expect(await rpc(chain.url, "eth_getBalance", published, "latest")).to.equal("0x0");
    expect(await rpc(chain.url, "eth_chainId")).to.equal(`0x${GENESIS_CHAIN_ID.toString(16)}`);
  });

  it("ends with code 0 on SIGTERM, and ends when its parent's end of stdin closes", async () => {
    const first = await start();
    first.child.kill("SIGTERM");
    expect(await first.exited).to.equal(0);
    const second = await start();
    second.child.stdin!.destroy();
    expect(await second.exited).to.equal(0);
  });

  it("leaves no orphan when its parent is killed", async () => {
    const module = new URL("../../../src/main/chain/spawn-chain.ts", import.meta.url).href;
    const script = `const { spawnChain } = await import(${JSON.stringify(module)});
      const { url, child } = await spawnChain({ directory: ${JSON.stringify(directory)} });
      console.log(JSON.stringify({ url, pid: child.pid }));`;
    const parent = spawn(process.execPath, ["--import", "tsx", "--input-type=module", "-e", script], {
      stdio: ["ignore", "pipe", "inherit"],
    });
    const line = String((await once(parent.stdout, "data"))[0]);
    const { url, pid } = JSON.parse(line) as { url: string; pid: number };
    await rpc(url, "eth_chainId");
    parent.kill("SIGKILL");
    while (isAlive(pid)) await new Promise((resolve) => setImmediate(resolve));
    expect(await rejection(rpc(url, "eth_chainId"))).to.be.instanceOf(TypeError);
  });

  it("reports a revert in the words of other clients", async () => {
    const chain = await start();
    // PUSH1 0 PUSH1 0 REVERT as init code.
    const error = await rpcError(chain.url, "eth_call", { data: "0x60006000fd" }, "latest");
    expect(error.code).to.equal(3);
    expect(error.data).to.equal("0x");
  });
});

/** Signs transactions of one account with a given nonce, without asking the chain. Gas is free, so it needs no funds. */
function newPayer(): ((nonce: number) => Promise<string>) & { address: string } {
  const wallet = Wallet.createRandom();
  const sign = (nonce: number): Promise<string> => wallet.signTransaction(transfer(nonce));
  return Object.assign(sign, { address: wallet.address });
}

function transfer(nonce: number) {
  const to = `0x${nonce.toString(16).padStart(40, "a")}`;
  return {
    type: 2,
    chainId: GENESIS_CHAIN_ID,
    nonce,
    to,
    value: 0n,
    gasLimit: 21_000n,
    maxFeePerGas: 0n,
    maxPriorityFeePerGas: 0n,
  };
}

/** Offers to pay, and cannot. */
function unpaidTransaction(): Promise<string> {
  return Wallet.createRandom().signTransaction({ ...transfer(0), value: 1n });
}

/** A process that ended but was not waited for yet is not alive either. */
function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return !/^\d+ \(.*\) Z/s.test(readFileSync(`/proc/${pid}/stat`, "utf8"));
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}

interface RpcReply {
  readonly result?: unknown;
  readonly error?: { readonly code: number; readonly message: string; readonly data?: string };
}

async function ask(url: string, body: unknown): Promise<unknown> {
  const response = await fetch(url, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(body),
  });
  return response.json();
}

async function rpc(url: string, method: string, ...params: unknown[]): Promise<unknown> {
  const { result, error } = (await ask(url, { jsonrpc: "2.0", id: 1, method, params })) as RpcReply;
  if (error) throw new Error(`${method}: ${error.message}`);
  return result;
}

async function rpcError(url: string, method: string, ...params: unknown[]): Promise<NonNullable<RpcReply["error"]>> {
  const { error } = (await ask(url, { jsonrpc: "2.0", id: 1, method, params })) as RpcReply;
  if (!error) throw new Error(`${method} was not refused`);
  return error;
}

async function send(url: string, raw: string): Promise<string> {
  return (await rpc(url, "eth_sendRawTransaction", raw)) as string;
}

async function sendBatch(url: string, raws: readonly string[]): Promise<void> {
  const calls = raws.map((raw, id) => ({ jsonrpc: "2.0", id, method: "eth_sendRawTransaction", params: [raw] }));
  for (const { error } of (await ask(url, calls)) as RpcReply[]) if (error) throw new Error(error.message);
}

async function blocks(url: string, last: number): Promise<{ hash: string; timestamp: string }[]> {
  const numbers = Array.from({ length: last + 1 }, (_, number) => `0x${number.toString(16)}`);
  return Promise.all(
    numbers.map(
      (number) => rpc(url, "eth_getBlockByNumber", number, false) as Promise<{ hash: string; timestamp: string }>,
    ),
  );
}

async function rejection(promise: Promise<unknown>): Promise<Error & { code?: string }> {
  try {
    await promise;
  } catch (error) {
    return error as Error;
  }
  throw new Error("it did not reject");
}
