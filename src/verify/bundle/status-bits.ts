// SPDX-License-Identifier: Apache-2.0
import { TallyError } from "../../core/errors.js";

/** Entries of one status list. */
export const LIST_BITS = 131_072;
export const LIST_BYTES = LIST_BITS / 8;

/**
 * The set bits of a status list (16,384 bytes, bit 0 the highest of the first byte), packed: before each set bit the number of clear
 * ones since the last, as LEB128 in as few bytes as possible; or the list itself where that is no longer. One spelling a list,
 * and empty for a list without a bit.
 */
export function encodeStatusBits(list: Uint8Array): Uint8Array {
  const gaps: number[] = [];
  let gap = 0;
  for (const byte of list) {
    for (let mask = 128; mask > 0; mask >>= 1) {
      if ((byte & mask) === 0) {
        gap++;
        continue;
      }
      for (; gap > 0x7f; gap >>= 7) gaps.push((gap & 0x7f) | 0x80);
      gaps.push(gap);
      gap = 0;
    }
    if (gaps.length >= LIST_BYTES) return list.slice();
  }
  return Uint8Array.from(gaps);
}

/** The list that was packed. Throws `format.malformed` with `field` for a second spelling of one and for all else. */
export function decodeStatusBits(packed: Uint8Array, field = "status list"): Uint8Array {
  const list = packed.length === LIST_BYTES ? packed.slice() : unpack(packed, field);
  // A list that packs shorter has been written in full, so that the same state had two spellings.
  if (packed.length === LIST_BYTES && encodeStatusBits(list).length !== LIST_BYTES)
    throw malformed(field, "is written in full though its gaps are shorter");
  return list;
}

function unpack(packed: Uint8Array, field: string): Uint8Array {
  if (packed.length > LIST_BYTES) throw malformed(field, `has more than ${LIST_BYTES} bytes`);
  const list = new Uint8Array(LIST_BYTES);
  let position = -1;
  for (let at = 0; at < packed.length; ) {
    let gap = 0;
    for (let shift = 0; ; shift += 7) {
      const byte = packed[at++];
      // Three bytes hold every position of a list; a last byte of zero would be a second spelling.
      if (byte === undefined || shift > 14 || (byte === 0 && shift > 0))
        throw malformed(field, "has a gap that is none");
      gap |= (byte & 0x7f) << shift;
      if (byte < 0x80) break;
    }
    position += gap + 1;
    if (position >= LIST_BITS) throw malformed(field, `has a bit beyond its ${LIST_BITS}`);
    list[position >> 3]! |= 128 >> (position & 7);
  }
  return list;
}

function malformed(field: string, problem: string): TallyError {
  return new TallyError("format.malformed", `${field} ${problem}`, { field });
}
