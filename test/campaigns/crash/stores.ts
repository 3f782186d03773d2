// SPDX-License-Identifier: Apache-2.0
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { readConfig } from "../../../src/main/config.js";
import { dataDirectory, readProfile } from "../../../src/main/data-directory.js";
import { findMongod } from "../../../src/main/mongod/find-mongod.js";
import { openLocalMongod } from "../../../src/main/mongod/local-mongod.js";
import { openStores, type Stores } from "../../../src/main/stores.js";
import type { Part } from "./life.js";
import { endAndWait, isProcessOf, parentOf } from "./processes.js";

/** What the campaign looks at in the end. */
export type OpenedStore = Pick<
  Stores,
  "certificates" | "anchoring" | "audit" | "mirror" | "records" | "seals" | "close"
>;

export interface StoreUnderTest {
  /** What the service is told. */
  readonly settings: Readonly<Record<string, string>>;
  /** What dies at once, one of these at a time, as often as it stands here. */
  readonly victims: readonly (readonly Part[])[];
  /** Why it cannot be tried here; null when it can. */
  absent(): Promise<string | null>;
  /** The store of a data directory, whichever region's. */
  open(data: string): Promise<OpenedStore>;
  /** Keeps its processes from ending with their last user until what it gives is called. */
  hold(data: string): Promise<() => void>;
  /** Processes of the store, that of its data first; none when it has none or they have not started. */
  processes(data: string): readonly number[];
  /** Ends what it left running. */
  clear(data: string): Promise<void>;
}

/** Every store that `--store` can name. */
export const STORES: Readonly<Record<string, StoreUnderTest>> = {
  sqlite: {
    settings: {},
    victims: [["service"], ["service"], ["service"], ["service", "chain"], ["chain"]],
    absent: async () => null,
    open: (data) => opened("sqlite", data),
    hold: async () => () => {},
    processes: () => [],
    clear: async () => {},
  },
  // A replica set of one in the data directory: nothing else has what was acknowledged.
  mongodb: {
    settings: { TALLY_STORE: "mongodb" },
    victims: [
      ...[["service"], ["service"], ["service"], ["service"], ["service", "chain"], ["chain"]],
      ...[["store"], ["service", "store"], ["supervisor of the store"], ["service", "chain", "store"]],
    ] as const,
    async absent() {
      const found = await findMongod({ environment: process.env });
      return found.path === null ? found.why : null;
    },
    open: (data) => opened("mongodb", data),
    async hold(data) {
      const { path } = await findMongod({ environment: process.env });
      const held = await openLocalMongod({ folder: dataDirectory(data).mongodb, mongod: path! });
      return () => held.close();
    },
    processes: (data) => mongodIn(data).flatMap((pid) => [pid, ...supervisorOf(pid, data)]),
    clear: (data) => endAndWait(mongodIn(data), data),
  },
};

function opened(store: "sqlite" | "mongodb", data: string): Promise<OpenedStore> {
  const directory = dataDirectory(data);
  const profile = readProfile(directory);
  const region = profile === null ? {} : { region: profile.region };
  const config = readConfig({ store, dataDirectory: data, ...region }, {});
  return openStores({ config, directory, say: () => {} });
}

/** Every server writes its process id beside its data. */
function mongodIn(data: string): readonly number[] {
  const { mongodb } = dataDirectory(data);
  if (!existsSync(mongodb)) return [];
  const files = readdirSync(mongodb).map((name) => join(mongodb, name, "pid"));
  const pids = files.filter((file) => existsSync(file)).map((file) => Number(readFileSync(file, "utf8")));
  return pids.filter((pid) => isProcessOf(pid, data));
}

function supervisorOf(pid: number, data: string): readonly number[] {
  const parent = parentOf(pid);
  return parent !== null && isProcessOf(parent, data) ? [parent] : [];
}
