// SPDX-License-Identifier: Apache-2.0
import { formatUnits, isError, type JsonRpcProvider, keccak256, Wallet } from "ethers";
import { TallyError } from "../../core/errors.js";
import { chainFailure, registryMissing } from "./chain-failure.js";
import { type ChainIdentity, requireChain } from "./chain-identity.js";
import { capOf, type FeePolicy, type Fees, feesNow, raised } from "./fees.js";

/** A key that is opened when something is sent for the first time; its address is known before. */
export interface SealedKey {
  readonly address: string;
  /** 0x and 64 hex digits. */
  open(): Promise<string>;
}

export interface SenderOptions extends ChainIdentity {
  readonly provider: JsonRpcProvider;
  /** 0x and 64 hex digits, or what opens to them. */
  readonly privateKey: string | SealedKey;
  readonly fees?: Partial<FeePolicy>;
  /** After this long in the pool a transaction is replaced by the next send, with higher fees. Default 60,000. */
  readonly stuckAfterMs?: number;
  /** Milliseconds since 1970. */
  readonly now?: () => number;
}

export interface Payload {
  /** Null creates a contract. */
  readonly to: string | null;
  readonly data: string;
  readonly value?: bigint;
}

interface Sent extends Payload {
  readonly nonce: number;
  readonly fees: Fees;
  readonly gasLimit: bigint;
  readonly tx: string;
  readonly at: number;
}

/** A nonce that is taken, and by what; of what another process has sent only the nonce is known. */
interface InTheWay extends Partial<Payload> {
  readonly nonce: number;
  readonly fees: Fees | null;
}

const REPLACEMENTS = 8;
/** Nonces for one transaction, while other processes of the account take them. */
const DRAWS = 4;

/**
 * Sends the transactions of one account, in the order of the calls. Nothing here is durable: the nonce is asked of the chain,
 * and whoever loses an answer looks for the effect and sends again. Two senders of one account disturb each other.
 *
 *  - A payload that is refused now is refused before it is sent (gas estimate), so no nonce is spent on it.
 *  - A reply that is lost after the node took the transaction is found again by its hash.
 *  - The first transaction in the pool is replaced when it stays there too long, same nonce, higher fees, by the next send;
 *    its effect has to be sent again by whoever misses it. Replacing one further back would change nothing.
 *  - A payload that is sent again replaces itself. Where the cap leaves no room for that, it stays as it was sent.
 */
export class Sender {
  readonly address: string;
  readonly #wallet: () => Promise<Wallet>;
  readonly #options: SenderOptions;
  /** Sent and not known to be mined, by nonce. Forgotten with the process. */
  readonly #pending = new Map<number, Sent>();
  #last: Promise<unknown> = Promise.resolve();
  #waitingSince: { readonly nonce: number; readonly at: number } | null = null;

  constructor(options: SenderOptions) {
    const { privateKey } = options;
    this.#options = options;
    if (typeof privateKey === "string") {
      const wallet = new Wallet(privateKey);
      this.#wallet = async () => wallet;
      this.address = wallet.address;
    } else {
      this.#wallet = async () => new Wallet(await privateKey.open());
      this.address = privateKey.address;
    }
  }

  /** Resolves with the hash when a node has taken the transaction. Rejects with a `chain.*` error. */
  async send(doing: string, payload: Payload): Promise<string> {
    return (await this.sendIf(undefined, doing, payload)) as string;
  }

  /** The same, when `maySend` says yes after the nonce was drawn; else resolves with null. */
  sendIf(maySend: (() => Promise<boolean>) | undefined, doing: string, payload: Payload): Promise<string | null> {
    const sent = this.#last.then(() => this.#send(doing, payload, maySend));
    this.#last = sent.catch(() => undefined);
    return sent;
  }

