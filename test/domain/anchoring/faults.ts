// SPDX-License-Identifier: Apache-2.0
import { type ErrorCode, TallyError } from "../../../src/core/errors.js";

/** Thrown in place of a kill. The process that meets it is dead: none of its later calls arrives. */
export class Killed extends Error {
  constructor() {
    super("killed");
  }
}

export type FaultTime = "before" | "after";

export interface Fault {
  /** Whether what was called takes effect first. */
  readonly time: FaultTime;
  /** `code`: what the port says when it fails. */
  readonly error: (code: ErrorCode) => Error;
}

/** What can happen to a process at one of its calls. */
export const FAULTS = {
  "killed before it took effect": { time: "before", error: () => new Killed() },
  "killed after it took effect": { time: "after", error: () => new Killed() },
  "failed without effect": { time: "before", error: (code) => new TallyError(code, "refused") },
  "reply lost": { time: "after", error: (code) => new TallyError(code, "timed out") },
} satisfies Readonly<Record<string, Fault>>;

export type FaultName = keyof typeof FAULTS;

export const FAULT_NAMES = Object.keys(FAULTS) as readonly FaultName[];

/** Told of every call of a process, before it takes effect and after it has. */
export type OnCall = (method: string, time: FaultTime) => void;

/** One process, whose calls to its ports can be made to fail. */
export class FaultyProcess {
  /** What it has called so far, in order. */
  readonly calls: string[] = [];
  private armed: { method: string; nth: number; time: FaultTime; error: Error } | null = null;
  private dead = false;
  /** Whether the armed fault struck. */
  struck = false;

  constructor(private readonly onCall: OnCall = () => {}) {}

  /** Makes the `nth` call of `method` from now on fail with `error`, before it takes effect or after it has. */
  arm(method: string, time: FaultTime, error: Error, nth = 1): void {
    this.armed = { method, nth, time, error };
  }

  /** The port as this process sees it. All its methods must be asynchronous. */
  sees<T extends object>(target: T): T {
    return new Proxy(target, {
      get: (object, name: string) => {
        const method = Reflect.get(object, name) as unknown;
        if (typeof method !== "function") return method;
        return async (...values: unknown[]) => {
          this.calls.push(name);
          this.meet(name, "before");
          const result = await (method as (...values: unknown[]) => unknown).apply(object, values);
          this.meet(name, "after");
          return result;
        };
      },
    });
  }

  /** For what is not a port: fails here when armed for this place. */
  meet(method: string, time: FaultTime): void {
    if (this.dead) throw new Killed();
    this.onCall(method, time);
    if (this.armed?.method !== method) return;
    if (time === "before") this.armed.nth -= 1;
    if (this.armed.nth > 0 || this.armed.time !== time) return;
    const { error } = this.armed;
    this.armed = null;
    this.struck = true;
    this.dead = error instanceof Killed;
    throw error;
  }
}
