// SPDX-License-Identifier: Apache-2.0

/**
 * An ICC profile (version 2.1, matrix and tone curves) of the sRGB colour space of IEC 61966-2-1, written here so that the
 * output intent of PDF/A needs nobody's file. Chromatic adaptation to D50 is folded into the primaries, as ICC.1:2001-04
 * wants.
 */
export function srgbProfile(): Uint8Array {
  const tags: [string, Uint8Array][] = [
    ["desc", textDescription("sRGB IEC61966-2.1")],
    ["cprt", text("Public domain")],
    ["wtpt", xyz(0.9642, 1, 0.8249)],
    ["rXYZ", xyz(0.43607, 0.22249, 0.01392)],
    ["gXYZ", xyz(0.38515, 0.71687, 0.09708)],
    ["bXYZ", xyz(0.14307, 0.06061, 0.7141)],
  ];
  const curve = toneCurve();
  const directory = HEADER + 4 + (tags.length + 3) * 12;
  const size = tags.reduce((sum, [, data]) => sum + padded(data.length), directory + padded(curve.length));
  const profile = new Uint8Array(size);
  const view = new DataView(profile.buffer);
  writeHeader(profile, view);
  view.setUint32(HEADER, tags.length + 3);
  let entry = HEADER + 4;
  const addEntry = (tag: string, at: number, length: number) => {
    ascii(profile, entry, tag);
    view.setUint32(entry + 4, at);
    view.setUint32(entry + 8, length);
    entry += 12;
  };
  let at = directory;
  for (const [tag, data] of tags) {
    profile.set(data, at);
    addEntry(tag, at, data.length);
    at += padded(data.length);
  }
  profile.set(curve, at);
  for (const tag of ["rTRC", "gTRC", "bTRC"]) addEntry(tag, at, curve.length);
  return profile;
}

const HEADER = 128;
const CURVE_POINTS = 256;

function writeHeader(profile: Uint8Array, view: DataView): void {
  view.setUint32(0, profile.length);
  view.setUint32(8, 0x02100000); // version 2.1
  ascii(profile, 12, "mntrRGB XYZ ");
  // Date of the profile, fixed: 2026-01-01T00:00:00Z.
  for (const [i, part] of [2026, 1, 1, 0, 0, 0].entries()) view.setUint16(24 + i * 2, part);
  ascii(profile, 36, "acsp");
  profile.set(xyz(0.9642, 1, 0.8249).subarray(8), 68); // illuminant of the connection space, D50
}

/** The transfer function of IEC 61966-2-1, sampled. */
function toneCurve(): Uint8Array {
  const data = new Uint8Array(12 + CURVE_POINTS * 2);
  const view = new DataView(data.buffer);
  ascii(data, 0, "curv");
  view.setUint32(8, CURVE_POINTS);
  for (let i = 0; i < CURVE_POINTS; i++) {
    const v = i / (CURVE_POINTS - 1);
    const linear = v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4;
    view.setUint16(12 + i * 2, Math.round(linear * 65535));
  }
  return data;
}

function xyz(...values: [number, number, number]): Uint8Array {
  const data = new Uint8Array(20);
  const view = new DataView(data.buffer);
  ascii(data, 0, "XYZ ");
  for (const [i, value] of values.entries()) view.setInt32(8 + i * 4, Math.round(value * 65536));
  return data;
}

function text(value: string): Uint8Array {
  const data = new Uint8Array(8 + value.length + 1);
  ascii(data, 0, "text");
  ascii(data, 8, value);
  return data;
}

/** ASCII name, then empty Unicode and Macintosh names (ICC.1:2001-04 section 6.5.17). */
function textDescription(value: string): Uint8Array {
  const data = new Uint8Array(12 + value.length + 1 + 8 + 3 + 67);
  ascii(data, 0, "desc");
  new DataView(data.buffer).setUint32(8, value.length + 1);
  ascii(data, 12, value);
  return data;
}

function ascii(into: Uint8Array, at: number, value: string): void {
  for (let i = 0; i < value.length; i++) into[at + i] = value.charCodeAt(i);
}

const padded = (length: number): number => (length + 3) & ~3;
