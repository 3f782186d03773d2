// SPDX-License-Identifier: Apache-2.0
import type { OnEvent } from "./anchoring-events.js";
import { createLeaseClaim } from "./lease-claim.js";
import { statusLease } from "./lease-store.js";
import type {
  AlarmStore,
  AnchorChain,
  Clock,
  ConfirmedStatusChange,
  Lease,
  LoggedStatusChange,
  StatusQueue,
  StatusWordState,
} from "./ports.js";
import { createRaiseAlarm } from "./raise-alarm.js";
import { bitOf, placeOf, shows } from "./status-masks.js";
import { type StatusWordName, wordStates } from "./word-states.js";

export interface StatusRecheckSettings {
  readonly confirmations: number;
  /** How long after its confirmation a change is still looked at again. */
  readonly forMs: number;
  readonly leaseMs: number;
}

export interface StatusRecheckDeps {
  readonly region: string;
  /** Names the holder of a lease. */
  readonly instance: string;
  readonly store: StatusQueue & AlarmStore;
  readonly chain: AnchorChain;
  readonly clock: Clock;
  readonly settings: StatusRecheckSettings;
  readonly onEvent: OnEvent;
}

/** A confirmed change that its word does not show, with the transaction of its last submission. */
interface MissedChange extends StatusWordName {
  readonly seq: number;
  readonly tx: string | null;
}

export interface StatusRecheck {
  /** How many changes are open again. */
  runOnce(): Promise<{ readonly vanished: number }>;
}

/** Most changes, the newest, whose words are read in one pass; a change that was missed is looked at again in any case. */
const MOST_CHANGES = 10_000;

/** After so many passes over a head behind an earlier one, that one was a mistake. */
const MOST_BEHIND = 10;

/**
 * Looks again at the words of changes that were confirmed lately. A reorganisation deeper than the confirmations can take a
 * revocation away, and nobody would send it again: the change is open again then, and an alarm says that verifiers did not see it.
 *
 * A change counts as vanished when two passes in a row miss it, with a head that is not behind one seen before: an answer may
 * come from a node that lags. It is opened under the lease of whoever sends changes, after another look: nobody else is sending or
 * confirming then, so what is opened is what is missing now, and not what someone has opened, sent and confirmed meanwhile.
 */
