// SPDX-License-Identifier: Apache-2.0
import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { mkdir, open, stat } from "node:fs/promises";
import { dirname } from "node:path";
import { TallyError } from "../../core/errors.js";

export interface Copied {
  readonly size: number;
  /** Lower-case hex, of what was written. */
  readonly sha256: string;
}

/**
 * Copies a file, durably and readable by its owner alone, into a new file. With `wholeLines` up to the last line break: for a
 * file that another process appends lines to. With `maxBytes` no more than one byte beyond them is read and copied: whoever
 * compares sizes sees that there were more.
 */
export async function copyFile(
  from: string,
  to: string,
  { wholeLines = false, maxBytes }: { readonly wholeLines?: boolean; readonly maxBytes?: number } = {},
): Promise<Copied> {
  const count = wholeLines ? await endOfLines(from) : maxBytes === undefined ? undefined : maxBytes + 1;
  await mkdir(dirname(to), { recursive: true, mode: 0o700 });
  const file = await open(to, "wx", 0o600);
  try {
    const copied = await eachChunk(from, count, (chunk) => file.writeFile(chunk));
    await file.sync();
    return copied;
  } finally {
    await file.close();
  }
}

/** Size and SHA-256 of a file, or of its first `maxBytes` bytes. */
export function digestOf(path: string, { maxBytes }: { readonly maxBytes?: number } = {}): Promise<Copied> {
  return eachChunk(path, maxBytes, () => {});
}

/** At most the first `count` bytes of a file. */
export async function firstBytes(path: string, count: number): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  await eachChunk(path, count, (chunk) => chunks.push(chunk));
  return Buffer.concat(chunks);
}

/** Size and SHA-256 of what was read: all of a file, or its first `count` bytes. */
async function eachChunk(
  path: string,
  count: number | undefined,
  use: (chunk: Uint8Array) => unknown,
): Promise<Copied> {
  const hash = createHash("sha256");
  let size = 0;
  // A pipe or a device in a backup has no end, and may keep its reader waiting for ever.
  if (count !== undefined && !(await stat(path)).isFile())
    throw new TallyError("request.invalid", `${path} is not a file`);
  if (count !== 0)
    for await (const chunk of createReadStream(path, count === undefined ? {} : { end: count - 1 })) {
      hash.update(chunk as Buffer);
      size += (chunk as Buffer).length;
      await use(chunk as Buffer);
    }
  return { size, sha256: hash.digest("hex") };
}

/** Length up to and with the last line break. A line is appended in one piece, so it is among the last bytes. */
async function endOfLines(path: string): Promise<number> {
  const file = await open(path, "r");
  try {
    const { size } = await file.stat();
    for (let tail = 65_536; ; tail *= 4) {
      const start = Math.max(0, size - tail);
      const bytes = Buffer.alloc(size - start);
      const { bytesRead } = await file.read(bytes, 0, bytes.length, start);
      const last = bytes.subarray(0, bytesRead).lastIndexOf(0x0a);
      if (last >= 0) return start + last + 1;
      if (start === 0) return 0;
    }
  } finally {
    await file.close();
  }
}
