// SPDX-License-Identifier: Apache-2.0
import { deployRegistry, openDeployedRegistry } from "../adapters/ethereum/deploy-registry.js";
import { capOfGwei } from "../adapters/ethereum/fees.js";
import { ethersGovernance } from "../adapters/ethereum/registry-governance.js";
import { type Account, AccountFiles, readOrMakePassphrase, readPassphrase } from "../adapters/keys/index.js";
import type { InitResult } from "../cli/tally.js";
import type { RegistryGovernance } from "../domain/agencies/index.js";
import { adminLabel, operatorLabel, type PinnedNetwork } from "./compose.js";
import type { Config } from "./config.js";
import { createDataDirectory, type DataDirectory } from "./data-directory.js";
import { type Network, requireRegistry } from "./network.js";

/** The passphrase of an initialised directory; rejects when there is none. */
export function passphraseOf(config: Config, directory: DataDirectory): Promise<string> {
  return readPassphrase(config.passphraseFile ?? directory.passphrase);
}

/** The registry that this directory has pinned: configured, or deployed by `init` on the embedded chain and checked again here. */
export async function pinnedNetwork(
  config: Config,
  directory: DataDirectory,
  network: Network,
): Promise<PinnedNetwork> {
  const { urls, chainId } = network;
  if (!network.embedded) return { urls, chainId, registry: requireRegistry(config.registry) };
  const { registry } = await openDeployedRegistry({ url: urls[0]!, chainId, record: directory.deployment });
  return { urls, chainId, registry };
}

/**
 * Makes a data directory ready to serve a region; repeating it continues where it stopped and changes nothing that is done.
 * On the embedded chain that includes the registry and the region itself; on a network of others it makes the accounts and
 * says what the governor has to do.
 */
export async function initRegion(config: Config, directory: DataDirectory, network: Network): Promise<InitResult> {
  const { region } = config;
  createDataDirectory(directory, region);
  const passphrase =
    config.passphraseFile === null
      ? (await readOrMakePassphrase(directory.passphrase)).passphrase
      : await readPassphrase(config.passphraseFile);
  const accounts = new AccountFiles({ directory: directory.keys, passphrase });
  // Key files take most of a second to open on purpose; two at once take no longer.
  const [admin, operator] = await Promise.all([
    accounts.openOrCreate(adminLabel(region)),
    accounts.openOrCreate(operatorLabel(region)),
  ]);

  const pinned = network.embedded
    ? await embeddedRegistry(config, directory, network, accounts)
    : { ...(await pinnedNetwork(config, directory, network)), governor: null };
  const connect = (privateKey: string): RegistryGovernance =>
    ethersGovernance({
      urls: pinned.urls,
      chainId: pinned.chainId,
      registry: pinned.registry,
      privateKey,
      fees: capOfGwei(config.maxFeeGwei),
      timeoutMs: config.chainTimeoutMs,
      confirmations: config.confirmations,
    });

  if (pinned.governor !== null) await admitRegion(connect(pinned.governor.privateKey), region, admin.address);
  const next = await grantOperator(connect(admin.privateKey), region, operator.address);
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
): Promise<PinnedNetwork & { readonly governor: Account }> {
  const [governor, guardian] = await Promise.all([
    accounts.openOrCreate("governor"),
    accounts.openOrCreate("guardian"),
  ]);
  const { registry } = await deployRegistry({
    url: urls[0]!,
    chainId,
    record: directory.deployment,
    governor,
    guardian: guardian.address,
    fees: capOfGwei(config.maxFeeGwei),
    timeoutMs: config.chainTimeoutMs,
  });
  return { urls, chainId, registry, governor };
}

async function admitRegion(governor: RegistryGovernance, region: string, admin: string): Promise<void> {
  if ((await governor.findRegion(region)) === null) await governor.addRegion(region, admin, EMBEDDED_DELAY);
}

/** The embedded profile has one operator for everything; a delay would protect it from nobody. */
const EMBEDDED_DELAY = 0;

async function grantOperator(admin: RegistryGovernance, region: string, operator: string): Promise<string[]> {
  const record = await admin.findRegion(region);
  const again = `then run tally init --region ${region} again, which grants the operator ${operator}`;
  if (record === null) {
    return [`the governor runs: tally region add ${region} --admin ${admin.account}`, again];
  }
  if (record.admin.toLowerCase() !== admin.account.toLowerCase()) {
    return [`the registry names ${record.admin} as admin of ${region}, this directory holds ${admin.account}`, again];
  }
  const rights = await admin.findOperatorRights(region, operator);
  const missing = (["anchor", "status"] as const).filter((right) => !rights.includes(right));
  if (missing.length > 0) await admin.grantOperator(region, operator, missing);
  return [];
}
