// SPDX-License-Identifier: Apache-2.0
import { type ChildProcess, spawn } from "node:child_process";
import { createInterface } from "node:readline";
import { packageFile } from "../../adapters/package-folder/index.js";
import { inheritedEnvironment } from "../config.js";

/** The `tally` command of this build. */
const TALLY = packageFile("dist/main/tally.js");

export type Settings = Readonly<Record<string, string>>;

export interface RegionProcess {
  readonly url: string;
  readonly pid: number;
  /** Ends it at once, like a power cut. */
  kill(): Promise<void>;
  stop(): Promise<void>;
}

/** Starts `tally serve` for a region and waits until it is ready. */
export async function startRegion(settings: Settings): Promise<RegionProcess> {
  const child = spawn(process.execPath, [TALLY, "serve"], {
    env: environment(settings),
    stdio: ["ignore", "pipe", "pipe"],
  });
  const exited = new Promise<void>((resolve) => child.once("close", () => resolve()));
  const said: string[] = [];
  createInterface({ input: child.stderr! }).on("line", (line) => {
    said.push(line);
    if (said.length > 200) said.shift();
  });
  const url = await readyUrl(child, exited, said);
  const end = async (signal: NodeJS.Signals): Promise<void> => {
    child.kill(signal);
    await exited;
  };
  return { url, pid: child.pid ?? 0, kill: () => end("SIGKILL"), stop: () => end("SIGTERM") };
}

async function readyUrl(child: ChildProcess, exited: Promise<void>, said: readonly string[]): Promise<string> {
  const line = await Promise.race([
    new Promise<string>((resolve) => createInterface({ input: child.stdout! }).once("line", resolve)),
    exited.then(() => {
      throw new Error(`a region's service ended before it was ready:\n${said.join("\n")}`);
    }),
  ]);
  return (JSON.parse(line) as { url: string }).url;
}

export interface Finished {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs one `tally` command to its end. */
export async function tally(settings: Settings, args: readonly string[], input?: Uint8Array): Promise<Finished> {
  const child = spawn(process.execPath, [TALLY, ...args], {
    env: environment(settings),
    stdio: ["pipe", "pipe", "pipe"],
  });
  const stdout = collect(child.stdout!);
  const stderr = collect(child.stderr!);
  child.stdin!.on("error", () => {});
  child.stdin!.end(input);
  const code = await new Promise<number | null>((resolve) => child.once("close", resolve));
  return { code, stdout: await stdout, stderr: await stderr };
}

async function collect(stream: NodeJS.ReadableStream): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of stream) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString("utf8");
}

/** Nothing of the caller's own TALLY_ settings may reach the demo. */
function environment(settings: Settings): NodeJS.ProcessEnv {
  return { ...inheritedEnvironment(), ...settings };
}
