// SPDX-License-Identifier: Apache-2.0
import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { mkdir, open } from "node:fs/promises";
import { dirname } from "node:path";

export interface Copied {
  readonly size: number;
  /** Lower-case hex, of what was written. */
  readonly sha256: string;
}

/**
 * Copies a file, durably and readable by its owner alone, into a new file. With `wholeLines` up to the last line break: for a
 * file that another process appends lines to.
 */
export async function copyFile(from: string, to: string, { wholeLines = false } = {}): Promise<Copied> {
  const end = wholeLines ? await endOfLines(from) : undefined;
  await mkdir(dirname(to), { recursive: true, mode: 0o700 });
  const file = await open(to, "wx", 0o600);
  try {
    const hash = createHash("sha256");
    let size = 0;
    if (end !== 0) {
      for await (const chunk of createReadStream(from, end === undefined ? {} : { end: end - 1 })) {
        hash.update(chunk as Buffer);
        size += (chunk as Buffer).length;
        await file.writeFile(chunk as Buffer);
      }
    }
    await file.sync();
    return { size, sha256: hash.digest("hex") };
  } finally {
    await file.close();
  }
}

/** Size and SHA-256 of a file. */
export async function digestOf(path: string): Promise<Copied> {
  const hash = createHash("sha256");
  let size = 0;
  for await (const chunk of createReadStream(path)) {
    hash.update(chunk as Buffer);
    size += (chunk as Buffer).length;
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
