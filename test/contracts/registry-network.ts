// SPDX-License-Identifier: Apache-2.0
import { createRequire } from "node:module";
import { expect } from "chai";
import { type ErrorFragment, Interface, type Result } from "ethers";
import { logReader } from "../../src/adapters/ethereum/log-reader.js";
import type { Answer, EvmClient } from "./evm-client.js";

export interface SeenEvent {
  readonly name: string;
  readonly args: readonly unknown[];
}

export interface Receipt {
  /** Block time. */
  readonly time: number;
  readonly gas: number;
  readonly events: readonly SeenEvent[];
}

export interface Refusal {
  readonly name: string;
  readonly args: readonly unknown[];
}

export type Actor =
  | "governor"
  | "guardian"
  | "anhui"
  | "shanghai"
  | "anchorOperator"
  | "statusOperator"
  | "stranger"
  | "successor";

const ACTORS: readonly Actor[] = [
  "governor",
  "guardian",
  "anhui",
  "shanghai",
  "anchorOperator",
  "statusOperator",
  "stranger",
  "successor",
];
const GAS = `0x${(15_000_000).toString(16)}`;
// Far from any wall clock, so that a node that mixes its own time in is found out.
const START = 2_000_000_000;

export const artifact: { abi: Answer[]; bytecode: string; deployedBytecode: string } = createRequire(import.meta.url)(
  "../../artifacts/contracts/Registry.sol/Registry.json",
);
const registryInterface = new Interface(artifact.abi);
const readLog = logReader(registryInterface);
/** By selector; ethers would hash the signature of one error after the other for each refusal. */
const ERRORS = new Map<string, ErrorFragment>();
registryInterface.forEachError((error) => ERRORS.set(error.selector, error));

export interface Kept {
  /** A client forgets a snapshot when it goes back to it, so it is taken anew each time. */
  snapshot: string;
  readonly time: number;
}

/** A registry on a development chain whose clock only the test moves: every act is one second after the last block. */
export class RegistryNetwork {
  readonly seenEvents = new Set<string>();
  readonly seenErrors = new Set<string>();
  time = START;

  private constructor(
    readonly client: EvmClient,
    readonly registry: string,
    readonly deployGas: number,
    private readonly accounts: Readonly<Record<Actor, string>>,
  ) {}

  static async deploy(client: EvmClient): Promise<RegistryNetwork> {
    const addresses: string[] = await client.request("eth_accounts");
    const accounts = Object.fromEntries(ACTORS.map((actor, i) => [actor, addresses[i]])) as Record<Actor, string>;
    const data = artifact.bytecode + registryInterface.encodeDeploy([accounts.governor, accounts.guardian]).slice(2);
    await client.request("evm_setNextBlockTimestamp", [START]);
    const receipt = await client.transact({ from: accounts.stranger, data, gas: GAS });
    expect(receipt.status, "deployment").to.equal("0x1");
    return new RegistryNetwork(client, receipt.contractAddress, Number(receipt.gasUsed), accounts);
  }

  /** The account's address, in the form in which ethers decodes it. */
  address(actor: Actor): string {
    return registryInterface.decodeFunctionResult(
      "defaultAdmin",
      `0x${this.accounts[actor].slice(2).padStart(64, "0")}`,
    )[0];
  }

  /** A state to come back to. */
  async keep(): Promise<Kept> {
    return { snapshot: await this.client.request("evm_snapshot"), time: this.time };
  }

  /** Any number of times. What was kept later than this is lost. */
  async restore(kept: Kept): Promise<void> {
    expect(await this.client.request("evm_revert", [kept.snapshot])).to.equal(true);
    kept.snapshot = await this.client.request("evm_snapshot");
    this.time = kept.time;
  }

  /** Lets time pass and mines an empty block at its end. */
  async wait(seconds: number): Promise<void> {
    await this.nextBlockAt(this.time + seconds);
    await this.client.request("evm_mine");
  }

  /** Mined at `time`, by default a second after the last block. Rejects when the registry refuses. */
  async act(actor: Actor, name: string, args: readonly unknown[], time = this.time + 1): Promise<Receipt> {
    const { receipt, refusal } = await this.send(actor, name, args, time);
    if (refusal) throw new Error(`${name} was refused: ${refusal.name}(${refusal.args.join(", ")})`);
    const events = receipt.logs.map((log: { topics: string[]; data: string }) => {
      const event = readLog(log)!;
      this.seenEvents.add(event.name);
      return { name: event.name, args: plain(event.args) };
    });
    return { time: this.time, gas: Number(receipt.gasUsed), events };
  }

