// SPDX-License-Identifier: Apache-2.0
import { type ChildProcess, spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import { dataDirectory } from "../../../src/main/data-directory.js";
import { PLAIN_ENVIRONMENT, type Ready, TALLY } from "../../main/service-process.js";

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

export type Victim = "service" | "chain" | "both";

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

  /** With signal 9, at once. A service whose chain dies ends by itself. */
  kill(victim: Victim): void {
    if (victim !== "service") killChainOf(this.#data);
    if (victim !== "chain") this.#child.kill("SIGKILL");
  }

  stop(): void {
    this.#child.kill("SIGTERM");
  }
}

const MOST_SAID = 20_000;

/** The service writes down whom it started; before that there is no chain to be killed. */
function killChainOf(data: string): void {
  try {
    const { pid } = JSON.parse(readFileSync(dataDirectory(data).chainEndpoint, "utf8")) as { pid: number };
    if (pid > 1 && commandOf(pid).includes(data)) process.kill(pid, "SIGKILL");
  } catch {
    // Not started yet, or gone already.
  }
}

/** A process id is reused in time; only a process that works on our directory is ours. */
function commandOf(pid: number): string {
  return readFileSync(`/proc/${pid}/cmdline`, "utf8");
}
