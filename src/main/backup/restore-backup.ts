// SPDX-License-Identifier: Apache-2.0
import { randomBytes } from "node:crypto";
import { existsSync } from "node:fs";
import { mkdir, open, readdir, rename, rm, rmdir } from "node:fs/promises";
import { basename, dirname, join, resolve } from "node:path";
import { sqliteApiTokenStore } from "../../adapters/sqlite/api-token-store.js";
import { sqliteAuditStore } from "../../adapters/sqlite/audit-store.js";
import { openDatabase } from "../../adapters/sqlite/database.js";
import { OLDEST_VERSION } from "../../adapters/sqlite/migrations.js";
import { sqlitePickUpStore } from "../../adapters/sqlite/pick-up-store.js";
import { SCHEMA_VERSION } from "../../adapters/sqlite/schema.js";
import { sqliteStatusIndexStore } from "../../adapters/sqlite/status-index-store.js";
import { TallyError } from "../../core/errors.js";
import type { KeptAccess } from "../../domain/anchoring/index.js";
import type { Actor } from "../../domain/audit/index.js";
import { type DataDirectory, dataDirectory } from "../data-directory.js";
import { copyFile, digestOf, firstBytes } from "./copied-file.js";
import { leaveHandedOut } from "./leave-handed-out.js";
import { type BackupManifest, LONGEST_MANIFEST, MANIFEST_FILE, readManifest } from "./manifest.js";
import { restoredFile } from "./restored-file.js";

export interface RestoreOptions {
  /** The folder of the backup. */
  readonly from: string;
  /** A folder that does not exist yet, or is empty. */
  readonly data: string;
  /** A newer journal of the embedded chain, which survived what the store did not. */
  readonly chainJournal?: string;
  readonly kept: KeptAccess;
  readonly actor: Actor;
  /** Milliseconds since 1970. */
  readonly now: () => number;
}

export interface RestoredBackup {
  readonly manifest: BackupManifest;
  readonly directory: DataDirectory;
  /** Milliseconds since 1970: the time of the restoration, and of all that it ended. */
  readonly at: number;
}

/**
 * Puts a backup back as a new data directory, which appears whole or not at all. Nothing is staged or sent from it before
 * it was compared with the chain (`Restorations`). Every file is checked against the manifest, as it was written; then a store of an
 * older schema version is brought to this one.
 *
 * What was issued after the backup is not in it, but its status indices were handed out. Nobody can say how far the counter had
 * come, so the restored one begins at a place of its own: the list whose number is the time of the restoration in seconds. No
 * two restorations and no counter that started at zero ever meet there, as long as fewer than 131,072 certificates are issued a second.
 * API tokens and pick-up links that were live end, unless they are kept (`endAccess`).
 */
export async function restoreBackup({
  from,
  data,
  chainJournal,
  kept,
  actor,
  now,
}: RestoreOptions): Promise<RestoredBackup> {
  const source = resolve(from);
  const target = resolve(data);
  await refuseUsed(target);
  const manifest = readManifest(await manifestBytes(source), join(source, MANIFEST_FILE));
  refuseOtherSchema(manifest, source);
  const at = now();
  refuseSlowClock(manifest, at);
  const partial = join(dirname(target), `.${basename(target)}.${randomBytes(6).toString("hex")}`);
  await mkdir(partial, { recursive: true, mode: 0o700 });
  try {
    const copy = dataDirectory(partial);
    for (const file of manifest.files) {
      const written = await copyFile(join(source, file.path), join(partial, file.path), { maxBytes: file.size });
      if (written.sha256 === file.sha256 && written.size === file.size) continue;
      throw damaged(join(source, file.path), "its content is not what the manifest says");
    }
    for (const path of [copy.store, copy.profile]) if (!existsSync(path)) throw damaged(source, `${path} is missing`);
    if (chainJournal !== undefined) await replaceJournal(copy.chainJournal, chainJournal);
    await prepareStore(copy.store, manifest, { kept, actor, at });
    await restoredFile(copy).beginRestoration({ at, backupOf: manifest.createdAt, orders: null });
    if (existsSync(target)) await rmdir(target);
    await rename(partial, target);
    const parent = await open(dirname(target), "r");
    await parent.sync().finally(() => parent.close());
    return { manifest, directory: dataDirectory(target), at };
  } catch (error) {
    await rm(partial, { recursive: true, force: true });
    throw error;
  }
}

