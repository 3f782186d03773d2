// SPDX-License-Identifier: Apache-2.0
import { readFileSync } from "node:fs";
import { setTimeout as pause } from "node:timers/promises";

/** A process id is reused in time; only a process that works on our directory is ours. */
export function isProcessOf(pid: number, data: string): boolean {
  return pid > 1 && fileOf(pid, "cmdline").includes(data);
}

export function parentOf(pid: number): number | null {
  const parent = /^PPid:\s*(\d+)$/m.exec(fileOf(pid, "status"))?.[1];
  return parent === undefined ? null : Number(parent);
}

/** With signal 9, where they are ours and still there. */
export function killOurs(pids: readonly number[], data: string): void {
  for (const pid of pids) {
    try {
      if (isProcessOf(pid, data)) process.kill(pid, "SIGKILL");
    } catch {
      // Gone in between.
    }
  }
}

/** A process that was killed stays for as long as the kernel works for it: a while on a busy disk, but not for ever. */
const GONE_AFTER_MS = 60_000;

/** Kills them and waits until they are gone. */
export async function endAndWait(pids: readonly number[], data: string): Promise<void> {
  killOurs(pids, data);
  const deadline = Date.now() + GONE_AFTER_MS;
  for (let left = pids; left.length > 0; left = left.filter((pid) => isProcessOf(pid, data))) {
    if (Date.now() > deadline) throw new Error(`processes ${left.join(", ")} live on, though they were killed`);
    await pause(20);
  }
}

/** Empty when there is no such process. */
function fileOf(pid: number, name: "cmdline" | "status"): string {
  try {
    return readFileSync(`/proc/${pid}/${name}`, "utf8");
  } catch {
    return "";
  }
}