  /** The custom error with which the registry refuses the act. Rejects when it does not. */
  async refusal(actor: Actor, name: string, args: readonly unknown[], time = this.time + 1): Promise<Refusal> {
    const { refusal } = await this.send(actor, name, args, time);
    if (!refusal) throw new Error(`${name} was not refused`);
    this.seenErrors.add(refusal.name);
    return refusal;
  }

  /** Whether the registry lets the act happen. */
  async tries(actor: Actor, name: string, args: readonly unknown[], time: number): Promise<boolean> {
    const { refusal } = await this.send(actor, name, args, time);
    return refusal === null;
  }

  /** Every event of the registry so far, in chain order, with its block's time. */
  async logs(): Promise<(SeenEvent & { readonly time: number })[]> {
    const logs = await this.client.request("eth_getLogs", [{ address: this.registry, fromBlock: "0x0" }]);
    const times = new Map<string, number>();
    const told = [];
    for (const log of logs) {
      if (!times.has(log.blockNumber)) {
        const block = await this.client.request("eth_getBlockByNumber", [log.blockNumber, false]);
        times.set(log.blockNumber, Number(block.timestamp));
      }
      const event = readLog(log)!;
      told.push({ name: event.name, args: plain(event.args), time: times.get(log.blockNumber)! });
    }
    return told;
  }

  /** A single result is itself, several are an array; structs are arrays. */
  async view(name: string, args: readonly unknown[]): Promise<Answer> {
    const data = this.encode(name, args);
    const answer = await this.client.request("eth_call", [{ to: this.registry, data, gas: GAS }, "latest"]);
    const values = plain(registryInterface.decodeFunctionResult(name, answer));
    return values.length === 1 ? values[0] : values;
  }

  async viewRefusal(name: string, args: readonly unknown[]): Promise<Refusal> {
    const data = this.encode(name, args);
    const refusal = await this.revertOf({ to: this.registry, data, gas: GAS }, "latest");
    this.seenErrors.add(refusal.name);
    return refusal;
  }

  encode(name: string, args: readonly unknown[]): string {
    return registryInterface.encodeFunctionData(name, args);
  }

  private async send(actor: Actor, name: string, args: readonly unknown[], time: number) {
    await this.nextBlockAt(time);
    const call = {
      from: this.accounts[actor],
      to: this.registry,
      data: this.encode(name, args),
      gas: GAS,
    };
    const receipt = await this.client.transact(call);
    // A refused act changed nothing, so asking again in the context of its block tells why it was refused.
    const refusal = receipt.status === "0x1" ? null : await this.revertOf(call, receipt.blockNumber);
    return { receipt, refusal };
  }

  private async revertOf(call: object, block: string): Promise<Refusal> {
    try {
      await this.client.request("eth_call", [call, block]);
    } catch (error) {
      const { data } = error as { data: string | { data: string } };
      const words = typeof data === "string" ? data : data.data;
      const known = ERRORS.get(words.slice(0, 10));
      if (known) return { name: known.name, args: plain(registryInterface.decodeErrorResult(known, words)) };
      throw error;
    }
    throw new Error("the call did not revert");
  }

  private async nextBlockAt(time: number): Promise<void> {
    this.time = time;
    await this.client.request("evm_setNextBlockTimestamp", [time]);
  }
}

/** Numbers instead of bigints wherever they are exact; status masks are compared as bigints. */
function plain(result: Result | readonly unknown[]): Answer[] {
  return [...result].map((value) =>
    Array.isArray(value)
      ? plain(value)
      : typeof value === "bigint" && value <= Number.MAX_SAFE_INTEGER
        ? Number(value)
        : value,
  );
}

export function expectRefusal(refusal: Refusal, name: string, ...args: readonly unknown[]): void {
  expect([refusal.name, ...refusal.args]).to.deep.equal([name, ...args]);
}

export function expectEvents(receipt: Receipt, ...events: readonly (readonly unknown[])[]): void {
  expect(receipt.events.map(({ name, args }) => [name, ...args])).to.deep.equal(events);
}
