// SPDX-License-Identifier: Apache-2.0

/** Sizes in points of what a page says, by the kind of its paper. */
export interface TypeSizes {
  /** From full size down to the smallest that is printed. */
  readonly values: readonly [number, ...number[]];
  /** Of values that continue on further pages, and of table entries, from full size down. */
  readonly text: readonly [number, ...number[]];
  readonly zh: number;
  readonly en: number;
  /** Air around the text of a line. */
  readonly minPadding: number;
  readonly maxPadding: number;
  readonly maxLabelWidth: number;
  readonly labelGap: number;
  readonly columnGap: number;
  /** Identifiers and page numbers. */
  readonly small: number;
  readonly minValueWidth: number;
}

/** Down to 六号 (7.5 points), the smallest that an official page prints. */
export const SHEET_SIZES: TypeSizes = {
  values: [12.5, 11.5, 10.5, 9.5, 8.5, 7.5],
  text: [10.5, 9.5, 8.5, 7.5],
  zh: 10.5,
  en: 6,
  minPadding: 5,
  maxPadding: 25,
  maxLabelWidth: 119,
  labelGap: 14,
  columnGap: 22,
  small: 6.4,
  minValueWidth: 70,
};

export const CARD_SIZES: TypeSizes = {
  values: [9, 8.5, 8, 7.5],
  text: [8.5, 8, 7.5],
  zh: 8,
  en: 4.6,
  minPadding: 2.4,
  maxPadding: 8,
  maxLabelWidth: 62,
  labelGap: 8,
  columnGap: 12,
  small: 5.6,
  minValueWidth: 48,
};

/** Distance of two baselines, as a multiple of the size. */
export const LEADING = 1.42;

/** From the top of a line's text to its first baseline. */
export const ascent = ({ values }: TypeSizes): number => values[0] * 0.92;

/** A line is never lower than its label, in the languages it has. */
export function labelHeight({ zh, en, values }: TypeSizes, bilingual: boolean): number {
  return Math.max(values[0] * LEADING, bilingual ? zh * 0.87 + en * 1.6 : 0) + (bilingual ? 0.3 : 0);
}
