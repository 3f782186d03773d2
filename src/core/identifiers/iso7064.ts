// SPDX-License-Identifier: Apache-2.0

/** 0–9 and A–Z as values 0–35. */
export const BASE36 = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ";

/**
 * Check character of ISO/IEC 7064 MOD 37,36 (GB/T 17710-2008) over [0-9A-Z]; null for any other character.
 * The outer `% 36` matters: without it a remainder of 1 would run off the alphabet (body `J` has check character 0).
 */
export function mod37Over36(body: string): string | null {
  let p = 36;
  for (let i = 0; i < body.length; i++) {
    const value = base36Value(body.charCodeAt(i));
    if (value < 0) return null;
    p = (p + value) % 36 || 36;
    p = (p * 2) % 37;
  }
  return BASE36[(37 - p) % 36]!;
}

/**
 * The widespread wrong implementation that counts A as 11: a sum above 37 that came from a letter is first reduced modulo 37, and
 * the result is shifted by one, so it disagrees even for bodies of digits only. Null for any other character.
 */
export function mod37Over36VariantA11(body: string): string | null {
  let p = 36;
  for (let i = 0; i < body.length; i++) {
    const value = base36Value(body.charCodeAt(i));
    if (value < 0) return null;
    let sum = p + (value < 10 ? value : value + 1);
    if (value >= 10 && sum > 37) sum %= 37;
    p = sum % 36 || 36;
    p = (p * 2) % 37;
  }
  return BASE36[36 - p]!;
}

/** Check digit of ISO/IEC 7064 MOD 11,10 over decimal digits; null for any other character. */
export function mod11Over10(body: string): string | null {
  let p = 10;
  for (let i = 0; i < body.length; i++) {
    const value = body.charCodeAt(i) - 0x30;
    if (value < 0 || value > 9) return null;
    p = (p + value) % 10 || 10;
    p = (p * 2) % 11;
  }
  return String((11 - p) % 10);
}

function base36Value(code: number): number {
  if (code >= 0x30 && code <= 0x39) return code - 0x30;
  if (code >= 0x41 && code <= 0x5a) return code - 0x37;
  return -1;
}
