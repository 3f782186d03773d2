// SPDX-License-Identifier: Apache-2.0
import { existsSync, readdirSync } from "node:fs";
import { deployRegistry } from "../adapters/ethereum/deploy-registry.js";
import { capOfGwei } from "../adapters/ethereum/fees.js";
import { ethersGovernance } from "../adapters/ethereum/registry-governance.js";
import {
  AccountFiles,
  PickUpKeyFiles,
  readOrMakePassphrase,
  readPassphrase,
  type SealedAccount,
} from "../adapters/keys/index.js";
import type { InitResult } from "../cli/tally.js";
import { TallyError } from "../core/errors.js";
import { type RegistryGovernance, wasRemoved } from "../domain/agencies/index.js";
import { adminLabel, newestOrFirst, operatorLabel } from "./acting-account.js";
import type { Config } from "./config.js";
import { createDataDirectory, type DataDirectory } from "./data-directory.js";
import { keyFilesOf } from "./key-files.js";
import type { Network } from "./network.js";
import { type PinnedNetwork, pinNetwork } from "./pinned-network.js";
import { ensureRegionKeys } from "./region-keys.js";
import { openStores } from "./stores.js";

/** The passphrase of an initialised directory; rejects when there is none. */
export function passphraseOf(config: Config, directory: DataDirectory): Promise<string> {
  return readPassphrase(config.passphraseFile ?? directory.passphrase);
}

/**
 * Makes a data directory ready to serve a region; repeating it continues where it stopped and changes nothing that is done.
 * On the embedded chain that includes the registry and the region itself; on a network of others it makes the accounts and
 * says what the governor has to do.
 */
export async function initRegion(
  config: Config,
  directory: DataDirectory,
  network: Network,
  say: (line: string) => void = () => {},
): Promise<InitResult> {
  const { region } = config;
  createDataDirectory(directory, config);
  refuseLostPassphrase(config, directory);
  const passphrase =
    config.passphraseFile === null
      ? (await readOrMakePassphrase(directory.passphrase)).passphrase
      : await readPassphrase(config.passphraseFile);
  const accounts = new AccountFiles(keyFilesOf(config, directory, passphrase));
  // Their addresses are enough where everything is granted. Making a key file takes most of a second on purpose; two at once no longer.
  const [admin, operator] = await Promise.all([
    newestOrFirst(accounts, adminLabel(region)),
    newestOrFirst(accounts, operatorLabel(region)),
  ]);

  // Links made by one of several processes are opened by the others.
  if (config.store === "mongodb") await new PickUpKeyFiles(keyFilesOf(config, directory, passphrase)).ensure();

  const pinned = network.embedded
    ? await embeddedRegistry(config, directory, network, accounts)
    : { ...(await pinNetwork({ config, directory, network, say: () => {} })), account: null };
  const connect = (account: SealedAccount): RegistryGovernance =>
    ethersGovernance({
      urls: pinned.urls,
      chainId: pinned.chainId,
      registry: pinned.registry,
      ...(pinned.quorum === undefined ? {} : { quorum: pinned.quorum }),
      privateKey: account,
      fees: capOfGwei(config.maxFeeGwei),
      timeoutMs: config.chainTimeoutMs,
      confirmations: config.confirmations,
    });

  if (pinned.account !== null) await admitRegion(connect(pinned.account), region, admin.address);
  const hasTimelock = pinned.governor?.governorIsContract ?? false;
  const next = await grantOperator(connect(admin), region, operator.address, hasTimelock, () =>
    removedBefore(config, directory, operator.address, say),
  );
  if (network.embedded && next.length === 0)
    await ensureRegionKeys({
      config,
      directory,
      network: pinned,
      passphrase,
      governance: connect(admin),
      say,
    });
  return {
    region,
    dataDirectory: directory.root,
    chainId: pinned.chainId,
    registry: pinned.registry,
    regionAdmin: admin.address,
    operator: operator.address,
    next,
  };
}

async function embeddedRegistry(
  config: Config,
  directory: DataDirectory,
  { urls, chainId }: Network,
  accounts: AccountFiles,
): Promise<PinnedNetwork & { readonly account: SealedAccount; readonly governor: null }> {
  // The first of each, not one that replaced it: the address of the registry follows from the first governor.
  const [governor, guardian] = await Promise.all([accounts.sealedOrNew("governor"), accounts.sealedOrNew("guardian")]);
  const { registry } = await deployRegistry({
    url: urls[0]!,
    chainId,
    record: directory.deployment,
    governor: { address: governor.address, privateKey: governor },
    guardian: guardian.address,
    fees: capOfGwei(config.maxFeeGwei),
    timeoutMs: config.chainTimeoutMs,
  });
  return { urls, chainId, registry, account: governor, governor: null };
}

async function admitRegion(governor: RegistryGovernance, region: string, admin: string): Promise<void> {
  if ((await governor.findRegion(region)) === null) await governor.addRegion(region, admin, EMBEDDED_DELAY);
}

/** The embedded profile has one operator for everything; a delay would protect it from nobody. */
const EMBEDDED_DELAY = 0;

/** A new passphrase would open none of the keys that are there, and hide that theirs is missing. */
function refuseLostPassphrase({ passphraseFile }: Config, { passphrase, keys }: DataDirectory): void {
  if (passphraseFile !== null || existsSync(passphrase) || !existsSync(keys)) return;
  if (!readdirSync(keys).some((name) => name.endsWith(".json"))) return;
  throw new TallyError(
    "config.invalid",
    `${passphrase} is missing, and the key files in ${keys} cannot be opened without it: put it back, or set TALLY_PASSPHRASE_FILE`,
    { field: "TALLY_PASSPHRASE_FILE" },
  );
}

/** Whether the log of this directory's store has it that the operator's rights were taken away. */
async function removedBefore(
  config: Config,
  directory: DataDirectory,
  operator: string,
  say: (line: string) => void,
): Promise<boolean> {
  if (config.store === "sqlite" && !existsSync(directory.store)) return false;
  const stores = await openStores({ config, directory, say });
  try {
    return await wasRemoved(stores.audit, config.region, operator);
  } finally {
    await stores.close();
  }
}

async function grantOperator(
  admin: RegistryGovernance,
  region: string,
  operator: string,
  hasTimelock: boolean,
  removed: () => Promise<boolean>,
): Promise<string[]> {
  const record = await admin.findRegion(region);
  const again = `then run tally init --region ${region} again, which grants the operator ${operator}`;
  if (record === null) {
    const add = hasTimelock
      ? `a proposer of the network runs: tally governance propose add-region ${region} ${admin.account} ‹delay in seconds›; after the governor's delay an executor carries it out`
      : `the governor runs: tally region add ${region} --admin ${admin.account}`;
    return [add, again];
  }
  if (record.admin.toLowerCase() !== admin.account.toLowerCase()) {
    return [`the registry names ${record.admin} as admin of ${region}, this directory holds ${admin.account}`, again];
  }
  const rights = await admin.findOperatorRights(region, operator);
  const missing = (["anchor", "status"] as const).filter((right) => !rights.includes(right));
  // A start must not give back to a stolen account what was taken from it.
  if (missing.length > 0 && (await removed())) {
    return [`operator ${operator} lost its rights; make another: tally operator rotate`];
  }
  if (missing.length > 0) await admin.grantOperator(region, operator, missing);
  return [];
}
