// SPDX-License-Identifier: Apache-2.0
import { Wallet } from "ethers";
import type { AlarmKind, AnchoringEvent, ChainEvent } from "../../../src/domain/anchoring/index.js";
import type { Mischief } from "../../verify/hostile-node.js";
import { HANDLED } from "../../verify/hostile-node.js";
import { CAP_GWEI } from "./deployment.js";
import { chainWithRegistry, emptyChain, type Impostor } from "./impostors.js";
import {
  answerError,
  ENDLESS,
  FOREIGN,
  HANGING,
  LATE,
  LYING,
  lagging,
  limited,
  NONSENSE,
  status,
  TORN,
  withSendings,
} from "./mischiefs.js";
import type { NodeKind } from "./nodes.js";
import { type Stage, until } from "./stage.js";

export interface Scene {
  readonly name: string;
  /** The chain misbehaves, and has stopped doing so when this resolves. */
  play(stage: Stage): Promise<void>;
  /** Alarms that this scene raises; any other is a finding. */
  readonly alarms?: readonly AlarmKind[];
  /** Also part of the short campaign. */
  readonly short?: true;
}

/** Scenes that share a network, played one after the other. */
export interface Act {
  readonly node: NodeKind;
  readonly endpoints: number;
  readonly confirmations: number;
  /** Between two blocks; null: a block for every transaction. */
  readonly blockEveryMs: number | null;
  readonly scenes: readonly Scene[];
}

const GWEI = 1_000_000_000n;

/** An endpoint that answers nothing that helps, until it does. */
const silent = (name: string, mischief: Mischief, more: { short?: true } = {}): Scene => ({
  name: `the only endpoint ${name}`,
  ...more,
  async play(stage) {
    const witness = await stage.watch();
    await witness.says("valid");
    const failing = stage.fails("anchor", /./);
    stage.lines[0]!.mischief = mischief;
    await failing;
    await witness.says("undecided");
    await stage.goesOn();
    stage.lines[0]!.mischief = null;
    await witness.says("valid");
    await stage.anchored();
  },
});

/** Something goes wrong with the sending of the first few transactions. */
const sendings = (
  name: string,
  times: number,
  mischief: (stage: Stage) => Mischief,
  more: { short?: true } = {},
): Scene => ({
  name,
  ...more,
  async play(stage) {
    const witness = await stage.watch();
    const hindered = withSendings(times, mischief(stage));
    for (const line of stage.lines) line.mischief = hindered.mischief;
    await stage.goesOn();
    await until(() => hindered.done() === times, 60_000, "nothing was sent");
    for (const line of stage.lines) line.mischief = null;
    await stage.anchored();
    await witness.says("valid");
  },
});

const refused: Scene = {
  name: "the only endpoint refuses connections",
  short: true,
  async play(stage) {
    const witness = await stage.watch();
    const { proxy } = stage.lines[0]!;
    const failing = stage.fails("anchor", /ECONNREFUSED|ECONNRESET|hang up/);
    await proxy.stop();
    await failing;
    await witness.says("undecided");
    await stage.goesOn();
    await proxy.accept();
    await witness.says("valid");
    await stage.anchored();
  },
};

/** Another chain at the address of ours, with or without a registry. */
const anotherChain = (name: string, make: (stage: Stage) => Promise<Impostor>): Scene => ({
  name,
  async play(stage) {
    const witness = await stage.watch();
    const impostor = await make(stage);
    try {
      for (const loop of ["anchor", "status", "watch", "recheck", "status-recheck"])
        await stage.fails(loop, /first block is 0x\w+, not 0x/);
      const before = await stage.store.anchoring.anchoredSince(0, 1_000_000);
      await witness.says("undecided");
      await stage.goesOn();
      await stage.fails("anchor", WAY_OUT);
      const why = await stage.served.refusalAtStart();
      if (why === null || !WAY_OUT.test(why)) throw new Error(`a service that starts now says: ${why}`);
      const after = await stage.store.anchoring.anchoredSince(0, 1_000_000);
      if (after.length !== before.length) throw new Error(`${before.length} anchored batches became ${after.length}`);
      const sent = Number(await impostor.node.rpc("eth_getTransactionCount", stage.served.operator.address, "pending"));
      if (sent > 0) throw new Error(`${sent} transactions were sent to another chain`);
    } finally {
      for (const line of stage.lines) line.node = stage.node;
      await impostor.stop();
    }
    await witness.says("valid");
    await stage.anchored();
  },
});

