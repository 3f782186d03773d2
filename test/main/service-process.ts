// SPDX-License-Identifier: Apache-2.0
import { execFile, spawn } from "node:child_process";
import { cpSync, mkdtempSync, rmSync } from "node:fs";
import type { Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Readable } from "node:stream";
import { setTimeout as pause } from "node:timers/promises";
import { fileURLToPath } from "node:url";

/** What `npm test` has built. */
export const TALLY = fileURLToPath(new URL("../../dist/main/tally.js", import.meta.url));

/**
 * Nothing of this machine's own settings reaches a process under test. Its key files open quickly; that others are costly
 * test/main/key-files.test.ts shows. It verifies on one thread, which is enough for one client.
 */
export const PLAIN_ENVIRONMENT: Readonly<Record<string, string | undefined>> = {
  ...Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith("TALLY_"))),
  TALLY_KEY_FILE_COST: "10",
  TALLY_VERIFY_THREADS: "1",
};

export interface Ready {
  readonly url: string;
  readonly region: string;
  readonly chainId: number;
  readonly registry: string;
  readonly chain: string;
  /** With TALLY_MONITOR_PORT. */
  readonly monitor?: string;
}

export interface ServiceProcess {
  readonly ready: Ready;
  readonly pid: number;
  /** What it has said so far. */
  stderr(): string;
  readonly exited: Promise<{ code: number | null; signal: string | null }>;
  /** Like Ctrl-C in a terminal: to every process of the group. */
  interrupt(): Promise<{ code: number | null; signal: string | null }>;
  kill(): Promise<void>;
  /** From now on the service keeps this process from ending no longer. */
  letGo(): void;
  /** Ends every process of the group at once, also while this process ends. */
  killNow(): void;
}

const GENEROUS_MS = 120_000;

/** Starts `tally serve` with free ports, in a process group of its own as a terminal does, and waits until it is ready. */
export function startService(data: string, ...options: string[]): Promise<ServiceProcess> {
  return startServiceWith({}, data, ...options);
}

/** The same with further settings. */
export function startServiceWith(
  settings: Readonly<Record<string, string>>,
  data: string,
  ...options: string[]
): Promise<ServiceProcess> {
  return startLasting({ TALLY_DATA: data, ...settings }, "serve", ...options);
}

/** Starts a `tally` command that says when it is ready and then lasts. */
export async function startLasting(
  settings: Readonly<Record<string, string>>,
  ...argv: string[]
): Promise<ServiceProcess> {
  const environment = { ...PLAIN_ENVIRONMENT, TALLY_PORT: "0", TALLY_LOG: "warn", ...settings };
  const child = spawn(process.execPath, [TALLY, ...argv], {
    env: environment,
    detached: true,
    stdio: ["ignore", "pipe", "pipe"],
  });
  let out = "";
  let err = "";
  child.stdout.on("data", (chunk) => (out += chunk));
  child.stderr.on("data", (chunk) => (err += chunk));
  const exited = new Promise<{ code: number | null; signal: string | null }>((resolve) =>
    child.once("close", (code, signal) => resolve({ code, signal })),
  );
  let ended = false;
  void exited.then(() => (ended = true));
  await until(() => out.includes("\n") || ended, GENEROUS_MS);
  if (!out.includes("\n")) {
    child.kill("SIGKILL");
    throw new Error(`tally ${argv.join(" ")} did not start:\n${err}`);
  }
  return {
    ready: JSON.parse(out.slice(0, out.indexOf("\n"))) as Ready,
    pid: child.pid!,
    stderr: () => err,
    exited,
    interrupt: () => {
      if (!ended) process.kill(-child.pid!, "SIGINT");
      return exited;
    },
    kill: async () => {
      child.kill("SIGKILL");
      await exited;
    },
    letGo: () => {
      child.unref();
      for (const pipe of [child.stdout, child.stderr]) (pipe as Socket).unref();
    },
    killNow: () => {
      if (!ended) process.kill(-child.pid!, "SIGKILL");
    },
  };
}

export interface Ran {
  readonly code: number;
  readonly out: string;
  readonly said: string;
}

/** Runs a program to its end. */
export function run(file: string, argv: readonly string[], { cwd, env }: { cwd?: string; env: NodeJS.ProcessEnv }) {
  return new Promise<Ran>((resolve) => {
    execFile(file, argv, { cwd, env, timeout: GENEROUS_MS, maxBuffer: 2 ** 26 }, (error, out, said) => {
      resolve({ code: error === null ? 0 : typeof error.code === "number" ? error.code : -1, out, said });
    });
  });
}

/** Runs a `tally` command on a data directory, beside whatever service runs there, and without what the start of a process costs. */
export function tally(data: string, ...argv: string[]): Promise<Ran> {
  return tallyWith({ TALLY_DATA: data }, ...argv);
}

/** The same with further settings. */
export async function tallyWith(settings: Readonly<Record<string, string>>, ...argv: string[]): Promise<Ran> {
  const { runCommand } = await import("../../src/main/run-command.js");
  let out = "";
  let said = "";
  const code = await runCommand(argv, {
    environment: { ...PLAIN_ENVIRONMENT, TALLY_PORT: "0", ...settings },
    stdin: Readable.from([]),
    stdout: { write: (text) => (out += text) },
    stderr: { write: (text) => (said += text) },
  });
  return { code, out, said };
}

/** Between two looks that cost as much as a command of its own. */
export const UNHURRIED_MS = 300;

/** Polls until `holds`; throws when it does not in time. */
export async function until(
  holds: () => boolean | Promise<boolean>,
  timeoutMs: number,
  everyMs: number = 50,
): Promise<void> {
  const deadline = Date.now() + timeoutMs;
  while (!(await holds())) {
    if (Date.now() > deadline) throw new Error(`not so after ${timeoutMs} ms`);
    await pause(everyMs);
  }
}

export async function answers(url: string): Promise<boolean> {
  try {
    await (await fetch(url, { signal: AbortSignal.timeout(5_000) })).arrayBuffer();
    return true;
  } catch {
    return false;
  }
}

export async function rpc<T>(url: string, method: string, ...params: unknown[]): Promise<T> {
  const response = await fetch(url, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ jsonrpc: "2.0", id: 1, method, params }),
  });
  return ((await response.json()) as { result: T }).result;
}

/** Every block of a chain, from its first one. */
export async function blocksOf(url: string): Promise<unknown[]> {
  const last = Number(await rpc<string>(url, "eth_blockNumber"));
  const numbers = Array.from({ length: last + 1 }, (_, number) => `0x${number.toString(16)}`);
  return Promise.all(numbers.map((number) => rpc(url, "eth_getBlockByNumber", number, true)));
}

/** A folder for one file of tests. */
export function workspace() {
  const root = mkdtempSync(join(tmpdir(), "tally-test-"));
  let copies = 0;
  return {
    path: (name: string) => join(root, name),
    copyOf: (directory: string) => {
      copies += 1;
      const copy = join(root, `copy-${copies}`);
      cpSync(directory, copy, { recursive: true });
      return copy;
    },
    remove: () => rmSync(root, { recursive: true, force: true, maxRetries: 5 }),
  };
}
