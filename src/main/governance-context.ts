// SPDX-License-Identifier: Apache-2.0
import { randomUUID } from "node:crypto";
import { existsSync, mkdirSync } from "node:fs";
import { userInfo } from "node:os";
import { capOfGwei } from "../adapters/ethereum/fees.js";
import { ethersGovernance } from "../adapters/ethereum/registry-governance.js";
import { ethersTimelock } from "../adapters/ethereum/timelock/ethers-timelock.js";
import { type Account, AccountFiles, readOrMakePassphrase, readPassphrase } from "../adapters/keys/index.js";
import { TallyError } from "../core/errors.js";
import {
  createGovernance,
  createRegionAdministration,
  type Governance,
  type RegionAdministration,
  type Timelock,
} from "../domain/agencies/index.js";
import type { Actor, AuditStore } from "../domain/audit/index.js";
import type { Config } from "./config.js";
import type { DataDirectory } from "./data-directory.js";
import { keyFilesOf } from "./key-files.js";
import { openNetwork } from "./network.js";
import { type CheckedPin, pinNetwork } from "./pinned-network.js";
import { openStores } from "./stores.js";

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
  const accounts = new AccountFiles(keyFilesOf(config, directory, passphrase));
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
  const account = await openAccount(options, label);
  const timelock = await openTimelock(options, account.privateKey);
  return withAudit(options, (audit, actor) => {
    const governance = createGovernance({ timelock, account: account.address, audit, now: Date.now });
    return use({ governance, actor });
  });
}

/** For acts that need no proposal, from an account that holds an office of the registry itself. */
export async function withOffice<T>(
  options: GovernanceOptions,
  label: string,
  use: (opened: { readonly regions: RegionAdministration; readonly actor: Actor }) => Promise<T>,
): Promise<T> {
  const { config } = options;
  const { privateKey } = await openAccount(options, label);
  const { governor: _governor, checked: _checked, ...pinned } = await pin(options);
  const office = ethersGovernance({ ...pinned, ...sending(config), privateKey });
  return withAudit(options, (audit, actor) =>
    use({ regions: createRegionAdministration({ audit, account: async () => office, now: Date.now }), actor }),
  );
}

async function openAccount({ config, directory }: GovernanceOptions, label: string): Promise<Account> {
  const passphrase = await readPassphrase(config.passphraseFile ?? directory.passphrase);
  return new AccountFiles(keyFilesOf(config, directory, passphrase)).open(label);
}

async function withAudit<T>(
  options: GovernanceOptions,
  use: (audit: AuditStore, actor: Actor) => Promise<T>,
): Promise<T> {
  const actor: Actor = { kind: "cli", id: userInfo().username, role: "operator", requestId: randomUUID() };
  const stores = await openStores({ ...options, withoutRegion: true });
  try {
    return await use(stores.audit, actor);
  } finally {
    await stores.close();
  }
}

async function pin({ config, directory, say }: GovernanceOptions): Promise<CheckedPin> {
  if (config.chainUrls.length === 0) {
    throw new TallyError(
      "config.invalid",
      "no network is configured: set TALLY_NETWORK to its file and TALLY_CHAIN_URLS to nodes. On the embedded chain the governor is an account: tally region",
      { field: "TALLY_CHAIN_URLS" },
    );
  }
  const network = await openNetwork({ config, directory, say });
  return pinNetwork({ config, directory, network, say });
}

async function openTimelock(options: GovernanceOptions, privateKey: string | null): Promise<Timelock> {
  const { governor, checked: _, ...pinned } = await pin(options);
  if (governor === null || !governor.governorIsContract) {
    throw new TallyError(
      "request.conflict",
      `the governor of this registry is the account ${governor?.governor}, not a timelock: its holder acts with tally region`,
    );
  }
  return ethersTimelock({
    ...pinned,
    ...sending(options.config),
    timelock: governor.governor,
    firstBlock: pinned.firstBlock ?? 0,
    privateKey,
  });
}

function sending({ chainTimeoutMs, maxFeeGwei, confirmations }: Config) {
  return { timeoutMs: chainTimeoutMs, fees: capOfGwei(maxFeeGwei), confirmations };
}
