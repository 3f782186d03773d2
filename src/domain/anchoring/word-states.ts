// SPDX-License-Identifier: Apache-2.0
import type { AnchorChain, StatusWordState } from "./ports.js";

export interface StatusWordName {
  readonly list: number;
  readonly word: number;
}

/** What the chain shows of these words, in their order: one question for each list, however many its words and however often they are named. */
export async function wordStates(
  chain: AnchorChain,
  words: readonly StatusWordName[],
  confirmations: number,
): Promise<readonly StatusWordState[]> {
  const lists = new Map<number, Map<number, StatusWordState | null>>();
  for (const { list, word } of words) lists.set(list, (lists.get(list) ?? new Map()).set(word, null));
  for (const [list, states] of lists) {
    const ofList = [...states.keys()];
    for (let from = 0; from < ofList.length; from += MOST_AT_ONCE) {
      const part = ofList.slice(from, from + MOST_AT_ONCE);
      const shown = await chain.statusWords(list, part, confirmations);
      part.forEach((word, i) => void states.set(word, shown[i]!));
    }
  }
  return words.map(({ list, word }) => lists.get(list)!.get(word)!);
}

const MOST_AT_ONCE = 512;
