// SPDX-License-Identifier: Apache-2.0
import { randomUUID } from "node:crypto";
import { existsSync, mkdirSync } from "node:fs";
import { userInfo } from "node:os";
import { capOfGwei } from "../adapters/ethereum/fees.js";
import { ethersTimelock } from "../adapters/ethereum/timelock/ethers-timelock.js";
import { AccountFiles, readOrMakePassphrase, readPassphrase } from "../adapters/keys/index.js";
import { sqliteAuditStore } from "../adapters/sqlite/audit-store.js";
import { openDatabase } from "../adapters/sqlite/database.js";
import { TallyError } from "../core/errors.js";
import { createGovernance, type Governance, type Timelock } from "../domain/agencies/index.js";
import type { Actor } from "../domain/audit/index.js";
import type { Config } from "./config.js";
import type { DataDirectory } from "./data-directory.js";
import { openNetwork } from "./network.js";
import { pinNetwork } from "./pinned-network.js";

export interface GovernanceOptions {
  readonly config: Config;
  readonly directory: DataDirectory;
  readonly say: (line: string) => void;
}

/** Makes the account, or finds it. The directory needs no region: the office of a network has none. */
export async function governanceAccount(
  { config, directory }: Omit<GovernanceOptions, "say">,
  label: string,
): Promise<{ readonly address: string; readonly made: boolean }> {
  mkdirSync(directory.root, { recursive: true, mode: 0o700 });
  const passphrase =
    config.passphraseFile === null
      ? (await readOrMakePassphrase(directory.passphrase)).passphrase
      : await readPassphrase(config.passphraseFile);
  const accounts = new AccountFiles({ directory: directory.keys, passphrase });
  const known = existsSync(directory.keys)
    ? (await accounts.list()).find((account) => account.label === label)
    : undefined;
  const { address } = known ?? (await accounts.create(label));
  return { address, made: known === undefined };
}

/** For looking: needs a network and nothing else. */
export async function withTimelock<T>(options: GovernanceOptions, use: (timelock: Timelock) => Promise<T>): Promise<T> {
  return use(await openTimelock(options, null));
}

/** For acting from an account of this directory, with the log of its store. */
export async function withGovernance<T>(
  options: GovernanceOptions,
  label: string,
  use: (opened: { readonly governance: Governance; readonly actor: Actor }) => Promise<T>,
): Promise<T> {
  const { config, directory } = options;
  const passphrase = await readPassphrase(config.passphraseFile ?? directory.passphrase);
  const account = await new AccountFiles({ directory: directory.keys, passphrase }).open(label);
  const timelock = await openTimelock(options, account.privateKey);
  const actor: Actor = { kind: "cli", id: userInfo().username, role: "operator", requestId: randomUUID() };
  const database = openDatabase(directory.store);
  try {
    const audit = sqliteAuditStore(database);
    const governance = createGovernance({ timelock, account: account.address, audit, now: Date.now });
    return await use({ governance, actor });
  } finally {
    database.close();
  }
}

async function openTimelock(
  { config, directory, say }: GovernanceOptions,
  privateKey: string | null,
): Promise<Timelock> {
  if (config.chainUrls.length === 0) {
    throw new TallyError(
      "config.invalid",
      "no network is configured: set TALLY_NETWORK to its file and TALLY_CHAIN_URLS to nodes. On the embedded chain the governor is an account: tally region",
      { field: "TALLY_CHAIN_URLS" },
    );
  }
  const network = await openNetwork({ config, directory, say });
  const { governor, checked: _, ...pinned } = await pinNetwork({ config, directory, network, say });
  if (governor === null || !governor.governorIsContract) {
    throw new TallyError(
      "request.conflict",
      `the governor of this registry is the account ${governor?.governor}, not a timelock: its holder acts with tally region`,
    );
  }
  return ethersTimelock({
    ...pinned,
    timelock: governor.governor,
    firstBlock: pinned.firstBlock ?? 0,
    timeoutMs: config.chainTimeoutMs,
    fees: capOfGwei(config.maxFeeGwei),
    confirmations: config.confirmations,
    privateKey,
  });
}
