// SPDX-License-Identifier: Apache-2.0
import { type Config, type GivenSettings, readConfig } from "./config.js";
import { type DataDirectory, dataDirectory, readProfile } from "./data-directory.js";

/** Settings and data directory of this process. A directory knows its region; nobody has to repeat it. */
export function openSettings(
  overrides: GivenSettings = {},
  environment?: Readonly<Record<string, string | undefined>>,
): { config: Config; directory: DataDirectory } {
  const directory = dataDirectory(readConfig(overrides, environment).dataDirectory);
  const profile = readProfile(directory);
  const remembered = profile === null ? {} : { region: profile.region };
  return { config: readConfig(overrides, environment, remembered), directory };
}
