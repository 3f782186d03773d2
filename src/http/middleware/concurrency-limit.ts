// SPDX-License-Identifier: Apache-2.0
import type { RequestHandler } from "express";
import { TallyError } from "../../core/errors.js";

export interface ConcurrencyBounds {
  readonly active: number;
  readonly queued: number;
  readonly waitMs: number;
}

/**
 * Lets `active` requests through at once; `queued` more wait in order of arrival, each at most `waitMs`. What is beyond is
 * refused at once with 503, so that a crowd costs no memory. A place is given back when the response closes, however it ends.
 */
export function limitConcurrency({ active, queued, waitMs }: ConcurrencyBounds): RequestHandler {
  let running = 0;
  const waiting = new Set<() => void>();

  const leave = (): void => {
    running -= 1;
    const [first] = waiting;
    first?.();
  };

  return (_req, res, next) => {
    const enter = (): void => {
      running += 1;
      res.once("close", leave);
      next();
    };
    if (running < active) return enter();
    if (waiting.size >= queued) return next(busy());

    const quit = (): void => {
      clearTimeout(timer);
      waiting.delete(proceed);
      res.off("close", quit);
    };
    const proceed = (): void => {
      quit();
      enter();
    };
    const timer = setTimeout(() => {
      quit();
      next(busy());
    }, waitMs);
    res.once("close", quit);
    waiting.add(proceed);
  };
}

const busy = (): TallyError =>
  new TallyError("request.overloaded", "as many requests as the service takes are under way; try again shortly");
