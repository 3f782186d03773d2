// SPDX-License-Identifier: Apache-2.0
import { expect } from "chai";
import { fromBase64Url } from "../../src/core/base64.js";
import { qrText } from "../../src/core/digits.js";
import { createRenderer } from "../../src/render/index.js";
import { qrImage } from "../../src/render/qr-image.js";
import { blurred, rotated } from "./degrade.js";
import { anchoredEvidence, HOST, permit, permitType } from "./fixture.js";
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
