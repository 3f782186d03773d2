// SPDX-License-Identifier: Apache-2.0
import { Readable } from "node:stream";
import { readConfig } from "../../src/main/config.js";
import { dataDirectory } from "../../src/main/data-directory.js";
import { type Network, openNetwork } from "../../src/main/network.js";
import { runCommand } from "../../src/main/run-command.js";
import { PLAIN_ENVIRONMENT } from "./service-process.js";

export interface Outcome {
  readonly code: number;
  /** Lines of stdout. */
  readonly out: readonly string[];
  readonly said: string;
}

export interface RegionOnCommandLine {
  readonly network: Network;
  readonly directory: string;
  /** Runs `tally` in this process with the directory's settings. */
  tally(argv: readonly string[], more?: { stdin?: string; environment?: Record<string, string> }): Promise<Outcome>;
  /** The same, for commands that must succeed. */
  done(...argv: string[]): Promise<readonly string[]>;
  close(): Promise<void>;
}

/** A data directory without anything in it but a running chain, which all commands share. */
export async function emptyRegion(
  root: string,
  more: Readonly<Record<string, string>> = {},
): Promise<RegionOnCommandLine> {
  const directory = dataDirectory(root);
  const settings = { TALLY_DATA: root, TALLY_LOG: "warn", ...more };
  const network = await openNetwork({ config: readConfig({}, settings), directory, say: () => {}, whose: "own" });

  const tally: RegionOnCommandLine["tally"] = async (argv, { stdin = "", environment = {} } = {}) => {
    let out = "";
    let said = "";
    const code = await runCommand(argv, {
      environment: { ...PLAIN_ENVIRONMENT, ...settings, ...environment },
      stdin: Readable.from([Buffer.from(stdin)]),
      stdout: { write: (text) => (out += text) },
      stderr: { write: (text) => (said += text) },
    });
    return { code, out: out.split("\n").filter((line) => line !== ""), said };
  };
  return {
    network,
    directory: root,
    tally,
    async done(...argv) {
      const { code, out, said } = await tally(argv);
      if (code !== 0) throw new Error(`tally ${argv.join(" ")} ended with ${code}: ${said}`);
      return out;
    },
    close: () => network.close(),
  };
}
