// SPDX-License-Identifier: Apache-2.0
import { RegistryError } from "./registry.js";

/** Blocks that nodes with a limit on log queries let pass. */
const BLOCKS = 2_000;
/** A million blocks; a longer chain needs a node without the limit, or the registry's first block in the configuration. */
const MOST_PIECES = 500;
const AT_ONCE = 8;
/** Far more than the few that any question has; who sends that many is up to something. */
const MOST_LOGS = 256;

/**
 * Everything in the blocks from `first` to `last`: in one question, or in pieces when the node refuses that much. All or
 * nothing: a piece that is refused too refuses the whole, with `registry.unreachable`.
 */
export async function inRanges<T>(
  first: number,
  last: number,
  ask: (from: number, to: number) => Promise<readonly T[]>,
): Promise<readonly T[]> {
  try {
    return await ask(first, last);
  } catch (error) {
    const refused = error instanceof RegistryError && error.reason === "registry.unreachable";
    if (!refused || last - first < BLOCKS) throw error;
    // Counted before they are made: a node may say that its chain has any number of blocks.
    if (last - first < BLOCKS * MOST_PIECES) return inPieces(piecesOf(first, last), ask);
    const words = `a node sends no logs of ${last - first + 1} blocks at once, and in pieces that is too many questions`;
    throw new RegistryError("registry.unreachable", words, { cause: error });
  }
}

function piecesOf(first: number, last: number): readonly (readonly [from: number, to: number])[] {
  return Array.from({ length: Math.ceil((last - first + 1) / BLOCKS) }, (_, i) => {
    const from = first + i * BLOCKS;
    return [from, Math.min(last, from + BLOCKS - 1)];
  });
}

async function inPieces<T>(
  pieces: readonly (readonly [from: number, to: number])[],
  ask: (from: number, to: number) => Promise<readonly T[]>,
): Promise<readonly T[]> {
  const found: T[] = [];
  for (let i = 0; i < pieces.length; i += AT_ONCE) {
    const answers = await Promise.all(pieces.slice(i, i + AT_ONCE).map(([from, to]) => ask(from, to)));
    for (const answer of answers) found.push(...answer);
    if (found.length > MOST_LOGS)
      throw new RegistryError("registry.garbage", `a node sends more than ${MOST_LOGS} logs for one question`);
  }
  return found;
}
