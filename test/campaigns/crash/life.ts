// SPDX-License-Identifier: Apache-2.0
import { type ChildProcess, spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import { dataDirectory } from "../../../src/main/data-directory.js";
import { PLAIN_ENVIRONMENT, type Ready, TALLY } from "../../main/service-process.js";
import { killOurs } from "./processes.js";
import type { StoreUnderTest } from "./stores.js";

export type Settings = Readonly<Record<string, string>>;

/** Starts a `tally` command as a process of its own. */
export function startTally(settings: Settings, argv: readonly string[]): ChildProcess {
  const child = spawn(process.execPath, [TALLY, ...argv], {
    env: { ...PLAIN_ENVIRONMENT, ...settings },
    stdio: ["ignore", "pipe", "pipe"],
  });
  // Whatever ends the campaign ends what it started.
  const end = (): void => void child.kill("SIGKILL");
  process.once("exit", end);
  child.once("close", () => process.off("exit", end));
  return child;
}

/** What can die of a deployment. */
export type Part = "service" | "chain" | "store" | "supervisor of the store";

/** One life of the service, from its start to its end. */
export class Life {
  /** Rejects when it ends before it is ready. */
  readonly ready: Promise<Ready>;
  readonly ended: Promise<{ code: number | null; signal: string | null }>;
  readonly startedAt = Date.now();
  readonly #child: ChildProcess;
  readonly #data: string;
  #said = "";
  #hasEnded = false;

  constructor(settings: Settings, ...options: string[]) {
    this.#data = settings.TALLY_DATA!;
    this.#child = startTally({ TALLY_PORT: "0", TALLY_LOG: "warn", ...settings }, ["serve", ...options]);
    this.ended = new Promise((resolve) => {
      this.#child.once("close", (code, signal) => {
        this.#hasEnded = true;
        resolve({ code, signal });
      });
    });
    this.#child.stderr!.on("data", (chunk) => {
      this.#said = (this.#said + chunk).slice(-MOST_SAID);
    });
    let out = "";
    this.ready = new Promise((resolve, reject) => {
      this.#child.stdout!.on("data", (chunk) => {
        out += chunk;
        if (out.includes("\n")) resolve(JSON.parse(out.slice(0, out.indexOf("\n"))) as Ready);
      });
      void this.ended.then(() => reject(new Error(`the service ended before it was ready:\n${this.#said}`)));
    });
    this.ready.catch(() => {});
  }

  get over(): boolean {
    return this.#hasEnded;
  }

  /** The end of what it wrote on stderr. */
  get said(): string {
    return this.#said;
  }

  /** With signal 9, at once. A service whose chain or store dies ends by itself. */
  kill(parts: readonly Part[], store: StoreUnderTest): void {
    const [server, supervisor] = store.processes(this.#data);
    const pids = { chain: chainOf(this.#data), store: server, "supervisor of the store": supervisor };
    for (const part of parts) {
      if (part === "service") this.#child.kill("SIGKILL");
      else killOurs([pids[part] ?? 0], this.#data);
    }
  }

  stop(): void {
    this.#child.kill("SIGTERM");
  }
}

const MOST_SAID = 20_000;

/** The service writes down whom it started; before that there is no chain to be killed. */
function chainOf(data: string): number | undefined {
  try {
    return (JSON.parse(readFileSync(dataDirectory(data).chainEndpoint, "utf8")) as { pid: number }).pid;
  } catch {
    return undefined;
  }
}