const WAY_OUT = /TALLY_CHAIN_URLS|TALLY_GENESIS|endpoints/;

/** A transaction that the holder of a copy of the operator's key sends. */
async function foreign(
  { node, served }: Stage,
  { ahead = 0, feeGwei = 20 }: { readonly ahead?: number; readonly feeGwei?: number } = {},
): Promise<string> {
  const { address, privateKey } = served.operator;
  const nonce = Number(await node.rpc("eth_getTransactionCount", address, "pending")) + ahead;
  const fees = { maxFeePerGas: BigInt(feeGwei) * GWEI, maxPriorityFeePerGas: GWEI };
  const raw = await new Wallet(privateKey).signTransaction({
    ...{ type: 2, chainId: node.chainId, nonce, to: address, value: 1n, gasLimit: 21_000n, ...fees },
  });
  return node.rpc<string>("eth_sendRawTransaction", raw);
}

const stuck: Scene = {
  name: "no block comes for a while, with a transaction of another holder of the key first in the pool",
  async play(stage) {
    const witness = await stage.watch();
    await stage.node.rpc("evm_setAutomine", false);
    await foreign(stage, { feeGwei: 3 });
    const again = sentAgain(stage);
    await stage.goesOn();
    await again;
    await witness.says("valid");
    await stage.node.rpc("evm_setAutomine", true);
    await stage.node.rpc("anvil_mine", "0x1");
    await stage.anchored();
  },
};

/** Waits for a batch that is submitted once more, whether it was submitted before or is meanwhile. */
function sentAgain(stage: Stage): Promise<void> {
  const first = new Map<number, AnchoringEvent>();
  const isAgain = (told: AnchoringEvent): boolean => {
    if (told.event !== "batch-submitted") return false;
    const before = first.get(told.batchId);
    first.set(told.batchId, before ?? told);
    // The same telling is looked at again and again.
    return before !== undefined && before !== told;
  };
  for (const told of stage.served.events) isAgain(told);
  return stage.told("a batch sent again", isAgain);
}

const gap: Scene = {
  name: "another holder of the key has left a gap in the nonces",
  async play(stage) {
    await foreign(stage, { ahead: 3 });
    await stage.goesOn();
    await stage.anchored(3);
  },
};

/** Blocks come by themselves for as long as `play` runs, at the price that it sets last. */
async function withBlocksAt(stage: Stage, first: bigint, play: (setPrice: (wei: bigint) => void) => Promise<void>) {
  let price = first;
  await stage.node.rpc("evm_setAutomine", false);
  const blocks = stage.blocksEvery(80, async () => {
    await stage.node.rpc("anvil_setNextBlockBaseFeePerGas", `0x${price.toString(16)}`);
  });
  try {
    await play((wei) => {
      price = wei;
    });
  } finally {
    await blocks.stop();
    await stage.node.rpc("evm_setAutomine", true);
  }
}

const spike: Scene = {
  name: "gas costs more than the cap for a while",
  async play(stage) {
    const witness = await stage.watch();
    await withBlocksAt(stage, BigInt(CAP_GWEI) * 2n * GWEI, async (setPrice) => {
      await stage.fails("anchor", /gwei allowed/);
      await stage.goesOn();
      await witness.says("valid");
      await stage.fails("status", /gwei allowed/);
      setPrice(GWEI);
      await stage.anchored(2);
    });
  },
};

