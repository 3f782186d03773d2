// SPDX-License-Identifier: Apache-2.0
import { concatBytes, equalBytes, utf8 } from "../../core/bytes.js";
import { TallyError } from "../../core/errors.js";

export interface ZipMember {
  /** ASCII without a path. */
  readonly name: string;
  readonly bytes: Uint8Array;
}

/**
 * The one zip file that these members give: stored one after the other, without a time, an attribute, a comment or an extra field. Any
 * program unpacks it. What is in it is compressed already, or signed text; so the file has no second spelling, and grows no larger when it is read.
 */
export function writeZip(members: readonly ZipMember[]): Uint8Array {
  const parts: Uint8Array[] = [];
  const directory: Uint8Array[] = [];
  let at = 0;
  for (const { name, bytes } of members) {
    const encoded = utf8(name);
    const fields = [VERSION, 0, STORED, 0, EARLIEST_DATE].flatMap(uint16);
    const sizes = [crc32(bytes), bytes.length, bytes.length].flatMap(uint32);
    const common = [...fields, ...sizes, ...uint16(encoded.length), ...uint16(0)];
    const local = concatBytes(Uint8Array.from([...uint32(LOCAL), ...common]), encoded);
    const rest = [0, 0, 0].flatMap(uint16);
    const entry = [...uint32(CENTRAL), ...uint16(VERSION), ...common, ...rest, ...uint32(0), ...uint32(at)];
    parts.push(local, bytes);
    directory.push(Uint8Array.from(entry), encoded);
    at += local.length + bytes.length;
  }
  const central = concatBytes(...directory);
  const counts = [0, 0, members.length, members.length].flatMap(uint16);
  const end = [...uint32(END), ...counts, ...uint32(central.length), ...uint32(at), ...uint16(0)];
  return concatBytes(...parts, central, Uint8Array.from(end));
}

/**
 * The contents of a zip file that has just these members in this order and is the very file that `writeZip` makes of them: no other order,
 * name, method, time, gap or comment, nothing before or after. Else throws `format.malformed`. Takes memory for one copy of the file.
 */
export function readZip(bytes: Uint8Array, names: readonly string[]): readonly Uint8Array[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const members: ZipMember[] = [];
  let at = 0;
  for (const name of names) {
    const start = at + LOCAL_LENGTH + name.length;
    if (start > bytes.length || view.getUint32(at, true) !== LOCAL) throw refused(`${name} is not where it belongs`);
    const end = start + view.getUint32(at + SIZE_AT, true);
    if (end > bytes.length) throw refused(`${name} reaches beyond the file`);
    members.push({ name, bytes: bytes.subarray(start, end) });
    at = end;
  }
  // What was not looked at is compared: only one file has these contents.
  if (!equalBytes(bytes, writeZip(members))) throw refused("it is a zip file of another form or with other members");
  return members.map((member) => member.bytes);
}

const LOCAL = 0x04034b50;
const CENTRAL = 0x02014b50;
const END = 0x06054b50;
const LOCAL_LENGTH = 30;
const SIZE_AT = 18;
/** 2.0, and made on no system in particular. */
const VERSION = 20;
const STORED = 0;
/** 1980-01-01, the first that a zip file can state. */
const EARLIEST_DATE = 0x0021;

function refused(problem: string): TallyError {
  return new TallyError("format.malformed", `the archive package: ${problem}`);
}

const uint16 = (value: number): number[] => [value & 255, (value >> 8) & 255];
const uint32 = (value: number): number[] => [...uint16(value & 0xffff), ...uint16(value >>> 16)];

/** CRC-32 of ISO 3309, as zip files have it. It finds damage, not fraud. */
function crc32(bytes: Uint8Array): number {
  let crc = 0xffff_ffff;
  for (let i = 0; i < bytes.length; i++) crc = CRC[(crc ^ bytes[i]!) & 255]! ^ (crc >>> 8);
  return ~crc >>> 0;
}

const CRC = Uint32Array.from({ length: 256 }, (_, byte) => {
  let value = byte;
  for (let bit = 0; bit < 8; bit++) value = value & 1 ? (value >>> 1) ^ 0xedb8_8320 : value >>> 1;
  return value;
});
