// SPDX-License-Identifier: Apache-2.0
import { type JsonRpcProvider, toQuantity } from "ethers";
import { BoundedCache } from "../../core/bounded-cache.js";
import { TallyError } from "../../core/errors.js";

export interface Block {
  readonly number: number;
  readonly hash: string;
  /** Seconds. */
  readonly time: number;
}

/** Numbers, hashes and times of blocks. */
export class BlockReader {
  readonly #provider: JsonRpcProvider;
  /** By hash, so that a reorganisation cannot make it lie. */
  readonly #times = new BoundedCache<string, number>(10_000);

  constructor(provider: JsonRpcProvider) {
    this.#provider = provider;
  }

  head(): Promise<Block> {
    return this.#read("latest");
  }

  at(number: number): Promise<Block> {
    return this.#read(toQuantity(number));
  }

  /** Time of the block that holds a log, asked once for each block. */
  async timeOf(number: number, hash: string): Promise<number> {
    const known = this.#times.get(hash);
    if (known !== undefined) return known;
    const block = await this.at(number);
    if (block.hash !== hash)
      throw new TallyError("chain.unreachable", `block ${number} was replaced while it was read`);
    return this.#times.set(hash, block.time);
  }

  /**
   * Every block of `low`…`high` whose time is `time`, the newest of which is looked for from the head in growing steps: what
   * is asked for is nearly always young. Throws `chain.garbage` when there is none.
   */
  async withTime(time: number, low: number, high: number): Promise<{ from: number; to: number }> {
    let below = high;
    for (let step = 1; below > low && (await this.at(below)).time >= time; step *= 2)
      below = Math.max(low, below - step);
    const from = await this.#firstAtLeast(time, below, high);
    const to = (await this.#firstAtLeast(time + 1, from, high + 1)) - 1;
    if (to < from) throw new TallyError("chain.garbage", `the node has no block of the time ${time}`);
    return { from, to };
  }

  /** The first block of `low`…`high` with at least this time; `high` when there is none before it. */
  async #firstAtLeast(time: number, low: number, high: number): Promise<number> {
    let [first, last] = [low, high];
    while (first < last) {
      const middle = Math.floor((first + last) / 2);
      if ((await this.at(middle)).time >= time) last = middle;
      else first = middle + 1;
    }
    return first;
  }

  async #read(tag: string): Promise<Block> {
    const block = (await this.#provider.send("eth_getBlockByNumber", [tag, false])) as Record<string, unknown> | null;
    const { number, hash, timestamp } = block ?? {};
    const read = { number: Number(number), hash: String(hash).toLowerCase(), time: Number(timestamp) };
    if (Number.isSafeInteger(read.number) && Number.isSafeInteger(read.time)) return read;
    throw new TallyError("chain.garbage", `the node's block ${tag} cannot be read`);
  }
}
