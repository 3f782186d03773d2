// SPDX-License-Identifier: Apache-2.0
import { readFileSync } from "node:fs";
import { expect } from "chai";
import { fromBase64Url } from "../../src/core/base64.js";
import { qrText } from "../../src/core/digits.js";
import { createRenderer } from "../../src/render/index.js";
import { qrImage } from "../../src/render/qr-image.js";
import { copyOf } from "./copies.js";
import { asJpeg, blurred, rotated, scaled } from "./degrade.js";
import { anchoredEvidence, HOST, permit, permitType } from "./fixture.js";
import { LAYOUTS, licenceOf } from "./layouts.js";
import { crop, type Raster, rasterise, readQrCodes } from "./raster.js";

describe("the QR code on the page", () => {
  const renderer = createRenderer({ verifyHost: HOST });
  const { qr } = permitType.layout;
  const plate = (page: Raster, dpi: number) => crop(page, dpi, qr.x - 3, qr.y - 3, qr.size + 6, qr.size + 6);
  let page: Raster;

  const page300 = async (serial: number) =>
    rasterise(
      renderer.render({ certificate: permit({ serial }), evidence: anchoredEvidence(serial), type: permitType }),
      300,
    );
  const expected = (serial: number) => qrText(HOST, fromBase64Url(anchoredEvidence(serial).token));

  before(async () => {
    page = await page300(0);
  });

  it("is read by another decoder from the page at 300 dpi", async () => {
    expect(await readQrCodes(page)).to.deep.equal([expected(0)]);
  });

  it("is read for many tokens", async () => {
    for (let serial = 1; serial <= 5; serial++)
      expect(await readQrCodes(plate(await page300(serial), 300))).to.deep.equal([expected(serial)]);
  });

  it("is read from a page rendered at 150 dpi", async () => {
    const pdf = renderer.render({ certificate: permit(), evidence: anchoredEvidence(), type: permitType });
    expect(await readQrCodes(plate(await rasterise(pdf, 150), 150))).to.deep.equal([expected(0)]);
  });

  for (const radius of [1, 2])
    it(`is read when blurred over ${radius} pixels`, async () => {
      expect(await readQrCodes(blurred(plate(page, 300), radius))).to.deep.equal([expected(0)]);
    });

  for (const degrees of [3, 15, 90, 180])
    it(`is read when turned by ${degrees}°`, async () => {
      expect(await readQrCodes(rotated(plate(page, 300), degrees))).to.deep.equal([expected(0)]);
    });

  it("is read when turned, blurred and dirty", async () => {
    const copy = blurred(rotated(plate(page, 300), 7), 1);
    for (let i = 0; i < copy.grey.length; i += 37) copy.grey[i] = (i * 7919) % 256;
    expect(await readQrCodes(copy)).to.deep.equal([expected(0)]);
  });

  it("does not exceed version 17 for the largest token that prints readably", () => {
    const token = new Uint8Array(430).fill(0xff);
    expect(qrImage(qrText("verify.licence.gov.example.cn", token)).modules).to.be.at.most(85);
  });

  it("is the same picture for the same token", () => {
    expect(qrImage(expected(0))).to.deep.equal(qrImage(expected(0)));
    expect(qrImage(expected(0)).bits).not.to.deep.equal(qrImage(expected(1)).bits);
  });
});

/** What docs/formats/qr.md promises of every layout, of the densest code of its type, drawn at 300 dpi. */
const LIMITS: readonly (readonly [string, (plate: Raster) => Raster])[] = [
  ["as it is drawn", (plate) => plate],
  ["blurred over 3 pixels", (plate) => blurred(plate, 3)],
  ["turned by 10°", (plate) => rotated(plate, 10)],
  ["turned by 45°", (plate) => rotated(plate, 45)],
  ["as a JPEG of quality 40", (plate) => asJpeg(plate, 40)],
  ["as a JPEG of quality 10", (plate) => asJpeg(plate, 10)],
  ["scaled to 50 %", (plate) => scaled(plate, 0.5)],
  ["scaled to 40 %", (plate) => scaled(plate, 0.4)],
  [
    "turned by 10°, blurred over 2 pixels, scaled to 50 % and as a JPEG of quality 40",
    (plate) => asJpeg(scaled(blurred(rotated(plate, 10), 2), 0.5), 40),
  ],
];

