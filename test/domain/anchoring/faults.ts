// SPDX-License-Identifier: Apache-2.0

/** Thrown in place of a kill. The process that meets it is dead: none of its later calls arrives. */
export class Killed extends Error {
  constructor() {
    super("killed");
  }
}

export type FaultTime = "before" | "after";

/** One process, whose calls to its ports can be made to fail. */
export class FaultyProcess {
  private armed: { method: string; time: FaultTime; error: Error } | null = null;
  private dead = false;
  /** Whether the armed fault struck. */
  struck = false;

  /** Makes the next call of `method` on any port fail with `error`, before it takes effect or after it has. */
  arm(method: string, time: FaultTime, error: Error): void {
    this.armed = { method, time, error };
  }

  /** The port as this process sees it. All its methods must be asynchronous. */
  sees<T extends object>(target: T): T {
    return new Proxy(target, {
      get: (object, name: string) => {
        const method = Reflect.get(object, name) as unknown;
        if (typeof method !== "function") return method;
        return async (...values: unknown[]) => {
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
    if (this.armed?.method !== method || this.armed.time !== time) return;
    const { error } = this.armed;
    this.armed = null;
    this.struck = true;
    this.dead = error instanceof Killed;
    throw error;
  }
}
