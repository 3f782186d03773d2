// SPDX-License-Identifier: Apache-2.0

import { equalBytes } from "../../core/bytes.js";
import { formatUtcInstant } from "../../core/calendar.js";
import type { Crypto } from "../../core/crypto.js";
import { TallyError } from "../../core/errors.js";
import { toHex } from "../../core/hex.js";
import { parseMultikey } from "../../core/multikey.js";
import { createTurns } from "../../core/turns.js";
import { readTrustBundle } from "../../verify/bundle/index.js";
import { MAX_BUNDLE_BYTES, MAX_REVOCATION_LISTS, type TrustBundle } from "../../verify/bundle/trust-bundle.js";
import { unsignedBundle } from "../../verify/bundle/write-bundle.js";
import type { RegistryAccess, RegistrySnapshot } from "../../verify/registry.js";
import type { Clock } from "../anchoring/index.js";
import { RegistryCollector } from "./registry-collector.js";
import type { RegistryHistory } from "./registry-history.js";

/** Signs with the region's bundle key. */
export interface BundleSigner {
  /** Multikey text. */
  readonly multikey: string;
  sign(message: Uint8Array): Promise<Uint8Array> | Uint8Array;
}

/** Where a region keeps the bundle that it issued last. What is lost is collected anew from the chain. */
export interface BundleShelf {
  newest(): Promise<Uint8Array | null>;
  /** Replaces it, whole or not at all. */
  keep(bundle: Uint8Array): Promise<void>;
  /** As `PinStore.exclusively`. */
  exclusively<T>(work: () => Promise<T>): Promise<T>;
}

export interface PublishedBundle {
  /** The file. */
  readonly bytes: Uint8Array;
  /** SHA-256 of the file, lower-case hex. */
  readonly digest: string;
  readonly content: TrustBundle;
}

export interface TrustBundlesDeps {
  readonly region: string;
  readonly chainId: number;
  /** Address of the registry. */
  readonly address: string;
  /** With as many nodes and confirmations as the deployment asks for. */
  readonly registry: RegistryAccess;
  readonly history: RegistryHistory;
  /** The key that signs now, or rejects with `key.unknown` and what to do. */
  readonly signer: () => Promise<BundleSigner>;
  readonly shelf: BundleShelf;
  readonly crypto: Crypto;
  readonly clock: Clock;
  /** The newest revocation lists of the CAs for seals that are at hand, the region's own first, as DER; a bundle takes as many as it holds. Absent: none, and no seal can be judged with the bundle alone. */
  readonly revocationLists?: () => Promise<readonly Uint8Array[]>;
  /** Seconds; a newest block older than this is not vouched for. Null: no limit (blocks come only with transactions). */
  readonly maxHeadAge: number | null;
}

export interface TrustBundles {
  /**
   * A new bundle of the newest block that the deployment counts on, signed and kept. One at a time; others wait. Never older than one
   * that another process of the region has issued: `chain.unreachable` then, and no two have the same sequence number.
   */
  issue(): Promise<PublishedBundle>;
  /**
   * The newest, when it is less than a minute old and a new one would say no more: of the same block, key and revocation lists. Else as `issue`,
   * in the same turns.
   */
  issueIfOutdated(): Promise<PublishedBundle>;
  /** The newest issued here, also by an earlier process; null when there is none. */
  newest(): Promise<PublishedBundle | null>;
}

const RANGE = 2_000;
/** Less than what clocks may differ: a reader judges what was sealed meanwhile at the bundle's time. */
const UP_TO_DATE_MS = 60_000;

/**
 * Issues the region's trust bundles. The whole registry is collected once; after that only what newer events name is read again, on from
 * the last bundle that this region issued, as long as its block still stands. A block that is gone (a reorganisation) makes it begin
 * at the registry's first block again.
 */
