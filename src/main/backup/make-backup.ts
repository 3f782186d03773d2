// SPDX-License-Identifier: Apache-2.0
import { randomBytes } from "node:crypto";
import { existsSync } from "node:fs";
import { mkdir, open, readdir, rename, rm, writeFile } from "node:fs/promises";
import { basename, dirname, join, relative, resolve } from "node:path";
import { openDatabase } from "../../adapters/sqlite/database.js";
import { writeSnapshot } from "../../adapters/sqlite/snapshot.js";
import { sqliteStatusIndexStore } from "../../adapters/sqlite/status-index-store.js";
import { TallyError } from "../../core/errors.js";
import type { Config } from "../config.js";
import { checkRegion, type DataDirectory } from "../data-directory.js";
import { copyFile, digestOf } from "./copied-file.js";
import { type BackedUpFile, type BackupManifest, isPlainPath, MANIFEST_FILE } from "./manifest.js";

export interface BackupOptions {
  readonly config: Config;
  readonly directory: DataDirectory;
  /** A folder that does not exist yet. */
  readonly to: string;
  /** Puts the passphrase of the key files beside them: whoever has the backup then has the keys. */
  readonly withPassphrase: boolean;
  /** Of the product. */
  readonly version: string;
}

/**
 * Backs up a data directory while its service runs. The order makes it consistent: first the store, as of one instant, then
 * the keys and the chain, which only grow; so every key that the store names and every anchor that it knows is in the backup.
 * The folder appears whole under its name or not at all.
 */
export async function makeBackup({
  config,
  directory,
  to,
  withPassphrase,
  version,
}: BackupOptions): Promise<BackupManifest> {
  refuseMongo(config);
  checkRegion(directory, config.region);
  const target = resolve(to);
  refuseExisting(target, directory.root);
  const createdAt = new Date().toISOString();
  const partial = join(dirname(target), `.${basename(target)}.${randomBytes(6).toString("hex")}`);
  await mkdir(partial, { recursive: true, mode: 0o700 });
  try {
    const store = relative(directory.root, directory.store);
    const { schemaVersion } = writeSnapshot(directory.store, join(partial, store));
    const statusIndexCounter = await counterOf(join(partial, store), config.region);
    // Looking at the snapshot has left these, empty.
    for (const beside of ["-wal", "-shm"]) await rm(join(partial, `${store}${beside}`), { force: true });
    await sync(join(partial, store));
    const files: BackedUpFile[] = [{ path: store, ...(await digestOf(join(partial, store))) }];
    for (const path of await otherFiles(directory)) {
      const wholeLines = join(directory.root, path) === directory.chainJournal;
      files.push({ path, ...(await copyFile(join(directory.root, path), join(partial, path), { wholeLines })) });
    }
    if (withPassphrase) {
      const path = basename(directory.passphrase);
      const from = config.passphraseFile ?? directory.passphrase;
      files.push({ path, ...(await copyFile(from, join(partial, path))) });
    }
    const manifest: BackupManifest = {
      format: "tigertally-backup",
      version: 1,
      product: version,
      schemaVersion,
      region: config.region,
      createdAt,
      chainIncluded: existsSync(directory.chainJournal),
      passphraseIncluded: withPassphrase,
      statusIndexCounter,
      files,
    };
    const text = `${JSON.stringify(manifest, null, 2)}\n`;
    await writeFile(join(partial, MANIFEST_FILE), text, { flag: "wx", mode: 0o600, flush: true });
    await rename(partial, target);
    await sync(dirname(target));
    return manifest;
  } catch (error) {
    await rm(partial, { recursive: true, force: true });
    throw error;
  }
}

/** A copy of what the servers hold, taken one collection after another, would be of no one instant. */
function refuseMongo({ store }: Config): void {
  if (store !== "mongodb") return;
  throw new TallyError(
    "request.invalid",
    "the store is MongoDB, which has its own means: save it with mongodump, then copy the data directory without its passphrase, in this order (docs/operations.md, Back up a MongoDB)",
    { field: "to" },
  );
}

function refuseExisting(target: string, root: string): void {
  if (existsSync(target)) {
    throw new TallyError("request.invalid", `${target} exists; a backup goes into a new folder`, { field: "to" });
  }
  if (target.startsWith(`${root}/`)) {
    throw new TallyError("request.invalid", `${target} lies in the data directory that it is to save`, { field: "to" });
  }
}

/** Left behind: what is made anew, what belongs to running processes, and the passphrase. */
async function otherFiles(directory: DataDirectory): Promise<string[]> {
  const { root, store, passphrase, chainEndpoint, serviceLock } = directory;
  const left = [store, passphrase, chainEndpoint, serviceLock].map((path) => relative(root, path));
  const entries = await readdir(root, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => relative(root, join(entry.parentPath, entry.name)))
    .filter((path) => isPlainPath(path) && !/\.(?:lock|new)(?:-|$)|-(?:wal|shm|journal)$/.test(path))
    .filter((path) => !left.some((each) => path === each))
    .sort();
}

async function counterOf(store: string, region: string): Promise<number> {
  const database = openDatabase(store);
  try {
    return await sqliteStatusIndexStore(database).leasedStatusIndices(region);
  } finally {
    database.close();
  }
}

async function sync(path: string): Promise<void> {
  const file = await open(path, "r");
  try {
    await file.sync();
  } finally {
    await file.close();
  }
}