const outbid: Scene = {
  name: "gas rises, within the cap, over what a waiting transaction offers",
  async play(stage) {
    const submitted = stage.told("a batch sent", ({ event }) => event === "batch-submitted");
    await stage.node.rpc("evm_setAutomine", false);
    await stage.node.rpc("anvil_setNextBlockBaseFeePerGas", `0x${GWEI.toString(16)}`);
    await stage.node.rpc("anvil_mine", "0x1");
    await submitted;
    const again = sentAgain(stage);
    await withBlocksAt(stage, 25n * GWEI, async (setPrice) => {
      await stage.goesOn();
      await again;
      await stage.anchored(2);
      setPrice(GWEI);
      await stage.anchored();
    });
  },
};

/** Takes the last blocks away, back to before this one, and puts these transactions into the new ones. */
async function reorganise(
  stage: Stage,
  from: number,
  kept: readonly (readonly [string, number])[] = [],
): Promise<void> {
  const head = Number(await stage.node.rpc("eth_blockNumber"));
  await stage.node.rpc("anvil_reorg", head - from + 1, kept);
}

const dropped: Scene = {
  name: "a reorganisation takes an anchor away after it was attached",
  alarms: ["anchor-vanished", "status-vanished"],
  async play(stage) {
    await stage.anchored();
    const { id, block } = await stage.newestBatch();
    const witness = await stage.watch(id);
    await witness.says("valid");
    const vanished = stage.told("an anchor that vanished", ({ event }) => event === "anchor-vanished");
    await reorganise(stage, block);
    await vanished;
    await stage.goesOn();
    await stage.anchored(2);
  },
};

const moved: Scene = {
  name: "a reorganisation moves an anchor to another block after it was attached",
  alarms: ["anchor-vanished", "status-vanished"],
  async play(stage) {
    await stage.anchored();
    const { block, tx } = await stage.newestBatch();
    const raw = await stage.node.rpc<string>("eth_getRawTransactionByHash", tx);
    const shift = stage.told("an anchor that moved or vanished", ({ event }) =>
      /^anchor-(moved|vanished)$/.test(event),
    );
    await stage.node.rpc("anvil_mine", "0x2");
    await reorganise(stage, block, [[raw, 1]]);
    await shift;
    await stage.goesOn();
    await stage.anchored(2);
  },
};

const stateDropped: Scene = {
  name: "a reorganisation takes a change of state away after it was confirmed",
  alarms: ["anchor-vanished", "status-vanished"],
  async play(stage) {
    // A revocation: a suspension that is gone together with its release, or has an open one after it, is missed by nobody.
    let block = 0;
    const isConfirmed = async (event: ChainEvent): Promise<boolean> => {
      if (event.kind !== "status-changed" || event.revoked === 0n) return false;
      const log = await stage.store.anchoring.statusLog(event.list, event.word);
      return log.some(({ action, tx, confirmed }) => action === "revoke" && tx === event.tx && confirmed);
    };
    const isThere = async (): Promise<boolean> => {
      const head = Number(await stage.node.rpc("eth_blockNumber"));
      const events = await stage.chain.events({ fromBlock: Math.max(0, head - 50), toBlock: head });
      for (const event of [...events].reverse()) {
        if (!(await isConfirmed(event))) continue;
        block = event.block;
        return true;
      }
      return false;
    };
    await until(isThere, 60_000, "no revocation is confirmed");
    const again = stage.told("a change that vanished", ({ event }) => event === "status-vanished");
    await reorganise(stage, block);
    await again;
    await stage.goesOn();
  },
};

const shallow: Scene = {
  name: "a reorganisation within the confirmations takes an anchor away before it was attached",
  async play(stage) {
    const again = sentAgain(stage);
    let tx = "";
    await stage.told("a batch sent", (told) => {
      if (told.event === "batch-submitted") tx = told.tx;
      return tx !== "";
    });
    let block = 0;
    const isMined = async (): Promise<boolean> => {
      const receipt = await stage.node.rpc<{ blockNumber: string } | null>("eth_getTransactionReceipt", tx);
      block = Number(receipt?.blockNumber ?? 0);
      return block > 0;
    };
    await until(isMined, 10_000, "the batch is not mined");
    await reorganise(stage, block);
    await stage.goesOn();
    await again;
    await stage.anchored(2);
  },
};

