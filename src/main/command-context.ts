// SPDX-License-Identifier: Apache-2.0

import { randomUUID } from "node:crypto";
import { createReadStream, existsSync, statSync } from "node:fs";
import { writeFile } from "node:fs/promises";
import { userInfo } from "node:os";
import { type Logger, pino } from "pino";
import { fetchBundle } from "../adapters/http-peer/index.js";
import { EXIT } from "../cli/exit-codes.js";
import type { CommandContext, Tally } from "../cli/tally.js";
import { TallyError } from "../core/errors.js";
import { collapse } from "../domain/anchoring/index.js";
import { type Actor, eventBy } from "../domain/audit/index.js";
import { adminLabel, operatorLabel } from "./acting-account.js";
import { accessEndedAt } from "./backup/end-access.js";
import { makeBackup } from "./backup/make-backup.js";
import { markMongoRestored } from "./backup/mark-mongo-restored.js";
import { restoreBackup } from "./backup/restore-backup.js";
import { compose, type Deployment } from "./compose.js";
import type { Config } from "./config.js";
import { checkRegion, type DataDirectory, readProfile } from "./data-directory.js";
import { examine } from "./doctor/examine.js";
import { governanceAccount, withGovernance, withOffice, withTimelock } from "./governance-context.js";
import { initRegion, passphraseOf } from "./init.js";
import { openNetwork } from "./network.js";
import { networkOf, noNetwork, openOfflineVerifier } from "./offline-verifier.js";
import { pendingActsOf } from "./pending-acts.js";
import { type PinNetworkOptions, pinNetwork } from "./pinned-network.js";
import { openSettings } from "./settings.js";
import { openVerifier } from "./stand-alone-verifier.js";
import { bundleKeeperOf, trustBundlesOf } from "./trust-bundles.js";
import { verifierOf } from "./verification/own-verifier.js";
import { versionOf } from "./version.js";

/** Where a command reads, writes and finds its settings; everything absent is this process's own. */
export interface Console {
  readonly environment?: Readonly<Record<string, string | undefined>>;
  readonly stdin?: AsyncIterable<Uint8Array>;
  readonly stdout?: { write(text: string): unknown };
  readonly stderr?: { write(text: string): unknown; readonly isTTY?: boolean };
}

