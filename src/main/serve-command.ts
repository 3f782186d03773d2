// SPDX-License-Identifier: Apache-2.0
import { existsSync } from "node:fs";
import { resolve } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { pino } from "pino";
import { type ExclusiveLock, takeExclusiveLock } from "../adapters/sqlite/exclusive-lock.js";
import { EXIT } from "../cli/exit-codes.js";
import { finishRestore } from "./backup/finish-restore.js";
import { checkLater } from "./check-later.js";
import { compose } from "./compose.js";
import { SETTINGS } from "./config.js";
import { createDataDirectory, type DataDirectory, readProfile } from "./data-directory.js";
import { addDemoData } from "./demo-data.js";
import { initRegion, passphraseOf } from "./init.js";
import { weaknessOfNewKeyFiles } from "./key-files.js";
import { openNetwork } from "./network.js";
import { pinNetwork } from "./pinned-network.js";
import { runService } from "./service.js";
import { openSettings } from "./settings.js";
import { stopSignal } from "./stop-signal.js";
import { versionOf } from "./version.js";

/**
 * Serves until SIGINT or SIGTERM, or until the embedded chain ends. A new data directory is initialised first. Prints one JSON
 * line `{"ready":true,"url",…}` on stdout when it answers; everything else goes to stderr. Answers the exit code.
 */
export async function serveUntilStopped({
  demoData,
  store,
  environment,
  say,
}: {
  demoData: boolean;
  store?: string;
  environment: Readonly<Record<string, string | undefined>> | undefined;
  say: (text: string) => void;
}): Promise<number> {
  const { config, directory } = openSettings({ store }, environment);
  const weakness = weaknessOfNewKeyFiles(config);
  if (weakness !== null) say(weakness);
  const stopped = stopSignal();
  const isNew = config.store === "sqlite" ? !existsSync(directory.store) : readProfile(directory) === null;
  createDataDirectory(directory, config);
  const lock = takeServiceLock(directory);
  // The lock is the directory's: it says so of a store that lies there, and of no store that other services share.
  const aloneSince = Date.now();
  let hasStopped = true;
  try {
    const logger = pino({ level: config.logLevel }, pino.destination({ dest: 2, sync: false }));
    const network = await openNetwork({ config, directory, say, whose: "own" });
    try {
      const options = { config, directory, network, say };
      // The embedded chain gets its registry first.
      const seen = network.embedded ? null : await pinNetwork({ ...options, otherwise: "wait" });
      if (seen?.checked !== false) {
        const init = await initRegion(config, directory, network, say);
        for (const step of init.next) say(`still to be done: ${step}`);
      }
      const pinned = seen ?? (await pinNetwork(options));
      const passphrase = await passphraseOf(config, directory);
      const deployment = await compose({ config, directory, network: pinned, passphrase, logger, aloneSince });
      // A wrong passphrase is told now, not when something waits to be anchored.
      await Promise.all([finishRestore(deployment, directory, say), deployment.openAccount("operator")]);
      // Another instance may have filled a MongoDB that this directory is new to.
      const isEmpty = isNew && (await deployment.agencies.listAgencies()).length === 0;
      const demo = demoData && isEmpty ? await addDemoData(deployment, say) : null;
      const service = await runService(deployment, logger, versionOf());
      process.stdout.write(
        `${JSON.stringify({ ready: true, url: service.url, region: config.region, chainId: pinned.chainId, registry: pinned.registry, chain: pinned.urls[0], ...(service.monitor === null ? {} : { monitor: service.monitor }) })}\n`,
      );
      say(
        welcome({
          url: service.url,
          dataDirectory: directory.root,
          region: config.region,
          registry: pinned.registry,
          demo,
        }),
      );
      const later = pinned.checked ? null : checkLater(options);
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
    } finally {
      await network.close();
    }
  } finally {
    lock.release();
    // What still waits for a store that does not come back has nothing to hand back.
    if (!hasStopped) process.exit(EXIT.failed);
  }
}

const STORE_ENDED = "the local MongoDB has ended";
const STOP_WITHOUT_STORE_MS = 2_000;

/** Whether the work ended in time. */
async function within(ms: number, work: Promise<void>): Promise<boolean> {
  const done = work.then(() => true);
  return Promise.race([done, pause(ms, false, { ref: false })]);
}

/** One service a directory: the embedded chain and the store are its own. Commands may be used beside it. */
function takeServiceLock({ root, serviceLock }: DataDirectory): ExclusiveLock {
  return takeExclusiveLock(
    serviceLock,
    `another service runs on ${root}: stop it, or set TALLY_DATA to another directory. Commands like tally verify work beside it`,
  );
}

interface Welcome {
  readonly url: string;
  readonly dataDirectory: string;
  readonly region: string;
  readonly registry: string;
  readonly demo: Awaited<ReturnType<typeof addDemoData>> | null;
}

function welcome({ url, dataDirectory: data, region, registry, demo }: Welcome): string {
  const warning =
    "The passphrase of the key files lies beside them: that protects a copied key file, not a copied directory.";
  // In another terminal nothing else tells the command where the data is.
  const isUsual = data === resolve(SETTINGS.dataDirectory.fallback);
  const prefix = isUsual ? "" : `TALLY_DATA=${shellQuoted(data)} `;
  const lines = [
    "",
    `Tiger Tally 虎符 serves region ${region} on ${url}`,
    `  data       ${data}`,
    `  registry   ${registry}`,
    `  verify     ${url}/v`,
    `  API        ${url}/openapi.json`,
    `  ${warning}`,
  ];
  if (demo !== null) {
    lines.push(
      `  demo token ${demo.token} (agency ${demo.agency})`,
      "",
      "Three commands to try:",
      `  curl -s ${url}/v1/certificates -H 'Authorization: Bearer ${demo.token}'`,
      `  curl -s ${url}/v1/certificates/${demo.certificate}/pdf -H 'Authorization: Bearer ${demo.token}' -o licence.pdf`,
      `  ${prefix}npx tally verify licence.pdf`,
    );
  }
  return [...lines, ""].join("\n");
}

function shellQuoted(text: string): string {
  return /^[\w./-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;
}
