// SPDX-License-Identifier: Apache-2.0
import { TallyError } from "../core/errors.js";

export interface TurnBounds {
  /** How many may work at once. */
  readonly active: number;
  /** How many more may wait; beyond it the answer is no, at once, so that a crowd costs no memory. */
  readonly queued: number;
  readonly waitMs: number;
}

interface Waiting {
  readonly who: string;
  readonly proceed: () => void;
}

/**
 * Gives out turns in order of arrival. Nobody gets more than three quarters of them at once, so that one caller who lets his
 * requests drag on does not keep everybody else out.
 */
export class Turns {
  readonly #active: number;
  readonly #share: number;
  readonly #queued: number;
  readonly #waitMs: number;
  readonly #working = new Map<string, number>();
  readonly #waiting = new Set<Waiting>();
  #running = 0;

  constructor({ active, queued, waitMs }: TurnBounds) {
    this.#active = active;
    this.#share = Math.ceil((active * 3) / 4);
    this.#queued = queued;
    this.#waitMs = waitMs;
  }

  /** Resolves to the function that ends the turn. Rejects with `request.overloaded`, or when `gone` fires first; it is asked for when there is a wait. */
  async take(who: string, gone: () => AbortSignal): Promise<() => void> {
    if (this.#hasRoom(who)) this.#enter(who);
    else await this.#wait(who, gone());
    let over = false;
    return () => {
      if (over) return;
      over = true;
      this.#leave(who);
    };
  }

  #hasRoom(who: string): boolean {
    return this.#running < this.#active && (this.#working.get(who) ?? 0) < this.#share;
  }

  #enter(who: string): void {
    this.#running += 1;
    this.#working.set(who, (this.#working.get(who) ?? 0) + 1);
  }

  #wait(who: string, gone: AbortSignal): Promise<void> {
    if (this.#waiting.size >= this.#queued) throw busy();
    return new Promise((resolve, reject) => {
      const settle = (end: () => void) => () => {
        clearTimeout(timer);
        gone.removeEventListener("abort", quit);
        this.#waiting.delete(waiting);
        end();
      };
      const waiting: Waiting = { who, proceed: settle(resolve) };
      const quit = settle(() => reject(busy()));
      const timer = setTimeout(quit, this.#waitMs);
      gone.addEventListener("abort", quit, { once: true });
      this.#waiting.add(waiting);
    });
  }

  #leave(who: string): void {
    this.#running -= 1;
    const left = (this.#working.get(who) ?? 1) - 1;
    if (left === 0) this.#working.delete(who);
    else this.#working.set(who, left);
    for (const waiting of this.#waiting) {
      if (!this.#hasRoom(waiting.who)) continue;
      // Counted here and not by whoever wakes up: until then another could take the same place.
      this.#enter(waiting.who);
      waiting.proceed();
      return;
    }
  }
}

const busy = (): TallyError =>
  new TallyError("request.overloaded", "as many requests as the service takes are under way; try again shortly");
