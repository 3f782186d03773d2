// SPDX-License-Identifier: Apache-2.0
import { existsSync } from "node:fs";
import { setTimeout as pause } from "node:timers/promises";
import { pino } from "pino";
import { type ExclusiveLock, takeExclusiveLock } from "../adapters/sqlite/exclusive-lock.js";
import { EXIT } from "../cli/exit-codes.js";
import { TallyError } from "../core/errors.js";
import { accountsFor, operatorLabel } from "./acting-account.js";
import { checkLater } from "./check-later.js";
import { compose, type Deployment } from "./compose.js";
import type { Config } from "./config.js";
import { checkRegion, createDataDirectory, type DataDirectory, readProfile } from "./data-directory.js";
import { addDemoData } from "./demo-data.js";
import { initRegion, passphraseOf } from "./init.js";
import { weaknessOfNewKeyFiles } from "./key-files.js";
import { openNetwork } from "./network.js";
import { pinNetwork } from "./pinned-network.js";
import { DUTIES, runService } from "./service.js";
import { openSettings } from "./settings.js";
import { stopSignal } from "./stop-signal.js";
import { tryMongodbUrl } from "./stores.js";
import { versionOf } from "./version.js";
import { welcome } from "./welcome.js";

/**
 * Serves until SIGINT or SIGTERM, or until the embedded chain ends. A new data directory is initialised first. Prints one JSON
 * line `{"ready":true,"url",…}` on stdout when it answers; everything else goes to stderr. Answers the exit code.
 */
export async function serveUntilStopped({
  demoData,
  store,
  role,
  environment,
  say,
}: {
  demoData: boolean;
  store?: string;
  role?: string;
  environment: Readonly<Record<string, string | undefined>> | undefined;
  say: (text: string) => void;
}): Promise<number> {
  const { config, directory } = openSettings({ store, role }, environment);
  if (demoData) refusePartialDemo(config);
  const weakness = weaknessOfNewKeyFiles(config);
  if (weakness !== null) say(weakness);
  const signal = stopSignal();
  try {
    return await serveUntil(signal.told, { config, directory, demoData, say });
  } finally {
    signal.forget();
  }
}

async function serveUntil(
  stopped: Promise<string>,
  {
    config,
    directory,
    demoData,
    say,
  }: {
    readonly config: Config;
    readonly directory: DataDirectory;
    readonly demoData: boolean;
    readonly say: (text: string) => void;
  },
): Promise<number> {
  const isNew = config.store === "sqlite" ? !existsSync(directory.store) : readProfile(directory) === null;
  // Before a database becomes the region's that was named by mistake.
  if (readProfile(directory) !== null) checkRegion(directory, config.region);
  await tryMongodbUrl({ config, directory, say });
  createDataDirectory(directory, config);
  const lock = isAlone(config) ? takeServiceLock(directory) : null;
  // The lock is the directory's: it says so of a store that lies there, and of no store that other services share.
  const aloneSince = lock !== null && config.mongodbUrl === null ? Date.now() : 0;
  let hasStopped = true;
  try {
    const logger = pino({ level: config.logLevel }, pino.destination({ dest: 2, ...LINES_TOGETHER }));
    const network = await openNetwork({ config, directory, say, whose: config.role === "all" ? "own" : "running" });
    try {
      const options = { config, directory, network, say };
      // The embedded chain gets its registry first.
      const seen = network.embedded ? null : await pinNetwork({ ...options, otherwise: "wait" });
      // Making accounts and asking for rights is the work of who holds the admin's: a part of a service has the keys that it was given.
      const prepare = async (): Promise<void> => {
        if (config.role !== "all") return;
        const { next } = await initRegion(config, directory, network, say);
        for (const step of next) say(`still to be done: ${step}`);
      };
      if (seen?.checked !== false) await prepare();
      const pinned = seen ?? (await pinNetwork(options));
      const passphrase = await passphraseOf(config, directory);
      const deployment = await compose({ config, directory, network: pinned, passphrase, logger, aloneSince });
      try {
        // Whoever held a lease on a store that is this service's own is dead: the lock says so.
        if (config.store === "sqlite") await deployment.anchoring.takeOver();
        // A wrong passphrase is told now, not when something waits to be anchored.
        await Promise.all([goOnWithRestoration(deployment, say), openNeededKey(deployment)]);
        // Another instance may have filled a MongoDB that this directory is new to.
        const isEmpty = isNew && (await deployment.agencies.listAgencies()).length === 0;
        const demo = demoData && isEmpty ? await addDemoData(deployment, say) : null;
        const service = await runService(deployment, logger, versionOf());
        process.stdout.write(
          `${JSON.stringify({ ready: true, role: config.role, ...(service.url === null ? {} : { url: service.url }), region: config.region, chainId: pinned.chainId, registry: pinned.registry, chain: pinned.urls[0], ...(service.monitor === null ? {} : { monitor: service.monitor }) })}\n`,
        );
        say(
          welcome({
            role: config.role,
            url: service.url,
            monitor: service.monitor,
            dataDirectory: directory.root,
            region: config.region,
            registry: pinned.registry,
            demo,
          }),
        );
        const later = pinned.checked
          ? null
          : checkLater({ check: () => pinNetwork(options), afterwards: prepare, say });
        const why = await Promise.race([
          stopped,
          network.ended.then(() => "the embedded chain has ended"),
          deployment.storeEnded.then(() => STORE_ENDED),
          ...(later === null ? [] : [later.refused]),
        ]);
        say(`stopping: ${why}`);
        await later?.stop();
        if (why === STORE_ENDED) hasStopped = await within(STOP_WITHOUT_STORE_MS, service.stop());
        else await service.stop();
        return why === "told to" ? EXIT.ok : EXIT.failed;
      } catch (error) {
        // What is open keeps a process that has failed from ending.
        await deployment.close();
        throw error;
      }
    } finally {
      await network.close();
    }
  } finally {
    lock?.release();
    // What still waits for a store that does not come back has nothing to hand back.
    if (!hasStopped) process.exit(EXIT.failed);
  }
}