/** Too few endpoints agree or answer, or one misbehaves and the others suffice. */
const endpoints = (
  name: string,
  mischiefs: (stage: Stage) => readonly (Mischief | null)[],
  enough: boolean,
): Scene => ({
  name,
  async play(stage) {
    const witness = await stage.watch();
    await witness.says("valid");
    const failing = enough ? Promise.resolve() : stage.fails("anchor", /./);
    mischiefs(stage).forEach((mischief, i) => {
      stage.lines[i]!.mischief = mischief;
    });
    await failing;
    if (!enough) await witness.says("undecided");
    await stage.goesOn();
    if (enough) {
      await stage.anchored(2);
      await witness.says("valid");
      // An anchor that is as young as the endpoint lags is not recorded where the quorum looks.
      const disturbed = witness.heard.find(
        ({ verdict, reasons }) => verdict !== "valid" && !reasons.includes("anchor.root-not-recorded"),
      );
      if (disturbed !== undefined) throw new Error(`one endpoint made it ${JSON.stringify(disturbed)}`);
    }
    for (const line of stage.lines) line.mischief = null;
    await witness.says("valid");
    await stage.anchored();
  },
});

/** Passes the transaction on, and nobody hears of it. */
const unheard: (stage: Stage) => Mischief = (stage) => async (call, response) => {
  await stage.node.rpc(call.method, ...call.params);
  response.destroy();
  return HANDLED;
};

const answering = (message: string, passOn: boolean): ((stage: Stage) => Mischief) => {
  return (stage) => async (call, response) => {
    if (passOn) await stage.node.rpc(call.method, ...call.params);
    return answerError(response, call.id, -32_000, message);
  };
};

const overtaken: (stage: Stage) => Mischief = (stage) => async () => {
  await foreign(stage);
  return undefined;
};

export const ACTS: readonly Act[] = [
  {
    node: "hardhat",
    endpoints: 1,
    confirmations: 0,
    blockEveryMs: null,
    scenes: [
      refused,
      silent("hangs", HANGING),
      silent("answers too late", LATE),
      silent("asks to slow down (429)", status(429)),
      silent("is broken (503)", status(503, "<html>bad gateway</html>")),
      silent("refuses every question (-32005)", limited),
      silent("answers with a page", status(200, "<html>log in</html>")),
      silent("answers nonsense", NONSENSE),
      silent("answers without end", ENDLESS),
      silent("breaks off its answers", TORN),
      sendings("the replies about mined transactions are lost", 3, unheard),
      sendings("'already known' is said of transactions that are mined", 3, answering("already known", true)),
      sendings("'nonce too low' is said for no reason", 3, answering("nonce too low", false)),
      sendings("'internal error' is said of transactions that are mined", 3, answering("internal error", true)),
      anotherChain("an empty chain is where the registry was", (stage) => emptyChain(stage, "hardhat")),
    ],
  },
  {
    node: "anvil",
    endpoints: 1,
    confirmations: 0,
    blockEveryMs: null,
    scenes: [
      sendings(
        "'replacement transaction underpriced' is said",
        3,
        answering("replacement transaction underpriced", false),
      ),
      sendings("another holder of the key takes the nonce first", 3, overtaken),
      gap,
      stuck,
      spike,
      outbid,
      { ...dropped, short: true },
      moved,
      stateDropped,
      anotherChain("another chain has a registry at the same address", chainWithRegistry),
    ],
  },
  {
    node: "anvil",
    endpoints: 3,
    confirmations: 2,
    blockEveryMs: 300,
    scenes: [
      endpoints("one of three endpoints lags", ({ node }) => [lagging(() => node, 6), null, null], true),
      endpoints("one of three endpoints lies", () => [null, LYING, null], true),
      endpoints("one of three endpoints is on another chain", () => [null, null, FOREIGN], true),
      endpoints("one of three endpoints hangs", () => [HANGING, null, null], true),
      endpoints("two of three endpoints hang", () => [HANGING, HANGING, null], false),
      endpoints("one endpoint is dead and one lies", () => [status(503), LYING, null], false),
      sendings("the replies of all endpoints about transactions are lost", 6, unheard),
      shallow,
      dropped,
      moved,
      stateDropped,
    ],
  },
];
