// SPDX-License-Identifier: Apache-2.0
import { type Actor, eventBy } from "../audit/index.js";
import type { OnEvent } from "./anchoring-events.js";
import type { AlarmStore, Clock, NewAlarm } from "./ports.js";

/** Who the audit log says did what the background work does. */
export const ANCHORING: Actor = { kind: "system", id: "anchoring", role: "operator", requestId: "anchoring" };

/** Resolves with true when this raised the alarm: it is in the store and in the audit log then, and was told to `onEvent`. */
export type RaiseAlarm = (alarm: NewAlarm) => Promise<boolean>;

/**
 * An alarm is raised before what it tells of is put right: a crash in between leaves an alarm and work that is done again, the other way
 * round nobody would ever hear of it.
 */
export function createRaiseAlarm({
  store,
  clock,
  onEvent,
}: {
  readonly store: AlarmStore;
  readonly clock: Clock;
  readonly onEvent: OnEvent;
}): RaiseAlarm {
  // Those whose reply was lost: the store has them perhaps, and then says that they were raised before. It was us, and nobody was told.
  const unanswered = new Set<string>();
  return async (alarm) => {
    const { kind, object } = alarm;
    const name = `${kind} ${object}`;
    const event = eventBy(ANCHORING, { time: clock.now(), action: "alarm-raised", object, detail: { kind } });
    const isNew = await store.raiseAlarm(alarm, event).catch((error: unknown) => {
      unanswered.add(name);
      throw error;
    });
    const wasUnanswered = unanswered.delete(name);
    if (!isNew && !wasUnanswered) return false;
    onEvent({ event: "alarm-raised", ...alarm });
    return true;
  };
}