export function createTrustBundles(deps: TrustBundlesDeps): TrustBundles {
  const { region, chainId, address, registry, history, shelf, crypto, clock } = deps;
  let collected: Collected | null = null;
  let last: PublishedBundle | null = null;
  const inTurn = createTurns();

  async function issue(): Promise<PublishedBundle> {
    const previous = await newest();
    const [snapshot, signer, genesis] = await Promise.all([registry.snapshot(), deps.signer(), history.genesis()]);
    const { head } = snapshot;
    refuseOldHead(head.time);
    refuseBehind(head.block, previous);
    const collector = await collect(snapshot, previous);
    return shelf.exclusively(() => publish(collector, snapshot, signer, genesis));
  }

  async function issueIfOutdated(): Promise<PublishedBundle> {
    const known = await newest();
    return known !== null && (await isUpToDate(known)) ? known : issue();
  }

  async function isUpToDate({ content }: PublishedBundle): Promise<boolean> {
    const age = clock.now() - Date.parse(content.issuedAt);
    if (age < 0 || age >= UP_TO_DATE_MS) return false;
    const [{ head }, { multikey }] = await Promise.all([registry.snapshot(), deps.signer()]);
    refuseOldHead(head.time);
    if (head.hash !== content.block.hash || multikey !== content.signer.text) return false;
    const lists = (await deps.revocationLists?.()) ?? [];
    const has = (list: Uint8Array) => content.revocationLists.some((each) => equalBytes(each, list));
    return lists.every(has) && content.revocationLists.length === new Set(lists.map(toHex)).size;
  }

  async function publish(
    collector: RegistryCollector,
    { head }: RegistrySnapshot,
    signer: BundleSigner,
    genesis: string,
  ): Promise<PublishedBundle> {
    // Collecting takes long: a command beside the service may have issued one meanwhile.
    const previous = await newest();
    refuseBehind(head.block, previous);
    const seconds = Math.floor(clock.now() / 1000);
    const unsigned = unsignedBundle(
      crypto,
      {
        region,
        chainId,
        registry: address,
        genesis,
        block: { number: head.block, hash: head.hash, time: head.time },
        issuedAt: formatUtcInstant(seconds * 1000),
        // Seconds where they do: what was issued before a shelf was lost then is no higher.
        sequence: Math.max(seconds, (previous?.content.sequence ?? 0) + 1),
      },
      { state: collector.state(), revocationLists: fitting((await deps.revocationLists?.()) ?? []) },
      parseMultikey(signer.multikey),
    );
    // Read again as a stranger would: what he would refuse is not published.
    const published = read(unsigned.signed(await signer.sign(unsigned.toSign)), signer.multikey);
    await shelf.keep(published.bytes);
    last = published;
    return published;
  }

  async function newest(): Promise<PublishedBundle | null> {
    const bytes = await shelf.newest();
    if (!bytes || toHex(crypto.sha256(bytes)) === last?.digest) return last;
    try {
      const { multikey } = await deps.signer();
      last = read(bytes, multikey);
    } catch (error) {
      // Of an earlier key, network or version, or damaged: it is collected anew.
      if (!(error instanceof TallyError) || !/^(?:bundle|format|json)\./.test(error.code)) throw error;
    }
    return last;
  }

  function read(bytes: Uint8Array, multikey: string): PublishedBundle {
    const trust = { chainId, registry: address };
    const content = readTrustBundle(bytes, { trust, pinned: [parseMultikey(multikey)], crypto });
    return { bytes, content, digest: toHex(crypto.sha256(bytes)) };
  }

  async function collect(snapshot: RegistrySnapshot, previous: PublishedBundle | null): Promise<RegistryCollector> {
    const begun = await beginning(previous, snapshot.head.block);
    // Half-updated it would be of no block.
    collected = null;
    const { block, hash } = snapshot.head;
    for (let from = begun.next; from <= block; from += RANGE) {
      const toBlock = Math.min(block, from + RANGE - 1);
      await begun.collector.update(await history.named({ fromBlock: from, toBlock }), snapshot);
    }
    await requireStanding(block, hash);
    collected = { collector: begun.collector, next: block + 1, hash };
    return begun.collector;
  }

  /** What is collected already and still true, and the first block that is not looked at. */
  async function beginning(previous: PublishedBundle | null, head: number): Promise<Omit<Collected, "hash">> {
    if (collected && (await stands(collected.next - 1, collected.hash, head))) return collected;
    if (previous && !collected) {
      const { block, state } = previous.content;
      if (await stands(block.number, block.hash, head))
        return { collector: RegistryCollector.from(state, crypto), next: block.number + 1 };
    }
    return { collector: new RegistryCollector(crypto), next: await history.firstBlock() };
  }

  async function stands(block: number, hash: string, head: number): Promise<boolean> {
    return block <= head && (await history.blockHash(block)) === hash;
  }

  /** The names came from the history and the records from the state: of one chain, or the pair says nothing. */
  async function requireStanding(block: number, hash: string): Promise<void> {
    if ((await history.blockHash(block)) === hash) return;
    throw new TallyError("chain.unreachable", `block ${block} was replaced, or the nodes differ about it; try again`);
  }

  function refuseBehind(block: number, previous: PublishedBundle | null): void {
    if (previous === null || block >= previous.content.block.number) return;
    throw new TallyError(
      "chain.unreachable",
      `the nodes are at block ${block}, behind block ${previous.content.block.number} of the last bundle; try again when they have caught up`,
    );
  }

  function refuseOldHead(time: number): void {
    const age = Math.floor(clock.now() / 1000) - time;
    if (deps.maxHeadAge === null || age <= deps.maxHeadAge) return;
    throw new TallyError(
      "chain.unreachable",
      `the newest block is ${age} seconds old, more than TALLY_MAX_HEAD_AGE allows; a bundle of it would pass old states for present ones`,
    );
  }

  return {
    newest,
    issue: () => inTurn(issue),
    issueIfOutdated: () => inTurn(issueIfOutdated),
  };
}

interface Collected {
  readonly collector: RegistryCollector;
  readonly next: number;
  readonly hash: string;
}

/** Of a bundle, a part that leaves the registry its room. */
const MOST_LIST_BYTES = MAX_BUNDLE_BYTES / 4;

/** As many of the lists, from the first, as a bundle holds: nobody's lists must keep a bundle from being issued. */
function fitting(lists: readonly Uint8Array[]): readonly Uint8Array[] {
  let room = MOST_LIST_BYTES;
  return lists.slice(0, MAX_REVOCATION_LISTS).filter(({ length }) => {
    const fits = length <= room;
    if (fits) room -= length;
    return fits;
  });
}
