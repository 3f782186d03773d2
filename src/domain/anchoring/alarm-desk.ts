// SPDX-License-Identifier: Apache-2.0
import { TallyError } from "../../core/errors.js";
import { type Paper, readPaper } from "../agencies/index.js";
import { type Actor, type AuditStore, eventBy } from "../audit/index.js";
import type { Alarm, AlarmStore } from "./ports.js";

/** What people see of the watch over the chain, and how they say that they have dealt with it. */
export interface AlarmDesk {
  /** Oldest first; only open ones unless asked. */
  list(query?: { readonly includeCleared?: boolean }): Promise<readonly Alarm[]>;
  /**
   * Closes an alarm, with actor and decision in the audit log. It is never raised again for the same event. Rejects with
   * `request.not-found` when no such alarm is open.
   */
  clear(actor: Actor, seq: number, paper?: Paper): Promise<Alarm>;
}

/** Far more than a region that is looked after ever has. */
const MOST = 10_000;

export function createAlarmDesk({
  store,
  audit,
  now,
}: {
  readonly store: AlarmStore;
  readonly audit: Pick<AuditStore, "append">;
  /** Milliseconds since 1970. */
  readonly now: () => number;
}): AlarmDesk {
  return {
    list: ({ includeCleared = false } = {}) => store.alarms({ includeCleared, limit: MOST }),

    async clear(actor, seq, paper = {}) {
      const kept = readPaper(paper);
      const alarm = (await store.alarms({ limit: MOST })).find((open) => open.seq === seq);
      if (alarm === undefined) {
        throw new TallyError("request.not-found", `no alarm ${seq} is open; tally alarm list shows those that are`, {
          field: "alarm",
        });
      }
      const { kind, object } = alarm;
      // Logged first: an alarm must not vanish without a word when a crash comes between the two.
      const detail = { seq, kind, ...kept };
      await audit.append(eventBy(actor, { time: now(), action: "alarm-cleared", object, detail }));
      await store.clearAlarm(seq, now());
      return { ...alarm, clearedAt: now() };
    },
  };
}
