// SPDX-License-Identifier: Apache-2.0

import type { RenderProblem } from "../fit-values.js";
import type { FontLibrary } from "../font/font-library.js";
import { addFont } from "../font/font-objects.js";
import { FontSubset } from "../font/font-subset.js";
import { type PdfHead, PdfWriter } from "../pdf/pdf-writer.js";
import { number, type Ref, ref } from "../pdf/syntax.js";
import type { Template } from "../template.js";
import {
  drawSealPicture,
  SEAL_CODE,
  SEAL_NAME_LENGTH,
  SEAL_PURPOSE,
  type SealLook,
  sealFonts,
} from "./seal-picture.js";

/** A template with the picture of a seal: what all files of one type under one seal have in common. */
export interface SealedTemplate {
  readonly template: Template;
  readonly picture: Ref;
}

export function buildSealedTemplate(template: Template, look: SealLook, fonts: FontLibrary): SealedTemplate {
  const stack = sealFonts(fonts);
  const subsets = stack.fonts.map((font) => new FontSubset(font));
  const size = template.geometry.seal.width;
  const operators = drawSealPicture(look, size, stack, subsets);
  const writer = new PdfWriter(template.head);
  const resources = subsets.map((subset, i) =>
    subset.isEmpty ? "" : `/S${i} ${ref(addFont(writer, subset, `SEAL${String.fromCharCode(65 + i)}A`, 9))}`,
  );
  const picture = writer.addDeflated(
    `/Type/XObject/Subtype/Form/BBox[0 0 ${number(size)} ${number(size)}]` +
      `/Resources<</Font<<${resources.join("")}>>/ExtGState<</GS<</Type/ExtGState/BM/Multiply>>>>>>`,
    operators,
    9,
  );
  const head: PdfHead = writer.asHead();
  return { template: { ...template, head }, picture };
}

/** What keeps a seal from being drawn: its name's length, a character without a glyph, its code. */
export function sealProblems({ name, code }: SealLook, fonts: FontLibrary): RenderProblem[] {
  const problems: RenderProblem[] = [];
  const { min, max } = SEAL_NAME_LENGTH;
  const length = Array.from(name).length;
  if (length < min || length > max)
    problems.push({
      field: "seal.name",
      message: `${length} characters; a seal's ring takes ${min} to ${max}: give the agency's short name`,
    });
  for (const character of sealFonts(fonts).missing(name + SEAL_PURPOSE)) {
    const code = (character.codePointAt(0) as number).toString(16).toUpperCase();
    problems.push({
      field: "seal.name",
      message: `the fonts have no glyph for U+${code}; configure a fallback font that has it (TALLY_FALLBACK_FONTS)`,
    });
  }
  if (!SEAL_CODE.test(code))
    problems.push({
      field: "seal.code",
      message: `${JSON.stringify(code.slice(0, 40))} is not 4 to 20 digits and capital letters`,
    });
  return problems;
}
