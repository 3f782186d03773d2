// SPDX-License-Identifier: Apache-2.0
// A local MongoDB as a process of its own, which starts `mongod` and ends it when nobody holds it any more:
//   node dist/main/mongod/main.js --folder DIR --mongod PATH [--members N] [--standalone] [--small] [--ephemeral]
// Whoever uses it keeps a connection to the port in DIR/endpoint.json; a process that ends, however it ends, lets go.
import { mkdirSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type Server, type Socket } from "node:net";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { type ExclusiveLock, takeExclusiveLock } from "../../adapters/sqlite/exclusive-lock.js";
import { TallyError } from "../../core/errors.js";
import { ENDPOINT_FILE, IN_USE } from "./endpoint.js";
import { type LocalReplicaSet, startReplicaSet } from "./replica-set.js";

const FIRST_HOLDER_MS = 60_000;
/** A command lets go and takes hold again, and starting costs seconds. */
const GRACE_MS = 1_500;

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      folder: { type: "string" },
      mongod: { type: "string" },
      members: { type: "string", default: "1" },
      standalone: { type: "boolean", default: false },
      small: { type: "boolean", default: false },
      ephemeral: { type: "boolean", default: false },
    },
  });
  const { folder, mongod, members, standalone, small, ephemeral } = values;
  if (!folder || !mongod) throw new TallyError("config.invalid", "--folder and --mongod are needed");
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const lock = takeLock(folder);
  const options = { mongod, folder, members: Number(members), replicaSet: !standalone, small };
  const set = await startReplicaSet(options).catch((error: unknown) => {
    lock.release();
    if (ephemeral) rmSync(folder, { recursive: true, force: true });
    throw error;
  });
  const supervisor = new Supervisor(set, folder, ephemeral, lock);
  await supervisor.listen();
}

function takeLock(folder: string): ExclusiveLock {
  try {
    return takeExclusiveLock(join(folder, "supervisor.lock"), "in use");
  } catch {
    process.exit(IN_USE);
  }
}

class Supervisor {
  readonly #holders = new Set<Socket>();
  #server: Server | null = null;
  #isStopping = false;

  constructor(
    private readonly set: LocalReplicaSet,
    private readonly folder: string,
    private readonly ephemeral: boolean,
    private readonly lock: ExclusiveLock,
  ) {}

  async listen(): Promise<void> {
    const server = createServer((socket) => this.#hold(socket));
    this.#server = server;
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const { url, adminUrl, members } = this.set;
    const pids = members.map(({ child }) => child.pid);
    const { port: holdPort } = server.address() as { port: number };
    const file = join(this.folder, ENDPOINT_FILE);
    writeFileSync(`${file}.new`, `${JSON.stringify({ url, adminUrl, holdPort, pids })}\n`, { mode: 0o600 });
    renameSync(`${file}.new`, file);
    process.on("SIGTERM", () => void this.#stop()).on("SIGINT", () => void this.#stop());
    // Without one of three a set goes on; without its only one there is nothing to supervise.
    void Promise.all(members.map(({ exited }) => exited)).then(() => this.#stop());
    this.#stopUnlessHeldWithin(FIRST_HOLDER_MS);
    process.stdout.write("ready\n");
  }

  #hold(socket: Socket): void {
    socket.on("error", () => {});
    if (this.#isStopping) {
      socket.destroy();
      return;
    }
    this.#holders.add(socket);
    socket.write("held\n");
    socket.resume();
    socket.once("close", () => {
      this.#holders.delete(socket);
      if (this.#holders.size === 0) this.#stopUnlessHeldWithin(GRACE_MS);
    });
  }

  #stopUnlessHeldWithin(ms: number): void {
    setTimeout(() => {
      if (this.#holders.size === 0) void this.#stop();
    }, ms).unref();
  }

  async #stop(): Promise<void> {
    if (this.#isStopping) return;
    this.#isStopping = true;
    rmSync(join(this.folder, ENDPOINT_FILE), { force: true });
    this.#server?.close();
    await this.set.stop();
    for (const holder of this.#holders) holder.destroy();
    this.lock.release();
    if (this.ephemeral) rmSync(this.folder, { recursive: true, force: true });
    process.exit(0);
  }
}

main().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exit(1);
});
