// SPDX-License-Identifier: Apache-2.0
import type { MongoDatabase } from "./database.js";
import { LoggedWrite } from "./logged-write.js";

/**
 * Logged transactions of this process, one after another. Any two are in conflict on the log's counter, also with those of other
 * processes, and the loser begins again; waiting here instead of losing there keeps one process from fighting itself.
 */
export class LogTurns {
  #last: Promise<unknown> = Promise.resolve();

  take<T>(database: MongoDatabase, work: (write: LoggedWrite) => Promise<T>): Promise<T> {
    const turn = this.#last.then(async () => {
      for (;;) {
        const done = await database.transaction(async (session) => {
          const write = await LoggedWrite.begin(database, session);
          const isReady = await write.hashOlder();
          const outcome = isReady ? { result: await work(write) } : null;
          await write.finish();
          return outcome;
        });
        if (done !== null) return done.result;
      }
    });
    this.#last = turn.catch(() => {});
    return turn;
  }
}
