// SPDX-License-Identifier: Apache-2.0
import { dirname } from "node:path";
import Database from "libsql";
import { TallyError } from "../../core/errors.js";
import { type Pause, pause as realPause } from "../../domain/anchoring/index.js";

export interface ExclusiveLock {
  release(): void;
}

/**
 * Makes sure that one process alone uses what `path` guards; throws `config.invalid` when another does. The lock is SQLite's exclusive lock on an empty database, which the
 * kernel releases when the process ends, however it ends: a lock file with a process id would outlive a kill -9.
 */
export function takeExclusiveLock(path: string, inUse: string): ExclusiveLock {
  try {
    return lock(path);
  } catch (cause) {
    throw new TallyError("config.invalid", inUse, { field: "data", cause });
  }
}

/**
 * Does `work` while nobody else, in this process or another, does such work under the same lock. Rejects with `request.conflict`
 * when others hold it for longer than `waitMs`, and with `store.failed` when `path` cannot be a lock.
 */
export async function whileLocked<T>(
  path: string,
  work: () => Promise<T>,
  { waitMs = 30_000, pause = realPause }: { readonly waitMs?: number; readonly pause?: Pause } = {},
): Promise<T> {
  const held = await lockWithin(path, waitMs, pause);
  try {
    return await work();
  } finally {
    held.release();
  }
}

const RETRY_MS = 50;

async function lockWithin(path: string, waitMs: number, pause: Pause): Promise<ExclusiveLock> {
  for (let waited = 0; ; waited += RETRY_MS) {
    try {
      return lock(path);
    } catch (cause) {
      if (!isBusy(cause)) {
        const message = `${path} cannot be locked: ${String(cause)}: this process must be able to write into ${dirname(path)}`;
        throw new TallyError("store.failed", message, { cause });
      }
      if (waited < waitMs) await pause(RETRY_MS);
      else {
        const message = `another tally command has held ${path} for ${waitMs / 1000} seconds; wait until it has ended, or end it`;
        throw new TallyError("request.conflict", message, { cause });
      }
    }
  }
}

/** Throws what SQLite throws. */
function lock(path: string): ExclusiveLock {
  const database = new Database(path);
  try {
    database.pragma("busy_timeout = 0");
    database.exec("BEGIN EXCLUSIVE");
  } catch (error) {
    database.close();
    throw error;
  }
  return {
    release: () => {
      database.exec("ROLLBACK");
      database.close();
    },
  };
}

function isBusy(error: unknown): boolean {
  return (error as { code?: unknown } | null)?.code === "SQLITE_BUSY";
}
