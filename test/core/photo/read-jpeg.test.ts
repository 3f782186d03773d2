// SPDX-License-Identifier: Apache-2.0
import { expect } from "chai";
import fc from "fast-check";
import jpeg from "jpeg-js";
import { readJpeg } from "../../../src/core/photo/read-jpeg.js";
import { altered, picture, placeOf, SAMPLE_PICTURE, segment, withSegment } from "./pictures.js";

const SOF = 0xc0;
const DQT = 0xdb;
const DHT = 0xc4;
const SOS = 0xda;

function read(bytes: Uint8Array) {
  const result = readJpeg(bytes);
  if ("problem" in result) throw new Error(result.problem);
  return result.picture;
}

const has = (bytes: Uint8Array, text: string) => Buffer.from(bytes).includes(text, 0, "latin1");
const insert = (bytes: Uint8Array, at: number, piece: Uint8Array) =>
  Buffer.concat([bytes.subarray(0, at), piece, bytes.subarray(at)]);
const without = (bytes: Uint8Array, marker: number): Uint8Array => {
  const at = placeOf(bytes, marker);
  const length = 2 + bytes[at + 2]! * 256 + bytes[at + 3]!;
  return Buffer.concat([bytes.subarray(0, at), bytes.subarray(at + length)]);
};

