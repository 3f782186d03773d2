// SPDX-License-Identifier: Apache-2.0
import type { AnchorChain, StatusWordState } from "./ports.js";

export interface StatusWordName {
  readonly list: number;
  readonly word: number;
}

/** What the chain shows of these words, in their order: one question for each list, however many its words. */
export async function wordStates(
  chain: AnchorChain,
  words: readonly StatusWordName[],
  confirmations: number,
): Promise<readonly StatusWordState[]> {
  const states = new Map<StatusWordName, StatusWordState>();
  for (const list of new Set(words.map((each) => each.list))) {
    const ofList = words.filter((each) => each.list === list);
    for (let from = 0; from < ofList.length; from += MOST_AT_ONCE) {
      const part = ofList.slice(from, from + MOST_AT_ONCE);
      const shown = await chain.statusWords(
        list,
        part.map(({ word }) => word),
        confirmations,
      );
      part.forEach((each, i) => void states.set(each, shown[i]!));
    }
  }
  return words.map((each) => states.get(each)!);
}

const MOST_AT_ONCE = 512;
