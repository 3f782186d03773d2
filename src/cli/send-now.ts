// SPDX-License-Identifier: Apache-2.0
import { TallyError } from "../core/errors.js";
import { EXIT } from "./exit-codes.js";
import type { CommandContext, Tally } from "./tally.js";

/**
 * Waits until all that is recorded is on the chain; null, in words and with an exit code of its own, while the chain cannot be told. What was
 * recorded stays, and goes with the next that reaches the chain.
 */
export async function sendNow(tally: Tally, context: CommandContext): Promise<{ readonly anchored: number } | null> {
  try {
    return await tally.anchorPending();
  } catch (error) {
    if (!(error instanceof TallyError && error.code.startsWith("chain."))) throw error;
    context.say(
      `recorded here, and not on the chain yet: ${error.message}. Nothing need be repeated: a running service sends it, or the next command that reaches the chain`,
    );
    context.exitWith(EXIT.waiting);
    return null;
  }
}