for (const [name, type] of LAYOUTS)
  describe(`the code of ${name}`, () => {
    const { x, y, size } = type.layout.qr;
    const input = licenceOf(type);
    const text = qrText(HOST, fromBase64Url(input.evidence.token));
    let page: Raster;
    let plate: Raster;

    before(async () => {
      page = await rasterise(createRenderer({ verifyHost: HOST }).render(input), 300);
      plate = crop(page, 300, x - 3, y - 3, size + 6, size + 6);
    });

    it("is read from the whole page", async () => {
      expect(await readQrCodes(page)).to.deep.equal([text]);
    });

    for (const [how, degrade] of LIMITS)
      it(`is read ${how}`, async () => {
        expect(await readQrCodes(degrade(plate))).to.deep.equal([text]);
      });

    it("has the size and modules that the documentation says", () => {
      const { modules } = qrImage(text);
      const row = `| ${name} | ${size} mm | ${modules} | ${(size / modules).toFixed(2)} mm |`;
      expect(readFileSync(new URL("../../docs/formats/qr.md", import.meta.url), "utf8")).to.contain(row);
    });
  });

/** The tightest of readers' copies: as dense as their codes are, under the tallest mark that a card has room for. */
describe("the code of a reader's copy of a card", () => {
  const input = copyOf(licenceOf(LAYOUTS.get("road-transport-certificate")!), { user: "甲".repeat(100) });
  const text = qrText(HOST, fromBase64Url(input.copy.evidence.token));
  const { x, y, size } = input.type.layout.qr;
  /** Three lines of a mark lower a page of 210 mm by 74 mm. */
  const mark = 4.6 + 2.3;
  const scale = 1 - mark / 74;
  let plate: Raster;

  before(async () => {
    const page = await rasterise(createRenderer({ verifyHost: HOST }).renderCopy(input), 300);
    const [left, top, side] = [(210 * (1 - scale)) / 2 + x * scale, mark + y * scale, size * scale];
    plate = crop(page, 300, left - 3, top - 3, side + 6, side + 6);
  });

  for (const [how, degrade] of LIMITS)
    if (how === "blurred over 3 pixels")
      it("is read blurred over 2 pixels, but not over 3", async () => {
        expect(await readQrCodes(blurred(plate, 2))).to.deep.equal([text]);
        expect(await readQrCodes(degrade(plate))).to.deep.equal([]);
      });
    else
      it(`is read ${how}`, async () => {
        expect(await readQrCodes(degrade(plate))).to.deep.equal([text]);
      });

  it("has the size and modules that the documentation says", () => {
    const lowered = size * scale;
    const { modules } = qrImage(text);
    const row = `| reader's copy of a road-transport-certificate | ${lowered.toFixed(1)} mm | ${modules} | ${(lowered / modules).toFixed(2)} mm |`;
    expect(readFileSync(new URL("../../docs/formats/qr.md", import.meta.url), "utf8")).to.contain(row);
  });
});

describe("what JPEG loses in these tests", () => {
  it("is little at high quality, and grows as the quality falls", () => {
    const { modules, bits } = qrImage("https://verify.example/v#1234567890");
    const side = modules * 6;
    const stride = (modules + 7) >> 3;
    const grey = Uint8Array.from({ length: side * side }, (_, i) => {
      const [row, column] = [Math.floor(i / side / 6), Math.floor((i % side) / 6)];
      return bits[row * stride + (column >> 3)]! & (0x80 >> (column & 7)) ? 255 : 0;
    });
    const error = (quality: number): number => {
      const lossy = asJpeg({ width: side, height: side, grey }, quality).grey;
      return lossy.reduce((sum, value, i) => sum + Math.abs(value - grey[i]!), 0) / grey.length;
    };
    expect(error(100)).to.be.lessThan(1);
    expect(error(40)).to.be.within(error(90), error(10));
    expect(error(10)).to.be.greaterThan(5);
  });
});
