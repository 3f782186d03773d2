// SPDX-License-Identifier: Apache-2.0
import { type JsonRpcProvider, type Result, toQuantity } from "ethers";
import { TallyError } from "../../core/errors.js";
import type {
  AnchorChain,
  BatchName,
  ChainEvent,
  ChainHead,
  FoundAnchor,
  StatusMasks,
  StatusWordState,
} from "../../domain/anchoring/ports.js";
import { BlockReader } from "./block-reader.js";
import { chainFailure, registryMissing } from "./chain-failure.js";
import { type ChainIdentity, requireChain } from "./chain-identity.js";
import { digestBytes, regionBytes, topicOf } from "./codes.js";
import { firstBlockWithCode } from "./contract-birth.js";
import { placeOfLog, type RawLog, readEvents } from "./events.js";
import { providerFor } from "./provider.js";
import { REGISTRY } from "./registry-interface.js";
import { Sender, type SenderOptions } from "./sender.js";

export interface EthersAnchorChainOptions
  extends ChainIdentity,
    Pick<SenderOptions, "privateKey" | "fees" | "stuckAfterMs" | "now"> {
  readonly urls: readonly string[];
  /** Nodes that must agree; more than half of them, which is the default. */
  readonly quorum?: number;
  /** Address of the registry. */
  readonly registry: string;
  readonly region: string;
  readonly timeoutMs?: number;
  /** The block in which the registry was deployed; looked for when it is not known. */
  readonly firstBlock?: number;
}

/** Blocks that one request for logs covers; nodes refuse much more. */
const LOG_RANGE = 2_000;