describe("readJpeg", () => {
  for (const [name, components] of [
    ["progressive", 3],
    ["grey-with-restarts", 1],
    ["optimised-420", 3],
    ["with-location", 3],
  ] as const)
    it(`reads a picture that another encoder wrote: ${name}`, () => {
      const bytes = picture(name);
      const { width, height, bare, applications, ...others } = read(bytes);
      expect({ width, height, ...others }).to.deep.equal({ width: 179, height: 220, components });
      expect(applications.map(({ marker }) => marker)).to.include(0xe0);
      expect(bare.length).to.be.lessThan(bytes.length);
      expect(read(bare).bare).to.deep.equal(bare);
    });

  it("leaves out what decoding does not need, and not a pixel changes", () => {
    for (const name of ["with-location", "progressive", "grey-with-restarts"]) {
      const bytes = picture(name);
      expect(jpeg.decode(read(bytes).bare, { useTArray: true }).data).to.deep.equal(
        jpeg.decode(bytes, { useTArray: true }).data,
      );
    }
    const located = picture("with-location");
    for (const text of ["Exif", "Camera", "taken at home", "JFIF"]) {
      expect(has(located, text), text).to.equal(true);
      expect(has(read(located).bare, text), text).to.equal(false);
    }
  });

  it("leaves out fill bytes and any application segment", () => {
    const scan = placeOf(SAMPLE_PICTURE, SOS);
    const stuffed = insert(
      withSegment(SAMPLE_PICTURE, 0xed, "Photoshop 3.0\0 something"),
      2,
      Uint8Array.of(0xff, 0xff),
    );
    expect(read(stuffed).bare).to.deep.equal(read(SAMPLE_PICTURE).bare);
    expect(read(insert(SAMPLE_PICTURE, scan, Uint8Array.of(0xff))).bare).to.deep.equal(SAMPLE_PICTURE);
    const beforeEnd = insert(SAMPLE_PICTURE, SAMPLE_PICTURE.length - 2, Uint8Array.of(0xff, 0xff));
    expect(read(beforeEnd).bare).to.deep.equal(SAMPLE_PICTURE);
  });

  it("leaves out tables and restart intervals that no scan uses, in which anything could be hidden", () => {
    const table = `\x03${"hidden!".repeat(10).slice(0, 64)}`;
    const inOwn = withSegment(SAMPLE_PICTURE, DQT, table);
    const at = placeOf(SAMPLE_PICTURE, DQT);
    const length = SAMPLE_PICTURE[at + 2]! * 256 + SAMPLE_PICTURE[at + 3]!;
    const own = Buffer.from(SAMPLE_PICTURE.subarray(at + 4, at + 2 + length)).toString("latin1");
    const beside = Buffer.concat([
      SAMPLE_PICTURE.subarray(0, at),
      segment(DQT, own + table),
      SAMPLE_PICTURE.subarray(at + 2 + length),
    ]);
    const replaced = withSegment(SAMPLE_PICTURE, DQT, `\0${table.slice(1)}`);
    const codes = withSegment(SAMPLE_PICTURE, DHT, `\x13${"\0".repeat(7)}\x06${"\0".repeat(8)}hidden`);
    const intervals = withSegment(withSegment(SAMPLE_PICTURE, 0xdd, "\0\0"), 0xdd, "hi");
    const last = insert(SAMPLE_PICTURE, SAMPLE_PICTURE.length - 2, segment(DQT, table));
    for (const bytes of [inOwn, beside, replaced, codes, last]) {
      expect(has(bytes, "hidden")).to.equal(true);
      expect(read(bytes).bare).to.deep.equal(SAMPLE_PICTURE);
    }
    expect(read(intervals).bare).to.deep.equal(new Uint8Array(withSegment(SAMPLE_PICTURE, 0xdd, "\0\0")));
  });

  const scan = placeOf(SAMPLE_PICTURE, SOS);
  const refused: Record<string, [Uint8Array, RegExp]> = {
    nothing: [new Uint8Array(), /no JPEG/],
    "the first byte alone": [SAMPLE_PICTURE.subarray(0, 1), /no JPEG/],
    "half a picture": [SAMPLE_PICTURE.subarray(0, 3_000), /cut off/],
    "a picture without its last byte": [SAMPLE_PICTURE.subarray(0, -1), /cut off/],
    "a picture without its end": [SAMPLE_PICTURE.subarray(0, -2), /cut off/],
    "headers alone": [Buffer.concat([SAMPLE_PICTURE.subarray(0, scan), Uint8Array.of(0xff, 0xd9)]), /ends before/],
    "a byte behind the end": [Buffer.concat([SAMPLE_PICTURE, Uint8Array.of(0)]), /goes on/],
    "a second picture behind the first": [Buffer.concat([SAMPLE_PICTURE, SAMPLE_PICTURE]), /goes on/],
    "bytes between segments": [insert(SAMPLE_PICTURE, scan, Uint8Array.of(1, 2, 3)), /stray bytes/],
    "a picture in a picture": [insert(SAMPLE_PICTURE, scan, SAMPLE_PICTURE), /unexpected marker FFD8/],
    "two headers": [
      insert(
        SAMPLE_PICTURE,
        scan,
        SAMPLE_PICTURE.subarray(placeOf(SAMPLE_PICTURE, SOF), placeOf(SAMPLE_PICTURE, SOF) + 19),
      ),
      /two pictures/,
    ],
    "arithmetic coding": [altered(SAMPLE_PICTURE, SOF, { 1: 0xc9 }), /arithmetically.*baseline/],
    "conditioning of arithmetic coding": [withSegment(SAMPLE_PICTURE, 0xcc, "\0\x10"), /arithmetically/],
    "lossless coding": [altered(SAMPLE_PICTURE, SOF, { 1: 0xc3 }), /neither a baseline/],
    "12 bits": [altered(SAMPLE_PICTURE, SOF, { 4: 12 }), /12 bits a sample: save it with 8/],
    CMYK: [picture("cmyk"), /CMYK.*save it as RGB/],
    "two components": [altered(SAMPLE_PICTURE, SOF, { 9: 2 }), /2 colour components/],
    "components that are called R, G and B": [
      altered(SAMPLE_PICTURE, SOF, { 10: 0x52, 13: 0x47, 16: 0x42 }),
      /names its colour components/,
    ],
    "a sampling of 0": [altered(SAMPLE_PICTURE, SOF, { 11: 0x01 }), /broken header/],
    "more blocks than a unit may have": [altered(SAMPLE_PICTURE, SOF, { 11: 0x44 }), /broken header/],
    "a header that is longer than its components": [altered(SAMPLE_PICTURE, SOF, { 9: 1 }), /broken header/],
    "a length of 0": [altered(SAMPLE_PICTURE, SOF, { 2: 0, 3: 0 }), /cut off/],
    "a segment that leaves the file": [altered(SAMPLE_PICTURE, DHT, { 2: 0xff, 3: 0xff }), /cut off/],
    "a quantization table of 16 bits": [altered(SAMPLE_PICTURE, DQT, { 4: 0x10 }), /precision/],
    "a quantization by 0": [altered(SAMPLE_PICTURE, DQT, { 5: 0 }), /broken quantization/],
    "a Huffman table of too many codes": [altered(SAMPLE_PICTURE, DHT, { 5: 3 }), /Huffman/],
    "a Huffman table of class 2": [altered(SAMPLE_PICTURE, DHT, { 4: 0x20 }), /Huffman/],
    "no quantization table": [without(SAMPLE_PICTURE, DQT), /lacks a table/],
    "no Huffman table": [without(SAMPLE_PICTURE, DHT), /lacks a table/],
    "a scan without a header": [without(SAMPLE_PICTURE, SOF), /scan before its header/],
    "a scan of a component that is not there": [altered(SAMPLE_PICTURE, SOS, { 5: 9 }), /broken scan/],
    "a scan of a component twice": [altered(SAMPLE_PICTURE, SOS, { 7: 1 }), /broken scan/],
    "a scan of part of a baseline picture": [altered(SAMPLE_PICTURE, SOS, { 12: 5 }), /broken scan/],
    "a progressive picture that begins with details": [
      altered(altered(SAMPLE_PICTURE, SOF, { 1: 0xc2 }), SOS, { 11: 1 }),
      /broken scan/,
    ],
    "an empty scan": [Buffer.concat([SAMPLE_PICTURE.subarray(0, scan + 14), Uint8Array.of(0xff, 0xd9)]), /empty scan/],
    "a restart that no interval announces": [insert(SAMPLE_PICTURE, scan + 200, Uint8Array.of(0xff, 0xd0)), /restart/],
    "lines that are counted later": [
      insert(SAMPLE_PICTURE, SAMPLE_PICTURE.length - 2, segment(0xdc, "\x01\xb9")),
      /unexpected marker FFDC/,
    ],
    "a reserved marker": [withSegment(SAMPLE_PICTURE, 0x02, "abc"), /unexpected marker FF02/],
  };
  for (const [name, [bytes, why]] of Object.entries(refused))
    it(`refuses ${name}`, () => expect(readJpeg(bytes)).to.have.property("problem").that.matches(why));

  it("refuses more scans than a picture needs", () => {
    const grey = read(picture("grey-with-restarts")).bare;
    const at = placeOf(grey, SOS);
    const once = grey.subarray(at, -2);
    const progressive = read(picture("progressive")).bare;
    const first = placeOf(progressive, SOS);
    expect(readJpeg(Buffer.concat([grey.subarray(0, at), once, once, Uint8Array.of(0xff, 0xd9)]))).to.have.property(
      "problem",
    );
    const dc = Uint8Array.of(0xff, 0xda, 0, 12, 3, 1, 0, 2, 0, 3, 0, 0, 0, 0x10, 1);
    const many = Buffer.concat([progressive.subarray(0, first), ...Array(65).fill(dc), Uint8Array.of(0xff, 0xd9)]);
    expect(readJpeg(many))
      .to.have.property("problem")
      .that.matches(/more than 64 scans/);
  });

  it("answers any bytes at all, and what it reads reads the same again", () => {
    const change = fc.record({ at: fc.nat(SAMPLE_PICTURE.length - 1), value: fc.nat(255) });
    fc.assert(
      fc.property(fc.array(change, { maxLength: 4 }), fc.nat(SAMPLE_PICTURE.length), (changes, length) => {
        const bytes = SAMPLE_PICTURE.slice(0, length % 5 === 0 ? length : undefined);
        for (const { at, value } of changes) bytes[at] = value;
        const result = readJpeg(bytes);
        if ("picture" in result)
          expect(read(result.picture.bare)).to.deep.equal({ ...result.picture, applications: [] });
      }),
      { numRuns: 300 },
    );
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => void readJpeg(bytes)),
      { numRuns: 200 },
    );
  });
});
