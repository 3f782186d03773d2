// SPDX-License-Identifier: Apache-2.0
import type { MongoDatabase } from "./database.js";

/** `turn`, `event`, `entry`, `change`, `hashed`, `hash`: written by every logged transaction (`logged-write.ts`). */
export const LOG_COUNTER = "log";

/** `entry`: up to it everything is staged or held; `turn`: written by whatever changes the front of the outbox. */
export const STAGING_COUNTER = "staging";

/** The next value of a counter that nothing but its own values depends on. */
export async function nextValue(database: MongoDatabase, name: string): Promise<number> {
  const counter = await database
    .collection("counters")
    .findOneAndUpdate({ _id: name }, { $inc: { value: 1 } }, { upsert: true, returnDocument: "after" });
  return counter?.value ?? 1;
}