/** The registry as the operator of one region sees it, through ethers. */
export function ethersAnchorChain(options: EthersAnchorChainOptions): AnchorChain {
  const { registry, region } = options;
  const provider = providerFor(options);
  const blocks = new BlockReader(provider);
  const sender = new Sender({ ...options, provider });
  let firstBlock: Promise<number> | null =
    options.firstBlock === undefined ? null : Promise.resolve(options.firstBlock);

  /** Every answer must come from the chain that we were configured for: "not recorded" on another one would be a lie. */
  const asking = async <T>(doing: string, work: () => Promise<T>): Promise<T> => {
    const [answer, chain] = await Promise.allSettled([work(), requireChain(provider, options)]);
    // On another chain anything may fail; that it is another one is the reason.
    if (chain.status === "rejected") throw chainFailure(doing, chain.reason);
    if (answer.status === "rejected") throw chainFailure(doing, answer.reason);
    return answer.value;
  };

  const call = async (view: string, args: readonly unknown[], block: number): Promise<Result> => {
    const data = REGISTRY.encodeFunctionData(view, args);
    const result = await provider.send("eth_call", [{ to: registry, data }, toQuantity(block)]);
    return REGISTRY.decodeFunctionResult(view, result as string);
  };

  const logs = async (topics: unknown[], fromBlock: number, toBlock: number): Promise<readonly RawLog[]> => {
    const all: RawLog[] = [];
    for (let from = fromBlock; from <= toBlock; from += LOG_RANGE) {
      const to = Math.min(toBlock, from + LOG_RANGE - 1);
      const filter = { address: registry, topics, fromBlock: toQuantity(from), toBlock: toQuantity(to) };
      const part = (await provider.send("eth_getLogs", [filter])) as unknown;
      if (!Array.isArray(part)) throw new TallyError("chain.garbage", "the node's logs are not a list");
      all.push(...(part as RawLog[]));
    }
    return all;
  };

  const chain: AnchorChain = {
    submitAnchor: async ({ root, size }) => {
      const data = REGISTRY.encodeFunctionData("anchor", [regionBytes(region), digestBytes(root, "root"), size]);
      return { tx: await sender.send(`anchoring batch ${root} of ${size}`, { to: registry, data }) };
    },

    findAnchor: (batch) => asking(`looking for batch ${batch.root}`, () => findAnchor(batch)),

    submitStatus: async (changes, maySend) => {
      const calls = statusCalls(region, changes);
      const data = calls.length === 1 ? calls[0]! : REGISTRY.encodeFunctionData("multicall", [calls]);
      return { tx: await sender.sendIf(maySend, `writing ${changes.length} status words`, { to: registry, data }) };
    },

    statusWord: async (list, word, confirmations) => (await chain.statusWords(list, [word], confirmations))[0]!,

    statusWords: (list, words, confirmations) =>
      asking(
        `reading ${words.length === 1 ? `status word ${words[0]}` : `${words.length} status words`} of list ${list}`,
        async (): Promise<StatusWordState[]> => {
          const block = Math.max(0, (await blocks.head()).number - confirmations);
          // Before the registry was there every word was zero.
          if (block < (await chain.firstBlock())) return words.map(() => ({ revoked: 0n, suspended: 0n }));
          const { revoked, suspended } = await call("statusWords", [regionBytes(region), list, words], block);
          if (revoked.length !== words.length || suspended.length !== words.length)
            throw new TallyError("chain.garbage", "the node sends other status words than it was asked for");
          return words.map((_, i) => ({ revoked: revoked[i] as bigint, suspended: suspended[i] as bigint }));
        },
      ),

    head: () =>
      asking("reading the head", async (): Promise<ChainHead> => {
        const { number, time } = await blocks.head();
        return { block: number, time };
      }),

    events: ({ fromBlock, toBlock }) =>
      asking(`reading events of blocks ${fromBlock} to ${toBlock}`, async (): Promise<readonly ChainEvent[]> => {
        const found = await logs([EVENT_TOPICS], fromBlock, toBlock);
        return readEvents(found, blocks);
      }),

    firstBlock: () => {
      firstBlock ??= asking("looking for the registry's first block", () => findFirstBlock(provider, blocks, registry));
      firstBlock.catch(() => {
        firstBlock = null;
      });
      return firstBlock;
    },
  };

  const findAnchor = async ({ region: where, root, size }: BatchName): Promise<FoundAnchor | null> => {
    const head = await blocks.head();
    const [record] = await call("findAnchor", [regionBytes(where), digestBytes(root, "root"), size], head.number);
    const time = Number((record as Result).anchoredAt);
    if (time === 0) return null;
    // The record says when; blocks are ordered by time, so its block is found without scanning the chain's logs.
    const { from, to } = await blocks.withTime(time, await chain.firstBlock(), head.number);
    const topics = [REGISTRY.getEvent("BatchAnchored")!.topicHash, topicOf(regionBytes(where)), `0x${root}`];
    for (const log of await logs(topics, from, to)) {
      const event = REGISTRY.decodeEventLog("BatchAnchored", log.data, log.topics);
      if (Number(event.size) !== size) continue;
      const { block, tx } = placeOfLog(log);
      if (block < from || block > to) break;
      return { block, time, tx, confirmations: head.number - block };
    }
    throw new TallyError("chain.garbage", `the node has the record of batch ${root} but not its event`);
  };

  return chain;
}

const EVENT_TOPICS = [
  "BatchAnchored",
  "StatusRevoked",
  "StatusSuspended",
  "StatusReleased",
  "TypeDefinitionPublished",
].map((name) => REGISTRY.getEvent(name)!.topicHash);

/** One call for each act and list; released first, so that nobody sees a word with neither bit in between. */
function statusCalls(region: string, changes: readonly StatusMasks[]): string[] {
  const calls: string[] = [];
  for (const list of new Set(changes.map((change) => change.list))) {
    for (const act of ["revoke", "suspend", "release"] as const) {
      const masks = changes
        .filter((change) => change.list === list && change[act] !== 0n)
        .map((change) => ({ word: change.word, mask: change[act] }));
      if (masks.length > 0) calls.push(REGISTRY.encodeFunctionData(act, [regionBytes(region), list, masks]));
    }
  }
  if (calls.length === 0) throw new TallyError("request.invalid", "a status submission needs at least one bit");
  return calls;
}

async function findFirstBlock(provider: JsonRpcProvider, blocks: BlockReader, registry: string): Promise<number> {
  const head = (await blocks.head()).number;
  if ((await provider.send("eth_getCode", [registry, toQuantity(head)])) === "0x")
    throw registryMissing("looking for it");
  return firstBlockWithCode(provider, registry, 0, head);
}
