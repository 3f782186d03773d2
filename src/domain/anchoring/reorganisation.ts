// SPDX-License-Identifier: Apache-2.0
import type { OnEvent } from "./anchoring-events.js";
import type { AlarmStore, AnchorChain, AnchoredBatch, AnchoringStore, Clock } from "./ports.js";
import { createRaiseAlarm } from "./raise-alarm.js";

export interface RecheckSettings {
  readonly confirmations: number;
  /** How far below the head an anchor is still looked at again. */
  readonly depth: number;
  /** Most batches in one pass, the newest first. */
  readonly maxBatches: number;
}

export interface RecheckDeps {
  readonly store: AnchoringStore & AlarmStore;
  readonly chain: AnchorChain;
  readonly clock: Clock;
  readonly settings: RecheckSettings;
  readonly onEvent: OnEvent;
}

export interface AnchorRecheck {
  /** How many batches lost their anchor or got another. */
  runOnce(): Promise<{ readonly vanished: number; readonly moved: number }>;
}

/**
 * Looks again at the anchors near the head. A reorganisation deeper than the confirmations can take one away (the batch is
 * open again and is submitted again, under a later time, with an alarm) or move it to another block (the record follows).
 *
 * An anchor counts as vanished when two passes in a row miss it, with a head at or above its block: one answer may come
 * from a node that lags behind another.
 */
export function createAnchorRecheck({ store, chain, clock, settings, onEvent }: RecheckDeps): AnchorRecheck {
  let missedBefore = new Map<number, AnchoredBatch>();
  const raise = createRaiseAlarm({ store, clock, onEvent });

  async function reopen(batch: AnchoredBatch): Promise<void> {
    const { id, region, root, size, block, time, tx } = batch;
    // Crash before: nothing happened. After: an alarm, and an anchor that is missed again; raised again, which changes nothing, and opened.
    await raise({
      kind: "anchor-vanished",
      object: `${root}/${size}@${tx}`,
      detail: `the anchor of batch ${root} (${size} entries) in block ${block} is gone from the chain; it is being anchored again, with a later time`,
    });
    await store.reanchor(id, { block, time, tx }, null);
    onEvent({ event: "anchor-vanished", batchId: id, region, root, size });
  }

  return {
    async runOnce() {
      const head = await chain.head();
      const batches = await store.anchoredSince(Math.max(0, head.block - settings.depth), settings.maxBatches);
      const missed = new Map<number, AnchoredBatch>();
      let vanished = 0;
      let moved = 0;
      // Where blocks come fast, what was missed once may be too deep by now, and has to be looked at again all the same.
      const near = new Set(batches.map(({ id }) => id));
      const again = [...missedBefore.values()].filter(({ id }) => !near.has(id));
      for (const batch of [...batches, ...again]) {
        const { id, region, root, size, block, time, tx } = batch;
        // This node has not come so far; it cannot know.
        if (block > head.block) continue;
        const found = await chain.findAnchor({ region, root, size });
        if (!found && missedBefore.has(id)) {
          await reopen(batch);
          vanished++;
        } else if (!found) missed.set(id, batch);
        else if (
          (found.block !== block || found.time !== time || found.tx !== tx) &&
          found.confirmations >= settings.confirmations
        ) {
          const anchor = { block: found.block, time: found.time, tx: found.tx };
          await store.reanchor(id, { block, time, tx }, anchor);
          onEvent({ event: "anchor-moved", batchId: id, region, root, size, ...anchor });
          moved++;
        }
      }
      missedBefore = missed;
      return { vanished, moved };
    },
  };
}
