// SPDX-License-Identifier: Apache-2.0
import { closeSync, existsSync, fsyncSync, openSync, readFileSync, renameSync, writeSync } from "node:fs";
import { Wallet } from "ethers";
import { TallyError } from "../../core/errors.js";

/** Pays for gas on the embedded chain. It holds no role in the registry, so its key is only as precious as free gas. */
export interface FundedAccount {
  readonly address: string;
  readonly privateKey: string;
}

/** The account of `path`, made at random when the file does not exist; the file can be read by its owner alone. */
export function loadOrCreateFundedAccount(path: string): FundedAccount {
  return existsSync(path) ? loadFundedAccount(path) : createFundedAccount(path);
}

/** Throws `chain.journal-corrupt` when the file is missing or broken. */
export function loadFundedAccount(path: string): FundedAccount {
  let privateKey: unknown;
  try {
    privateKey = (JSON.parse(readFileSync(path, "utf8")) as { privateKey?: unknown }).privateKey;
    return { address: new Wallet(privateKey as string).address, privateKey: privateKey as string };
  } catch (cause) {
    throw new TallyError(
      "chain.journal-corrupt",
      `the account that the embedded chain funds cannot be read from ${path}: put the file back from a backup of the data directory`,
      { cause },
    );
  }
}

function createFundedAccount(path: string): FundedAccount {
  const { address, privateKey } = Wallet.createRandom();
  const temporary = `${path}.new`;
  const file = openSync(temporary, "w", 0o600);
  const content = { format: "tigertally-funded-account", version: 1, algorithm: "secp256k1", address, privateKey };
  writeSync(file, `${JSON.stringify(content)}\n`);
  fsyncSync(file);
  closeSync(file);
  renameSync(temporary, path);
  return { address, privateKey };
}
