// SPDX-License-Identifier: Apache-2.0
// The embedded chain as a process of its own:
//   node dist/main/chain/main.js --data DIR [--port N] [--host ADDRESS] [--chain-id N] [--detached]
// It prints one line of JSON on stdout when it answers, and ends with its parent unless it is detached.
import { parseArgs } from "node:util";
import { TallyError } from "../../core/errors.js";
import { EmbeddedChain } from "./embedded-chain.js";
import { watchParent } from "./parent-watch.js";
import { RpcServer } from "./rpc-server.js";

export const DEFAULT_CHAIN_ID = 20260;

/** Exit codes of sysexits.h, so that a supervisor can tell a wrong command line from a broken journal. */
const USAGE = 64;
const DATA_ERROR = 65;
const IO_ERROR = 74;

async function main(): Promise<void> {
  const { directory, port, host, chainId, detached } = readArguments();
  const chain = await EmbeddedChain.open({
    directory,
    chainId,
    now: Date.now,
    warn: say,
    onFatal: (error) => {
      say(`the journal cannot be written: ${String(error)}`);
      process.exit(IO_ERROR);
    },
  });
  const server = await RpcServer.listen({
    port,
    host,
    answer: (method, params) => chain.request(method, params),
  }).catch((error) => {
    throw error.code === "EADDRINUSE" ? portInUse(host, port) : error;
  });
  let stopping = false;
  const stop = (): void => {
    if (stopping) return;
    stopping = true;
    void Promise.all([server.close(), chain.close()]).then(() => process.exit(0));
  };
  process.on("SIGTERM", stop).on("SIGINT", stop);
  if (!detached) watchParent(stop);
  const { number, hash } = chain.head;
  process.stdout.write(`${JSON.stringify({ ready: true, url: server.url, chainId, block: number, hash })}\n`);
}

function readArguments(): { directory: string; port: number; host: string; chainId: number; detached: boolean } {
  const { values } = parseArgs({
    options: {
      data: { type: "string" },
      port: { type: "string", default: "0" },
      host: { type: "string", default: "127.0.0.1" },
      "chain-id": { type: "string", default: String(DEFAULT_CHAIN_ID) },
      detached: { type: "boolean", default: false },
    },
  });
  if (!values.data) throw new TallyError("config.invalid", "--data DIRECTORY is missing", { field: "data" });
  return {
    directory: values.data,
    port: readNumber("port", values.port, 0, 65535),
    host: values.host,
    chainId: readNumber("chain-id", values["chain-id"], 1, 2 ** 32),
    detached: values.detached,
  };
}

function portInUse(host: string, port: number): Error {
  return new Error(`${host}:${port} is in use; set TALLY_CHAIN_PORT to another port (0 picks a free one)`);
}

function readNumber(field: string, text: string, low: number, high: number): number {
  const value = Number(text);
  if (/^\d+$/.test(text) && value >= low && value <= high) return value;
  throw new TallyError("config.invalid", `--${field} is ${text}, it must be a whole number from ${low} to ${high}`, {
    field,
  });
}

function say(message: string): void {
  process.stderr.write(`chain: ${message}\n`);
}

function exitCodeOf(error: unknown): number {
  if (error instanceof TallyError) return error.code === "config.invalid" ? USAGE : DATA_ERROR;
  return (error as { code?: string }).code?.startsWith("ERR_PARSE_ARGS") ? USAGE : IO_ERROR;
}

main().catch((error: unknown) => {
  const code = error instanceof TallyError ? `${error.code}: ` : "";
  say(`${code}${error instanceof Error ? error.message : String(error)}`);
  process.exit(exitCodeOf(error));
});
