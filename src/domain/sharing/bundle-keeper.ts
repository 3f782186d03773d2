// SPDX-License-Identifier: Apache-2.0
import { TallyError } from "../../core/errors.js";
import { type Multikey, parseMultikey } from "../../core/multikey.js";
import { nextPins, readTrustBundle, refuseOlder, type TrustBundle } from "../../verify/bundle/index.js";
import type { SealCrypto } from "../../verify/seal/seal-crypto.js";
import { listsOfCas } from "./bundle-lists.js";

/** The network that a verifier has pinned. */
export interface KnownNetwork {
  readonly chainId: number;
  /** Address. */
  readonly registry: string;
  /** Hash of block 0, where it is known: it tells two chains of one id apart. */
  readonly genesis?: string;
}

/** What a verifier knows of bundles. */
export interface TrustState {
  readonly network: KnownNetwork;
  /** Multikey texts of the keys from which bundles are taken: pinned by hand, or learned from a bundle of a pinned one. */
  readonly pins: readonly string[];
}

/** Where a verifier keeps pins and the newest bundle. Each write is durable, whole or not at all; passes test/adapters/pin-store.suite.ts. */
export interface PinStore {
  read(): Promise<TrustState | null>;
  write(state: TrustState): Promise<void>;
  newestBundle(): Promise<Uint8Array | null>;
  /** Null forgets it. */
  keepBundle(bundle: Uint8Array | null): Promise<void>;
  /**
   * Does `work` while no other work of this kind is done on the same store, by any process: what it read is still so when it
   * writes. Waits for others, not for ever: `request.conflict`. Of a process that died there is nothing to wait for.
   */
  exclusively<T>(work: () => Promise<T>): Promise<T>;
}

export interface BundleKeeperDeps {
  readonly store: PinStore;
  readonly crypto: SealCrypto;
  /** Keeps a revocation list in place of an older one of the CA with this key; `store.failed` where there is no room for it. */
  readonly keepList: (ca: string, list: Uint8Array) => Promise<unknown>;
}

/** A verifier's own bundles: only from pinned keys, never an older one in place of a newer. */
export interface BundleKeeper {
  /** Takes bundles from this key from now on. `request.conflict` for another network than that of the pins before. */
  pin(key: string, network: KnownNetwork): Promise<TrustState>;
  /** The bundle that the key signed goes with it. `key.unknown` when it is not pinned. */
  unpin(key: string): Promise<TrustState>;
  state(): Promise<TrustState | null>;
  /**
   * Reads and keeps a bundle, and the revocation lists in it, with which seals are judged where nodes are asked; rejects as `readTrustBundle` and `refuseOlder`, and then
   * nothing has changed but lists. A list that cannot be kept (`store.failed`) is told of, and the bundle, which has it too, is kept.
   */
  accept(bytes: Uint8Array, listNotKept?: (why: TallyError) => void): Promise<TrustBundle>;
  /** The newest accepted; null before the first. */
  newest(): Promise<TrustBundle | null>;
}

export function createBundleKeeper({ store, crypto, keepList }: BundleKeeperDeps): BundleKeeper {
  const requirePins = (state: TrustState | null): TrustState => {
    if (state && state.pins.length > 0) return state;
    throw new TallyError(
      "bundle.key-not-pinned",
      "no bundle key is pinned; ask a region for its key in a way that you trust, then run tally trust bundle pin <key>",
    );
  };

  const read = (bytes: Uint8Array, { network, pins }: TrustState): TrustBundle =>
    readTrustBundle(bytes, { trust: network, pinned: pins.map(parseMultikey), crypto });

  const newest = async (): Promise<TrustBundle | null> => {
    // In this order: should another process accept one meanwhile, the pins of before read the new bundle too.
    const state = await store.read();
    const bytes = await store.newestBundle();
    if (!bytes) return null;
    try {
      return read(bytes, requirePins(state));
    } catch (cause) {
      if (!(cause instanceof TallyError)) throw cause;
      const message = `the trust bundle kept here cannot be used: ${cause.message}. Unpin its key or remove the file to begin anew; until then no other is taken, lest it be an older one`;
      throw new TallyError("config.invalid", message, { cause });
    }
  };

  return {
    newest,
    state: () => store.read(),

    async pin(text, network) {
      const key = keyOf(text);
      return store.exclusively(() => pin(key, network));
    },

    unpin: (text) => store.exclusively(() => unpin(text)),

    // Of two bundles at once the second is compared with the first: else the older one could be what stays.
    accept: (bytes, listNotKept = () => {}) => store.exclusively(() => accept(bytes, listNotKept)),
  };

  async function pin(key: Multikey, network: KnownNetwork): Promise<TrustState> {
    const known = await store.read();
    if (known && known.pins.length > 0 && !isSame(known.network, network))
      throw new TallyError(
        "request.conflict",
        `pins of chain ${known.network.chainId}, registry ${known.network.registry}, are kept here, not of chain ${network.chainId}, registry ${network.registry}; use another data directory, or unpin them first`,
      );
    const pins = known?.pins ?? [];
    const isKnown = known !== null && isSame(known.network, network);
    const state = {
      network: isKnown ? { ...known.network, ...network } : network,
      pins: pins.includes(key.text) ? pins : [...pins, key.text],
    };
    await store.write(state);
    return state;
  }

  async function unpin(text: string): Promise<TrustState> {
    const known = await store.read();
    if (!known?.pins.includes(text))
      throw new TallyError(
        "key.unknown",
        `${text} is not pinned here; tally trust bundle show lists the keys that are`,
      );
    const state = { ...known, pins: known.pins.filter((pin) => pin !== text) };
    // First what it signed: a bundle without its pin could not be read any more.
    const bytes = await store.newestBundle();
    if (bytes && !isReadable(bytes, state)) await store.keepBundle(null);
    await store.write(state);
    return state;
  }

  async function accept(bytes: Uint8Array, listNotKept: (why: TallyError) => void): Promise<TrustBundle> {
    const state = requirePins(await store.read());
    const bundle = read(bytes, state);
    const known = await newest();
    if (known) refuseOlder(known, bundle);
    // Before the bundle: by themselves they do no harm, and a crash leaves nothing to make up for.
    for (const { ca, list } of listsOfCas(bundle, crypto))
      try {
        await keepList(ca, list);
      } catch (error) {
        if (!(error instanceof TallyError && error.code === "store.failed")) throw error;
        listNotKept(error);
      }
    // In this order: the pins of before read the new bundle too, should a crash come between.
    await store.keepBundle(bytes);
    const pins = nextPins(bundle, state.pins.map(parseMultikey)).map(({ text }) => text);
    if (pins.join() !== state.pins.join()) await store.write({ ...state, pins });
    return bundle;
  }

  function isReadable(bytes: Uint8Array, state: TrustState): boolean {
    try {
      read(bytes, state);
      return true;
    } catch {
      return false;
    }
  }

  function keyOf(text: string): Multikey {
    const key = parseMultikey(text);
    crypto.checkPublicKey(key.bytes.slice(2));
    return key;
  }
}

function isSame(one: KnownNetwork, other: KnownNetwork): boolean {
  if (one.chainId !== other.chainId || one.registry.toLowerCase() !== other.registry.toLowerCase()) return false;
  return one.genesis === undefined || other.genesis === undefined || one.genesis === other.genesis;
}
