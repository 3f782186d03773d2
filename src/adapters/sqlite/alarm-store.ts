// SPDX-License-Identifier: Apache-2.0
import type { AlarmKind, AlarmStore, CursorStore } from "../../domain/anchoring/index.js";
import { appendEvent } from "./audit-store.js";
import type { Database } from "./database.js";

export function sqliteAlarmStore(database: Database): AlarmStore {
  return {
    async raiseAlarm({ kind, object, detail }, event) {
      const sql =
        "INSERT INTO alarms (time, kind, object, detail) VALUES (?, ?, ?, ?) ON CONFLICT (kind, object) DO NOTHING";
      return database.write(() => {
        const isNew = database.run(sql, event.time, kind, object, detail).changes === 1;
        if (isNew) appendEvent(database, event);
        return isNew;
      });
    },

    async alarms({ includeCleared = false, limit = 1_000 } = {}) {
      const where = includeCleared ? "" : "WHERE cleared_at IS NULL";
      const rows = database.all<AlarmRow>(`SELECT * FROM alarms ${where} ORDER BY seq LIMIT ?`, limit);
      return rows.map(({ cleared_at, ...alarm }) => ({ ...alarm, clearedAt: cleared_at }));
    },

    async clearAlarm(seq, now) {
      const sql = "UPDATE alarms SET cleared_at = ? WHERE seq = ? AND cleared_at IS NULL";
      return database.run(sql, now, seq).changes === 1;
    },
  };
}

export function sqliteCursorStore(database: Database): CursorStore {
  return {
    async cursor(name) {
      return database.get<{ block: number }>("SELECT block FROM cursors WHERE name = ?", name)?.block ?? null;
    },

    async moveCursor(name, block) {
      const sql =
        "INSERT INTO cursors (name, block) VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET block = max(block, excluded.block)";
      database.run(sql, name, block);
    },
  };
}

interface AlarmRow {
  readonly seq: number;
  readonly time: number;
  readonly kind: AlarmKind;
  readonly object: string;
  readonly detail: string;
  readonly cleared_at: number | null;
}
