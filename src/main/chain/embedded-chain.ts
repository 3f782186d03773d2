// SPDX-License-Identifier: Apache-2.0
import { mkdirSync } from "node:fs";
import { join } from "node:path";
// The part alone: the whole takes longer to load than the chain to start.
import { Transaction } from "ethers/transaction";
import { type ExclusiveLock, takeExclusiveLock } from "../../adapters/sqlite/exclusive-lock.js";
import { type HardhatNode, type MinedBlock, startHardhatNode } from "./hardhat-node.js";
import { corrupt, Journal, type JournalContent, type JournalEntry } from "./journal.js";
import { JOURNAL_FILE } from "./journal-file.js";
import { INVALID_PARAMS, METHOD_NOT_SUPPORTED, RpcError, TRANSACTION_REJECTED } from "./rpc-error.js";
import { READ_METHODS, SEND_METHOD } from "./rpc-methods.js";

export { JOURNAL_FILE } from "./journal-file.js";
export const LOCK_FILE = "chain.lock";

/** Of a line of the journal, beside the raw transaction. */
const LINE_BYTES = 512;
const DISK_FULL =
  "the disk of the chain's journal is full: nothing was sent; free some space where the data directory lies, then send it again";

/** Transactions that share one flush to the disk at most. */
const GROUP = 64;

export interface EmbeddedChainOptions {
  readonly directory: string;
  /** Used for a new chain; an existing one must have this id. */
  readonly chainId: number;
  /** The wall clock, milliseconds since 1970. */
  readonly now: () => number;
  /** Told once, when the journal can no longer be written: the process must end, because memory is ahead of the disk. */
  readonly onFatal: (error: unknown) => void;
  readonly warn: (message: string) => void;
}

interface Call {
  readonly method: string;
  readonly params: readonly unknown[];
  readonly resolve: (result: unknown) => void;
  readonly reject: (error: unknown) => void;
}

/**
 * A Hardhat chain that survives its process. Calls run one after another, so no read can fall between the moment a
 * transaction is mined and the moment it is on the disk:
 *
 *   mine in memory → append to the journal → fsync → only now answer anyone
 *
 * A crash before the flush loses a transaction that nobody was told about; its sender sends it again. A crash after it
 * loses only the answer. On a full disk nothing is mined in the first place: reads go on, and so does sending once there is room.
 */
export class EmbeddedChain {
  readonly #node: HardhatNode;
  readonly #journal: Journal;
  readonly #lock: ExclusiveLock;
  readonly #options: EmbeddedChainOptions;
  readonly #queue: Call[] = [];
  #head: MinedBlock;
  #running: Promise<void> | null = null;
  #closed: unknown;

  private constructor(
    node: HardhatNode,
    journal: Journal,
    lock: ExclusiveLock,
    head: MinedBlock,
    options: EmbeddedChainOptions,
  ) {
    this.#node = node;
    this.#journal = journal;
    this.#lock = lock;
    this.#head = head;
    this.#options = options;
  }

  /** Replays the journal of the directory, or begins a new one. Rejects with `chain.journal-corrupt` rather than guess. */
  static async open(options: EmbeddedChainOptions): Promise<EmbeddedChain> {
    const { directory } = options;
    mkdirSync(directory, { recursive: true, mode: 0o700 });
    const lock = takeExclusiveLock(
      join(directory, LOCK_FILE),
      `another embedded chain is running on ${directory}: stop it, or give this one another --data directory`,
    );
    try {
      const path = join(directory, JOURNAL_FILE);
      const { node, content, head } = Journal.exists(path) ? await reopen(path, options) : await begin(path, options);
      if (content.tornBytes > 0) {
        options.warn(`dropped a half-written last line (${content.tornBytes} bytes) that no answer ever showed`);
      }
      const journal = Journal.open(path, content.wholeBytes);
      await node.advanceClock(wallSeconds(options) - head.time);
      return new EmbeddedChain(node, journal, lock, head, options);
    } catch (error) {
      lock.release();
      throw error;
    }
  }

  get head(): MinedBlock {
    return this.#head;
  }

  /** Answers a JSON-RPC call of the allow-list; rejects with `RpcError`, or with what the node says. */
  request(method: string, params: readonly unknown[]): Promise<unknown> {
    if (this.#closed) return Promise.reject(new RpcError(TRANSACTION_REJECTED, "the chain is stopping"));
    if (method === "eth_accounts") return Promise.resolve([]);
    if (method !== SEND_METHOD && !READ_METHODS.has(method)) {
      return Promise.reject(new RpcError(METHOD_NOT_SUPPORTED, `method ${method.slice(0, 60)} is not offered`));
    }
    return new Promise((resolve, reject) => {
      this.#queue.push({ method, params, resolve, reject });
      this.#running ??= this.#work();
    });
  }

  /** Finishes what was accepted, then lets go of the directory. */
  async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    await this.#running;
    this.#journal.close();
    this.#lock.release();
  }

  async #work(): Promise<void> {
    for (let call = this.#queue.shift(); call; call = this.#queue.shift()) {
      if (call.method !== SEND_METHOD) {
        await this.#node.request(call.method, call.params).then(call.resolve, call.reject);
        continue;
      }
      const group = [call];
      while (group.length < GROUP && this.#queue[0]?.method === SEND_METHOD) group.push(this.#queue.shift()!);
      await this.#send(group);
    }
    this.#running = null;
  }

