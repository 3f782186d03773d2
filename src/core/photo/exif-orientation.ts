// SPDX-License-Identifier: Apache-2.0

const ORIENTATION = 0x0112;
const SHORT = 3;

/** How EXIF (a TIFF header and its first directory) says that a picture is to be turned, 2 to 8; 1 when it says nothing that can be read. */
export function exifOrientation(tiff: Uint8Array): number {
  const order = tiff[0];
  // "II": the low byte first; "MM": the high one.
  if (tiff.length < 8 || order !== tiff[1] || (order !== 0x49 && order !== 0x4d)) return 1;
  const view = new DataView(tiff.buffer, tiff.byteOffset, tiff.byteLength);
  const little = order === 0x49;
  const directory = view.getUint32(4, little);
  if (directory + 2 > tiff.length) return 1;
  const entries = view.getUint16(directory, little);
  for (let i = 0; i < entries; i++) {
    const at = directory + 2 + 12 * i;
    if (at + 12 > tiff.length) return 1;
    if (view.getUint16(at, little) !== ORIENTATION || view.getUint16(at + 2, little) !== SHORT) continue;
    const value = view.getUint16(at + 8, little);
    return value >= 1 && value <= 8 ? value : 1;
  }
  return 1;
}
