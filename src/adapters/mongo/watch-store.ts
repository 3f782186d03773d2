// SPDX-License-Identifier: Apache-2.0
import type { AlarmStore, CursorStore } from "../../domain/anchoring/index.js";
import { nextValue } from "./counters.js";
import type { MongoDatabase } from "./database.js";
import { isDuplicate, withWords } from "./failures.js";

export function mongoAlarmStore(database: MongoDatabase): AlarmStore {
  const collection = database.collection("alarms");
  return withWords("alarms", {
    async raiseAlarm({ kind, object, detail }, event) {
      const _id = { kind, object };
      if ((await collection.findOne({ _id }, { projection: { _id: 1 } })) !== null) return false;
      const seq = await nextValue(database, "alarms");
      try {
        await database.logged(async (write) => {
          await write.insert("alarms", [{ _id, seq, time: event.time, detail, clearedAt: null, isOpen: true }]);
          write.append(event);
        });
        return true;
      } catch (error) {
        // Raised by another instance in between; its number is the alarm's, and ours is never used.
        if (isDuplicate(error)) return false;
        throw error;
      }
    },

    async alarms({ includeCleared = false, limit = 1_000 } = {}) {
      const filter = includeCleared ? {} : { isOpen: true as const };
      const found = await collection.find(filter).sort({ seq: 1 }).limit(limit).toArray();
      return found.map(({ _id: { kind, object }, seq, time, detail, clearedAt }) => {
        return { seq, time, kind, object, detail, clearedAt };
      });
    },

    async clearAlarm(seq, now) {
      const update = { $set: { clearedAt: now }, $unset: { isOpen: 1 as const } };
      return (await collection.updateOne({ seq, isOpen: true }, update)).matchedCount === 1;
    },
  } satisfies AlarmStore);
}

export function mongoCursorStore(database: MongoDatabase): CursorStore {
  const cursors = database.collection("cursors");
  return withWords("cursors", {
    async cursor(name) {
      return (await cursors.findOne({ _id: name }))?.block ?? null;
    },

    async moveCursor(name, block) {
      await cursors.updateOne({ _id: name }, { $max: { block } }, { upsert: true });
    },
  } satisfies CursorStore);
}
