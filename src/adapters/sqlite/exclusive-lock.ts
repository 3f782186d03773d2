// SPDX-License-Identifier: Apache-2.0
import Database from "libsql";
import { TallyError } from "../../core/errors.js";

export interface ExclusiveLock {
  release(): void;
}

/**
 * Makes sure that one process alone uses what `path` guards; throws `config.invalid` when another does. The lock is SQLite's exclusive lock on an empty database, which the
 * kernel releases when the process ends, however it ends: a lock file with a process id would outlive a kill -9.
 */
export function takeExclusiveLock(path: string, inUse: string): ExclusiveLock {
  const database = new Database(path);
  try {
    database.pragma("busy_timeout = 0");
    database.exec("BEGIN EXCLUSIVE");
  } catch (cause) {
    database.close();
    throw new TallyError("config.invalid", inUse, { field: "data", cause });
  }
  return {
    release: () => {
      database.exec("ROLLBACK");
      database.close();
    },
  };
}
