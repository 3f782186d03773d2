// SPDX-License-Identifier: Apache-2.0
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { TallyError } from "../core/errors.js";

/** Where things lie in the data directory of one deployment. */
export interface DataDirectory {
  readonly root: string;
  readonly store: string;
  readonly keys: string;
  readonly passphrase: string;
  readonly chain: string;
  /** Where the embedded chain answers, while it runs. */
  readonly chainEndpoint: string;
  /** What was deployed: chain, registry, digest of its code. */
  readonly deployment: string;
  /** The region that this directory was made for. */
  readonly profile: string;
}

export function dataDirectory(root: string): DataDirectory {
  return {
    root,
    store: join(root, "store.sqlite"),
    keys: join(root, "keys"),
    passphrase: join(root, "passphrase"),
    chain: join(root, "chain"),
    chainEndpoint: join(root, "chain", "endpoint.json"),
    deployment: join(root, "deployment.json"),
    profile: join(root, "profile.json"),
  };
}

interface Profile {
  readonly format: "tigertally-profile";
  readonly version: 1;
  readonly region: string;
}

/** A directory serves one region: starting it for another is a mistake that would mix two provinces' certificates. */
export function readProfile(directory: DataDirectory): Profile | null {
  if (!existsSync(directory.profile)) return null;
  const profile = JSON.parse(readFileSync(directory.profile, "utf8")) as Profile;
  if (profile.version !== 1) {
    throw new TallyError(
      "format.version-unsupported",
      `${directory.profile} has version ${profile.version}, this program reads 1`,
    );
  }
  return profile;
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
export function createDataDirectory(directory: DataDirectory, region: string): void {
  mkdirSync(directory.root, { recursive: true, mode: 0o700 });
  mkdirSync(directory.keys, { recursive: true, mode: 0o700 });
  if (readProfile(directory) === null) {
    const profile: Profile = { format: "tigertally-profile", version: 1, region };
    writeFileSync(directory.profile, `${JSON.stringify(profile)}\n`, { mode: 0o600 });
  }
  checkRegion(directory, region);
}
