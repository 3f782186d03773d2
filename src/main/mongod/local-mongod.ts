// SPDX-License-Identifier: Apache-2.0
import { spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import { connect, type Socket } from "node:net";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { packageFile } from "../../adapters/package-folder/index.js";
import { TallyError } from "../../core/errors.js";
import { ENDPOINT_FILE, type Endpoint, IN_USE } from "./endpoint.js";

export interface LocalMongodOptions {
  /** Kept from one start to the next, and used by one set at a time. */
  readonly folder: string;
  readonly mongod: string;
  /** One by default. */
  readonly members?: number;
  /** A server that is no replica set. */
  readonly standalone?: boolean;
  /** With files for little data. */
  readonly small?: boolean;
  /** Removes the folder when the last user is gone. */
  readonly ephemeral?: boolean;
}

export interface LocalMongod {
  readonly url: string;
  /** For whoever may do everything. */
  readonly adminUrl: string;
  /** Of the servers. */
  readonly pids: readonly number[];
  /** Resolves when it has ended though somebody holds it. */
  readonly ended: Promise<void>;
  /** Lets go of it. It ends when nobody holds it any more. */
  close(): void;
}

/** What `npm run build` has made of main.ts. */
const PROGRAM = packageFile("dist/main/mongod/main.js");

const PATIENCE_MS = 90_000;
const POLL_MS = 100;
const HOLD_TIMEOUT_MS = 2_000;

/**
 * The MongoDB of a folder: the running one, else one that is started now. Any number of processes may use it at once; it ends when the
 * last of them has let go or ended, however that ended.
 */
export async function openLocalMongod(options: LocalMongodOptions): Promise<LocalMongod> {
  const deadline = Date.now() + PATIENCE_MS;
  for (;;) {
    const held = await hold(options.folder);
    if (held !== null) return held;
    await startSupervisor(options);
    if (Date.now() > deadline)
      throw new TallyError(
        "store.failed",
        `the MongoDB in ${options.folder} is neither running nor free to be started`,
      );
  }
}

/** Null when there is none, or one that is about to end. */
async function hold(folder: string): Promise<LocalMongod | null> {
  let endpoint: Endpoint;
  try {
    endpoint = JSON.parse(readFileSync(join(folder, ENDPOINT_FILE), "utf8")) as Endpoint;
  } catch {
    return null;
  }
  const socket = await heldSocket(endpoint.holdPort);
  if (socket === null) return null;
  let isClosing = false;
  const ended = new Promise<void>((resolve) => {
    socket.once("close", () => {
      if (!isClosing) resolve();
    });
  });
  // Holding it must not keep a process alive that has nothing else to do.
  socket.unref();
  const { url, adminUrl, pids } = endpoint;
  const close = (): void => {
    isClosing = true;
    socket.destroy();
  };
  return { url, adminUrl, pids, ended, close };
}

/** The supervisor says that it has seen us; whoever else listens on the port of one that was killed says nothing or something else. */
function heldSocket(port: number): Promise<Socket | null> {
  return new Promise((resolve) => {
    const socket = connect({ port, host: "127.0.0.1" });
    const give = (result: Socket | null): void => {
      clearTimeout(timer);
      if (result === null) socket.destroy();
      resolve(result);
    };
    const timer = setTimeout(() => give(null), HOLD_TIMEOUT_MS);
    socket.on("error", () => give(null));
    socket.once("close", () => give(null));
    socket.once("data", (data) => give(data.toString() === "held\n" ? socket : null));
  });
}

/** Resolves when there is one to hold, or when another process is starting or ending one. Rejects with what mongod said. */
async function startSupervisor(options: LocalMongodOptions): Promise<void> {
  const { folder, mongod, members = 1, standalone = false, small = false, ephemeral = false } = options;
  const flags = Object.entries({ standalone, small, ephemeral }).flatMap(([name, on]) => (on ? [`--${name}`] : []));
  const child = spawn(
    process.execPath,
    [PROGRAM, "--folder", folder, "--mongod", mongod, "--members", String(members), ...flags],
    // A group of its own, and no pipe but for its first words: it outlives whoever started it as long as others hold it.
    { stdio: ["ignore", "pipe", "pipe"], detached: true },
  );
  const said: Buffer[] = [];
  child.stderr!.on("data", (data: Buffer) => said.push(data));
  const outcome = await new Promise<"ready" | number | null>((resolve) => {
    child.stdout!.once("data", () => resolve("ready"));
    child.once("exit", (code) => resolve(code));
    child.once("error", () => resolve(null));
  });
  child.stdout!.destroy();
  child.stderr!.destroy();
  child.unref();
  if (outcome === "ready") return;
  if (outcome === IN_USE) {
    await pause(POLL_MS);
    return;
  }
  throw new TallyError("store.failed", `the local MongoDB did not start: ${Buffer.concat(said).toString().trim()}`);
}
