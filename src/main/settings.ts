// SPDX-License-Identifier: Apache-2.0
import { existsSync } from "node:fs";
import { TallyError } from "../core/errors.js";
import { type Config, type GivenSettings, readConfig, readPlaces } from "./config.js";
import { type DataDirectory, dataDirectory, type Profile, readProfile } from "./data-directory.js";
import { type NetworkPin, readPin, settingsOf } from "./network-pin.js";

/**
 * Settings and data directory of this process. A directory knows its region and its network; nobody has to repeat them, and
 * nobody can by a slip take it to another network.
 */
export function openSettings(
  overrides: GivenSettings = {},
  environment?: Readonly<Record<string, string | undefined>>,
): { config: Config; directory: DataDirectory } {
  const places = readPlaces(overrides, environment);
  const directory = dataDirectory(places.dataDirectory);
  const profile = readProfile(directory);
  const own = existsSync(directory.network) ? readPin(directory.network) : null;
  const given = places.network === null ? null : readPin(places.network);
  const remembered: GivenSettings = {
    ...(profile === null ? {} : { region: profile.region, store: profile.store === undefined ? "sqlite" : "mongodb" }),
    ...(own === null ? {} : settingsOf(own)),
    ...(given === null ? {} : settingsOf(given)),
  };
  const config = readConfig(overrides, environment, remembered);
  if (own !== null) refuseOtherNetwork(own, config, directory);
  if (profile !== null) refuseOtherStore(profile, config, directory);
  return { config, directory };
}

/** The store of one network's certificates must never be filled from another's. */
function refuseOtherNetwork(own: NetworkPin, config: Config, directory: DataDirectory): void {
  const differs =
    config.chainId !== own.chainId
      ? { field: "TALLY_CHAIN_ID", text: `chain ${own.chainId}, not ${config.chainId}` }
      : config.registry?.toLowerCase() !== own.registry.toLowerCase()
        ? { field: "TALLY_REGISTRY", text: `registry ${own.registry}, not ${config.registry}` }
        : config.genesis !== own.genesis
          ? { field: "TALLY_GENESIS", text: `the chain that begins with ${own.genesis}, not ${config.genesis}` }
          : null;
  if (differs === null) return;
  throw new TallyError(
    "config.invalid",
    `${directory.root} belongs to ${differs.text}: correct ${differs.field}, or set TALLY_DATA to another directory`,
    { field: differs.field },
  );
}

/** A store of another kind would be an empty one, which knows nothing of what the directory's keys have signed. */
function refuseOtherStore({ store }: Profile, config: Config, { root }: DataDirectory): void {
  const kept = store === undefined ? "sqlite" : "mongodb";
  if (kept !== config.store) {
    throw new TallyError(
      "config.invalid",
      `${root} keeps its store in ${kept}, not in ${config.store}: correct TALLY_STORE, or set TALLY_DATA to another directory`,
      { field: "TALLY_STORE" },
    );
  }
  if (store === "mongodb" && config.mongodbUrl === null) {
    throw new TallyError(
      "config.invalid",
      `${root} keeps its store in a MongoDB that TALLY_MONGODB_URL named when it was made: set TALLY_MONGODB_URL`,
      { field: "TALLY_MONGODB_URL" },
    );
  }
}
