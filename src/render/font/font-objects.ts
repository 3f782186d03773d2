// SPDX-License-Identifier: Apache-2.0
import type { DeflateLevel, PdfWriter } from "../pdf/pdf-writer.js";
import { type Ref, ref } from "../pdf/syntax.js";
import { DEFAULT_WIDTH, type FontSubset } from "./font-subset.js";

/** FontDescriptor flags (ISO 32000-1 table 123): serif and symbolic, that is, addressed by glyph number. */
const SERIF = 2;
const SYMBOLIC = 4;

/**
 * Adds the five objects of a composite font (ISO 32000-1 section 9.7) and returns the one that pages name. `tag` is the
 * six-letter subset prefix. The subset must be complete: everything that the page shows has been encoded.
 */
export function addFont(writer: PdfWriter, subset: FontSubset, tag: string, level: DeflateLevel): Ref {
  const { font } = subset;
  const name = `${tag}+${font.name}`;
  const { box, ascent, descent, capHeight } = font.measures;
  const flags = SYMBOLIC | (font.name.includes("Serif") ? SERIF : 0);
  const program = subset.file();
  const file = writer.addDeflated(`/Length1 ${program.length}`, program, level);
  const descriptor = writer.add(
    `<</Type/FontDescriptor/FontName/${name}/Flags ${flags}/FontBBox[${box.join(" ")}]/ItalicAngle 0/Ascent ${ascent}` +
      `/Descent ${descent}/CapHeight ${capHeight}/StemV 80/FontFile2 ${ref(file)}>>`,
  );
  const toUnicode = writer.addDeflated("", subset.toUnicode(), level);
  const cidFont = writer.add(
    `<</Type/Font/Subtype/CIDFontType2/BaseFont/${name}/CIDSystemInfo<</Registry(Adobe)/Ordering(Identity)/Supplement 0>>` +
      `/FontDescriptor ${ref(descriptor)}/CIDToGIDMap/Identity/DW ${DEFAULT_WIDTH}/W ${subset.widths()}>>`,
  );
  return writer.add(
    `<</Type/Font/Subtype/Type0/BaseFont/${name}/Encoding/Identity-H/DescendantFonts[${ref(cidFont)}]/ToUnicode ${ref(toUnicode)}>>`,
  );
}
