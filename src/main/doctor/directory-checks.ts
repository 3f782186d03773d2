// SPDX-License-Identifier: Apache-2.0
import { existsSync, readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import type { Config } from "../config.js";
import { checkRegion, type DataDirectory, refuseLostChain } from "../data-directory.js";
import { type Finding, failed, ok, warning } from "./examination.js";

/** Whether the directory is one of ours, of this region, and whole. */
export function lookAtDirectory(config: Config, directory: DataDirectory): Finding {
  checkRegion(directory, config.region);
  if (config.chainUrls.length === 0) refuseLostChain(directory);
  return ok(`${directory.root}, region ${config.region}`);
}

/** Keys, passphrase and store must be for their owner alone. */
export function lookAtModes({ root, keys, passphrase, store, mongodb }: DataDirectory): Finding {
  if (process.platform === "win32") return ok("not looked at on this system");
  const keyFiles = existsSync(keys) ? readdirSync(keys).map((name) => join(keys, name)) : [];
  const open = [root, keys, passphrase, store, mongodb, ...keyFiles]
    .filter((path) => existsSync(path))
    .filter((path) => (statSync(path).mode & 0o077) !== 0);
  if (open.length === 0) return ok("directory, keys, passphrase and store are readable by their owner alone");
  return failed(`others may read ${open.join(", ")}`, `chmod -R go= ${root}`);
}

/** Whether the passphrase protects anything but a copied key file. */
export function lookAtPassphrase({ passphraseFile }: Config, { passphrase, keys }: DataDirectory): Finding {
  if (passphraseFile !== null) return ok(`in ${passphraseFile}`);
  if (!existsSync(passphrase)) {
    return failed(
      `${passphrase} is missing, and the key files in ${keys} cannot be opened without it`,
      "put it back (tally backup leaves it out unless asked), or set TALLY_PASSPHRASE_FILE",
    );
  }
  return warning(
    "the passphrase lies beside the keys: that protects a copied key file, not a copied directory",
    "in production keep it elsewhere and set TALLY_PASSPHRASE_FILE",
  );
}
