// SPDX-License-Identifier: Apache-2.0
import { AbiCoder, type JsonRpcProvider, keccak256, toBeHex, toQuantity, ZeroHash } from "ethers";
import { TallyError } from "../../../core/errors.js";
import { isHex } from "../../../core/hex.js";
import type { Timelock } from "../../../domain/agencies/governance.js";
import type { GovernorAct, Proposal } from "../../../domain/agencies/governor-act.js";
import type { RegistryAct } from "../../../domain/agencies/registry-governance.js";
import { inRanges } from "../../../verify/log-ranges.js";
import { RegistryError } from "../../../verify/registry.js";
import { chainFailure } from "../chain-failure.js";
import { providerFor } from "../provider.js";
import { type ReceiptWait, receiptOf } from "../receipts.js";
import { type SealedKey, Sender, type SenderOptions } from "../sender.js";
import { actOf, type Call, callOf } from "./governor-act-codec.js";
import { DONE, TIMELOCK } from "./timelock-interface.js";

export interface EthersTimelockOptions extends Pick<SenderOptions, "fees">, ReceiptWait {
  readonly urls: readonly string[];
  readonly quorum?: number;
  readonly chainId: number;
  readonly registry: string;
  readonly timelock: string;
  /** A block before the first proposal: the registry's. */
  readonly firstBlock: number;
  readonly timeoutMs: number;
  /** Null: for looking only. */
  readonly privateKey: string | SealedKey | null;
  /** Milliseconds since 1970. */
  readonly now?: () => number;
}

/** What was scheduled under one id, from the logs. */
interface Scheduled {
  readonly calls: Call[];
  readonly predecessor: string;
  salt: string;
}

/** OpenZeppelin's TimelockController as the governor of a registry. */
export function ethersTimelock(options: EthersTimelockOptions): Timelock & { readonly account: string | null } {
  const { registry, timelock, firstBlock, privateKey, now = Date.now } = options;
  const provider = providerFor(options);
  const sender = privateKey === null ? null : new Sender({ ...options, privateKey, provider });
  const contracts = { registry, timelock };

  const send = async (doing: string, name: string, args: readonly unknown[]): Promise<RegistryAct> => {
    if (sender === null) throw new TallyError("key.unknown", `${doing} needs an account: name one with --account`);
    const tx = await sender.send(doing, { to: timelock, data: TIMELOCK.encodeFunctionData(name, args) });
    const { block, time } = await receiptOf(provider, tx, doing, options);
    return { tx, block, time };
  };

  const view = async (name: string, args: readonly unknown[]): Promise<bigint> => {
    const data = TIMELOCK.encodeFunctionData(name, args);
    const result = (await provider.send("eth_call", [{ to: timelock, data }, "latest"])) as string;
    return TIMELOCK.decodeFunctionResult(name, result)[0] as bigint;
  };

  const asking = async <T>(doing: string, work: () => Promise<T>): Promise<T> => {
    try {
      return await work();
    } catch (error) {
      throw chainFailure(doing, error);
    }
  };

  const proposalOf = async (id: string, { calls }: Pick<Scheduled, "calls">): Promise<Proposal> => {
    const timestamp = await view("getTimestamp", [`0x${id}`]);
    const acts = calls.map((call) => actOf(call, contracts));
    if (timestamp === 0n) return { id, acts, state: "cancelled", readyAt: null };
    if (timestamp === DONE) return { id, acts, state: "done", readyAt: null };
    const head = (await provider.send("eth_getBlockByNumber", ["latest", false])) as { timestamp: string };
    // Where blocks come only with transactions the newest is old, and the next one has our clock's time.
    const time = Math.max(Number(head.timestamp), Math.floor(now() / 1000));
    return { id, acts, state: Number(timestamp) <= time ? "ready" : "waiting", readyAt: Number(timestamp) };
  };

  const scheduled = (id?: string): Promise<ReadonlyMap<string, Scheduled>> =>
    scheduledIn(provider, timelock, firstBlock, id);

  const scheduledAs = async (id: string): Promise<Scheduled> => {
    if (!isHex(id, 32)) {
      throw new TallyError(
        "request.invalid",
        "a proposal's id is 64 lower-case hex digits; tally governance list shows them",
        {
          field: "id",
        },
      );
    }
    const found = (await scheduled(id)).get(id);
    if (found !== undefined) return found;
    throw new TallyError("request.not-found", `the timelock ${timelock} has no proposal ${id}`, { field: "id" });
  };

  return {
    address: timelock,
    account: sender?.address ?? null,

    delay: () => asking("reading the delay", async () => Number(await view("getMinDelay", []))),

    proposals: () =>
      asking("reading the proposals", async () => {
        const found: Proposal[] = [];
        for (const [id, content] of await scheduled()) found.push(await proposalOf(id, content));
        return found;
      }),

    find: (id) =>
      asking("reading the proposal", async () => {
        const content = (await scheduled(id)).get(id);
        return content === undefined ? null : proposalOf(id, content);
      }),

    propose: (act) =>
      asking(`proposing ${act.act}`, async () => {
        const call = callOf(act, contracts);
        const delay = await view("getMinDelay", []);
        // An act that was done before can be proposed again: each time has a number, which is the salt.
        for (let time = 0; ; time += 1) {
          const salt = toBeHex(time, 32);
          const id = operationId(call, salt);
          const timestamp = await view("getTimestamp", [`0x${id}`]);
          if (timestamp === DONE) continue;
          if (timestamp !== 0n) return { proposal: await proposalOf(id, { calls: [call] }), proposed: null };
          await refuseHopeless(provider, timelock, call, act);
          const args = [call.target, 0, call.data, ZeroHash, salt, delay];
          const proposed = await send(`proposing ${act.act}`, "schedule", args);
          return { proposal: await proposalOf(id, { calls: [call] }), proposed };
        }
      }),

    execute: (id) =>
      asking(`carrying out proposal ${id}`, async () => {
        const content = await scheduledAs(id);
        const { state, readyAt } = await proposalOf(id, content);
        if (state !== "ready") {
          const when =
            readyAt === null ? "" : `: it may be carried out from ${new Date(readyAt * 1000).toISOString()} on`;
          throw new TallyError("request.conflict", `proposal ${id} is ${state}${when}`);
        }
        const { name, args } = executionOf(id, content);
        return send(`carrying out proposal ${id}`, name, args);
      }),

    cancel: (id) =>
      asking(`cancelling proposal ${id}`, async () => {
        const { state } = await proposalOf(id, await scheduledAs(id));
        if (state === "done" || state === "cancelled")
          throw new TallyError("request.conflict", `proposal ${id} is ${state}`);
        return send(`cancelling proposal ${id}`, "cancel", [`0x${id}`]);
      }),
  };
}