/** What commands get to work with; settings are read when a command first needs them. */
export function createContext({
  environment,
  stdin = process.stdin,
  stdout = process.stdout,
  stderr = process.stderr,
}: Console = {}): CommandContext & { exitCode(): number } {
  let exitCode: number = EXIT.ok;
  let showsProgress = false;
  const say = (text: string): void => {
    stderr.write(`${text}\n`);
  };
  const open = (path: string): AsyncIterable<Uint8Array> => (path === "-" ? stdin : fileBytes(path));
  return {
    exitCode: () => exitCode,
    exitWith: (code) => {
      exitCode = code;
    },
    out: (text) => {
      stdout.write(`${text}\n`);
    },
    say,
    showProgress: (text) => {
      if (stderr.isTTY !== true || (text === null && !showsProgress)) return;
      showsProgress = text !== null;
      stderr.write(`\r\x1b[K${text ?? ""}`);
    },
    read: (path, maxBytes) => readBounded(open(path), path, maxBytes),
    stream: open,
    write: (path, bytes) => writeFile(path, bytes),
    isFile: (path) => existsSync(path) && statSync(path).isFile(),

    async withTally(use, { withoutChain = false } = {}) {
      const { config, directory } = openSettings({}, environment);
      const otherwise = withoutChain ? "wait" : "refuse";
      const logger = cliLogger(config, stderr);
      return withDeployment(config, directory, logger, (deployment) => use(tallyOf(deployment, say)), otherwise);
    },

    async withVerifier(use) {
      const { config, directory } = openSettings({}, environment);
      if (readProfile(directory) === null) return use(openVerifier(config));
      const verifying = (deployment: Deployment) => use(tallyOf(deployment, say));
      return withDeployment(config, directory, cliLogger(config, stderr), verifying, "report");
    },

    async withBundle(options, use) {
      const { config, directory } = openSettings({}, environment);
      return use(await openOfflineVerifier(config, directory, options));
    },

    bundleKeeper: () => bundleKeeperOf(openSettings({}, environment).config),

    trustedNetwork() {
      const { config, directory } = openSettings({}, environment);
      const network = networkOf(config, directory);
      if (network === null) throw noNetwork();
      return network;
    },

    async fetchBundle(url) {
      const { config } = openSettings({}, environment);
      return fetchBundle({ url, timeoutMs: Math.max(config.chainTimeoutMs, BUNDLE_TIMEOUT_MS) });
    },

    now: () => new Date(),

    async governanceAccount(label) {
      return governanceAccount(openSettings({}, environment), label);
    },

    async withTimelock(use) {
      return withTimelock({ ...openSettings({}, environment), say }, use);
    },

    async withOffice(account, use) {
      return withOffice({ ...openSettings({}, environment), say }, account, use);
    },

    async withGovernance(account, use) {
      return withGovernance({ ...openSettings({}, environment), say }, account, use);
    },

    async init(options) {
      const { config, directory } = openSettings({ ...options }, environment);
      const network = await openNetwork({ config, directory, say });
      try {
        return await initRegion(config, directory, network, say);
      } finally {
        await network.close();
      }
    },

    backup({ to, withPassphrase }) {
      const { config, directory } = openSettings({}, environment);
      return makeBackup({ config, directory, to, withPassphrase, version: versionOf() });
    },

    async restoredMongo(kept) {
      const { config, directory } = openSettings({}, environment);
      checkRegion(directory, config.region);
      const at = await markMongoRestored({ config, directory, kept, actor: commandLine(), now: Date.now, say });
      return {
        region: config.region,
        dataDirectory: directory.root,
        ended: accessEndedAt({ config, directory, say }, at),
        unfinished: await unfinishedBecause(config, directory, cliLogger(config, stderr), say),
      };
    },

    async restore({ from, data, chainJournal, kept }) {
      const target = openSettings({ dataDirectory: data }, environment).config.dataDirectory;
      const { manifest, directory, at } = await restoreBackup({
        ...{ from, data: target, kept, actor: commandLine(), now: Date.now },
        ...(chainJournal === undefined ? {} : { chainJournal }),
      });
      const { config } = openSettings({ dataDirectory: target }, environment);
      const { region, createdAt: backupOf } = manifest;
      const unfinished = await unfinishedBecause(config, directory, cliLogger(config, stderr), say);
      const ended = accessEndedAt({ config, directory, say }, at);
      return { region, backupOf, dataDirectory: directory.root, ended, unfinished };
    },

    doctor: (options, tell) => examine(environment, options, tell),

    async chain() {
      const { chainUntilStopped } = await import("./chain-command.js");
      exitCode = await chainUntilStopped({ environment, say });
    },

    async serve(options) {
      // Routes and their schemas are half of what a command would load, and no other command needs them.
      const { serveUntilStopped } = await import("./serve-command.js");
      exitCode = await serveUntilStopped({ ...options, environment, say });
    },
  };
}

/** Compares a restored store with the chain; why that could not be done, or null. */
async function unfinishedBecause(
  config: Config,
  directory: DataDirectory,
  logger: Logger,
  say: (line: string) => void,
): Promise<string | null> {
  try {
    await withDeployment(config, directory, logger, async () => {}, "refuse", say);
    return null;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

/** A bundle of a whole network is megabytes. */
const BUNDLE_TIMEOUT_MS = 60_000;

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
    governance: (role) => deployment.governance(role === "region-admin" ? adminLabel(config.region) : role),
    listKeys: async () => [
      ...(await deployment.accounts.list()).map(({ label, address, createdAt }) => {
        return { owner: label, purpose: "account" as const, name: address, createdAt };
      }),
      ...(await deployment.keys.list()).map(({ owner, purpose, keyDigest, createdAt }) => {
        return { owner, purpose, name: keyDigest, createdAt };
      }),
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

function commandLine(): Actor {
  return { kind: "cli", id: userInfo().username, role: "operator", requestId: randomUUID() };
}

const COMMAND_TIMEOUT_MS = 300_000;

/** A command prints for people; the log speaks up only when something is wrong. */
function cliLogger({ logLevel }: Config, stderr: { write(text: string): unknown }): Logger {
  const destination = stderr === process.stderr ? pino.destination({ dest: 2, sync: true }) : stderr;
  return pino({ level: logLevel === "info" ? "warn" : logLevel }, { write: (line) => void destination.write(line) });
}

/** Opens the file when it is read: a stream that fails before anyone listens would end the process. */
async function* fileBytes(path: string): AsyncIterable<Uint8Array> {
  yield* createReadStream(path);
}

async function readBounded(stream: AsyncIterable<Uint8Array>, path: string, maxBytes: number): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  // Leaving the loop closes the stream.
  for await (const chunk of stream) {
    length += chunk.length;
    if (length > maxBytes) throw new TallyError("request.too-large", `${path} is larger than ${maxBytes} bytes`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}
