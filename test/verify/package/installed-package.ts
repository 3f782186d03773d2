// SPDX-License-Identifier: Apache-2.0
import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { packVerify } from "../../../scripts/pack-verify.mjs";

export interface InstalledPackage {
  /** An empty folder but for its package.json and what npm put into node_modules. */
  readonly folder: string;
  /** The package inside it. */
  readonly path: string;
  remove(): void;
}

/** Packs dist/ and installs the file into an empty folder, with an empty npm cache and no network. */
export async function installPackage(): Promise<InstalledPackage> {
  const base = mkdtempSync(join(tmpdir(), "tally-package-"));
  const folder = join(base, "consumer");
  mkdirSync(folder);
  writeFileSync(join(folder, "package.json"), '{ "name": "consumer", "private": true, "type": "module" }\n');
  const { path: file } = await packVerify(base);
  npm(
    folder,
    "install",
    "--offline",
    "--ignore-scripts",
    "--no-audit",
    "--no-fund",
    "--cache",
    join(base, "cache"),
    file,
  );
  return {
    folder,
    path: join(folder, "node_modules/@tigertally/verify"),
    remove: () => rmSync(base, { recursive: true, force: true }),
  };
}

function npm(cwd: string, ...args: readonly string[]): void {
  const { status, stderr } = spawnSync("npm", args, { cwd, encoding: "utf8" });
  if (status !== 0) throw new Error(`npm ${args[0]} ended with ${status}: ${stderr}`);
}
