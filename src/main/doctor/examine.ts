// SPDX-License-Identifier: Apache-2.0
import { pino } from "pino";
import type { Diagnosis } from "../../cli/tally.js";
import { isUnfinished } from "../backup/restored-mark.js";
import { compose, type Deployment } from "../compose.js";
import type { Config } from "../config.js";
import type { DataDirectory } from "../data-directory.js";
import { passphraseOf } from "../init.js";
import { weaknessOfNewKeyFiles } from "../key-files.js";
import { type Network, openNetwork } from "../network.js";
import { type CheckedPin, pinNetwork } from "../pinned-network.js";
import { openSettings } from "../settings.js";
import { openStores } from "../stores.js";
import {
  lookAtAdmin,
  lookAtAlarms,
  lookAtClock,
  lookAtFloor,
  lookAtOperator,
  lookAtOutbox,
  lookAtSigningKeys,
} from "./deployment-checks.js";
import { lookAtDirectory, lookAtModes, lookAtPassphrase } from "./directory-checks.js";
import { Examination, type Finding, ok, warning } from "./examination.js";

type Environment = Readonly<Record<string, string | undefined>> | undefined;

const WITH_CHAIN = [
  "chain",
  "registry",
  "accounts",
  "signing-keys",
  "clock",
  "floor",
  "admin",
  "operator",
  "outbox",
  "alarms",
];

/**
 * Looks at a deployment from the outside inwards: settings, files, chain, keys, rights, work that waits, alarms. What needs
 * something that has failed is skipped. Changes nothing but what any look at the chain does (an unknown act becomes an alarm).
 */
export async function examine(environment: Environment): Promise<readonly Diagnosis[]> {
  const examination = new Examination();
  let settings: { readonly config: Config; readonly directory: DataDirectory } | null = null;
  await examination.look("settings", () => {
    settings = openSettings({}, environment);
    const weakness = weaknessOfNewKeyFiles(settings.config);
    return weakness === null
      ? ok("every setting can be used")
      : warning(weakness, "unset it, and rotate what was made with it");
  });
  if (settings === null) {
    examination.skip(["directory", "modes", "passphrase", "store", ...WITH_CHAIN], "the settings cannot be used");
    return examination.findings;
  }
  const { config, directory } = settings as { config: Config; directory: DataDirectory };
  const isOurs = await examination.look("directory", () => lookAtDirectory(config, directory));
  await examination.look("modes", () => lookAtModes(directory));
  const canOpen = await examination.look("passphrase", () => lookAtPassphrase(config, directory));
  if (!isOurs || !canOpen) examination.skip(["store", ...WITH_CHAIN], "the data directory cannot be used");
  else if (await examination.look("store", () => lookAtStore(config, directory)))
    await examineChain(examination, config, directory);
  else examination.skip(WITH_CHAIN, "the store cannot be opened");
  return examination.findings;
}

/** A new data directory has none yet, and looking makes one. */
async function lookAtStore(config: Config, directory: DataDirectory): Promise<Finding> {
  const stores = await openStores({ config, directory, say: () => {} });
  try {
    const { sequence } = (await stores.audit.list({ order: "newest-first", limit: 1 }))[0] ?? { sequence: 0 };
    return ok(`${config.store}, ${sequence} events in its log`);
  } finally {
    await stores.close();
  }
}

async function examineChain(examination: Examination, config: Config, directory: DataDirectory): Promise<void> {
  let network: Network | null = null;
  const reached = await examination.look("chain", async () => {
    network = await openNetwork({ config, directory, say: () => {} });
    return ok(`chain ${network.chainId}, ${network.urls.length} endpoints`);
  });
  if (!reached || network === null) return examination.skip(WITH_CHAIN.slice(1), "the chain cannot be reached");
  try {
    await examineDeployment(examination, config, directory, network);
  } finally {
    await (network as Network).close();
  }
}

async function examineDeployment(
  examination: Examination,
  config: Config,
  directory: DataDirectory,
  network: Network,
): Promise<void> {
  let pinned: CheckedPin | null = null;
  const isRegistry = await examination.look("registry", async () => {
    pinned = await pinNetwork({ config, directory, network, say: () => {} });
    return ok(`${pinned.registry}, with the code that this program knows`);
  });
  if (!isRegistry || pinned === null) return examination.skip(WITH_CHAIN.slice(2), "the registry cannot be used");
  let deployment: Deployment | null = null;
  const opened = await examination.look("accounts", async () => {
    const passphrase = await passphraseOf(config, directory);
    const logger = pino({ level: "silent" });
    deployment = await compose({ config, directory, network: pinned!, passphrase, logger });
    return ok("the accounts of admin and operator open");
  });
  if (!opened || deployment === null) return examination.skip(WITH_CHAIN.slice(3), "the accounts cannot be opened");
  const open = deployment as Deployment;
  try {
    await examination.look("signing-keys", () => lookAtSigningKeys(open));
    await examination.look("clock", () => lookAtClock(open));
    await examination.look("floor", () => lookAtFloor(open));
    await examination.look("admin", () => lookAtAdmin(open));
    await examination.look("operator", () => lookAtOperator(open));
    await examination.look("outbox", () => lookAtOutbox(open));
    // Before the restoration is finished the watch would take for unknown what only the backup does not know.
    if (isUnfinished(directory)) examination.skip(["alarms"], "the restoration is not finished");
    else await examination.look("alarms", () => lookAtAlarms(open));
  } finally {
    await open.close();
  }
}
