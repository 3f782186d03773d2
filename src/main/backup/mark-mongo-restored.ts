// SPDX-License-Identifier: Apache-2.0
import { TallyError } from "../../core/errors.js";
import type { KeptAccess } from "../../domain/anchoring/index.js";
import type { Actor } from "../../domain/audit/index.js";
import type { Config } from "../config.js";
import type { DataDirectory } from "../data-directory.js";
import { openStores, type Stores } from "../stores.js";
import { createRestorations } from "./restorations.js";

export interface MarkMongoRestoredOptions {
  readonly config: Config;
  readonly directory: DataDirectory;
  readonly kept: KeptAccess;
  readonly actor: Actor;
  readonly now: () => number;
  readonly say: (line: string) => void;
}

/**
 * What `restoreBackup` does to the embedded store, for a MongoDB whose database was put back with mongorestore: nothing is staged or sent
 * from it before it was compared with the chain, status indices begin where none was handed out, and access that may have ended since has
 * ended. That it was put back is written into the database before anything else, so whichever process comes next goes on from wherever this
 * one was stopped; and so does this function when it is called again. Resolves to the time of all that.
 */
export async function markMongoRestored(options: MarkMongoRestoredOptions): Promise<number> {
  const { config, directory, say } = options;
  if (config.store !== "mongodb") {
    const message = "the store of this data directory is a file: tally restore --from puts a backup of it back";
    throw new TallyError("request.invalid", message, { field: "mongodb" });
  }
  const stores = await openStores({ config, directory, say });
  try {
    const at = await markRestored(stores, options);
    await createRestorations({ region: config.region, stores, recover: neverHere }).prepare();
    return at;
  } finally {
    await stores.close();
  }
}

async function markRestored(
  { audit, restoration }: Stores,
  { kept, actor, now, say }: MarkMongoRestoredOptions,
): Promise<number> {
  const [newest] = await audit.list({ order: "newest-first", limit: 1 });
  // A dump tells no time of its own; its last event is what is known of it.
  const backupOf = new Date(newest?.time ?? 0).toISOString();
  const at = now();
  if ((newest?.time ?? 0) > at) {
    const message = `the log in the database goes on to ${backupOf}, which is later than the clock of this machine: set it right, then repeat`;
    throw new TallyError("request.invalid", message, { field: "mongodb" });
  }
  const begun = await restoration.beginRestoration({ at, backupOf, orders: { kept, actor } });
  if (begun.at !== at)
    say(`the restoration of ${new Date(begun.at).toISOString()} is not finished and is gone on with`);
  return begun.at;
}

/** To be compared with the chain the store needs more than itself. */
const neverHere = () => Promise.reject(new Error("there is no chain here"));
