// SPDX-License-Identifier: Apache-2.0
import { type ChildProcess, spawn } from "node:child_process";
import { createInterface } from "node:readline";
import { expect } from "chai";
import { type JsonRpcProvider, Wallet } from "ethers";
import { providerFor } from "../../../src/adapters/ethereum/provider.js";
import { Sender, type SenderOptions } from "../../../src/adapters/ethereum/sender.js";
import { anvilBinary } from "../../contracts/evm-client.js";
import { skip } from "../../skip.js";
import { HANDLED, HostileNode } from "../../verify/hostile-node.js";
import { rejection } from "./local-registry.js";

const CHAIN = 31_337;
const LATER = 61_000;
const GWEI = 1_000_000_000n;

/** anvil, because it has a pool: here a transaction is mined when the test says so. */
describe("the sender of an account's transactions", () => {
  let anvil: ChildProcess;
  let url: string;
  let provider: JsonRpcProvider;
  let wallet: { address: string; privateKey: string };
  let clock = 0;

  before(async function () {
    const binary = anvilBinary();
    if (!binary) return skip(this, "anvil is not installed");
    anvil = spawn(binary, ["--port", "0", "--chain-id", String(CHAIN), "--no-mining"], {
      stdio: ["ignore", "pipe", "inherit"],
    });
    for await (const line of createInterface({ input: anvil.stdout! })) {
      const port = /Listening on 127\.0\.0\.1:(\d+)/.exec(line)?.[1];
      if (!port) continue;
      url = `http://127.0.0.1:${port}`;
      break;
    }
    anvil.stdout!.resume();
    provider = providerFor({ urls: [url], chainId: CHAIN });
  });
  after(() => {
    anvil?.kill();
  });
  beforeEach(async () => {
    wallet = Wallet.createRandom();
    await provider.send("anvil_setBalance", [wallet.address, "0xde0b6b3a7640000"]);
    clock = 1_000_000;
  });

  const sender = (over: Partial<SenderOptions> = {}): Sender =>
    new Sender({ provider, chainId: CHAIN, privateKey: wallet.privateKey, now: () => clock, ...over });
  const payload = (byte: string) => ({ to: `0x${byte.repeat(20)}`, data: "0x", value: 1n });
  const mine = () => provider.send("evm_mine", []);
  const receipt = (tx: string) => provider.send("eth_getTransactionReceipt", [tx]);
  const transaction = (tx: string) => provider.send("eth_getTransactionByHash", [tx]);
  const offerOf = async (tx: string): Promise<bigint> => BigInt((await transaction(tx)).maxFeePerGas);
  const minedNonce = async (): Promise<number> =>
    Number(await provider.send("eth_getTransactionCount", [wallet.address, "latest"]));

  it("lines up in the pool what is sent in a row", async () => {
    const account = sender();
    const sent = await Promise.all(["11", "12", "13"].map((byte) => account.send("a gift", payload(byte))));
    await mine();
    for (const tx of sent) expect(await receipt(tx)).to.include({ status: "0x1" });
  });

  it("replaces a transaction with the same payload instead of lining up behind it", async () => {
    const account = sender();
    const first = await account.send("a gift", payload("21"));
    const second = await account.send("a gift", payload("21"));
    expect(second).to.not.equal(first);
    await mine();
    expect(await receipt(first)).to.equal(null);
    expect(await receipt(second)).to.include({ status: "0x1" });
    expect(await minedNonce()).to.equal(1);
  });

  it("waits for a young transaction and replaces one that is stuck", async () => {
    const account = sender();
    const stuck = await account.send("a gift", payload("31"));
    await account.send("a gift", payload("32"));
    clock += LATER;
    const instead = await account.send("a gift", payload("33"));
    await mine();
    expect(await receipt(stuck)).to.equal(null);
    expect(await receipt(instead)).to.include({ status: "0x1" });
    expect(await minedNonce()).to.equal(2);
  });

  it("replaces what an earlier process left stuck, without knowing its fees", async () => {
    const lost = await sender().send("a gift", payload("41"));
    const account = sender();
    await account.send("a gift", payload("42"));
    clock += LATER;
    const instead = await account.send("a gift", payload("43"));
    await mine();
    expect(await receipt(lost)).to.equal(null);
    expect(await receipt(instead)).to.include({ status: "0x1" });
  });

  it("replaces what another holder of the key left stuck, though the same payload waits behind it already", async () => {
    await sender().send("a gift", payload("44"));
    const account = sender();
    await account.send("a gift", payload("45"));
    clock += LATER;
    const instead = await account.send("a gift", payload("45"));
    expect((await transaction(instead)).nonce).to.equal("0x0");
  });

  it("leaves a transaction where it is when its replacement would pass the cap", async () => {
    await provider.send("anvil_setNextBlockBaseFeePerGas", [`0x${GWEI.toString(16)}`]);
    await mine();
    const fees = { maxFeePerGas: 5n * GWEI };
    const account = sender({ fees });
    let last = await account.send("a gift", payload("46"));
    const offers = [await offerOf(last)];
    for (let again = 0; again < 8; again++) {
      clock += LATER;
      const tx = await account.send("a gift", payload("46"));
      if (tx !== last) offers.push(await offerOf(tx));
      last = tx;
    }
    expect(offers.length).to.be.greaterThan(2);
    for (const [i, offer] of offers.entries()) if (i > 0) expect(offer > (offers[i - 1]! * 11n) / 10n).to.equal(true);
    const highest = offers.at(-1)!;
    expect(highest <= fees.maxFeePerGas && (highest * 5n) / 4n > fees.maxFeePerGas).to.equal(true);
    await mine();
    expect(await receipt(last)).to.include({ status: "0x1" });
    expect(await minedNonce()).to.equal(1);
  });

  it("says that one in front, which offers as much as is allowed, has to be mined first", async () => {
    await provider.send("anvil_setNextBlockBaseFeePerGas", [`0x${GWEI.toString(16)}`]);
    await mine();
    const account = sender({ fees: { maxFeePerGas: 2n * GWEI } });
    await account.send("a gift", payload("47"));
    clock += LATER;
    const error = await rejection(account.send("a gift", payload("48")));
    expect(error.code).to.equal("chain.unreachable");
    expect(error.message).to.contain("transaction 0").and.to.contain("has to be mined first");
  });

  it("finds a transaction whose reply was lost", async () => {
    const node = await HostileNode.start(url, async (call, response) => {
      if (call.method !== "eth_sendRawTransaction") return undefined;
      await provider.send(call.method, [...call.params]);
      response.destroy();
      return HANDLED;
    });
    try {
      const account = sender({ provider: providerFor({ urls: [node.url], chainId: CHAIN }) });
      const tx = await account.send("a gift", payload("51"));
      await mine();
      expect(await receipt(tx)).to.include({ status: "0x1" });
    } finally {
      await node.stop();
    }
  });

  it("spends no nonce on what the chain refuses", async () => {
    const account = sender();
    const error = await rejection(account.send("a riddle", { to: null, data: "0x60006000fd" }));
    expect(error.code).to.equal("chain.reverted");
    const tx = await account.send("a gift", payload("61"));
    await mine();
    expect(await receipt(tx)).to.include({ status: "0x1" });
    expect(await minedNonce()).to.equal(1);
  });

  it("sends nothing when it is told no at the last moment, and spends no nonce on it", async () => {
    const account = sender();
    expect(await account.sendIf(async () => false, "a gift", payload("62"))).to.equal(null);
    const tx = await account.send("a gift", payload("63"));
    await mine();
    expect(await receipt(tx)).to.include({ status: "0x1" });
    expect(await minedNonce()).to.equal(1);
  });

  it("asks again when another process of the account has sent since it was told yes, and sends nothing when that is no", async () => {
    let asked = 0;
    const overtaken = async (): Promise<boolean> => {
      asked += 1;
      if (asked > 1) return false;
      await sender().send("a gift", payload("64"));
      await mine();
      return true;
    };
    expect(await sender().sendIf(overtaken, "a gift", payload("65"))).to.equal(null);
    await mine();
    expect(await minedNonce()).to.equal(1);
  });

  it("asks again and draws another nonce when another process of the account has one in the pool with its own", async () => {
    let other = "";
    let asked = 0;
    const overtaken = async (): Promise<boolean> => {
      asked += 1;
      if (asked === 1) other = await sender().send("a gift", payload("66"));
      return true;
    };
    const tx = await sender().sendIf(overtaken, "a gift", payload("67"));
    expect(asked).to.equal(2);
    await mine();
    expect(await receipt(other), "the other's, as it was sent").to.include({ status: "0x1" });
    expect(await receipt(tx!)).to.include({ status: "0x1" });
    expect(await minedNonce()).to.equal(2);
  });

  it("offers no more than its cap, and says so", async () => {
    const error = await rejection(sender({ fees: { maxFeePerGas: 1n } }).send("a gift", payload("71")));
    expect(error.message).to.contain("more than the 0.000000001 gwei allowed");
  });

  it("believes no node that recommends any tip, though no cap is set", async () => {
    const node = await HostileNode.start(url, ({ method }) =>
      method === "eth_maxPriorityFeePerGas" ? `0x${(600n * GWEI).toString(16)}` : undefined,
    );
    try {
      const account = sender({ provider: providerFor({ urls: [node.url], chainId: CHAIN }) });
      const error = await rejection(account.send("a gift", payload("72")));
      expect(error.code).to.equal("chain.unreachable");
      expect(error.message).to.contain("a gift").and.to.contain("more than the 500 gwei allowed");
      expect(node.asked.map(({ method }) => method)).to.not.include("eth_sendRawTransaction");
    } finally {
      await node.stop();
    }
  });

  it("says that an account has no funds", async () => {
    wallet = Wallet.createRandom();
    const error = await rejection(sender().send("a gift", payload("81")));
    expect(error.message).to.contain("funds");
  });
});
