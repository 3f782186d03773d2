// SPDX-License-Identifier: Apache-2.0
import { STATUS_LIST_LENGTH } from "../../core/certificate-reader.js";
import { TallyError } from "../../core/errors.js";

/** Why the governor clears revocation bits, with the number that goes into the registry's event. */
export const ANNULMENT_REASONS = { "stolen-operator": 1, "operator-error": 2 } as const;
export type AnnulmentReason = keyof typeof ANNULMENT_REASONS;

export interface Annulment {
  readonly list: number;
  readonly masks: readonly { readonly word: number; readonly mask: bigint }[];
  /** Positions in the list. */
  readonly indices: readonly number[];
}

/** As many indices in one call; a transaction that clears as many words stays under 16 million gas. */
const MOST_INDICES = 256;

/** The words of each list that name exactly these status indices (list × 131072 + position), ordered. */
export function annulmentsOf(statusIndices: readonly number[]): readonly Annulment[] {
  if (statusIndices.length === 0 || statusIndices.length > MOST_INDICES)
    throw invalid(`takes 1 to ${MOST_INDICES} status indices, not ${statusIndices.length}`);
  const lists = new Map<number, Set<number>>();
  for (const index of statusIndices) {
    const list = Math.floor(index / STATUS_LIST_LENGTH);
    if (!Number.isSafeInteger(index) || index < 0 || list > 0xffff_ffff)
      throw invalid(`${index} is not a status index`);
    lists.set(list, (lists.get(list) ?? new Set()).add(index % STATUS_LIST_LENGTH));
  }
  return [...lists].sort(([one], [other]) => one - other).map(([list, positions]) => annulmentOf(list, positions));
}

function annulmentOf(list: number, positions: ReadonlySet<number>): Annulment {
  const indices = [...positions].sort((one, other) => one - other);
  const masks = new Map<number, bigint>();
  for (const position of indices) {
    const word = position >> 8;
    masks.set(word, (masks.get(word) ?? 0n) | (1n << BigInt(255 - (position & 255))));
  }
  return { list, indices, masks: [...masks].map(([word, mask]) => ({ word, mask })) };
}

function invalid(message: string): TallyError {
  return new TallyError("request.invalid", `statusIndices: ${message}`, { field: "statusIndices" });
}