  async #send(group: readonly Call[]): Promise<void> {
    if (this.#journal.room() < group.reduce((sum, { params }) => sum + lengthOf(params) + LINE_BYTES, 0)) {
      for (const { reject } of group) reject(new RpcError(TRANSACTION_REJECTED, DISK_FULL));
      return;
    }
    const mined: { call: Call; entry: JournalEntry; transaction: string }[] = [];
    for (const call of group) {
      try {
        mined.push({ call, ...(await this.#mine(call.params)) });
      } catch (error) {
        call.reject(error);
      }
    }
    if (mined.length === 0) return;
    try {
      this.#journal.append(mined.map(({ entry }) => entry));
    } catch (error) {
      // Memory now holds blocks that the disk may not: nothing may be answered from it any more.
      this.#fail(error, [...mined.map(({ call }) => call), ...this.#queue.splice(0)]);
      return;
    }
    for (const { call, transaction } of mined) call.resolve(transaction);
  }

  async #mine(params: readonly unknown[]): Promise<{ entry: JournalEntry; transaction: string }> {
    const { raw, from, nonce } = readTransaction(params);
    const expected = await this.#node.nonceOf(from);
    // Hardhat would keep it in memory only, and a later transaction would mine both at once, past the journal.
    if (nonce > expected) {
      throw new RpcError(
        TRANSACTION_REJECTED,
        `nonce too high: ${from} is at ${expected}, the transaction says ${nonce}`,
      );
    }
    // Equal times are allowed: a burst must not run ahead of the clock, nor a clock set back hold the chain up.
    const time = Math.max(wallSeconds(this.#options), this.#head.time);
    const block = await this.#node.mine(raw, time, this.#head.hash);
    this.#head = block;
    return {
      entry: { block: block.number, time: block.time, raw, hash: block.hash, stateRoot: block.stateRoot },
      transaction: block.transactions[0]!,
    };
  }

  #fail(error: unknown, calls: readonly Call[]): void {
    this.#closed = true;
    for (const call of calls)
      call.reject(new RpcError(TRANSACTION_REJECTED, "the chain cannot write its journal and stops"));
    this.#options.onFatal(error);
  }
}

async function begin(path: string, options: EmbeddedChainOptions): Promise<Opened> {
  const genesisTime = wallSeconds(options);
  const node = await startHardhatNode({ chainId: options.chainId, genesisTime });
  const head = await node.latestBlock();
  Journal.create(path, {
    format: "tigertally-chain-journal",
    version: 1,
    chainId: options.chainId,
    genesisTime,
    genesisHash: head.hash,
    client: await clientOf(node),
  });
  return { node, content: Journal.read(path), head };
}

interface Opened {
  readonly node: HardhatNode;
  readonly content: JournalContent;
  readonly head: MinedBlock;
}

async function reopen(path: string, options: EmbeddedChainOptions): Promise<Opened> {
  const content = Journal.read(path);
  const { header } = content;
  if (header.chainId !== options.chainId) {
    throw corrupt(path, 1, `it is the journal of chain ${header.chainId}, but chain ${options.chainId} was asked for`);
  }
  const node = await startHardhatNode(header);
  return { node, content, head: await replay(path, node, content) };
}

async function replay(path: string, node: HardhatNode, { header, entries }: JournalContent): Promise<MinedBlock> {
  const client = await clientOf(node);
  const written = client === header.client ? "" : ` (written by ${header.client}, replayed by ${client})`;
  let head = await node.latestBlock();
  if (head.hash !== header.genesisHash) {
    throw corrupt(path, 1, `genesis comes out as ${head.hash} instead of ${header.genesisHash}${written}`);
  }
  for (const { raw, time, hash, stateRoot, block } of entries) {
    try {
      head = await node.mine(raw, time, head.hash);
    } catch (cause) {
      throw corrupt(path, block + 1, `the node refuses the transaction of block ${block}${written}`, cause);
    }
    if (head.hash !== hash || head.stateRoot !== stateRoot) {
      throw corrupt(path, block + 1, `block ${block} comes out as ${head.hash} instead of ${hash}${written}`);
    }
  }
  return head;
}

async function clientOf(node: HardhatNode): Promise<string> {
  return String(await node.request("web3_clientVersion"));
}

/** The journal stores what was sent in one spelling; blobs have no place on this chain. */
function readTransaction(params: readonly unknown[]): { raw: string; from: string; nonce: number } {
  const raw = params[0];
  if (params.length !== 1 || typeof raw !== "string") {
    throw new RpcError(INVALID_PARAMS, `${SEND_METHOD} takes one hexadecimal string`);
  }
  let transaction: Transaction;
  try {
    transaction = Transaction.from(raw);
  } catch {
    throw new RpcError(INVALID_PARAMS, "this is not a signed transaction");
  }
  if (transaction.from === null) throw new RpcError(INVALID_PARAMS, "the transaction is not signed");
  if (transaction.type === 3) throw new RpcError(TRANSACTION_REJECTED, "blob transactions are not offered");
  return { raw: raw.toLowerCase(), from: transaction.from, nonce: transaction.nonce };
}

function lengthOf([raw]: readonly unknown[]): number {
  return typeof raw === "string" ? raw.length : 0;
}

function wallSeconds({ now }: EmbeddedChainOptions): number {
  return Math.floor(now() / 1000);
}