export function createStatusRecheck(deps: StatusRecheckDeps): StatusRecheck {
  const { region, instance, store, clock, settings, onEvent } = deps;
  const claim = createLeaseClaim({
    ...{ store, name: statusLease(region), holder: instance, leaseMs: settings.leaseMs, clock, onEvent },
  });
  const raise = createRaiseAlarm({ store, clock, onEvent });
  let missedBefore = new Map<number, MissedChange>();
  let highest = 0;
  let behind = 0;

  /** The node has not come so far as one before; it cannot know. */
  function lags(block: number): boolean {
    behind = block < highest ? behind + 1 : 0;
    if (behind > 0 && behind < MOST_BEHIND) return true;
    highest = block;
    behind = 0;
    return false;
  }

  /** Confirmed changes that are not shown, by their number. Only the logs of words that `deserves` a closer look are read. */
  async function gone(
    words: readonly StatusWordName[],
    deserves: (name: StatusWordName, state: StatusWordState) => boolean = () => true,
  ): Promise<Map<number, MissedChange>> {
    const states = await wordStates(deps.chain, words, settings.confirmations);
    const found = new Map<number, MissedChange>();
    for (const [i, name] of words.entries()) {
      const state = states[i]!;
      if (!deserves(name, state)) continue;
      for (const { seq, tx } of goneFrom(state, await store.statusLog(name.list, name.word)))
        found.set(seq, { ...name, seq, tx });
    }
    return found;
  }

  /** Of what was confirmed lately and what was missed before. */
  async function look(): Promise<Map<number, MissedChange>> {
    const recent = new Map<string, ConfirmedStatusChange[]>();
    for (const change of await store.confirmedSince(clock.now() - settings.forMs, MOST_CHANGES))
      append(recent, keyOf(placeOf(change.statusIndex)), change);
    const missed = [...missedBefore.values()];
    const missedWords = new Set(missed.map(keyOf));
    const words = different([...[...recent.values()].map(([first]) => placeOf(first!.statusIndex)), ...missed]);
    // After a mass revocation that is thousands of words; of those that show all of it nothing more need be known.
    return gone(words, (name, state) => {
      const key = keyOf(name);
      const isShown = (recent.get(key) ?? []).every((change) => shows(state, change));
      return missedWords.has(key) || !isShown;
    });
  }

  /** The numbers of those that are open again: all of them, or none when the lease was taken over. */
  async function reopen(lease: Lease, missed: readonly MissedChange[]): Promise<readonly number[]> {
    const { list, word, seq, tx } = missed.reduce((newest, each) => (each.seq > newest.seq ? each : newest));
    // Crash before: nothing happened. After: an alarm, and changes that are missed again; raised again, which changes nothing, and opened.
    await raise({
      kind: "status-vanished",
      // The same for whoever repeats it, and another once they were sent again.
      object: `${list}/${word}@${seq}${tx === null ? "" : `/${tx}`}`,
      detail:
        `${missed.length} confirmed changes of state in word ${word} of list ${list} of region ${region} are gone from the chain; ` +
        "they are being sent again, and until then verifiers do not see them",
    });
    const seqs = missed.map((change) => change.seq);
    if (!(await store.reopenStatusChanges(lease, seqs))) return [];
    onEvent({ event: "status-vanished", changes: seqs.length, list, word });
    return seqs;
  }

  /** The numbers of those that are open again; none while somebody is sending changes. */
  async function reopenVanished(words: readonly StatusWordName[]): Promise<readonly number[]> {
    const lease = await claim();
    if (!lease) return [];
    try {
      const still = [...(await gone(words)).values()].filter(({ seq }) => missedBefore.has(seq));
      const opened: number[] = [];
      for (const name of words) {
        const missed = still.filter((change) => keyOf(change) === keyOf(name));
        if (missed.length === 0) continue;
        const seqs = await reopen(lease, missed);
        // The lease is lost: no more alarms about what can only be opened in the next pass.
        if (seqs.length === 0) break;
        opened.push(...seqs);
      }
      return opened;
    } finally {
      await store.releaseLease(lease);
    }
  }

  return {
    async runOnce() {
      const { block } = await deps.chain.head();
      if (lags(block)) return { vanished: 0 };
      const missed = await look();
      const twice = [...missed.values()].filter(({ seq }) => missedBefore.has(seq));
      const opened = twice.length === 0 ? [] : await reopenVanished(different(twice));
      for (const seq of opened) missed.delete(seq);
      missedBefore = missed;
      return { vanished: opened.length };
    },
  };
}

const keyOf = ({ list, word }: StatusWordName): string => `${list}/${word}`;

function append<T>(lists: Map<string, T[]>, key: string, item: T): void {
  const list = lists.get(key);
  if (list === undefined) lists.set(key, [item]);
  else list.push(item);
}

function different(words: readonly StatusWordName[]): readonly StatusWordName[] {
  return [...new Map(words.map(({ list, word }) => [keyOf({ list, word }), { list, word }])).values()];
}

/** The confirmed changes that the word should show and does not; one that was confirmed since it was read is missed but once. */
function goneFrom(state: StatusWordState, log: readonly LoggedStatusChange[]): readonly LoggedStatusChange[] {
  const gone: LoggedStatusChange[] = [];
  for (const change of decisive(log)) {
    // One that is under way may be there or not; it is sent until it is.
    if (change.confirmed && !shows(state, change)) gone.push(change);
  }
  return gone;
}

/** For each certificate its revocation and the last of its suspensions and releases: what the word comes to. */
function decisive(log: readonly LoggedStatusChange[]): Iterable<LoggedStatusChange> {
  return new Map(log.map((change) => [bitOf(change), change])).values();
}
