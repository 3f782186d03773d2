// SPDX-License-Identifier: Apache-2.0
import { spawn } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { readConfig } from "../src/main/config.js";
import { dataDirectory } from "../src/main/data-directory.js";
import { findMongod } from "../src/main/mongod/find-mongod.js";
import { openLocalMongod } from "../src/main/mongod/local-mongod.js";
import { openStores } from "../src/main/stores.js";
import { issue } from "../test/adapters/issued.js";
import { startServiceWith } from "../test/main/service-process.js";
import type { BenchOptions, BenchRow } from "./main.js";

const PENDING = 100_000;
const GROUP = 500;
const BOUND_SECONDS = 10;
const BARE_STARTS = 3;

/**
 * From the start of the process until `/readyz` says yes, of a service that was killed and has 100,000 certificates that wait. The
 * baseline is a bare Express service on the same driver, which opens the store, asks it once, and listens.
 */
export async function run({ store }: BenchOptions): Promise<readonly BenchRow[]> {
  const folder = mkdtempSync(join(tmpdir(), "tally-bench-"));
  const server = store === "mongodb" ? await localMongod(folder) : null;
  try {
    const data = join(folder, "data");
    const settings = {
      TALLY_STORE: store,
      ...(server === null ? {} : { TALLY_MONGODB_URL: server.url }),
      // What a guess costs in real use: opening keys is a part of a start.
      TALLY_KEY_FILE_COST: "17",
    };
    await (await startServiceWith(settings, data)).kill();
    await fill(data, settings);
    const { seconds, rssMb } = await restarted(data, settings);
    const bare: number[] = [];
    for (let start = 0; start < BARE_STARTS; start++)
      bare.push(await bareSeconds(server?.url ?? join(folder, "bare.sqlite")));
    const baseline = Math.min(...bare);
    return [
      {
        bench: "restart",
        n: PENDING,
        perSecond: 1 / seconds,
        baselinePerSecond: 1 / baseline,
        ratio: baseline / seconds,
        peakRssMb: rssMb,
        input: `${PENDING} certificates pending, ${store}`,
        figures: { "seconds until ready": [seconds, BOUND_SECONDS] },
      },
    ];
  } finally {
    server?.close();
    rmSync(folder, { recursive: true, force: true, maxRetries: 20, retryDelay: 200 });
  }
}

async function localMongod(folder: string) {
  const found = await findMongod({ environment: process.env });
  if (found.path === null) throw new Error(found.why);
  return openLocalMongod({ folder: join(folder, "mongodb"), mongod: found.path, ephemeral: true });
}

async function fill(data: string, settings: Readonly<Record<string, string>>): Promise<void> {
  const config = readConfig({ dataDirectory: data }, settings);
  const stores = await openStores({ config, directory: dataDirectory(data), say: () => {} });
  try {
    for (let first = 0; first < PENDING; first += GROUP) await issue(stores.certificates, GROUP, { first });
    const { pending } = await stores.anchoring.counts();
    if (pending !== PENDING) throw new Error(`${pending} certificates wait, not ${PENDING}`);
  } finally {
    await stores.close();
  }
}

async function restarted(data: string, settings: Readonly<Record<string, string>>) {
  const begun = performance.now();
  const service = await startServiceWith(settings, data);
  const { status } = await fetch(`${service.ready.url}/readyz`);
  const seconds = (performance.now() - begun) / 1_000;
  if (status !== 200) throw new Error(`/readyz answers ${status}`);
  const rssMb = Number(/VmHWM:\s+(\d+)/.exec(readFileSync(`/proc/${service.pid}/status`, "utf8"))![1]) / 1_024;
  await service.kill();
  return { seconds, rssMb };
}

const require = createRequire(import.meta.url);
const moduleOf = (name: string): string => JSON.stringify(pathToFileURL(require.resolve(name)).href);

/** Plain JavaScript, so that no loader is counted. */
const BARE = `
import express from ${moduleOf("express")};
const where = process.argv[1];
if (where.startsWith("mongodb")) {
  const { MongoClient } = (await import(${moduleOf("mongodb")})).default;
  await new MongoClient(where).db().command({ ping: 1 });
} else {
  const Database = (await import(${moduleOf("libsql")})).default;
  new Database(where).exec("CREATE TABLE IF NOT EXISTS bare (n INTEGER)");
}
const app = express().get("/readyz", (_req, res) => void res.json({ ready: true }));
const server = app.listen(0, "127.0.0.1", () => console.log(server.address().port));
`;

async function bareSeconds(where: string): Promise<number> {
  const begun = performance.now();
  const child = spawn(process.execPath, ["--input-type=module", "-e", BARE, where], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  const ended = new Promise<void>((resolve) => child.once("close", () => resolve()));
  try {
    const port = await new Promise<number>((resolve, reject) => {
      child.stdout.once("data", (text) => resolve(Number(text)));
      child.once("close", () => reject(new Error("the bare service did not start")));
    });
    await (await fetch(`http://127.0.0.1:${port}/readyz`)).json();
    return (performance.now() - begun) / 1_000;
  } finally {
    child.kill("SIGKILL");
    await ended;
  }
}
