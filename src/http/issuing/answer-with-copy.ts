// SPDX-License-Identifier: Apache-2.0

import type { Request, Response } from "express";
import { TallyError } from "../../core/errors.js";
import type { CopySummary } from "../../domain/copies/index.js";
import type { HttpDependencies } from "../dependencies.js";
import { type Attempt, answerOnce } from "./answer-once.js";

/** Making one copy that was asked for, and looking for it. */
export interface CopyMaking {
  readonly make: (number?: string) => Promise<CopySummary>;
  /** Rejects with `copy.not-found`. */
  readonly find: (number: string) => Promise<CopySummary>;
}

/** Answers a request for a copy, once for each Idempotency-Key. `bytes`: its body; `locationOf`: where what was made is found. */
export function answerWithCopy(
  req: Request,
  res: Response,
  { idempotency, copies }: Pick<HttpDependencies, "idempotency" | "copies">,
  { bytes, locationOf, ...making }: CopyMaking & { readonly bytes: Uint8Array; locationOf(copy: CopySummary): string },
): Promise<void> {
  return answerOnce(
    req,
    res,
    idempotency,
    bytes,
    () => copies.newNumber(),
    async (attempt) => ({ status: 201, body: await copyUnderPlan(making, attempt) }),
    async (stored) => ({ body: stored as CopySummary, location: locationOf(stored as CopySummary) }),
  );
}

/**
 * Makes a copy under the number that was planned for it, which is written down with the Idempotency-Key first: what an earlier attempt made and could
 * not answer any more is found instead of made a second time.
 */
export async function copyUnderPlan(
  { make, find }: CopyMaking,
  { plan, mayHaveHappened }: Attempt,
): Promise<CopySummary> {
  const before = mayHaveHappened && plan !== null ? await madeUnder(plan, find) : null;
  return before ?? make(plan ?? undefined);
}

/** Null when the earlier attempt came to nothing. */
async function madeUnder(number: string, find: CopyMaking["find"]): Promise<CopySummary | null> {
  try {
    return await find(number);
  } catch (error) {
    if (error instanceof TallyError && error.code === "copy.not-found") return null;
    throw error;
  }
}
