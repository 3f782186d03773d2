// SPDX-License-Identifier: Apache-2.0
import { randomUUID } from "node:crypto";
import { mkdir, open, readFile, rename, rm, stat } from "node:fs/promises";
import { dirname } from "node:path";
import { TallyError } from "../../core/errors.js";

/** The bytes of a file; null when there is none. `store.failed` beyond `maxBytes`: nobody wrote that here. */
export async function readWhole(path: string, maxBytes: number): Promise<Uint8Array | null> {
  try {
    if ((await stat(path)).size <= maxBytes) return await readFile(path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return null;
    throw failed(path, error);
  }
  throw new TallyError("store.failed", `${path} is larger than ${maxBytes} bytes; remove it`);
}

/** Replaces a file so that a reader, also after a crash, finds the old bytes or the new ones; the new ones once it resolves. */
export async function writeWhole(path: string, bytes: Uint8Array): Promise<void> {
  const temporary = `${path}.${randomUUID()}.new`;
  try {
    await makeFolder(dirname(path));
    const file = await open(temporary, "wx", 0o600);
    try {
      await file.writeFile(bytes);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(temporary, path);
    await syncFolder(dirname(path));
  } catch (error) {
    await rm(temporary, { force: true }).catch(() => {});
    throw unwritable(path, dirname(path), error);
  }
}

async function syncFolder(path: string): Promise<void> {
  const folder = await open(path, "r");
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}

/** Nobody else's. */
export async function makeFolder(folder: string): Promise<void> {
  try {
    await mkdir(folder, { recursive: true, mode: 0o700 });
  } catch (error) {
    throw unwritable(folder, folder, error);
  }
}

export async function remove(path: string): Promise<void> {
  await rm(path, { force: true });
}

/** An api whose data directory is read-only learns it here, at its first bundle. */
function unwritable(path: string, folder: string, cause: unknown): TallyError {
  if (cause instanceof TallyError) return cause;
  return failed(path, cause, `: trust bundles are kept in ${folder}, so this process must be able to write there`);
}

function failed(path: string, cause: unknown, wayOut = ""): TallyError {
  const message = `${path}: ${cause instanceof Error ? cause.message : String(cause)}${wayOut}`;
  return new TallyError("store.failed", message, { cause });
}
