// SPDX-License-Identifier: Apache-2.0
import type { StatusAction, StatusMasks, StatusWordState } from "./ports.js";

/** Certificates in a list, and in a word of it (architecture, section 6). */
export const LIST_SIZE = 131_072;
const WORD_SIZE = 256;

export interface StatusPlace {
  readonly list: number;
  readonly word: number;
  /** The single bit, as a mask on the word. */
  readonly bit: bigint;
}

/** Where a global status index lives: word i >> 8, bit 255 − (i & 255), so that words in order are a BitstringStatusList. */
export function placeOf(statusIndex: number): StatusPlace {
  const position = statusIndex % LIST_SIZE;
  return {
    list: Math.floor(statusIndex / LIST_SIZE),
    word: position >> 8,
    bit: 1n << BigInt(WORD_SIZE - 1 - (position & (WORD_SIZE - 1))),
  };
}

/** First and last global status index of a word. */
export function indexRangeOf(list: number, word: number): { readonly first: number; readonly last: number } {
  const first = list * LIST_SIZE + word * WORD_SIZE;
  return { first, last: first + WORD_SIZE - 1 };
}

/** The global status indices whose bits are set, ascending. */
export function indicesOf(list: number, word: number, bits: bigint): number[] {
  const { first, last } = indexRangeOf(list, word);
  const indices: number[] = [];
  for (let index = first; index <= last; index++) if ((bits & placeOf(index).bit) !== 0n) indices.push(index);
  return indices;
}

/**
 * What changes, applied in order, come to for each word. A revocation stays; of suspensions and releases the last holds, so
 * a suspension that was released before anything was sent leaves only the release.
 */
export function collapse(
  changes: readonly { readonly statusIndex: number; readonly action: StatusAction }[],
): StatusMasks[] {
  const words = new Map<string, StatusMasks>();
  for (const { statusIndex, action } of changes) {
    const { list, word, bit } = placeOf(statusIndex);
    const key = `${list}/${word}`;
    const masks = words.get(key) ?? { list, word, revoke: 0n, suspend: 0n, release: 0n };
    words.set(key, applied(masks, action, bit));
  }
  return [...words.values()];
}

/** The part of `wanted` that the word does not show yet; null when it shows all of it. */
export function stillMissing(wanted: StatusMasks, { revoked, suspended }: StatusWordState): StatusMasks | null {
  const revoke = wanted.revoke & ~revoked;
  const suspend = wanted.suspend & ~suspended;
  const release = wanted.release & suspended;
  if ((revoke | suspend | release) === 0n) return null;
  return { list: wanted.list, word: wanted.word, revoke, suspend, release };
}

function applied(masks: StatusMasks, action: StatusAction, bit: bigint): StatusMasks {
  switch (action) {
    case "revoke":
      return { ...masks, revoke: masks.revoke | bit };
    case "suspend":
      return { ...masks, suspend: masks.suspend | bit, release: masks.release & ~bit };
    case "release":
      return { ...masks, release: masks.release | bit, suspend: masks.suspend & ~bit };
  }
}
