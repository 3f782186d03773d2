// SPDX-License-Identifier: Apache-2.0
import { nodeCrypto } from "../../../src/adapters/node-crypto/index.js";
import { utf8 } from "../../../src/core/bytes.js";
import { TallyError } from "../../../src/core/errors.js";
import { toHex } from "../../../src/core/hex.js";
import type {
  AnchorChain,
  BatchName,
  ChainEvent,
  StatusMasks,
  StatusWordState,
} from "../../../src/domain/anchoring/index.js";

export type Act =
  | { readonly act: "anchor"; readonly batch: BatchName }
  | { readonly act: "status"; readonly region: string; readonly masks: readonly StatusMasks[] }
  | { readonly act: "type"; readonly typeCode: string; readonly version: number; readonly digest: string };

interface Transaction {
  readonly tx: string;
  readonly content: Act;
}

interface Block {
  readonly time: number;
  readonly transactions: readonly Transaction[];
}

const BLOCK_SECONDS = 10;
const ZERO: StatusWordState = { revoked: 0n, suspended: 0n };

/**
 * A registry in memory: blocks of transactions from which every answer is computed anew, so taking blocks away is a
 * reorganisation. With `automine` every transaction gets a block of its own at once.
 */
export class FakeChain {
  readonly blocks: Block[] = [{ time: 1_000_000, transactions: [] }];
  pool: Transaction[] = [];
  automine = true;
  /** Refuses releases, as the registry does in a suspended region. */
  refuseReleases = false;
  sent: Act[] = [];

  /** The port as the operator of one region sees it. */
  portOf(region: string): AnchorChain {
    return this.upToDate({
      submitAnchor: async ({ root, size }) => this.send({ act: "anchor", batch: { region, root, size } }),
      findAnchor: async (batch) => {
        const event = this.events().find((each) => each.kind === "batch-anchored" && sameBatch(each, batch));
        if (!event) return null;
        return { block: event.block, time: event.time, tx: event.tx, confirmations: this.height - event.block };
      },
      submitStatus: async (masks, maySend) => {
        if (this.refuseReleases && masks.some(({ release }) => release !== 0n))
          throw new TallyError("chain.reverted", "the registry refused the release: RegionIsSuspended");
        const nonce = this.sent.length;
        if (maySend && !(await maySend())) return { tx: null };
        this.catchUp();
        if (this.sent.length !== nonce) throw new TallyError("chain.unreachable", `nonce ${nonce} is too low`);
        return this.send({ act: "status", region, masks });
      },
      statusWords: async (list, words, confirmations) =>
        words.map((word) => this.wordAt(region, list, word, this.height - confirmations)),
      statusWord: async (list, word, confirmations) => this.wordAt(region, list, word, this.height - confirmations),
      head: async () => ({ block: this.height, time: this.blocks.at(-1)!.time }),
      events: async ({ fromBlock, toBlock }) => {
        if (toBlock > this.height) throw new TallyError("chain.garbage", `block ${toBlock} is beyond the head`);
        return this.events().filter(({ block }) => block >= fromBlock && block <= toBlock);
      },
      firstBlock: async () => 0,
    });
  }

  /** For a chain that others may have sent to since it was last looked at. */
  catchUp(): void {}

  private upToDate(port: AnchorChain): AnchorChain {
    const calls = Object.entries(port) as [string, (...values: unknown[]) => unknown][];
    const fresh = calls.map(([name, call]) => {
      const catchingUp = (...values: unknown[]) => {
        this.catchUp();
        return call(...values);
      };
      return [name, catchingUp] as const;
    });
    return Object.fromEntries(fresh) as unknown as AnchorChain;
  }

  get height(): number {
    return this.blocks.length - 1;
  }

  send(content: Act): { tx: string } {
    this.sent.push(content);
    const tx = `0x${toHex(nodeCrypto.sha256(utf8(`${this.sent.length}`)))}`;
    this.pool.push({ tx, content });
    if (this.automine) this.mine();
    return { tx };
  }

  /** Puts what is in the pool into a block, then adds `empty` more. */
  mine(empty = 0): void {
    this.append(this.pool);
    this.pool = [];
    for (let i = 0; i < empty; i++) this.append([]);
  }

  /** Takes the last blocks away, with their transactions or back into the pool, and grows as many empty ones. */
  reorganise(depth: number, { keepTransactions = false } = {}): void {
    const gone = this.blocks.splice(this.blocks.length - depth, depth);
    if (keepTransactions) this.pool.unshift(...gone.flatMap(({ transactions }) => transactions));
    for (let i = 0; i < depth; i++) this.append([]);
  }

  private append(transactions: readonly Transaction[]): void {
    this.blocks.push({ time: this.blocks.at(-1)!.time + BLOCK_SECONDS, transactions });
  }

  private wordAt(region: string, list: number, word: number, block: number): StatusWordState {
    let state = ZERO;
    for (const event of this.events()) {
      if (event.kind !== "status-changed" || event.block > block || event.region !== region) continue;
      if (event.list === list && event.word === word) state = applied(state, event);
    }
    return state;
  }

  /** The whole history; a repeat writes and emits nothing. */
  events(): ChainEvent[] {
    const events: ChainEvent[] = [];
    const anchored = new Set<string>();
    const words = new Map<string, StatusWordState>();
    this.blocks.forEach(({ time, transactions }, block) => {
      let logIndex = 0;
      const emit = (tx: string, event: DistributiveOmit<ChainEvent, "block" | "time" | "tx" | "logIndex">) =>
        events.push({ ...event, block, time, tx, logIndex: logIndex++ } as ChainEvent);
      for (const { tx, content } of transactions) {
        if (content.act === "anchor") {
          const name = `${content.batch.region}/${content.batch.root}/${content.batch.size}`;
          if (!anchored.has(name)) emit(tx, { kind: "batch-anchored", ...content.batch });
          anchored.add(name);
        } else if (content.act === "type") {
          const { typeCode, version, digest } = content;
          emit(tx, { kind: "type-definition-published", typeCode, version, digest });
        } else {
          for (const { list, word, revoke, suspend, release } of content.masks) {
            const key = `${content.region}/${list}/${word}`;
            const before = words.get(key) ?? ZERO;
            const changed = {
              revoked: revoke & ~before.revoked,
              suspended: suspend & ~before.suspended,
              released: release & before.suspended,
            };
            if ((changed.revoked | changed.suspended | changed.released) === 0n) continue;
            words.set(key, applied(before, changed));
            emit(tx, { kind: "status-changed", region: content.region, list, word, ...changed });
          }
        }
      }
    });
    return events;
  }
}

type DistributiveOmit<T, K extends PropertyKey> = T extends unknown ? Omit<T, K> : never;

function applied(
  { revoked, suspended }: StatusWordState,
  change: { readonly revoked: bigint; readonly suspended: bigint; readonly released: bigint },
): StatusWordState {
  return { revoked: revoked | change.revoked, suspended: (suspended | change.suspended) & ~change.released };
}

function sameBatch(a: BatchName, b: BatchName): boolean {
  return a.region === b.region && a.root === b.root && a.size === b.size;
}
