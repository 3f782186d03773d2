// SPDX-License-Identifier: Apache-2.0
import { expect } from "chai";
import { loadFonts } from "../../src/render/font/font-library.js";
import { FontSubset } from "../../src/render/font/font-subset.js";
import { createRenderer, type SealLook } from "../../src/render/index.js";
import { drawSealPicture, SEAL_PURPOSE, sealFonts } from "../../src/render/seal/seal-picture.js";
import { anchoredEvidence, HOST, permit, permitType } from "./fixture.js";
import { crop, ink, rasterise } from "./raster.js";
import { sealable } from "./sealed-licence.js";

const LONG = "样例省样例自治州样例市人民政府行政审批服务局（样例市政务服务数据管理局样例办公室）";
const SIZE = 130;
const RADIUS = SIZE / 2;

type Corner = readonly [number, number];

/** The boxes of all characters of a picture, relative to its centre: from baseline to head, as wide as they were set. */
function boxesOf(look: SealLook): Corner[][] {
  const stack = sealFonts(loadFonts());
  const subsets = stack.fonts.map((font) => new FontSubset(font));
  const operators = drawSealPicture(look, SIZE, stack, subsets);
  const texts = Array.from(look.name + SEAL_PURPOSE + look.code);
  const matrices = [...operators.matchAll(/ Tf ([-\d. ]+) Tm /g)].map(([, numbers]) => numbers!.split(" ").map(Number));
  expect(matrices).to.have.length(texts.length);
  return matrices.map(([a = 0, b = 0, c = 0, d = 0, e = 0, f = 0], i) => {
    const advance = stack.textWidth(texts[i]!) / 1000;
    const at = (x: number, y: number): Corner => [a * x + c * y + e, b * x + d * y + f];
    // Characters of these scripts stand within this part of the em.
    return [at(0.03 * advance, -0.1), at(0.97 * advance, -0.1), at(0.97 * advance, 0.86), at(0.03 * advance, 0.86)];
  });
}

/** By the theorem of separating axes. */
function overlap(one: readonly Corner[], other: readonly Corner[]): boolean {
  for (const box of [one, other])
    for (let i = 0; i < 2; i++) {
      const axis: Corner = [box[i + 1]![0] - box[i]![0], box[i + 1]![1] - box[i]![1]];
      const along = (corners: readonly Corner[]) => corners.map(([x, y]) => x * axis[0] + y * axis[1]);
      if (Math.max(...along(one)) <= Math.min(...along(other)) || Math.max(...along(other)) <= Math.min(...along(one)))
        return false;
    }
  return true;
}

const distance = ([x, y]: Corner) => Math.hypot(x, y);
const side = ([x, y]: Corner, [u, v]: Corner) => Math.hypot(u - x, v - y);
/** It reaches down to a quarter of the radius; only the ring's name stands beside it. */
const isInStar = ([x, y]: Corner) => Math.abs(x) < 0.3 * RADIUS && y > -0.25 * RADIUS && y < 0.35 * RADIUS;

describe("the picture of a seal", () => {
  for (const length of [4, 5, 8, 12, 16, 22, 28, 34, 40])
    for (const code of ["3401", "3401000012345", "34010000123456789012"])
      it(`keeps a name of ${length} characters and a code of ${code.length} apart, within the ring and legible`, () => {
        const boxes = boxesOf({ name: LONG.slice(0, length), code, star: true });
        const faults = boxes.flatMap((box, i) => [
          ...(box.some((corner) => distance(corner) > 0.935 * RADIUS) ? [`${i} touches the ring`] : []),
          ...(box.some(isInStar) ? [`${i} touches the star`] : []),
          ...boxes.slice(i + 1).flatMap((other, j) => (overlap(box, other) ? [`${i} touches ${i + 1 + j}`] : [])),
        ]);
        expect(faults).to.deep.equal([]);
        // At the seal's usual 46 mm: characters of the name, and digits.
        const mm = 46 / SIZE;
        const [name, digits] = [boxes.slice(0, length), boxes.slice(-code.length)];
        expect(Math.min(...name.map(([one, other]) => side(one!, other!))) * mm).to.be.greaterThan(1.7);
        expect(Math.min(...name.map(([, one, other]) => side(one!, other!))) * mm).to.be.greaterThan(2.6);
        expect(Math.min(...digits.map(([one, other]) => side(one!, other!))) * mm).to.be.greaterThan(0.6);
      });

  it("is a ring with a star, or with nothing in the middle", async () => {
    const [starred, blank] = await Promise.all(
      [true, false].map(async (star) => rasterise(sealable({ star }).bytes, 150)),
    );
    // The square of the layout is 46 mm from (130, 217).
    for (const page of [starred!, blank!]) {
      expect(ink(crop(page, 150, 152, 217.2, 2, 0.9))).to.be.greaterThan(0.95);
      expect(ink(crop(page, 150, 130.2, 239, 0.9, 2))).to.be.greaterThan(0.95);
    }
    expect(ink(crop(starred!, 150, 152.2, 236.9, 1.5, 1.5))).to.be.greaterThan(0.95);
    expect(ink(crop(blank!, 150, 152.2, 236.9, 1.5, 1.5))).to.be.lessThan(0.2);
  });

  it("lets what is printed below it be read: black stays black under the red", async () => {
    const bare = await rasterise(
      createRenderer({ verifyHost: HOST }).render({
        certificate: permit(),
        evidence: anchoredEvidence(),
        type: permitType,
      }),
      200,
    );
    const sealed = await rasterise(sealable().bytes, 200);
    const black = [...bare.grey.keys()].filter((i) => bare.grey[i]! < 40);
    expect(black.length).to.be.greaterThan(1000);
    expect(black.filter((i) => sealed.grey[i]! > 60)).to.deep.equal([]);
  });

  it("is refused with the field at fault when it cannot be drawn", () => {
    const { checkSeal } = createRenderer({ verifyHost: HOST });
    const look: SealLook = { name: "样例省样例局", code: "3401000012345", star: true };
    const fields = (changes: Partial<SealLook>) => checkSeal({ ...look, ...changes }).map(({ field }) => field);
    expect(fields({})).to.deep.equal([]);
    expect(fields({ name: "样例局" })).to.deep.equal(["seal.name"]);
    expect(fields({ name: LONG.slice(0, 40) })).to.deep.equal([]);
    expect(fields({ name: `${LONG}样`.slice(0, 41) })).to.deep.equal(["seal.name"]);
    expect(fields({ name: "样例省𠮷样局" })).to.deep.equal(["seal.name"]);
    expect(fields({ code: "340" })).to.deep.equal(["seal.code"]);
    expect(fields({ code: "3401-00001" })).to.deep.equal(["seal.code"]);
    expect(() => sealable({ name: "样例局" })).to.throw("seal.name: 3 characters; a seal's ring takes 4 to 40");
  });
});
