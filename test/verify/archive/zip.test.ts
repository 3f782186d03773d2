// SPDX-License-Identifier: Apache-2.0
import { crc32, deflateRawSync } from "node:zlib";
import { expect } from "chai";
import { concatBytes, utf8 } from "../../../src/core/bytes.js";
import type { TallyError } from "../../../src/core/errors.js";
import { readZip, writeZip } from "../../../src/verify/archive/zip.js";

const NAMES = ["a.json", "b.pdf"];
const CONTENTS = [utf8('{"a":1}'), new Uint8Array(300).map((_, i) => i)];

describe("the zip file of a package", () => {
  const members = NAMES.map((name, i) => ({ name, bytes: CONTENTS[i]! }));
  const file = writeZip(members);
  const refusal = (bytes: Uint8Array): string | null => {
    try {
      readZip(bytes, NAMES);
      return null;
    } catch (error) {
      return (error as TallyError).code;
    }
  };
  const changed = (change: (bytes: Buffer) => void): Uint8Array => {
    const bytes = Buffer.from(file);
    change(bytes);
    return bytes;
  };

  it("gives back what was put in, empty members and none too", () => {
    expect(readZip(file, NAMES)).to.deep.equal(CONTENTS);
    expect(readZip(writeZip([{ name: "e", bytes: new Uint8Array() }]), ["e"])).to.deep.equal([new Uint8Array()]);
    expect(readZip(writeZip([]), [])).to.deep.equal([]);
  });

  it("has the checksums that other programs compute", () => {
    const view = Buffer.from(file);
    expect(view.readUInt32LE(14)).to.equal(crc32(CONTENTS[0]!));
    expect(view.readUInt32LE(30 + 6 + CONTENTS[0]!.length + 14)).to.equal(crc32(CONTENTS[1]!));
  });

  const at = Buffer.from(file).lastIndexOf("PK\x01\x02", undefined, "latin1");
  const end = file.length - 22;
  const hostile: Record<string, Uint8Array> = {
    "other names": writeZip(members.map((each, i) => ({ ...each, name: `../${NAMES[i]}` }))),
    "another order": writeZip([...members].reverse()),
    "a member twice": writeZip([members[0]!, members[0]!]),
    "a member less": writeZip(members.slice(0, 1)),
    "a member more": writeZip([...members, { name: "c", bytes: CONTENTS[0]! }]),
    "a member more that only its directory names": concatBytes(
      writeZip([...members, members[1]!]).subarray(0, file.length),
    ),
    "bytes in front": concatBytes(utf8("MZ"), file),
    "bytes at the end": concatBytes(file, utf8("!")),
    "a comment": concatBytes(
      changed((bytes) => bytes.writeUInt16LE(1, end + 20)),
      utf8("!"),
    ),
    "a gap before the directory": concatBytes(file.subarray(0, at), new Uint8Array(4), file.subarray(at)),
    "encryption stated": changed((bytes) => bytes.writeUInt16LE(1, 6)),
    "sizes to follow": changed((bytes) => bytes.writeUInt16LE(8, 6)),
    "a method stated": changed((bytes) => bytes.writeUInt16LE(8, 8)),
    "a time stated": changed((bytes) => bytes.writeUInt16LE(1, 10)),
    "a wrong checksum": changed((bytes) => bytes.writeUInt32LE(0, 14)),
    "a size beyond the file": changed((bytes) => bytes.writeUInt32LE(0xffff_fff0, 18)),
    "sizes of zip64": changed((bytes) => bytes.fill(0xff, 18, 26)),
    "a size less": changed((bytes) => bytes.writeUInt32LE(6, 18)),
    "an extra field": changed((bytes) => bytes.writeUInt16LE(4, 28)),
    "another directory": changed((bytes) => bytes.writeUInt32LE(1, end + 16)),
    "other attributes": changed((bytes) => bytes.writeUInt32LE(0xa1ff0000, at + 38)),
    "its end cut off": file.subarray(0, -1),
    nothing: new Uint8Array(),
    "a bomb": concatBytes(file.subarray(0, 36), deflateRawSync(new Uint8Array(10_000_000))),
  };
  for (const [what, bytes] of Object.entries(hostile))
    it(`is refused with ${what}`, () => expect(refusal(bytes)).to.equal("format.malformed"));

  it("is refused with any bit flipped, in a member too, whose checksum tells", () => {
    for (let byte = 0; byte < file.length; byte++) {
      const flipped = changed((bytes) => {
        bytes[byte]! ^= 1 << (byte % 8);
      });
      expect(refusal(flipped), `byte ${byte}`).to.equal("format.malformed");
    }
  });
});
