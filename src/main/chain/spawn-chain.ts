// SPDX-License-Identifier: Apache-2.0
import { type ChildProcess, spawn } from "node:child_process";
import { createInterface } from "node:readline";
import { packageFile } from "../../adapters/package-folder/index.js";
import { TallyError } from "../../core/errors.js";

/** What `npm run build` has made of main.ts: a start from TypeScript costs many times as much. */
const PROGRAM = packageFile("dist/main/chain/main.js");

export interface SpawnChainOptions {
  readonly directory: string;
  readonly port?: number;
  /** Address that it listens on; 127.0.0.1 when absent. */
  readonly host?: string;
  readonly chainId?: number;
  /** Receives each line of the child's stderr. */
  readonly onMessage?: (line: string) => void;
  readonly timeoutMs?: number;
}

export interface RunningChain {
  readonly url: string;
  readonly chainId: number;
  readonly child: ChildProcess;
  /** Resolves when the process has ended, with its exit code (null when a signal ended it). */
  readonly exited: Promise<number | null>;
  /** Ends it and waits. */
  stop(): Promise<void>;
}

/**
 * Starts the embedded chain as a child and waits until it answers. The child holds our end of its stdin: when this process
 * is gone, however it died, the pipe ends and the child with it. Rejects with what the child said.
 */
export async function spawnChain(options: SpawnChainOptions): Promise<RunningChain> {
  const { directory, port = 0, host = "127.0.0.1", chainId, onMessage, timeoutMs = 60_000 } = options;
  const chainArguments = chainId === undefined ? [] : ["--chain-id", String(chainId)];
  const child = spawn(
    process.execPath,
    [PROGRAM, "--data", directory, "--port", String(port), "--host", host, ...chainArguments],
    // A group of its own: Ctrl-C reaches every process of the terminal's group, and the chain must outlast whoever still writes to it.
    { stdio: ["pipe", "pipe", "pipe"], detached: true },
  );
  child.stdin!.on("error", () => {});
  const exited = new Promise<number | null>((resolve) => child.once("close", resolve));
  const said: string[] = [];
  createInterface({ input: child.stderr! }).on("line", (line) => {
    if (said.length < 50) said.push(line);
    onMessage?.(line);
  });
  const ready = await readyLine(child, exited, said, timeoutMs);
  return {
    ...ready,
    child,
    exited,
    stop: async () => {
      child.kill("SIGTERM");
      await exited;
    },
  };
}

function readyLine(
  child: ChildProcess,
  exited: Promise<number | null>,
  said: readonly string[],
  timeoutMs: number,
): Promise<{ url: string; chainId: number }> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => {
      child.kill("SIGKILL");
      reject(new TallyError("chain.unreachable", `the embedded chain was not ready after ${timeoutMs} ms`));
    }, timeoutMs);
    createInterface({ input: child.stdout! }).once("line", (line) => {
      clearTimeout(timer);
      resolve(JSON.parse(line) as { url: string; chainId: number });
    });
    void exited.then((code) => {
      clearTimeout(timer);
      const text = said.join("\n").replace(/^chain: /, "");
      reject(new TallyError(errorCodeOf(text), `the embedded chain did not start (exit code ${code}): ${text}`));
    });
  });
}

function errorCodeOf(text: string): "chain.journal-corrupt" | "config.invalid" | "chain.unreachable" {
  if (text.startsWith("chain.journal-corrupt")) return "chain.journal-corrupt";
  if (text.startsWith("config.invalid")) return "config.invalid";
  return "chain.unreachable";
}
