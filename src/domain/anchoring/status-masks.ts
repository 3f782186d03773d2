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

/** Names the bit that a change goes to: it is one of revocation or one of suspension, of one certificate. */
export function bitOf({
  statusIndex,
  action,
}: {
  readonly statusIndex: number;
  readonly action: StatusAction;
}): string {
  return `${statusIndex}/${action === "revoke" ? "revocation" : "suspension"}`;
}

/** Whether the word is as it should be when this is the last change of its bit. */
export function shows(
  { revoked, suspended }: StatusWordState,
  { statusIndex, action }: { readonly statusIndex: number; readonly action: StatusAction },
): boolean {
  const { bit } = placeOf(statusIndex);
  if (action === "revoke") return (revoked & bit) !== 0n;
  return ((suspended & bit) !== 0n) === (action === "suspend");
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
