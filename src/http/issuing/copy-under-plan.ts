// SPDX-License-Identifier: Apache-2.0
import { TallyError } from "../../core/errors.js";
import type { Actor } from "../../domain/audit/index.js";
import type { Copies, CopySummary } from "../../domain/copies/index.js";
import type { Attempt } from "./answer-once.js";

/**
 * Makes a copy under the number that was planned for it, which is written down with the Idempotency-Key first: what an earlier attempt made and could
 * not answer any more is found instead of made a second time.
 */
export async function copyUnderPlan(
  copies: Pick<Copies, "make" | "find">,
  actor: Actor,
  { identifier, request }: { readonly identifier: string; readonly request: object },
  { plan, mayHaveHappened }: Attempt,
): Promise<CopySummary> {
  const before = mayHaveHappened && plan !== null ? await madeUnder(copies, actor, identifier, plan) : null;
  return before ?? copies.make(actor, identifier, request, plan ?? undefined);
}

/** Null when the earlier attempt came to nothing. */
async function madeUnder(
  copies: Pick<Copies, "find">,
  actor: Actor,
  identifier: string,
  number: string,
): Promise<CopySummary | null> {
  try {
    return await copies.find(actor, identifier, number);
  } catch (error) {
    if (error instanceof TallyError && error.code === "copy.not-found") return null;
    throw error;
  }
}
