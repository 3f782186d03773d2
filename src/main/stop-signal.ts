// SPDX-License-Identifier: Apache-2.0

export interface StopSignal {
  /** Resolves with `told to` when this process is asked to end. */
  readonly told: Promise<string>;
  /** Listens no longer: from now on a signal does what it does by default. */
  forget(): void;
}

export function stopSignal(): StopSignal {
  let hear = (): void => {};
  const told = new Promise<string>((resolve) => {
    hear = () => resolve("told to");
  });
  for (const signal of SIGNALS) process.once(signal, hear);
  return {
    told,
    forget: () => {
      for (const signal of SIGNALS) process.off(signal, hear);
    },
  };
}

const SIGNALS = ["SIGINT", "SIGTERM"] as const;