/** Before anything is answered; what the chain is needed for the background work tries again, and nothing is anchored or sent before. */
async function goOnWithRestoration({ config, restorations }: Deployment, say: (line: string) => void): Promise<void> {
  await restorations.prepare();
  if (!DUTIES[config.role].worksInBackground) return;
  await restorations.finish(say).catch((error: unknown) => {
    const why = error instanceof Error ? error.message : String(error);
    say(`the store was restored and not compared with the chain yet, so nothing is anchored or sent: ${why}`);
  });
}

/**
 * A write for each line costs a busy service as much as checking a signature does. So lines go together, none waits longer than this many
 * milliseconds, and what waits when the process ends is written then; a kill may cost the last of them.
 */
const LINES_TOGETHER = { sync: false, minLength: 4_096, periodicFlush: 100 } as const;

const STORE_ENDED = "the local MongoDB has ended";
const STOP_WITHOUT_STORE_MS = 2_000;

/** Whether the work ended in time. */
async function within(ms: number, work: Promise<void>): Promise<boolean> {
  const done = work.then(() => true);
  return Promise.race([done, pause(ms, false, { ref: false })]);
}

/** Whether the store or the chain lies in the data directory and is one service's own. */
function isAlone({ store, role, chainUrls }: Config): boolean {
  return store === "sqlite" || (role === "all" && chainUrls.length === 0);
}

function refusePartialDemo({ role }: Config): void {
  if (role === "all") return;
  throw new TallyError("config.invalid", `--demo-data needs the whole service, and TALLY_ROLE is ${role}`, {
    field: "TALLY_ROLE",
  });
}

/** A key that this process will need, so that a wrong passphrase or a missing file is told at the start. */
async function openNeededKey({ config, keys, accounts, openAccount }: Deployment): Promise<void> {
  const { role, region } = config;
  if (role === "api") {
    const newest = (await keys.list()).at(-1);
    if (newest !== undefined) await keys.open(newest.keyDigest);
    return;
  }
  if (role === "worker" && (await accountsFor(accounts, operatorLabel(region))).length === 0) {
    throw new TallyError(
      "key.unknown",
      `the account ${operatorLabel(region)} is not kept in ${config.dataDirectory}, and a worker sends from it: put its file account-${operatorLabel(region)}.json into the folder keys, as tally init made it where the region was set up`,
      { field: "TALLY_DATA" },
    );
  }
  await openAccount("operator");
}

/** One service a directory: the embedded chain and the store are its own. Commands may be used beside it. */
function takeServiceLock({ root, serviceLock }: DataDirectory): ExclusiveLock {
  return takeExclusiveLock(
    serviceLock,
    `another service runs on ${root}: stop it, or set TALLY_DATA to another directory; several processes share a MongoDB and a chain (docs/operations.md). Commands like tally verify work beside it`,
  );
}
