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

/** Kills them and waits until they are gone. */
export async function endAndWait(pids: readonly number[], data: string): Promise<void> {
  killOurs(pids, data);
  while (pids.some((pid) => isProcessOf(pid, data))) await pause(20);
}

/** Empty when there is no such process. */
function fileOf(pid: number, name: "cmdline" | "status"): string {
  try {
    return readFileSync(`/proc/${pid}/${name}`, "utf8");
  } catch {
    return "";
  }
}
