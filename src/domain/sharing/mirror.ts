// SPDX-License-Identifier: Apache-2.0
import type { Crypto } from "../../core/crypto.js";
import { TallyError } from "../../core/errors.js";
import { toHex } from "../../core/hex.js";
import {
  type AnchorChain,
  type BackoffSettings,
  type ChainEvent,
  type Clock,
  createLoop,
  delayAfter,
  ignoreEvents,
  type Loop,
  type OnEvent,
  type Pause,
  pause as realPause,
  scanEvents,
} from "../anchoring/index.js";
import { fetchLeaves, type OwnLeaves } from "./leaf-fetcher.js";
import { askPeers, startingAt } from "./peers.js";
import type { MirrorStore, MissingBatch, MissingType, Peer, TypeShelf } from "./ports.js";

export interface MirrorSettings {
  readonly confirmations: number;
  readonly idleMs: number;
  readonly blockRange: number;
  /** Most batches, and most type definitions, fetched in one pass. */
  readonly maxFetches: number;
  /** Between two tries for the same batch. */
  readonly retryBaseMs: number;
  readonly retryCapMs: number;
}

export const DEFAULT_MIRROR: MirrorSettings = {
  confirmations: 0,
  idleMs: 2_000,
  blockRange: 2_000,
  maxFetches: 50,
  retryBaseMs: 2_000,
  retryCapMs: 600_000,
};

export interface MirrorDeps {
  readonly store: MirrorStore;
  readonly chain: AnchorChain;
  /** From configuration. */
  readonly peers: readonly Peer[];
  readonly own: OwnLeaves;
  readonly types: TypeShelf;
  readonly crypto: Crypto;
  /** Regions whose batches are kept; absent: all. */
  readonly regions?: readonly string[];
  readonly settings?: Partial<MirrorSettings>;
  readonly onEvent?: OnEvent;
  readonly clock?: Clock;
  readonly pause?: Pause;
  readonly random?: () => number;
}

export interface MirrorPass {
  /** Batches and type definitions that arrived. */
  readonly batches: number;
  readonly types: number;
  readonly more: boolean;
}

export interface Mirror extends Loop {
  runOnce(): Promise<MirrorPass>;
}

/**
 * Keeps the public halves of every region: the ordered leaves of each anchored batch and each published type definition.
 * So a code is proven here with its issuer switched off, and every batch has many keepers.
 *
 *     see     an event on chain names a batch (root, size) or a definition (digest); remembered before the cursor moves
 *     fetch   from our own store or from a configured peer, one after another
 *     check   against what the chain said
 *     keep    leaves, tile roots and positions, seen together or not at all
 *
 * A crash anywhere repeats at most one of these, and each is idempotent.
 */
export function createMirror(deps: MirrorDeps): Mirror {
  const settings = { ...DEFAULT_MIRROR, ...deps.settings };
  const clock = deps.clock ?? { now: () => Date.now() };
  const random = deps.random ?? Math.random;
  const onEvent = deps.onEvent ?? ignoreEvents;
  const backoff: BackoffSettings = { baseMs: settings.retryBaseMs, capMs: settings.retryCapMs };
  const { store, chain, types } = deps;

  async function see(events: readonly ChainEvent[]): Promise<void> {
    for (const event of events) {
      if (event.kind === "batch-anchored" && (deps.regions?.includes(event.region) ?? true)) {
        const { region, root, size, block, time } = event;
        await store.seeBatch({ region, root, size, block, anchoredAt: time });
      }
      if (event.kind === "type-definition-published") {
        const { typeCode, version, digest } = event;
        await store.seeType({ typeCode, version, digest });
      }
    }
  }

  function nextTry(attempts: number): number {
    return clock.now() + delayAfter(attempts, backoff, random);
  }

  async function fetchBatch(batch: MissingBatch): Promise<boolean> {
    const { id, region, root, size, attempts } = batch;
    const name = { region, root, size };
    const found = await fetchLeaves({ ...deps, onEvent }, name, startingAt(deps.peers, attempts));
    if (!found) {
      await store.postponeBatch(id, attempts + 1, nextTry(attempts + 1));
      return false;
    }
    await store.keepLeaves(id, found);
    onEvent({ event: "batch-mirrored", from: found.from, ...name });
    return true;
  }

  async function fetchType(type: MissingType): Promise<boolean> {
    const { typeCode, version, digest, attempts } = type;
    const name = `${typeCode}/${version}`;
    if (!(await types.hasType(typeCode, version))) {
      const found = await askPeers(startingAt(deps.peers, attempts), onEvent, `type definition ${name}`, {
        fetch: (peer) => peer.fetchType(typeCode, version),
        read: async (bytes) => (toHex(deps.crypto.sha256(bytes)) === digest ? bytes : null),
      });
      if (!found || !(await keepType({ typeCode, version, digest, bytes: found.answer }, found.from))) {
        await store.postponeType(typeCode, version, attempts + 1, nextTry(attempts + 1));
        return false;
      }
      onEvent({ event: "type-mirrored", from: found.from, typeCode, version });
    }
    await store.typeArrived(typeCode, version);
    return true;
  }

  /** False when the catalogue does not take it, as a definition of a later format. */
  async function keepType(type: Parameters<TypeShelf["keepType"]>[0], from: string): Promise<boolean> {
    try {
      await types.keepType(type);
      return true;
    } catch (error) {
      if (!(error instanceof TallyError) || error.code === "store.failed") throw error;
      onEvent({ event: "peer-failed", peer: from, code: error.code, message: error.message });
      return false;
    }
  }

  async function runOnce(): Promise<MirrorPass> {
    const scan = { ...settings, maxRanges: 20 };
    const moreEvents = await scanEvents(chain, store, "mirror", scan, see);
    const missingTypes = await store.missingTypes(clock.now(), settings.maxFetches);
    const missingBatches = await store.missingBatches(clock.now(), settings.maxFetches);
    let typesKept = 0;
    for (const type of missingTypes) if (await fetchType(type)) typesKept++;
    let batchesKept = 0;
    for (const batch of missingBatches) if (await fetchBatch(batch)) batchesKept++;
    const full = Math.max(missingTypes.length, missingBatches.length) === settings.maxFetches;
    return { batches: batchesKept, types: typesKept, more: moreEvents || full };
  }

  const loop = createLoop({
    name: "mirror",
    pass: runOnce,
    idleMs: settings.idleMs,
    backoff: { baseMs: 500, capMs: 60_000 },
    pause: deps.pause ?? realPause,
    random,
    onEvent,
  });
  return { runOnce, ...loop };
}
