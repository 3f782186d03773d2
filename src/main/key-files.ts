// SPDX-License-Identifier: Apache-2.0
import type { KeyFilesOptions } from "../adapters/keys/index.js";
import { type Config, KEY_FILE_COST } from "./config.js";
import type { DataDirectory } from "./data-directory.js";

/** The key files of a data directory. */
export function keyFilesOf({ keyFileCost }: Config, { keys }: DataDirectory, passphrase: string): KeyFilesOptions {
  return { directory: keys, passphrase, scryptN: 2 ** keyFileCost };
}

/** What there is to say where new key files are guessed too easily; null where they are not. */
export function weaknessOfNewKeyFiles({ keyFileCost }: Config): string | null {
  if (keyFileCost >= KEY_FILE_COST) return null;
  return `TALLY_KEY_FILE_COST is ${keyFileCost}: a passphrase is guessed ${2 ** (KEY_FILE_COST - keyFileCost)} times as fast from a key file made now, which is for tests only`;
}
