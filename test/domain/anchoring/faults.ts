// SPDX-License-Identifier: Apache-2.0

/** Thrown in place of a kill: the worker that meets it is abandoned. */
export class Killed extends Error {
  constructor(readonly where: string) {
    super(`killed ${where}`);
  }
}

export type FaultTime = "before" | "after";

export interface Faults<T extends object> {
  /** Hands every call on, except when armed. */
  readonly port: T;
  /** Makes the next call of `method` reject with `error` before it takes effect, or after it has. */
  arm(method: keyof T & string, time: FaultTime, error: Error): void;
  /** Whether the armed fault struck. */
  readonly struck: boolean;
}

/** Wraps a port so that one call of it can fail before or after taking effect: a kill, or a reply that was lost. */
export function withFaults<T extends object>(target: T): Faults<T> {
  let armed: { method: string; time: FaultTime; error: Error } | null = null;
  let struck = false;

  function strike(): never {
    const { error } = armed!;
    armed = null;
    struck = true;
    throw error;
  }

  const port = new Proxy(target, {
    get(object, name: string) {
      const method = Reflect.get(object, name) as unknown;
      if (typeof method !== "function") return method;
      return async (...values: unknown[]) => {
        if (armed?.method === name && armed.time === "before") strike();
        const result = await (method as (...values: unknown[]) => unknown).apply(object, values);
        if (armed?.method === name) strike();
        return result;
      };
    },
  });
  return {
    port,
    arm: (method, time, error) => {
      armed = { method, time, error };
    },
    get struck() {
      return struck;
    },
  };
}