async function refuseUsed(target: string): Promise<void> {
  const content = existsSync(target) ? await readdir(target) : [];
  if (content.length === 0) return;
  throw new TallyError("request.invalid", `${target} is not empty; nothing is overwritten: name a new folder`, {
    field: "data",
  });
}

/** Looks at the size before it reads anything. */
async function manifestBytes(source: string): Promise<Uint8Array> {
  const path = join(source, MANIFEST_FILE);
  let bytes: Uint8Array | null;
  try {
    bytes = await firstBytes(path, LONGEST_MANIFEST + 1);
  } catch (cause) {
    throw new TallyError("request.invalid", `${source} is not a backup: it has no ${MANIFEST_FILE}`, {
      field: "from",
      cause,
    });
  }
  if (bytes.length <= LONGEST_MANIFEST) return bytes;
  throw damaged(path, `it is larger than ${LONGEST_MANIFEST} bytes`);
}

function refuseOtherSchema({ schemaVersion, product }: BackupManifest, source: string): void {
  if (schemaVersion >= OLDEST_VERSION && schemaVersion <= SCHEMA_VERSION) return;
  throw new TallyError(
    "format.version-unsupported",
    `the store in ${source} has schema version ${schemaVersion} (program ${product}), this program reads ${OLDEST_VERSION} to ${SCHEMA_VERSION}: ` +
      "restore it with the program that wrote it",
  );
}

/** The time of the restoration keeps status indices apart: with a clock behind the backup's they would be handed out again. */
function refuseSlowClock({ createdAt }: BackupManifest, now: number): void {
  if (Date.parse(createdAt) <= now) return;
  throw new TallyError(
    "request.invalid",
    `the backup was made at ${createdAt}, but the clock of this machine says ${new Date(now).toISOString()}: set it right, then restore`,
    { field: "from" },
  );
}

/** A journal may take the place of the backup's only when it goes on from it: another one would be another chain. */
async function replaceJournal(journal: string, newer: string): Promise<void> {
  if (!existsSync(journal)) {
    throw new TallyError("request.invalid", "this backup has no chain of its own; leave --chain-journal out", {
      field: "chainJournal",
    });
  }
  const own = await digestOf(journal);
  const beginning = await digestOf(newer, { maxBytes: own.size });
  if (beginning.sha256 !== own.sha256) {
    throw new TallyError("request.invalid", `${newer} does not go on from the journal in the backup`, {
      field: "chainJournal",
    });
  }
  await rm(journal);
  await copyFile(newer, journal, { wholeLines: true });
}

async function prepareStore(
  path: string,
  manifest: BackupManifest,
  { kept, actor, at }: { readonly kept: KeptAccess; readonly actor: Actor; readonly at: number },
): Promise<void> {
  const database = openDatabase(path);
  try {
    const stores = {
      statusIndices: sqliteStatusIndexStore(database),
      audit: sqliteAuditStore(database),
      apiTokens: sqliteApiTokenStore(database),
      pickUps: sqlitePickUpStore(database),
    };
    const { region, createdAt: backupOf } = manifest;
    await leaveHandedOut(stores, { region, backupOf, kept, actor, at });
  } finally {
    database.close();
  }
}

function damaged(path: string, what: string): TallyError {
  return new TallyError("format.malformed", `${path} cannot be used: ${what}; use another copy of the backup`);
}
