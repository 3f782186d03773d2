// SPDX-License-Identifier: Apache-2.0
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { type Logger, pino } from "pino";
import { deployRegistry } from "../../adapters/ethereum/deploy-registry.js";
import { ethersGovernance } from "../../adapters/ethereum/registry-governance.js";
import { AccountFiles, readOrMakePassphrase } from "../../adapters/keys/index.js";
import { TallyError } from "../../core/errors.js";
import type { RegistryGovernance } from "../../domain/agencies/index.js";
import { spawnChain } from "../chain/spawn-chain.js";
import { compose, type Deployment } from "../compose.js";
import { type Config, inheritedEnvironment, readConfig } from "../config.js";
import { dataDirectory } from "../data-directory.js";
import { initRegion, passphraseOf } from "../init.js";
import { findMongod } from "../mongod/find-mongod.js";
import { type LocalMongod, openLocalMongod } from "../mongod/local-mongod.js";
import type { Network } from "../network.js";
import type { Settings } from "./region-process.js";

export const ANHUI = "340000";
export const SHANGHAI = "310000";
export const FOOD_PERMIT = "11340000MB1A2B3CXU001";

export interface Stage {
  readonly chainUrl: string;
  readonly chainId: number;
  readonly registry: string;
  readonly governor: RegistryGovernance;
  /** Settings of each region's processes. */
  readonly settings: Readonly<Record<typeof ANHUI | typeof SHANGHAI, Settings>>;
  readonly logger: Logger;
  stop(): Promise<void>;
}

/** A chain, a registry that knows two regions, and an initialised data directory for each. */
export async function setStage(
  folder: string,
  say: (text: string) => void,
  store: Config["store"] = "sqlite",
): Promise<Stage> {
  const logger = pino({ level: "silent" });
  const chain = await spawnChain({ directory: join(folder, "chain"), onMessage: say });
  const network: Network = {
    urls: [chain.url],
    chainId: chain.chainId,
    embedded: false,
    ended: chain.exited.then(() => {}),
    close: () => chain.stop(),
  };
  let server: LocalMongod | null = null;
  const stop = async (): Promise<void> => {
    server?.close();
    await chain.stop();
  };
  try {
    const ministry = join(folder, "governor");
    mkdirSync(ministry, { recursive: true });
    const { passphrase } = await readOrMakePassphrase(join(ministry, "passphrase"));
    const accounts = new AccountFiles({ directory: join(ministry, "keys"), passphrase });
    const account = await accounts.create("governor");
    const { registry } = await deployRegistry({
      url: chain.url,
      chainId: chain.chainId,
      record: join(ministry, "deployment.json"),
      governor: account,
      guardian: (await accounts.create("guardian")).address,
    });
    const connect = (privateKey: string): RegistryGovernance =>
      ethersGovernance({ urls: [chain.url], chainId: chain.chainId, registry, privateKey });
    const governor = connect(account.privateKey);
    const settingsOf = (region: string, name: string): Settings => ({
      TALLY_DATA: join(folder, name),
      TALLY_STORE: store,
      ...(server === null ? {} : { TALLY_MONGODB_URL: server.url.replace("/?", `/${name}?`) }),
      TALLY_REGION: region,
      TALLY_PORT: "0",
      TALLY_CHAIN_URLS: chain.url,
      TALLY_CHAIN_ID: String(chain.chainId),
      TALLY_REGISTRY: registry,
      TALLY_PUBLIC_URL: `https://${name}.tally.example`,
      TALLY_ANCHOR_EVERY: "1",
      TALLY_MIRROR_EVERY: "1",
      TALLY_SEAL_LISTS_EVERY: "1",
      TALLY_RATE_LIMIT: "100000",
      TALLY_LOG: "warn",
    });
    // Both regions' stores are databases of one server, as two agencies of one computing centre would have it.
    server = store === "mongodb" ? await demoServer(folder, say) : null;
    const settings = { [ANHUI]: settingsOf(ANHUI, "anhui"), [SHANGHAI]: settingsOf(SHANGHAI, "shanghai") };
    for (const region of [ANHUI, SHANGHAI] as const) await admit(governor, network, settings[region]);
    return {
      chainUrl: chain.url,
      chainId: chain.chainId,
      registry,
      governor,
      settings,
      logger,
      stop,
    };
  } catch (error) {
    await stop();
    throw error;
  }
}

async function demoServer(folder: string, say: (text: string) => void): Promise<LocalMongod> {
  const found = await findMongod({ environment: inheritedEnvironment(), say });
  if (found.path === null) throw new TallyError("config.invalid", found.why, { field: "MONGOD" });
  return openLocalMongod({ folder: join(folder, "mongodb"), mongod: found.path, ephemeral: true });
}

/** `tally init` makes the accounts, the governor adds the region, `tally init` again lets the operator work. */
async function admit(governor: RegistryGovernance, network: Network, settings: Settings): Promise<void> {
  const config = readConfig({}, settings);
  const directory = dataDirectory(config.dataDirectory);
  const { regionAdmin } = await initRegion(config, directory, network);
  await governor.addRegion(config.region, regionAdmin, 0);
  await initRegion(config, directory, network);
}

/** Opens a region's deployment in this process, for what its administrators do. */
export async function openRegion({ logger }: Stage, settings: Settings): Promise<Deployment> {
  const config: Config = readConfig({}, settings);
  const directory = dataDirectory(config.dataDirectory);
  const network = { urls: config.chainUrls, chainId: config.chainId!, registry: config.registry! };
  return compose({ config, directory, network, passphrase: await passphraseOf(config, directory), logger });
}
