// SPDX-License-Identifier: Apache-2.0
import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { randomBytes } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { connect, createServer } from "node:net";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { type Credentials, createServiceUser, initiateReplicaSet } from "../../adapters/mongo/administration.js";
import { writeWhole } from "../../adapters/trust-files/whole-file.js";
import { utf8 } from "../../core/bytes.js";
import { TallyError } from "../../core/errors.js";

export interface LocalReplicaSetOptions {
  readonly mongod: string;
  /** Holds a folder for each member, the key file and the password. Kept from one start to the next. */
  readonly folder: string;
  /** 1 or 3. */
  readonly members: number;
  /** Megabytes of WiredTiger's cache in each member. */
  readonly cacheMb?: number;
  /** Without one it is a standalone server, which can do no transactions. */
  readonly replicaSet?: boolean;
  /** For tests, whose data need not outlive the machine: a journal that is flushed all the same, but smaller files. */
  readonly small?: boolean;
}

export interface Member {
  readonly port: number;
  readonly child: ChildProcess;
  /** Resolves when the process has ended. */
  readonly exited: Promise<void>;
}

export interface LocalReplicaSet {
  /** For the service: may do what the service needs (docs/mongodb.md) and nothing else. */
  readonly url: string;
  /** For whoever set it up. */
  readonly adminUrl: string;
  readonly members: readonly Member[];
  /** Ends every member in order, so that nothing has to be recovered, and waits. */
  stop(): Promise<void>;
}

const SET_NAME = "tigertally";
const READY_TIMEOUT_MS = 60_000;

/**
 * Starts `mongod` processes of one replica set on 127.0.0.1 and waits until it has a primary. Nobody gets in without the
 * passwords in the folder, which its owner alone can read: a port on 127.0.0.1 is open to every user of the machine.
 */