/** What the registry refuses now is not left to fail after days, where nothing but another proposal could change that. */
async function refuseHopeless(
  provider: JsonRpcProvider,
  timelock: string,
  { target, data }: Call,
  { act }: GovernorAct,
): Promise<void> {
  if (!LASTING.has(act)) return;
  await provider.send("eth_call", [{ from: timelock, to: target, data }, "latest"]);
}

const LASTING = new Set<GovernorAct["act"]>(["add-region", "strike-agency", "set-governance-delay"]);

async function scheduledIn(
  provider: JsonRpcProvider,
  timelock: string,
  firstBlock: number,
  id?: string,
): Promise<ReadonlyMap<string, Scheduled>> {
  const head = Number(await provider.send("eth_blockNumber", []));
  const events = ["CallScheduled", "CallSalt"].map((name) => TIMELOCK.getEvent(name)!.topicHash);
  const topics = [events, ...(id === undefined ? [] : [`0x${id}`])];
  const logs = await inRanges(firstBlock, head, async (from, to) => {
    const filter = { address: timelock, topics, fromBlock: toQuantity(from), toBlock: toQuantity(to) };
    try {
      return (await provider.send("eth_getLogs", [filter])) as { topics: string[]; data: string }[];
    } catch (cause) {
      throw new RegistryError("registry.unreachable", "the nodes do not send the logs of the timelock", { cause });
    }
  });
  const found = new Map<string, Scheduled>();
  for (const log of logs) {
    const { name, args } = TIMELOCK.parseLog(log)!;
    const key = (args.id as string).slice(2);
    const entry = found.get(key) ?? { calls: [], predecessor: ZeroHash, salt: ZeroHash };
    if (name === "CallSalt") entry.salt = args.salt as string;
    // Cancelled and proposed again, the same id is scheduled more than once: each time with the same calls.
    else if (Number(args.index) === entry.calls.length) {
      entry.calls.push({ target: args.target as string, data: args.data as string });
    }
    found.set(key, { ...entry, predecessor: (args.predecessor as string | undefined) ?? entry.predecessor });
  }
  return found;
}

const CODER = AbiCoder.defaultAbiCoder();

/** As `hashOperation` of the contract; without its 0x. */
function operationId({ target, data }: Call, salt: string, predecessor: string = ZeroHash): string {
  const types = ["address", "uint256", "bytes", "bytes32", "bytes32"];
  return keccak256(CODER.encode(types, [target, 0, data, predecessor, salt])).slice(2);
}

/** The call that carries it out; its contents come from logs and count only because they hash to the id. */
function executionOf(id: string, { calls, predecessor, salt }: Scheduled): { name: string; args: readonly unknown[] } {
  const [first] = calls;
  if (calls.length === 1 && operationId(first!, salt, predecessor) === id) {
    return { name: "execute", args: [first!.target, 0, first!.data, predecessor, salt] };
  }
  const batch = [
    calls.map(({ target }) => target),
    calls.map(() => 0),
    calls.map(({ data }) => data),
    predecessor,
    salt,
  ];
  const types = ["address[]", "uint256[]", "bytes[]", "bytes32", "bytes32"];
  if (keccak256(CODER.encode(types, batch)).slice(2) === id) return { name: "executeBatch", args: batch };
  throw new TallyError("chain.garbage", `what the nodes say is in proposal ${id} is not what its id names`);
}
