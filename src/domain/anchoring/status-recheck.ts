// SPDX-License-Identifier: Apache-2.0
import type { OnEvent } from "./anchoring-events.js";
import type { AlarmStore, AnchorChain, Clock, LoggedStatusChange, StatusQueue, StatusWordState } from "./ports.js";
import { placeOf } from "./status-masks.js";
import { type StatusWordName, wordStates } from "./word-states.js";

export interface StatusRecheckSettings {
  readonly confirmations: number;
  /** How long after its confirmation a change is still looked at again. */
  readonly forMs: number;
  /** Most words in one pass, the newest first. */
  readonly maxWords: number;
}

export interface StatusRecheckDeps {
  readonly region: string;
  readonly store: StatusQueue & AlarmStore;
  readonly chain: AnchorChain;
  readonly clock: Clock;
  readonly settings: StatusRecheckSettings;
  readonly onEvent: OnEvent;
}

export interface StatusRecheck {
  /** How many changes are open again. */
  runOnce(): Promise<{ readonly vanished: number }>;
}

/** Most changes read for the words of one pass. */
const MOST_CHANGES = 10_000;

/**
 * Looks again at the words of changes that were confirmed lately. A reorganisation deeper than the confirmations can take a
 * revocation away, and nobody would send it again: the change is open again then, and an alarm says that verifiers did not see it.
 *
 * A change counts as vanished when two passes in a row miss it, with a head that is not behind one seen before: an answer may
 * come from a node that lags.
 */
export function createStatusRecheck(deps: StatusRecheckDeps): StatusRecheck {
  const { store, clock, settings, onEvent } = deps;
  let missedBefore = new Set<number>();
  let highest = 0;

  async function reopen(list: number, word: number, seqs: readonly number[]): Promise<number> {
    if (!(await store.reopenStatusChanges(seqs))) return 0;
    onEvent({ event: "status-vanished", changes: seqs.length, list, word });
    const alarm = {
      kind: "status-vanished",
      object: `${list}/${word}@${clock.now()}`,
      detail:
        `${seqs.length} confirmed changes of state in word ${word} of list ${list} of region ${deps.region} are gone from the chain; ` +
        "they are being sent again, and until then verifiers do not see them",
    } as const;
    if (await store.raiseAlarm(alarm, clock.now())) onEvent({ event: "alarm-raised", ...alarm });
    return seqs.length;
  }

  return {
    async runOnce() {
      const head = await deps.chain.head();
      // This node has not come so far; it cannot know.
      if (head.block < highest) return { vanished: 0 };
      highest = head.block;
      const missed = new Set<number>();
      let vanished = 0;
      const words = await recentWords(store, clock.now() - settings.forMs, settings.maxWords);
      const states = await wordStates(deps.chain, words, settings.confirmations);
      for (const [i, { list, word }] of words.entries()) {
        const gone = goneFrom(states[i]!, await store.statusLog(list, word));
        const twice = gone.filter((seq) => missedBefore.has(seq));
        if (twice.length > 0) vanished += await reopen(list, word, twice);
        for (const seq of gone) if (!twice.includes(seq)) missed.add(seq);
      }
      missedBefore = missed;
      return { vanished };
    },
  };
}

async function recentWords(store: StatusQueue, since: number, limit: number): Promise<readonly StatusWordName[]> {
  const words = new Map<string, StatusWordName>();
  for (const statusIndex of await store.confirmedSince(since, MOST_CHANGES)) {
    const { list, word } = placeOf(statusIndex);
    words.set(`${list}/${word}`, { list, word });
    if (words.size === limit) break;
  }
  return [...words.values()];
}

/** The confirmed changes that the word should show and does not; one that was confirmed since it was read is missed but once. */
function goneFrom(state: StatusWordState, log: readonly LoggedStatusChange[]): readonly number[] {
  const gone: number[] = [];
  for (const { seq, statusIndex, action, confirmed } of decisive(log)) {
    // One that is under way may be there or not; it is sent until it is.
    if (confirmed && !shows(state, statusIndex, action)) gone.push(seq);
  }
  return gone;
}

/** For each certificate its revocation and the last of its suspensions and releases: what the word comes to. */
function decisive(log: readonly LoggedStatusChange[]): Iterable<LoggedStatusChange> {
  const last = new Map<string, LoggedStatusChange>();
  for (const change of log) {
    const purpose = change.action === "revoke" ? "revocation" : "suspension";
    last.set(`${change.statusIndex}/${purpose}`, change);
  }
  return last.values();
}

function shows(
  { revoked, suspended }: StatusWordState,
  statusIndex: number,
  action: LoggedStatusChange["action"],
): boolean {
  const { bit } = placeOf(statusIndex);
  if (action === "revoke") return (revoked & bit) !== 0n;
  return ((suspended & bit) !== 0n) === (action === "suspend");
}
