// SPDX-License-Identifier: Apache-2.0
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { TallyError } from "../core/errors.js";
import { JOURNAL_FILE } from "./chain/journal-file.js";
import type { Config } from "./config.js";

/** Where things lie in the data directory of one deployment. */
export interface DataDirectory {
  readonly root: string;
  /** The embedded store. */
  readonly store: string;
  /** The local MongoDB, where it is used instead. */
  readonly mongodb: string;
  readonly keys: string;
  readonly passphrase: string;
  readonly chain: string;
  /** Every transaction of the embedded chain. */
  readonly chainJournal: string;
  /** Where the embedded chain answers, while it runs. */
  readonly chainEndpoint: string;
  /** What was deployed: chain, registry, digest of its code. */
  readonly deployment: string;
  /** The network of others that this directory takes part in, once it was checked; absent with an embedded chain. */
  readonly network: string;
  /** What this deployment issues itself, and what it has pinned and taken from others, beside one another. */
  readonly trust: string;
  /** Held by the one service that may run on the directory. */
  readonly serviceLock: string;
  /** The region that this directory was made for. */
  readonly profile: string;
}

export function dataDirectory(root: string): DataDirectory {
  return {
    root,
    store: join(root, "store.sqlite"),
    mongodb: join(root, "mongodb"),
    keys: join(root, "keys"),
    passphrase: join(root, "passphrase"),
    chain: join(root, "chain"),
    chainJournal: join(root, "chain", JOURNAL_FILE),
    chainEndpoint: join(root, "chain", "endpoint.json"),
    deployment: join(root, "deployment.json"),
    network: join(root, "network.json"),
    trust: join(root, "trust"),
    serviceLock: join(root, "service.lock"),
    profile: join(root, "profile.json"),
  };
}

/** What a data directory was made for. */
export interface Profile {
  readonly format: "tigertally-profile";
  readonly version: 1;
  readonly region: string;
  /** What holds its store; absent: SQLite. `local-mongodb` lies in the directory. */
  readonly store?: "mongodb" | "local-mongodb";
}

/** A directory serves one region: starting it for another is a mistake that would mix two provinces' certificates. */
export function readProfile(directory: DataDirectory): Profile | null {
  if (!existsSync(directory.profile)) return null;
  const profile = parseProfile(directory.profile);
  if (profile.version !== 1) {
    throw new TallyError(
      "format.version-unsupported",
      `${directory.profile} has version ${profile.version}, this program reads 1`,
    );
  }
  return profile;
}

function parseProfile(path: string): Profile {
  try {
    const profile = JSON.parse(readFileSync(path, "utf8")) as Profile;
    if (profile.format === "tigertally-profile") return profile;
  } catch (cause) {
    throw new TallyError("config.invalid", `${path} cannot be read; put back the data directory from a backup`, {
      cause,
    });
  }
  throw new TallyError("config.invalid", `${path} is not the profile of a data directory; set another TALLY_DATA`);
}

/**
 * Throws `chain.registry-missing` when the store of an embedded deployment has lost its chain. To be asked before anything
 * is started: an empty chain folder would be filled with a new chain, and the way back would look like a way on.
 */
export function refuseLostChain({ root, store, mongodb, deployment, chainJournal }: DataDirectory): void {
  const used = [store, mongodb, deployment].find((path) => existsSync(path));
  const lost = [deployment, chainJournal].find((path) => !existsSync(path));
  if (used === undefined || lost === undefined) return;
  throw new TallyError(
    "chain.registry-missing",
    `${lost} is gone, but ${used} speaks of what was anchored there. Nothing was started and nothing was changed. ` +
      `Put back the whole data directory ${root} from a backup; or, to begin again, set TALLY_DATA to an empty one`,
  );
}

export function checkRegion(directory: DataDirectory, region: string): void {
  const profile = readProfile(directory);
  if (profile === null) {
    throw new TallyError("config.invalid", `${directory.root} is not initialised; run: tally init --region ${region}`);
  }
  if (profile.region !== region) {
    throw new TallyError(
      "config.invalid",
      `${directory.root} belongs to region ${profile.region}, not ${region}; set TALLY_REGION or another TALLY_DATA`,
      { field: "TALLY_REGION" },
    );
  }
}

/** Creates the directory, readable by its owner alone. Repeating it changes nothing. */
export function createDataDirectory(
  directory: DataDirectory,
  { region, store, mongodbUrl }: Pick<Config, "region" | "store" | "mongodbUrl">,
): void {
  mkdirSync(directory.root, { recursive: true, mode: 0o700 });
  mkdirSync(directory.keys, { recursive: true, mode: 0o700 });
  if (readProfile(directory) === null) {
    const kind = store === "sqlite" ? {} : ({ store: mongodbUrl === null ? "local-mongodb" : "mongodb" } as const);
    const profile: Profile = { format: "tigertally-profile", version: 1, region, ...kind };
    writeFileSync(directory.profile, `${JSON.stringify(profile)}\n`, { mode: 0o600 });
  }
  checkRegion(directory, region);
}