export async function startReplicaSet(options: LocalReplicaSetOptions): Promise<LocalReplicaSet> {
  const { folder } = options;
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const secrets = await secretsIn(folder);
  const members: Member[] = [];
  const stop = async (): Promise<void> => {
    for (const { child } of members) child.kill("SIGTERM");
    await Promise.all(members.map(({ exited }) => exited));
  };
  try {
    for (let n = 0; n < options.members; n++) members.push(await startMember(options, n, secrets.keyFile));
    const hosts = members.map(({ port }) => `127.0.0.1:${port}`);
    const isSet = options.replicaSet ?? true;
    if (isSet) await initiateReplicaSet({ hosts, name: SET_NAME, admin: secrets.admin, timeoutMs: READY_TIMEOUT_MS });
    await createServiceUser({ hosts, name: isSet ? SET_NAME : null, ...secrets });
    const urlFor = ({ user, password }: Credentials): string =>
      `mongodb://${user}:${password}@${hosts.join(",")}/?authSource=admin${isSet ? `&replicaSet=${SET_NAME}` : "&directConnection=true"}`;
    return { url: urlFor(secrets.service), adminUrl: urlFor(secrets.admin), members, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

interface Secrets {
  readonly keyFile: string;
  readonly admin: Credentials;
  readonly service: Credentials;
}

/** Made at the first start. The members of a set know one another by the key file. */
async function secretsIn(folder: string): Promise<Secrets> {
  const keyFile = join(folder, "key");
  const passwords = join(folder, "passwords.json");
  const secret = (): string => randomBytes(24).toString("hex");
  // Whole and on the disk before a server has users with them: lost, nobody could get in any more.
  if (!existsSync(keyFile)) await writeWhole(keyFile, utf8(secret()));
  if (!existsSync(passwords))
    await writeWhole(passwords, utf8(`${JSON.stringify({ admin: secret(), service: secret() })}\n`));
  const { admin, service } = JSON.parse(readFileSync(passwords, "utf8")) as Record<"admin" | "service", string>;
  return { keyFile, admin: { user: "admin", password: admin }, service: { user: "tigertally", password: service } };
}

async function startMember(options: LocalReplicaSetOptions, n: number, keyFile: string): Promise<Member> {
  const { mongod, folder, cacheMb = 256, replicaSet = true, small = false } = options;
  const data = join(folder, `member-${n}`);
  mkdirSync(data, { recursive: true, mode: 0o700 });
  await endLeftOver(data);
  const port = await freePort();
  const child = spawn(
    mongod,
    [
      ...["--dbpath", data, "--port", String(port), "--bind_ip", "127.0.0.1", "--nounixsocket"],
      ...["--wiredTigerCacheSizeGB", String(Math.max(0.25, cacheMb / 1024)), "--keyFile", keyFile],
      ...["--logpath", join(data, "mongod.log"), "--setParameter", "diagnosticDataCollectionEnabled=false"],
      // A primary that is told to end waits so long for its clients to notice; ours end with it or have let go.
      ...["--setParameter", "shutdownTimeoutMillisForSignaledShutdown=100"],
      // What a killed process had under way holds the log until the server gives it up: a minute by default.
      ...["--setParameter", "transactionLifetimeLimitSeconds=20"],
      ...(replicaSet ? ["--replSet", SET_NAME] : []),
      ...(small ? ["--oplogSize", "64"] : []),
      "--quiet",
    ],
    // A group of its own: Ctrl-C reaches every process of the terminal's group, and the store must outlast whoever still writes to it.
    { stdio: "ignore", detached: true },
  );
  const exited = new Promise<void>((resolve) => {
    child.once("exit", () => resolve());
    child.once("error", () => resolve());
  });
  writeFileSync(join(data, PID_FILE), `${child.pid}\n`);
  await listening(port, exited, data);
  return { port, child, exited };
}

const PID_FILE = "pid";

/** A server whose supervisor was killed goes on alone and keeps its folder locked. */
async function endLeftOver(data: string): Promise<void> {
  const file = join(data, PID_FILE);
  if (!existsSync(file)) return;
  const pid = Number(readFileSync(file, "utf8"));
  // The number may be another process's by now.
  const isOurs = (): boolean => commandOf(pid).includes(data);
  if (!Number.isSafeInteger(pid) || pid <= 1) return;
  for (let waited = 0; isOurs() && waited < READY_TIMEOUT_MS; waited += 100) {
    if (waited === 0) process.kill(pid, "SIGTERM");
    await pause(100);
  }
}

/** Empty when there is no such process. Linux needs no program for that, and may have none. */
function commandOf(pid: number): string {
  if (process.platform !== "linux") return String(spawnSync("ps", ["-o", "args=", "-p", String(pid)]).stdout ?? "");
  try {
    return readFileSync(`/proc/${pid}/cmdline`, "utf8").replaceAll("\0", " ");
  } catch {
    return "";
  }
}

async function listening(port: number, exited: Promise<void>, data: string): Promise<void> {
  let ended = false;
  void exited.then(() => {
    ended = true;
  });
  const deadline = Date.now() + READY_TIMEOUT_MS;
  while (!(await accepts(port))) {
    if (ended || Date.now() > deadline) {
      const log = join(data, "mongod.log");
      const what = ended ? "ended at once" : `did not answer within ${READY_TIMEOUT_MS} ms`;
      throw new TallyError("store.failed", `mongod ${what}; its last words: ${lastWords(log)} (${log})`);
    }
    await pause(30);
  }
}

function accepts(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ port, host: "127.0.0.1" });
    socket.once("error", () => resolve(false));
    socket.once("connect", () => {
      socket.destroy();
      resolve(true);
    });
  });
}

function lastWords(log: string): string {
  if (!existsSync(log)) return "none";
  const lines = readFileSync(log, "utf8").trim().split("\n");
  const worst = lines.filter((line) => /"s":"[EF]"/.test(line)).at(-1);
  return (worst ?? lines.at(-1) ?? "none").slice(0, 500);
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once("error", reject);
    server.listen(0, "127.0.0.1", () => {
      const { port } = server.address() as { port: number };
      server.close(() => resolve(port));
    });
  });
}
