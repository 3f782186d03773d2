// SPDX-License-Identifier: Apache-2.0
import { fstatSync } from "node:fs";

const POLL_MS = 500;

/**
 * Calls `gone` once when the parent has ended, however it died. Three signs, because none covers every way to be started:
 * the pipe on stdin ends, the IPC channel closes, or the kernel has given this process another parent.
 */
export function watchParent(gone: () => void): void {
  let told = false;
  const once = (): void => {
    if (told) return;
    told = true;
    gone();
  };
  if (stdinIsPipe()) process.stdin.once("end", once).once("error", once).once("close", once).resume();
  if (process.connected) process.once("disconnect", once);
  const parent = process.ppid;
  setInterval(() => {
    if (process.ppid !== parent) once();
  }, POLL_MS).unref();
}

function stdinIsPipe(): boolean {
  try {
    const stdin = fstatSync(0);
    return stdin.isFIFO() || stdin.isSocket();
  } catch {
    return false;
  }
}
