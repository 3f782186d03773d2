// SPDX-License-Identifier: Apache-2.0
import { readdirSync, readFileSync } from "node:fs";

const ROOT = new URL("../vectors/", import.meta.url);

export function readVector(path: string): Uint8Array {
  return new Uint8Array(readFileSync(new URL(path, ROOT)));
}

export function vectorText(path: string): string {
  return readFileSync(new URL(path, ROOT), "utf8");
}

// biome-ignore lint/suspicious/noExplicitAny: each file of vectors has its own form.
export function vectorJson(path: string): any {
  return JSON.parse(vectorText(path));
}

/** Names of the files in a folder of vectors; an empty folder is an error, since then nothing would be tested. */
export function vectorNames(folder: string): readonly string[] {
  const names = readdirSync(new URL(`${folder}/`, ROOT)).sort();
  if (names.length === 0) throw new Error(`no vectors in ${folder}`);
  return names;
}
