// SPDX-License-Identifier: Apache-2.0
import { randomUUID } from "node:crypto";
import { userInfo } from "node:os";
import { type Logger, pino } from "pino";
import type { Tally } from "../cli/tally.js";
import { collapse } from "../domain/anchoring/index.js";
import { type Actor, eventBy } from "../domain/audit/index.js";
import { adminLabel, operatorLabel } from "./acting-account.js";
import { archivingOf } from "./archiving.js";
import { compose, type Deployment } from "./compose.js";
import type { Config } from "./config.js";
import { checkRegion, type DataDirectory } from "./data-directory.js";
import { passphraseOf } from "./init.js";
import { openNetwork } from "./network.js";
import { pendingActsOf } from "./pending-acts.js";
import { type PinNetworkOptions, pinNetwork } from "./pinned-network.js";
import { printingOf } from "./printing.js";
import { trustBundlesOf } from "./trust-bundles.js";
import { verifierOf } from "./verification/own-verifier.js";

/** Opens the deployment of the settings for as long as `use`, a command, runs. */
export async function withTally<T>(
  {
    config,
    directory,
    otherwise,
    stderr,
    say,
  }: {
    readonly config: Config;
    readonly directory: DataDirectory;
    readonly otherwise: PinNetworkOptions["otherwise"];
    readonly stderr: Stderr;
    readonly say: (text: string) => void;
  },
  use: (tally: Tally) => Promise<T>,
): Promise<T> {
  const logger = commandLogger(config, stderr);
  return withDeployment(config, directory, logger, (deployment) => use(tallyOf(deployment, say)), otherwise);
}

/** Opens network and deployment for as long as `use` runs. */
export async function withDeployment<T>(
  config: Config,
  directory: DataDirectory,
  logger: Logger,
  use: (deployment: Deployment) => Promise<T>,
  otherwise: PinNetworkOptions["otherwise"] = "refuse",
  say: (line: string) => void = (line) => logger.warn(line),
): Promise<T> {
  checkRegion(directory, config.region);
  const passphrase = await passphraseOf(config, directory);
  const network = await openNetwork({ config, directory, say: (line) => logger.warn(line) });
  try {
    const pinned = await pinNetwork({ config, directory, network, say: (line) => logger.warn(line), otherwise });
    const deployment = await compose({ config, directory, network: pinned, passphrase, logger });
    try {
      // Who only verifies changes nothing, and what the store alone decides must not wait for the chain.
      if (otherwise === "wait") await deployment.restorations.prepare();
      if (otherwise === "refuse") await deployment.restorations.finish(say);
      return await use(deployment);
    } finally {
      await deployment.close();
    }
  } finally {
    await network.close();
  }
}

function tallyOf(deployment: Deployment, say: (line: string) => void): Tally {
  const { config, network, anchoring, restorations } = deployment;
  const actor = commandLine();
  const verify = verifierOf(deployment);
  return {
    ...deployment,
    region: config.region,
    network,
    actor,
    verify: (document, { at, purpose } = {}) =>
      verify(document, {
        ...(at === undefined ? {} : { at }),
        ...(purpose?.matter === undefined ? {} : { matter: purpose.matter }),
      }),
    bundles: trustBundlesOf(deployment),
    archiving: archivingOf(deployment),
    printing: printingOf(deployment),
    governance: (role) => deployment.governance(role === "region-admin" ? adminLabel(config.region) : role),
    listKeys: async () => [
      ...(await deployment.accounts.list()).map(({ label, address, createdAt }) => {
        return { owner: label, purpose: "account" as const, name: address, createdAt };
      }),
      ...[...(await deployment.keys.list()), ...(await deployment.seals.keys.list())].map(
        ({ owner, purpose, keyDigest, createdAt }) => ({ owner, purpose, name: keyDigest, createdAt }),
      ),
    ],
    createAccount: async (role) => {
      const label = { admin: adminLabel(config.region), operator: operatorLabel(config.region) };
      return deployment.createAccount(actor, role === "admin" || role === "operator" ? label[role] : role);
    },
    pendingActs: (region) => pendingActsOf(deployment, region),
    async watchOnce() {
      while ((await anchoring.watchOnce()).more);
    },
    async releaseSuspensions(statusIndices) {
      const changes = statusIndices.map((statusIndex) => ({ statusIndex, action: "release" }) as const);
      const tx = (await deployment.chain.submitStatus(collapse(changes))).tx!;
      const detail = { indices: statusIndices.join(" "), tx };
      const event = { time: Date.now(), action: "suspensions-cleared", object: config.region, detail } as const;
      await deployment.audit.append(eventBy(actor, event));
      return { tx };
    },
    renderPdf: (identifier) => deployment.renderPdf(actor, identifier),
    async anchorPending() {
      // Until then nobody gets the leases that this waits for.
      await restorations.finish(say);
      await anchoring.drainStatus({ timeoutMs: COMMAND_TIMEOUT_MS });
      return anchoring.drain({ timeoutMs: COMMAND_TIMEOUT_MS });
    },
  };
}

export function commandLine(): Actor {
  return { kind: "cli", id: userInfo().username, role: "operator", requestId: randomUUID() };
}

const COMMAND_TIMEOUT_MS = 300_000;

/** A command prints for people; the log speaks up only when something is wrong. */
export function commandLogger({ logLevel }: Config, stderr: Stderr): Logger {
  const destination = stderr === process.stderr ? pino.destination({ dest: 2, sync: true }) : stderr;
  return pino({ level: logLevel === "info" ? "warn" : logLevel }, { write: (line) => void destination.write(line) });
}

export interface Stderr {
  write(text: string): unknown;
}