  async #send(doing: string, payload: Payload, maySend: () => Promise<boolean> = async () => true) {
    try {
      await requireChain(this.#options.provider, this.#options);
      for (let draw = 1; ; draw++) {
        const { mined, pooled } = await this.#nonces();
        const before = this.#inTheWay(payload, mined, pooled);
        const gasLimit = await this.#gasLimit(payload);
        const fees = await feesNow(this.#options.provider, this.#options.fees);
        if (!(await maySend())) return null;
        if (before) {
          const offered = this.#replacing(before, payload, fees, doing);
          if (offered === null) return this.#leave(before);
          return await this.#broadcast({ ...payload, gasLimit, nonce: before.nonce }, offered, doing);
        }
        try {
          return await this.#broadcast({ ...payload, gasLimit, nonce: pooled }, fees, doing, isTaken);
        } catch (error) {
          // Another process of the account drew the same nonce; replacing what it sent would only delay both.
          if (!isTaken(error) || draw === DRAWS) throw error;
        }
      }
    } catch (error) {
      throw chainFailure(doing, error);
    }
  }

  /** The transaction that this one must replace: the first in the pool when it is stuck, else the same payload again. */
  #inTheWay(payload: Payload, mined: number, pooled: number): InTheWay | null {
    for (const nonce of this.#pending.keys()) if (nonce < mined) this.#pending.delete(nonce);
    if (mined >= pooled) {
      this.#waitingSince = null;
      return null;
    }
    const same = [...this.#pending.values()].find(
      ({ to, data, nonce }) => to === payload.to && data === payload.data && nonce < pooled,
    );
    const now = this.#now();
    const first = this.#pending.get(mined);
    if (this.#waitingSince?.nonce !== mined) this.#waitingSince = { nonce: mined, at: first?.at ?? now };
    const since = Math.max(this.#waitingSince.at, first?.at ?? 0);
    const isStuck = now - since >= (this.#options.stuckAfterMs ?? 60_000);
    if (!isStuck || same?.nonce === mined) return same ?? null;
    this.#waitingSince = { nonce: mined, at: now };
    return first ?? { nonce: mined, fees: null };
  }

  /** What a replacement offers; null when the cap leaves no room for one, and what is in the pool is the same payload. */
  #replacing(before: InTheWay, payload: Payload, now: Fees, doing: string): Fees | null {
    const policy = this.#options.fees;
    const offered = raised(before.fees, now, policy);
    if (before.fees === null || offered.maxFeePerGas <= capOf(policy) || now.maxFeePerGas > capOf(policy))
      return offered;
    if (before.data === payload.data && before.to === payload.to) return null;
    throw new TallyError(
      "chain.unreachable",
      `${doing} was not sent: transaction ${before.nonce} of ${this.address}, which has to be mined first, offers ` +
        `${gwei(before.fees.maxFeePerGas)} gwei a gas, and a replacement would pass the ${gwei(capOf(policy))} gwei allowed. ` +
        "Wait until it is mined, or raise the cap (TALLY_MAX_FEE_GWEI)",
    );
  }

  /** It has a nonce below those of the pool, so the node has it still. */
  #leave({ nonce }: InTheWay): string {
    const sent = this.#pending.get(nonce)!;
    this.#pending.set(nonce, { ...sent, at: this.#now() });
    return sent.tx;
  }

  async #broadcast(
    payload: Payload & { nonce: number; gasLimit: bigint },
    fees: Fees,
    doing: string,
    isFinal: (error: unknown) => boolean = () => false,
  ): Promise<string> {
    const wallet = await this.#wallet();
    for (let attempt = 0, offered = fees; ; attempt++, offered = raised(offered, offered, this.#options.fees)) {
      checkCap(offered, this.#options.fees, doing);
      const raw = await wallet.signTransaction({
        ...payload,
        ...offered,
        type: 2,
        chainId: this.#options.chainId,
      });
      const tx = keccak256(raw);
      try {
        await this.#options.provider.send("eth_sendRawTransaction", [raw]);
      } catch (error) {
        if (isUnderpriced(error) && !isFinal(error) && attempt < REPLACEMENTS) continue;
        if (!(await this.#isKnown(tx))) throw error;
        // The node has it: only the reply was lost, or it had been sent before.
      }
      this.#pending.set(payload.nonce, { ...payload, fees: offered, tx, at: this.#now() });
      return tx;
    }
  }

  async #isKnown(tx: string): Promise<boolean> {
    try {
      return (await this.#options.provider.send("eth_getTransactionByHash", [tx])) !== null;
    } catch {
      return false;
    }
  }

  async #nonces(): Promise<{ mined: number; pooled: number }> {
    const count = async (tag: string): Promise<number> =>
      Number(await this.#options.provider.send("eth_getTransactionCount", [this.address, tag]));
    const [mined, pooled] = await Promise.all([count("latest"), count("pending")]);
    return { mined, pooled: Math.max(mined, pooled) };
  }

  async #gasLimit({ to, data, value = 0n }: Payload): Promise<bigint> {
    const { provider } = this.#options;
    if (to !== null && data !== "0x" && (await provider.send("eth_getCode", [to, "latest"])) === "0x") {
      throw registryMissing("before sending");
    }
    const estimate = await provider.estimateGas({ from: this.address, to, data, value });
    // Head-room for what others change between now and the block.
    return (estimate * 5n) / 4n;
  }

  #now(): number {
    return (this.#options.now ?? Date.now)();
  }
}

function checkCap(fees: Fees, policy: Partial<FeePolicy> | undefined, doing: string): void {
  const cap = capOf(policy);
  if (fees.maxFeePerGas <= cap) return;
  // Nothing was sent and prices fall again, so whoever tries again later is right to.
  throw new TallyError(
    "chain.unreachable",
    `${doing} was not sent: the network asks for ${gwei(fees.maxFeePerGas)} gwei a gas, more than the ${gwei(cap)} gwei allowed. ` +
      "Wait until it is cheaper, ask another node, or raise the cap (TALLY_MAX_FEE_GWEI)",
  );
}

function gwei(wei: bigint): string {
  return formatUnits(wei, "gwei").replace(/\.0$/, "");
}

function isUnderpriced(error: unknown): boolean {
  return isReplacement(error) || /underpriced|fee too low/i.test(wordsOf(error));
}

function isReplacement(error: unknown): boolean {
  return isError(error, "REPLACEMENT_UNDERPRICED") || /replacement/i.test(wordsOf(error));
}

/** Whether something else has the nonce by now, in the pool or in a block. */
function isTaken(error: unknown): boolean {
  return isReplacement(error) || isError(error, "NONCE_EXPIRED") || /nonce.*too low/i.test(wordsOf(error));
}

function wordsOf(error: unknown): string {
  const { error: rpc, message } = error as { error?: { message?: unknown }; message?: unknown };
  return String(rpc?.message ?? message);
}
