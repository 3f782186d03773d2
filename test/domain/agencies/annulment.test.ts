// SPDX-License-Identifier: Apache-2.0
import { expect } from "chai";
import { annulmentsOf } from "../../../src/domain/agencies/annulment.js";
import { placeOf } from "../../../src/domain/anchoring/index.js";

const LIST = 131_072;

describe("the words of an annulment", () => {
  it("name exactly the indices, list by list, each once", () => {
    const indices = [3, 0, 255, 256, LIST + 7, 3];
    const annulments = annulmentsOf(indices);
    expect(annulments.map(({ list, indices: positions }) => [list, positions])).to.deep.equal([
      [0, [0, 3, 255, 256]],
      [1, [7]],
    ]);
    for (const { list, masks } of annulments)
      for (const { word, mask } of masks) {
        const expected = [...new Set(indices)]
          .map(placeOf)
          .filter((place) => place.list === list && place.word === word)
          .reduce((bits, { bit }) => bits | bit, 0n);
        expect(mask).to.equal(expected);
      }
  });

  for (const [what, indices] of [
    ["no index", []],
    ["too many", Array.from({ length: 257 }, (_, index) => index)],
    ["a negative one", [-1]],
    ["half an index", [1.5]],
    ["a list that the registry cannot name", [2 ** 32 * LIST]],
  ] as const)
    it(`are refused with ${what}`, () => {
      expect(() => annulmentsOf(indices))
        .to.throw()
        .with.property("code", "request.invalid");
    });
});
