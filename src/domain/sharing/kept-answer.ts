// SPDX-License-Identifier: Apache-2.0

export interface KeptAnswerOptions<T> {
  /** Asks again; `last` is the answer that is kept. */
  readonly ask: (last: T | null) => Promise<T>;
  /** Whether an answer may still be given when asking again has failed. */
  readonly isUsable: (last: KeptAnswer<T>) => boolean;
  /** How long an answer, or a failure to get one, stands. */
  readonly freshMs: number;
  readonly now: () => number;
}

export interface KeptAnswer<T> {
  readonly answer: T;
  /** When it was last asked for with success. */
  readonly checkedAt: number;
}

/**
 * Remembers the answer to a question that costs reads of the chain. However many want it, it is asked once at a time and not more
 * often than every `freshMs`; while asking fails, the last answer is given for as long as it may be.
 */
export function keptAnswer<T>({ ask, isUsable, freshMs, now }: KeptAnswerOptions<T>): () => Promise<KeptAnswer<T>> {
  let last: KeptAnswer<T> | null = null;
  let failure: unknown = null;
  let dueAt = Number.NEGATIVE_INFINITY;
  let asking: Promise<void> | null = null;

  const askAgain = async (): Promise<void> => {
    try {
      const answer = await ask(last?.answer ?? null);
      last = { answer, checkedAt: now() };
      failure = null;
    } catch (error) {
      failure = error;
    } finally {
      dueAt = now() + freshMs;
      asking = null;
    }
  };

  return async () => {
    if (now() >= dueAt) {
      asking ??= askAgain();
      await asking;
    }
    if (failure === null && last !== null) return last;
    if (last !== null && isUsable(last)) return last;
    throw failure;
  };
}
