// SPDX-License-Identifier: Apache-2.0
import { mkdirSync } from "node:fs";
import { AccountFiles, readOrMakePassphrase } from "../../../src/adapters/keys/index.js";
import { dataDirectory } from "../../../src/main/data-directory.js";
import { runCommand } from "../../../src/main/run-command.js";
import type { Outcome } from "../region.js";
import { PLAIN_ENVIRONMENT } from "../service-process.js";

/** A data directory of its own, as if on a machine of its own, used from the command line. */
export interface Office {
  readonly root: string;
  readonly addresses: Readonly<Record<string, string>>;
  tally(...argv: string[]): Promise<Outcome>;
  /** For commands that must succeed. */
  done(...argv: string[]): Promise<readonly string[]>;
}

/** The accounts are made beforehand with a cheap key derivation, which their files remember. */
export async function openOffice(
  root: string,
  labels: readonly string[],
  settings: Readonly<Record<string, string>> = {},
): Promise<Office> {
  mkdirSync(root, { recursive: true });
  const directory = dataDirectory(root);
  const { passphrase } = await readOrMakePassphrase(directory.passphrase);
  const accounts = new AccountFiles({ directory: directory.keys, passphrase, scryptN: 2 ** 10 });
  const addresses: Record<string, string> = {};
  for (const label of labels) addresses[label] = (await accounts.create(label)).address;

  const tally = async (...argv: string[]): Promise<Outcome> => {
    let out = "";
    let said = "";
    const code = await runCommand(argv, {
      environment: { ...PLAIN_ENVIRONMENT, TALLY_DATA: root, TALLY_LOG: "warn", ...settings },
      stdout: { write: (text) => (out += text) },
      stderr: { write: (text) => (said += text) },
    });
    return { code, out: out.split("\n").filter((line) => line !== ""), said };
  };
  return {
    root,
    addresses,
    tally,
    async done(...argv) {
      const { code, out, said } = await tally(...argv);
      if (code !== 0) throw new Error(`tally ${argv.join(" ")} ended with ${code}: ${said}`);
      return out;
    },
  };
}
