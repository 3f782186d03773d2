// SPDX-License-Identifier: Apache-2.0
import type { OnEvent } from "./anchoring-events.js";
import { type ScanSettings, scanEvents } from "./event-scan.js";
import type {
  AlarmStore,
  AnchorChain,
  AnchoringStore,
  BatchAnchoredEvent,
  ChainEvent,
  Clock,
  CursorStore,
  LoggedStatusChange,
  NewAlarm,
  StatusChangedEvent,
  StatusQueue,
} from "./ports.js";
import { createRaiseAlarm } from "./raise-alarm.js";
import { indicesOf, placeOf } from "./status-masks.js";

export interface WatcherDeps {
  readonly region: string;
  readonly store: AnchoringStore & StatusQueue & AlarmStore & CursorStore;
  readonly chain: AnchorChain;
  readonly clock: Clock;
  readonly settings: ScanSettings;
  readonly onEvent: OnEvent;
}

export interface WatchPass {
  readonly alarms: number;
  readonly more: boolean;
}

export interface Watcher {
  runOnce(): Promise<WatchPass>;
}

/**
 * Compares what the chain says in this region's name with what this region's store knows. Whoever steals an operator key can
 * anchor and set states; he cannot make the store know of it. Our own submissions raise no alarm while they are under way,
 * because a batch is staged and a status change is in the log before anything is sent.
 *
 * Any number of instances may watch: an alarm is raised once, the cursor only moves forward.
 */
export function createWatcher(deps: WatcherDeps): Watcher {
  const { region, store, chain, settings } = deps;
  const raise = createRaiseAlarm(deps);

  async function alarmFor(event: ChainEvent): Promise<NewAlarm | null> {
    if (event.kind === "batch-anchored" && event.region === region) return unknownBatch(deps, event);
    if (event.kind === "status-changed" && event.region === region) return unknownStatus(deps, event);
    return null;
  }

  return {
    async runOnce() {
      let alarms = 0;
      const more = await scanEvents(chain, store, `watch:${region}`, settings, async (events) => {
        for (const event of events) {
          const alarm = await alarmFor(event);
          if (alarm && (await raise(alarm))) alarms++;
        }
      });
      return { alarms, more };
    },
  };
}

async function unknownBatch({ store }: WatcherDeps, event: BatchAnchoredEvent): Promise<NewAlarm | null> {
  const { region, root, size, block, tx } = event;
  if (await store.findBatchByName({ region, root, size })) return null;
  return {
    kind: "unknown-batch",
    object: `${root}/${size}`,
    detail:
      `a batch of ${size} entries with root ${root} was anchored in the name of region ${region} in block ${block} ` +
      `(${tx}), and this store never staged it; if no other store serves the region, ` +
      `${size === 1 ? "and it is no head of the audit log that a backup lost, " : ""}disown the root and remove the operator`,
  };
}

async function unknownStatus(deps: WatcherDeps, event: StatusChangedEvent): Promise<NewAlarm | null> {
  const { list, word, region, block, tx, logIndex } = event;
  const unexplained = await unexplainedBits(deps, event);
  if (unexplained === 0n) return null;
  const indices = indicesOf(list, word, unexplained);
  return {
    kind: "unknown-status",
    object: `${list}/${word}@${tx}/${logIndex}`,
    detail:
      `status bits of region ${region} were changed in block ${block} (${tx}) without a state change in this store: ` +
      `list ${list}, word ${word}, indices ${indices.join(", ")}`,
  };
}

/**
 * The bits of the event that the log of state changes does not account for: those that it never changed that way, and those
 * that the word shows otherwise than the log says. A bit with an unconfirmed change is on its way and may show either; one that
 * our own transaction changed shows otherwise because a reorganisation took a later change away, which `StatusRecheck` tells.
 */
async function unexplainedBits({ store, chain, settings }: WatcherDeps, event: StatusChangedEvent): Promise<bigint> {
  const { list, word } = event;
  // The log is read around the word: when it moved meanwhile, the pair says nothing and is read again.
  for (let attempt = 0; attempt < 3; attempt++) {
    const log = await store.statusLog(list, word);
    const state = await chain.statusWord(list, word, settings.confirmations);
    if (!sameLog(log, await store.statusLog(list, word))) continue;
    const ever = { revoke: 0n, suspend: 0n, release: 0n };
    const settled = { revoked: 0n, suspended: 0n };
    let excused = 0n;
    for (const { statusIndex, action, confirmed, tx } of log) {
      const { bit } = placeOf(statusIndex);
      ever[action] |= bit;
      if (!confirmed || tx === event.tx) excused |= bit;
      if (action === "revoke") settled.revoked |= bit;
      else settled.suspended = action === "suspend" ? settled.suspended | bit : settled.suspended & ~bit;
    }
    // A release that nobody ordered of a bit that the log has not suspended puts right what a thief did: `tally region unsuspend`.
    const neverOrdered =
      (event.revoked & ~ever.revoke) |
      (event.suspended & ~ever.suspend) |
      (event.released & ~ever.release & settled.suspended);
    const contradicted =
      (event.revoked & state.revoked & ~settled.revoked) |
      ((event.suspended | event.released) & (state.suspended ^ settled.suspended));
    return neverOrdered | (contradicted & ~excused);
  }
  // A word that changes all the time is judged by its next event, which every one of these changes brings.
  return 0n;
}

function sameLog(a: readonly LoggedStatusChange[], b: readonly LoggedStatusChange[]): boolean {
  return a.length === b.length && a.every(({ confirmed }, i) => confirmed === b[i]!.confirmed);
}
