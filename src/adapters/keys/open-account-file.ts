// SPDX-License-Identifier: Apache-2.0
import { basename, dirname } from "node:path";
import { TallyError } from "../../core/errors.js";
import { type Account, AccountFiles } from "./account-files.js";

/** Opens one account file, wherever it lies: `account-‹label›.json`, as `tally governance account` makes them. */
export async function openAccountFile(path: string, passphrase: string): Promise<Account> {
  const [, label] = /^account-([a-z0-9-]+)\.json$/.exec(basename(path)) ?? [];
  if (label === undefined) {
    const words = `${path} is not named account-‹label›.json; make the file with tally governance account ‹label›`;
    throw new TallyError("config.invalid", words, { field: "accountFile" });
  }
  return new AccountFiles({ directory: dirname(path), passphrase }).open(label);
}
