// SPDX-License-Identifier: Apache-2.0
import type { KeptAccess } from "../../cli/tally.js";
import { TallyError } from "../../core/errors.js";
import type { Actor } from "../../domain/audit/index.js";
import type { Config } from "../config.js";
import type { DataDirectory } from "../data-directory.js";
import { openStores } from "../stores.js";
import { leaveHandedOut } from "./restore-backup.js";
import { markRestored } from "./restored-mark.js";

/**
 * What `restoreBackup` does to the embedded store, for a MongoDB whose database was put back with mongorestore: nothing runs on it before it was
 * compared with the chain, status indices begin where none was handed out, and access that may have ended since has ended. Resolves to the
 * time of all that.
 */
export async function markMongoRestored({
  config,
  directory,
  kept,
  actor,
  now,
  say,
}: {
  readonly config: Config;
  readonly directory: DataDirectory;
  readonly kept: KeptAccess;
  readonly actor: Actor;
  readonly now: () => number;
  readonly say: (line: string) => void;
}): Promise<number> {
  if (config.store !== "mongodb") {
    const message = "the store of this data directory is a file: tally restore --from puts a backup of it back";
    throw new TallyError("request.invalid", message, { field: "mongodb" });
  }
  const stores = await openStores({ config, directory, say });
  try {
    const [newest] = await stores.audit.list({ order: "newest-first", limit: 1 });
    // A dump tells no time of its own; its last event is what is known of it.
    const backupOf = new Date(newest?.time ?? 0).toISOString();
    if ((newest?.time ?? 0) > now()) {
      const message = `the log in the database goes on to ${backupOf}, which is later than the clock of this machine: set it right, then repeat`;
      throw new TallyError("request.invalid", message, { field: "mongodb" });
    }
    const at = now();
    await leaveHandedOut(stores, { region: config.region, backupOf, kept, actor, at });
    await markRestored(directory, { restoredAt: new Date(at).toISOString(), backupOf });
    return at;
  } finally {
    await stores.close();
  }
}
