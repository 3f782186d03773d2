// SPDX-License-Identifier: Apache-2.0
import { existsSync } from "node:fs";
import { open, rm } from "node:fs/promises";
import { join } from "node:path";
import type { DataDirectory } from "../data-directory.js";

/**
 * Lies in a restored data directory until it was compared with the chain: what was anchored since the backup must be known
 * before anything is staged or watched, or it would be anchored twice and raise alarms.
 */
const markOf = ({ root }: DataDirectory): string => join(root, "restored.json");

export async function markRestored(
  directory: DataDirectory,
  content: { readonly restoredAt: string; readonly backupOf: string },
): Promise<void> {
  const file = await open(markOf(directory), "wx", 0o600);
  try {
    await file.writeFile(`${JSON.stringify({ format: "tigertally-restored", version: 1, ...content })}\n`);
    await file.sync();
  } finally {
    await file.close();
  }
}

export function isUnfinished(directory: DataDirectory): boolean {
  return existsSync(markOf(directory));
}

export async function removeMark(directory: DataDirectory): Promise<void> {
  await rm(markOf(directory), { force: true });
}
