// SPDX-License-Identifier: Apache-2.0
import { expect } from "chai";
import jpeg from "jpeg-js";
import { MAX_PHOTO_BYTES, PHOTO_PREFIX, readPhoto } from "../../../src/core/photo/photo.js";
import { photoOf, takePhoto } from "../../../src/core/photo/take-photo.js";
import { SAMPLE_PHOTO } from "../../../src/render/sample/sample-photo.js";
import { photoText, picture, SAMPLE_PICTURE, withSegment, withSize } from "./pictures.js";

const problemOf = (text: string): string => {
  const result = takePhoto(text);
  return "problem" in result ? result.problem : "none";
};

/** Noise, which JPEG cannot make small. */
function noise(width: number, height: number, quality: number): Uint8Array {
  let state = 1;
  const data = Uint8Array.from({ length: width * height * 4 }, () => {
    state = (state * 1103515245 + 12345) % 2 ** 31;
    return state >> 16;
  });
  return new Uint8Array(jpeg.encode({ width, height, data }, quality).data);
}

describe("takePhoto", () => {
  it("takes a photo that is bare as it is", () => {
    const result = takePhoto(SAMPLE_PHOTO);
    expect(result).to.deep.include({ text: SAMPLE_PHOTO });
    expect("photo" in result && result.photo).to.deep.equal({
      ...{ width: 358, height: 441, components: 3 },
      bytes: SAMPLE_PICTURE,
    });
  });

  it("signs no metadata: where it was taken, by what, and what somebody remarked", () => {
    const located = photoText(picture("with-location"));
    const result = takePhoto(located);
    const text = "text" in result ? result.text : "";
    expect(Buffer.from(located, "base64").includes("Camera")).to.equal(true);
    expect(Buffer.from(text.slice(PHOTO_PREFIX.length), "base64").includes("Camera")).to.equal(false);
    expect({ ...readPhoto(text), text }).to.deep.equal(result);
    expect(readPhoto(located))
      .to.have.property("problem")
      .that.matches(/metadata/);
  });

  const refused: Record<string, [string, RegExp]> = {
    "a PNG": [photoText(Uint8Array.of(0x89, 0x50, 0x4e, 0x47, 13, 10, 26, 10)), /is a PNG file: save it as JPEG/],
    "a PNG that says so": ["data:image/png;base64,iVBORw0KGgo=", /of type image\/png: save it as JPEG/],
    "a WebP picture": [photoText(Buffer.from("RIFF\0\0\0\0WEBPVP8 ")), /is a WebP file/],
    "a phone's HEIC": [photoText(Buffer.from("\0\0\0\x18ftypheic")), /is a HEIC or AVIF file/],
    "no data URL": ["/9j/4AAQSkZJRg==", /is no photo: write data:image\/jpeg;base64,/],
    "an address": ["https://example.com/photo.jpg", /is no photo/],
    "a percent-encoded data URL": ["data:image/jpeg,%FF%D8%FF", /percent-encoded: write data:image\/jpeg;base64,/],
    "a data URL without a type": ["data:;base64,/9j/", /of type text\/plain/],
    "another name of the type": [SAMPLE_PHOTO.replace("jpeg", "jpg"), /another media type/],
    "a parameter": [SAMPLE_PHOTO.replace(";", ";name=a.jpg;"), /other parameters/],
    "wrong base64": [
      `${SAMPLE_PHOTO.slice(0, 200)}*${SAMPLE_PHOTO.slice(201)}`,
      /is not base64 with padding.*whole file/,
    ],
    "base64 without padding": [`${PHOTO_PREFIX}/9j/4A`, /is not base64/],
    "base64 with line breaks": [`${SAMPLE_PHOTO.slice(0, 99)}\n${SAMPLE_PHOTO.slice(99)}`, /is not base64/],
    base64url: [`${PHOTO_PREFIX}_9j_`, /is not base64/],
    "base64 with unused bits": [`${PHOTO_PREFIX}/9j/4B==`, /is not base64/],
    nothing: [PHOTO_PREFIX, /is no JPEG picture: save it as JPEG/],
    "a bomb": [photoText(withSize(65_535, 65_535)), /is 65535 × 65535 pixels: at most 1000 a side/],
    "a strip": [photoText(withSize(1_000, 20)), /is 1000 × 20 pixels: at least 100/],
    "no height": [photoText(withSize(358, 0)), /at least 100/],
    "a picture that lies on its side": [
      photoText(picture("turned")),
      /EXIF orientation \(6\).*turn the picture itself/,
    ],
    CMYK: [photoText(picture("cmyk")), /CMYK.*save it as RGB/],
    "20 MB": [PHOTO_PREFIX + "A".repeat(28_000_000), /is 20\.0 MB: at most 160 KB; save it smaller/],
    "more than a certificate carries": [
      photoText(noise(358, 441, 30)),
      /KB: at most 48 KB; save it smaller \(358 × 441/,
    ],
  };
  for (const [name, [text, why]] of Object.entries(refused))
    it(`refuses ${name}, with the way out`, () => expect(problemOf(text)).to.match(why));

  it("heeds how EXIF wants the picture turned, and takes EXIF that it cannot read for silence", () => {
    const problem = (body: string) => problemOf(photoText(withSegment(SAMPLE_PICTURE, 0xe1, `Exif\0\0${body}`)));
    const entry = "\x12\x01\x03\0\x01\0\0\0\x08\0\0\0";
    const head = "II*\0\x08\0\0\0";
    expect(problem(`${head}\x01\0${entry}`)).to.contain("EXIF orientation (8)");
    for (const body of ["", "II*\0", "II*\0\xff\xff\xff\xff", `${head}\xff\xff${entry.slice(0, 9)}`, "XX*\0\x08\0\0\0"])
      expect(problem(body), JSON.stringify(body)).to.equal("none");
    for (const value of ["\x63", "\x01"])
      expect(problem(`${head}\x01\0${entry.replace("\x08", value)}`)).to.equal("none");
  });

  it("takes Adobe's word for YCbCr, and no other", () => {
    const problem = (transform: string) =>
      problemOf(photoText(withSegment(SAMPLE_PICTURE, 0xee, `Adobe\0\x64\0\0\0\0${transform}`)));
    expect(problem("\x01")).to.equal("none");
    expect(problem("\0")).to.match(/Adobe transform 0.*save it again/);
  });

  it("takes a thumbnail's weight off before it judges the size", () => {
    const heavy = withSegment(withSegment(SAMPLE_PICTURE, 0xe2, "x".repeat(60_000)), 0xe2, "y".repeat(60_000));
    expect(photoOf(heavy)).to.deep.equal(photoOf(SAMPLE_PICTURE));
    expect(heavy.length).to.be.greaterThan(2 * MAX_PHOTO_BYTES);
  });
});

describe("readPhoto", () => {
  for (const [name, bytes] of Object.entries({
    EXIF: withSegment(SAMPLE_PICTURE, 0xe1, "Exif\0\0hidden"),
    JFIF: withSegment(SAMPLE_PICTURE, 0xe0, "JFIF\0\x01\x01\0\0\x01\0\x01\0\0"),
    "a comment": withSegment(SAMPLE_PICTURE, 0xfe, "hidden"),
    "fill bytes": Buffer.concat([SAMPLE_PICTURE.subarray(0, 2), Uint8Array.of(0xff, 0xff), SAMPLE_PICTURE.subarray(2)]),
  }))
    it(`refuses ${name} in a certificate, where nothing rides along`, () =>
      expect(readPhoto(photoText(bytes)))
        .to.have.property("problem")
        .that.matches(/more than its picture/));
});
