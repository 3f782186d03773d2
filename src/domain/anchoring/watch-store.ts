// SPDX-License-Identifier: Apache-2.0
import type { AuditEvent } from "../audit/index.js";

/** How far a reader of the chain has come. */
export interface CursorStore {
  /** The last block whose events were dealt with; null before the first. */
  cursor(name: string): Promise<number | null>;
  /** Never moves backwards. */
  moveCursor(name: string, block: number): Promise<void>;
}

export type AlarmKind = "unknown-batch" | "unknown-status" | "anchor-vanished" | "status-vanished";

export interface NewAlarm {
  readonly kind: AlarmKind;
  /** Names what the alarm is about; one alarm is raised for one (kind, object), ever. */
  readonly object: string;
  /** For a human; no personal data. */
  readonly detail: string;
}

export interface Alarm extends NewAlarm {
  readonly seq: number;
  readonly time: number;
  readonly clearedAt: number | null;
}

/** Passes test/adapters/watch-store.suite.ts, as does `CursorStore`. */
export interface AlarmStore {
  /**
   * Stores the alarm, with the time of its audit event, and the event together, or neither. True when this raised it; false, and nothing
   * written, when the same alarm was raised before, cleared or not.
   */
  raiseAlarm(alarm: NewAlarm, event: AuditEvent): Promise<boolean>;
  /** In order of `seq`; only open ones unless asked. */
  alarms(query?: { readonly includeCleared?: boolean; readonly limit?: number }): Promise<readonly Alarm[]>;
  /** False when there is no open alarm of that number. */
  clearAlarm(seq: number, now: number): Promise<boolean>;
}
