// SPDX-License-Identifier: Apache-2.0
import { expect } from "chai";
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

/** A row of a failure table: one call of a pass, and what each fault at it leaves behind. */
export interface FaultRow<Left> {
  readonly call: string;
  /** Which call of this name within the pass; the first where it is not said. */
  readonly nth?: number;
  readonly left: Readonly<Record<FaultName, Left>>;
}

/** For a call after which nobody can tell whether it took effect. */
export function same<Left>(left: Left): FaultRow<Left>["left"] {
  return between(left, left);
}

/** For a call that changes something. */
export function between<Left>(before: Left, after: Left): FaultRow<Left>["left"] {
  return {
    "killed before it took effect": before,
    "killed after it took effect": after,
    "failed without effect": before,
    "reply lost": after,
  };
}

/** Fails unless the table has a row for every call, in order, and each row every fault. */
export function expectWholeTable(table: readonly FaultRow<unknown>[], calls: readonly string[]): void {
  expect(calls).to.deep.equal(table.map(({ call }) => call));
  for (const { left } of table) expect(Object.keys(left)).to.have.members(FAULT_NAMES);
}

/** Every row of a table with every fault. */
export function eachFault<Row extends FaultRow<unknown>>(
  table: readonly Row[],
): readonly (readonly [Row, FaultName])[] {
  return table.flatMap((row) => FAULT_NAMES.map((fault) => [row, fault] as const));
}

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

  /** The same with a row of a failure table; `code` is what the port says when it fails. */
  armRow({ call, nth }: FaultRow<unknown>, fault: FaultName, code: ErrorCode): void {
    this.arm(call, FAULTS[fault].time, FAULTS[fault].error(code), nth);
  }

  /** Fails unless the armed fault struck. */
  expectStruck(): void {
    expect(this.struck, "the fault never struck").to.equal(true);
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
