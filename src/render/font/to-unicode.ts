// SPDX-License-Identifier: Apache-2.0

/** A ToUnicode CMap that maps CID i to `codePoints[i]`, for every i from 1. */
export function toUnicodeMap(codePoints: readonly number[]): string {
  let body = "";
  for (let first = 1; first < codePoints.length; first += MAX_ENTRIES) {
    const last = Math.min(first + MAX_ENTRIES, codePoints.length);
    body += `${last - first} beginbfchar\n`;
    for (let cid = first; cid < last; cid++) body += `<${hex4(cid)}> <${utf16(codePoints[cid] as number)}>\n`;
    body += "endbfchar\n";
  }
  return HEAD + body + TAIL;
}

/** Adobe Technical Note 5014: at most 100 entries in a bfchar section. */
const MAX_ENTRIES = 100;

const HEAD = `/CIDInit /ProcSet findresource begin
12 dict begin
begincmap
/CIDSystemInfo <</Registry (Adobe) /Ordering (UCS) /Supplement 0>> def
/CMapName /Adobe-Identity-UCS def
/CMapType 2 def
1 begincodespacerange
<0000> <ffff>
endcodespacerange
`;
const TAIL = "endcmap\nCMapName currentdict /CMap defineresource pop\nend\nend\n";

function hex4(value: number): string {
  return value.toString(16).padStart(4, "0");
}

function utf16(codePoint: number): string {
  if (codePoint < 0x10000) return hex4(codePoint);
  const offset = codePoint - 0x10000;
  return hex4(0xd800 + (offset >> 10)) + hex4(0xdc00 + (offset & 0x3ff));
}
