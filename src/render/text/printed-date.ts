// SPDX-License-Identifier: Apache-2.0

/** 2026-11-22 → 2026年11月22日: without leading zeros, as licences print it. Takes a date or an instant with +08:00. */
export function printedDate(date: string): string {
  const [year, month, day] = date.slice(0, 10).split("-").map(Number);
  return `${year}年${month}月${day}日`;
}

export interface Validity {
  /** RFC 3339 with +08:00. */
  readonly validFrom: string;
  /** 23:59:59+08:00 of the last day; absent: long-term. */
  readonly validUntil?: string;
}

/** The printed end date is the last day on which the licence is valid. */
export function printedValidity({ validFrom, validUntil }: Validity): string {
  return validUntil === undefined ? "长期" : `${printedDate(validFrom)} 至 ${printedDate(validUntil)}`;
}
