// SPDX-License-Identifier: Apache-2.0
import { pino } from "pino";
import type { CommandContext, Diagnosis } from "../../cli/tally.js";
import { compose, type Deployment } from "../compose.js";
import type { Config } from "../config.js";
import type { DataDirectory } from "../data-directory.js";
import { passphraseOf } from "../init.js";
import { weaknessOfNewKeyFiles } from "../key-files.js";
import { type Network, openNetwork } from "../network.js";
import { type CheckedPin, pinNetwork } from "../pinned-network.js";
import { openSettings } from "../settings.js";
import { openStores } from "../stores.js";
import { lookAtContents } from "./contents.js";
import {
  lookAtAdmin,
  lookAtAlarms,
  lookAtAuditHead,
  lookAtClock,
  lookAtFloor,
  lookAtOperator,
  lookAtOutbox,
  lookAtSigningKeys,
} from "./deployment-checks.js";
import { lookAtDirectory, lookAtModes, lookAtPassphrase } from "./directory-checks.js";
import { Examination, type Finding, ok, warning } from "./examination.js";

type Environment = Readonly<Record<string, string | undefined>> | undefined;

type DoctorOptions = Parameters<CommandContext["doctor"]>[0];

const CONTENTS = ["contents"];

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
  "audit-head",
  "alarms",
  ...CONTENTS,
];

/**
 * Looks at a deployment from the outside inwards: settings, files, chain, keys, rights, work that waits, alarms. What needs
 * something that has failed is skipped. Changes nothing but what any look at the chain does (an unknown act becomes an alarm).
 */
export async function examine(
  environment: Environment,
  options: DoctorOptions,
  tell: (finding: Diagnosis) => void,
): Promise<void> {
  const examination = new Examination(tell);
  let settings: { readonly config: Config; readonly directory: DataDirectory } | null = null;
  await examination.look("settings", () => {
    settings = openSettings({}, environment);
    const weakness = weaknessOfNewKeyFiles(settings.config);
    return weakness === null
      ? ok("every setting can be used")
      : warning(weakness, "unset it, and rotate what was made with it");
  });
  if (settings === null) {
    return examination.skip(
      ["directory", "modes", "passphrase", "store", ...WITH_CHAIN],
      "the settings cannot be used",
    );
  }
  const { config, directory } = settings as { config: Config; directory: DataDirectory };
  const isOurs = await examination.look("directory", () => lookAtDirectory(config, directory));
  await examination.look("modes", () => lookAtModes(directory));
  const canOpen = await examination.look("passphrase", () => lookAtPassphrase(config, directory));
  if (!isOurs || !canOpen) examination.skip(["store", ...WITH_CHAIN], "the data directory cannot be used");
  else if (await examination.look("store", () => lookAtStore(config, directory)))
    await examineChain(examination, config, directory, options);
  else examination.skip(WITH_CHAIN, "the store cannot be opened");
}

/** A new data directory has none yet, and looking makes one. */
async function lookAtStore(config: Config, directory: DataDirectory): Promise<Finding> {
  const stores = await openStores({ config, directory, say: () => {} });
  try {
    const unfinished = await stores.restoration.unfinishedRestoration();
    if (unfinished !== null) {
      const since = new Date(unfinished.at).toISOString();
      return warning(
        `${config.store}, restored at ${since} as of ${unfinished.backupOf} and not compared with the chain yet: nothing is anchored or sent`,
        "any command that reaches the chain, or tally serve, does that first",
      );
    }
    const { sequence } = (await stores.audit.list({ order: "newest-first", limit: 1 }))[0] ?? { sequence: 0 };
    return ok(`${config.store}, ${sequence} events in its log`);
  } finally {
    await stores.close();
  }
}

async function examineChain(
  examination: Examination,
  config: Config,
  directory: DataDirectory,
  options: DoctorOptions,
): Promise<void> {
  let network: Network | null = null;
  const reached = await examination.look("chain", async () => {
    network = await openNetwork({ config, directory, say: () => {} });
    return ok(`chain ${network.chainId}, ${network.urls.length} endpoints`);
  });
  if (!reached || network === null) return examination.skip(WITH_CHAIN.slice(1), "the chain cannot be reached");
  try {
    await examineDeployment(examination, { config, directory, network }, options);
  } finally {
    await (network as Network).close();
  }
}

async function examineDeployment(
  examination: Examination,
  {
    config,
    directory,
    network,
  }: { readonly config: Config; readonly directory: DataDirectory; readonly network: Network },
  { deep, onProgress }: DoctorOptions,
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
    await Promise.all([deployment.openAccount("admin"), deployment.openAccount("operator")]);
    return ok("the accounts of admin and operator open");
  });
  const open = deployment as Deployment | null;
  if (!opened || open === null) {
    await open?.close();
    return examination.skip(WITH_CHAIN.slice(3), "the accounts cannot be opened");
  }
  try {
    await examination.look("signing-keys", () => lookAtSigningKeys(open));
    await examination.look("clock", () => lookAtClock(open));
    await examination.look("floor", () => lookAtFloor(open));
    await examination.look("admin", () => lookAtAdmin(open));
    await examination.look("operator", () => lookAtOperator(open));
    await examination.look("outbox", () => lookAtOutbox(open));
    await examination.look("audit-head", () => lookAtAuditHead(open));
    // Before the restoration is finished the watch would take for unknown what only the backup does not know.
    if ((await open.restorations.unfinished()) !== null) {
      return examination.skip(["alarms", ...CONTENTS], "the restoration is not finished");
    }
    await examination.look("alarms", () => lookAtAlarms(open));
    if (deep) await lookAtContents(open.examined, { tell: examination.tell, onProgress });
    else examination.skip(["contents"], "tally doctor --deep compares everything that is stored with log and chain");
  } finally {
    await open.close();
  }
}
