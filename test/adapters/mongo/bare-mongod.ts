// SPDX-License-Identifier: Apache-2.0
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { MongoClient } from "mongodb";
import { findMongod } from "../../../src/main/mongod/find-mongod.js";
import { skip } from "../../skip.js";

const READY_MS = 60_000;

/** Servers as somebody starts them who sets them up by hand: nothing is initiated, and nobody has made users. */
export class BareMongods {
  readonly folder = mkdtempSync(join(tmpdir(), "tally-bare-"));
  /** By port. */
  readonly #running = new Map<number, ChildProcess>();
  readonly #end = (): void => {
    for (const child of this.#running.values()) child.kill("SIGKILL");
  };

  private constructor(private readonly program: string) {
    // Whatever ends the tests ends what they started.
    process.once("exit", this.#end);
  }

  /** Skips the suite by name where there is no mongod. */
  static async find(context: Mocha.Context): Promise<BareMongods> {
    context.timeout(300_000);
    const found = await findMongod({ environment: process.env });
    if (found.path !== null) return new BareMongods(found.path);
    return skip(context, found.why);
  }

  /** Starts one on a free port and waits until it answers. Gives the port. */
  async start(args: (at: { readonly port: number; readonly data: string }) => readonly string[]): Promise<number> {
    const port = await freePort();
    const data = join(this.folder, `data-${port}`);
    mkdirSync(data, { mode: 0o700 });
    const child = spawn(this.program, args({ port, data }), { stdio: "ignore" });
    this.#running.set(port, child);
    for (const deadline = Date.now() + READY_MS; !(await answers(port)); await pause(50))
      if (child.exitCode !== null || Date.now() > deadline) throw new Error(`mongod ended with ${child.exitCode}`);
    return port;
  }

  /** As a machine that is lost. */
  async lose(port: number): Promise<void> {
    const child = this.#running.get(port)!;
    child.kill("SIGKILL");
    await (child.exitCode ?? child.signalCode ?? once(child, "exit"));
  }

  async remove(): Promise<void> {
    process.off("exit", this.#end);
    await Promise.all([...this.#running.keys()].map((port) => this.lose(port)));
    rmSync(this.folder, { recursive: true, force: true, maxRetries: 5 });
  }
}

async function answers(port: number): Promise<boolean> {
  const options = { directConnection: true, serverSelectionTimeoutMS: 500 };
  const client = new MongoClient(`mongodb://127.0.0.1:${port}/`, options);
  try {
    await client.db("admin").command({ hello: 1 });
    return true;
  } catch {
    return false;
  } finally {
    await client.close();
  }
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as { port: number };
  server.close();
  await once(server, "close");
  return port;
}
