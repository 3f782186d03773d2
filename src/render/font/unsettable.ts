// SPDX-License-Identifier: Apache-2.0

/**
 * Characters that a line of glyphs from left to right shows wrongly whatever the font has: scripts that run from right to left, scripts
 * whose letters change shape or order with their neighbours, marks that stand on another letter, and pictures that several characters
 * make together. They are refused rather than printed as something else than what was signed.
 */
const RIGHT_TO_LEFT =
  /[\p{Script=Arabic}\p{Script=Hebrew}\p{Script=Syriac}\p{Script=Thaana}\p{Script=Nko}\p{Script=Adlam}\p{Script=Mandaic}\p{Script=Samaritan}]/u;
const SHAPED =
  /[\p{Script=Mongolian}\p{Script=Tibetan}\p{Script=Devanagari}\p{Script=Bengali}\p{Script=Tamil}\p{Script=Thai}\p{Script=Khmer}\p{Script=Myanmar}\p{Script=Phags_Pa}\p{Script=New_Tai_Lue}\p{Script=Tai_Le}\p{Script=Tai_Tham}]/u;
const MARK = /\p{M}/u;
const INVISIBLE = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/u;
const PICTURE = /[\p{Regional_Indicator}\p{Emoji_Modifier}]/u;

/** Why a character cannot be set by any font, and the way out; null when a font is all it needs. */
export function unsettableBecause(character: string): string | null {
  if (RIGHT_TO_LEFT.test(character))
    return "runs from right to left, which the renderer does not set; write the name in Chinese or Latin letters";
  if (SHAPED.test(character))
    return "changes its shape with its neighbours, which the renderer does not set; write the name in Chinese or Latin letters";
  if (MARK.test(character))
    return "is a mark that stands on another character, which the renderer does not set; use the composed form of the letter, or leave the mark out";
  if (INVISIBLE.test(character)) return "is a control or invisible character; remove it";
  if (PICTURE.test(character)) return "is part of a picture of several characters; use words";
  return null;
}

/** Quick for nearly all text: Han, Latin, kana and what stands between them is set as it is. */
export function isSettable(codePoint: number): boolean {
  if (codePoint >= 0x20 && codePoint < 0x7f) return true;
  if (codePoint >= 0x4e00 && codePoint < 0xa000) return true;
  return unsettableBecause(String.fromCodePoint(codePoint)) === null;
}
