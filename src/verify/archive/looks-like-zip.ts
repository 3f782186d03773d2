// SPDX-License-Identifier: Apache-2.0

/** What a zip file that begins with a member starts with. */
export function looksLikeZip(bytes: Uint8Array): boolean {
  return bytes[0] === 0x50 && bytes[1] === 0x4b && bytes[2] === 3 && bytes[3] === 4;
}
