// SPDX-License-Identifier: Apache-2.0
import { toQuantity } from "ethers";
import { TallyError } from "../../core/errors.js";
import type { PendingAct, Veto } from "../../domain/agencies/index.js";
import { BlockReader } from "./block-reader.js";
import { chainFailure } from "./chain-failure.js";
import { codeText, digestText } from "./codes.js";
import type { RawLog } from "./events.js";
import type { NamedLog } from "./log-reader.js";
import { type ProviderOptions, providerFor } from "./provider.js";
import { REGISTRY, readRegistryLog } from "./registry-interface.js";

/** Blocks that one request for logs covers; nodes refuse much more. */
const LOG_RANGE = 2_000;
/** Acts that wait longer are not looked for: the registry allows delays of a year, nobody sets them. */
const LONGEST_WAIT_SECONDS = 60 * 86_400;

/** What begins something with a delay, and the time from which on it has begun. */
const BEGINNINGS: Readonly<Record<string, (log: NamedLog) => { veto: Veto; from: bigint }>> = {
  AgencyRegistered: ({ args }) => ({ veto: { of: "agency", agency: codeText(args.agency) }, from: args.activeFrom }),
  AuthorisationGranted: ({ args }) => ({
    veto: { of: "authorisation", agency: codeText(args.agency), typeCode: codeText(args.typeCode) },
    from: args.from,
  }),
  SealDelegated: ({ args }) => ({
    veto: { of: "seal-delegation", agency: codeText(args.agency), sealer: codeText(args.sealer) },
    from: args.from,
  }),
  KeyAdded: ({ args }) => ({ veto: { of: "key", keyDigest: digestText(args.keyDigest) }, from: args.activeFrom }),
  KeyCompromiseClaimed: ({ args }) => ({
    veto: { of: "key-compromise", keyDigest: digestText(args.keyDigest) },
    from: args.effectiveAt,
  }),
  OperatorGranted: ({ args }) => ({
    veto: { of: "operator", region: codeText(args.region), operator: args.operator as string },
    from: args.from,
  }),
  RootDisowned: ({ args }) => ({
    veto: { of: "disowning", region: codeText(args.region), root: digestText(args.root), size: Number(args.size) },
    from: args.effectiveAt,
  }),
};

/** What ends it before it begins: by a veto, or by the region itself. */
const ENDS: Readonly<Record<string, (log: NamedLog) => Veto>> = {
  AgencyVetoed: ({ args }) => ({ of: "agency", agency: codeText(args.agency) }),
  AgencyStruck: ({ args }) => ({ of: "agency", agency: codeText(args.agency) }),
  AuthorisationVetoed: ({ args }) => authorisationOf(args),
  AuthorisationEnded: ({ args }) => authorisationOf(args),
  SealDelegationVetoed: ({ args }) => delegationOf(args),
  SealDelegationEnded: ({ args }) => delegationOf(args),
  KeyVetoed: ({ args }) => ({ of: "key", keyDigest: digestText(args.keyDigest) }),
  KeyRetired: ({ args }) => ({ of: "key", keyDigest: digestText(args.keyDigest) }),
  KeyCompromiseVetoed: ({ args }) => ({ of: "key-compromise", keyDigest: digestText(args.keyDigest) }),
  OperatorVetoed: ({ args }) => operatorOf(args),
  OperatorRemoved: ({ args }) => operatorOf(args),
  DisowningVetoed: ({ args }) => ({
    of: "disowning",
    region: codeText(args.region),
    root: digestText(args.root),
    size: Number(args.size),
  }),
};

type Arguments = NamedLog["args"];
const authorisationOf = (args: Arguments): Veto => {
  return { of: "authorisation", agency: codeText(args.agency), typeCode: codeText(args.typeCode) };
};
const delegationOf = (args: Arguments): Veto => {
  return { of: "seal-delegation", agency: codeText(args.agency), sealer: codeText(args.sealer) };
};
const operatorOf = (args: Arguments): Veto => {
  return { of: "operator", region: codeText(args.region), operator: args.operator as string };
};

/**
 * Everything on the network that waits for its activation delay, oldest first, as the registry's events tell it. `since` is the
 * time that blocks have reached, where a clock knows better than the newest block (see `effectOf`).
 */
export async function readPendingActs(
  options: ProviderOptions & { readonly registry: string; readonly since?: number },
): Promise<readonly PendingAct[]> {
  const provider = providerFor(options);
  const blocks = new BlockReader(provider);
  try {
    const head = await blocks.head();
    const now = Math.max(head.time, options.since ?? 0);
    const first = await firstAtLeast(blocks, now - LONGEST_WAIT_SECONDS, head.number);
    const waiting = new Map<string, PendingAct>();
    for (let from = first; from <= head.number; from += LOG_RANGE) {
      const to = Math.min(head.number, from + LOG_RANGE - 1);
      const filter = {
        address: options.registry,
        topics: [TOPICS],
        fromBlock: toQuantity(from),
        toBlock: toQuantity(to),
      };
      const logs = (await provider.send("eth_getLogs", [filter])) as unknown;
      if (!Array.isArray(logs)) throw new TallyError("chain.garbage", "the node's logs are not a list");
      for (const log of (logs as RawLog[]).sort(inChainOrder)) take(waiting, log, now);
    }
    return [...waiting.values()];
  } catch (error) {
    throw chainFailure("looking for what is not in effect yet", error);
  }
}

const TOPICS = [...Object.keys(BEGINNINGS), ...Object.keys(ENDS)].map((name) => REGISTRY.getEvent(name)!.topicHash);

function take(waiting: Map<string, PendingAct>, log: RawLog, now: number): void {
  const parsed = readRegistryLog(log);
  if (parsed === null) throw new TallyError("chain.garbage", "the node sends a log that is no event of the registry");
  const begun = BEGINNINGS[parsed.name]?.(parsed);
  if (begun !== undefined) {
    const effectiveFrom = Number(begun.from);
    const act = { veto: begun.veto, effectiveFrom, block: Number(log.blockNumber), tx: log.transactionHash };
    // Given again, an act may already be in effect in part; the newest word counts.
    if (effectiveFrom > now) waiting.set(JSON.stringify(begun.veto), act);
    return;
  }
  const ended = ENDS[parsed.name]?.(parsed);
  if (ended !== undefined) waiting.delete(JSON.stringify(ended));
}

function inChainOrder(one: RawLog, other: RawLog): number {
  return Number(one.blockNumber) - Number(other.blockNumber) || Number(one.logIndex) - Number(other.logIndex);
}

async function firstAtLeast(blocks: BlockReader, time: number, head: number): Promise<number> {
  let [first, last] = [0, head];
  while (first < last) {
    const middle = Math.floor((first + last) / 2);
    if ((await blocks.at(middle)).time >= time) last = middle;
    else first = middle + 1;
  }
  return first;
}
