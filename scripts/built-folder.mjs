// SPDX-License-Identifier: Apache-2.0
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";

/**
 * Has `build` fill a new folder, which then takes the place of `folder`: built aside, so that neither a running service nor another build
 * ever sees half of it. Where `inputs` (files and folders below `root`) are what `folder` was made of, this costs their digest.
 */
export async function buildFolder(root, folder, inputs, build) {
  const target = join(root, folder);
  const stamp = join(dirname(target), `.${basename(target)}.stamp`);
  const digest = digestOf(root, inputs);
  if (existsSync(target) && existsSync(stamp) && readFileSync(stamp, "utf8") === digest) return;
  const fresh = join(dirname(target), `.${basename(target)}-${process.pid}`);
  try {
    await build(fresh);
    replace(target, fresh);
    writeFileSync(stamp, digest);
  } finally {
    rmSync(fresh, { recursive: true, force: true });
  }
}

/** Every file under `path`, sorted; `path` itself where it is one. */
export function filesUnder(path) {
  if (!existsSync(path)) return [];
  if (!statSync(path).isDirectory()) return [path];
  return readdirSync(path, { recursive: true })
    .map((entry) => join(path, entry))
    .filter((entry) => statSync(entry).isFile())
    .sort();
}

function replace(folder, fresh) {
  const old = `${fresh}-old`;
  mkdirSync(dirname(folder), { recursive: true });
  if (existsSync(folder)) renameSync(folder, old);
  renameSync(fresh, folder);
  rmSync(old, { recursive: true, force: true });
}

function digestOf(root, inputs) {
  const hash = createHash("sha256");
  for (const input of inputs) {
    for (const path of filesUnder(join(root, input)))
      hash.update(path).update("\0").update(readFileSync(path)).update("\0");
  }
  return hash.digest("hex");
}
