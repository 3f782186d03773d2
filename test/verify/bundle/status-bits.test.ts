// SPDX-License-Identifier: Apache-2.0
import { expect } from "chai";
import fc from "fast-check";
import { TallyError } from "../../../src/core/errors.js";
import { decodeStatusBits, encodeStatusBits, LIST_BITS, LIST_BYTES } from "../../../src/verify/bundle/status-bits.js";

function listOf(positions: Iterable<number>): Uint8Array {
  const list = new Uint8Array(LIST_BYTES);
  for (const position of positions) list[position >> 3]! |= 128 >> (position & 7);
  return list;
}

describe("status bits", () => {
  it("are packed as the gaps before them", () => {
    expect([...encodeStatusBits(listOf([5, 300]))]).to.deep.equal([5, 0xa6, 0x02]);
    expect([...encodeStatusBits(listOf([0, 1, LIST_BITS - 1]))]).to.deep.equal([0, 0, 0xfd, 0xff, 0x07]);
    expect(encodeStatusBits(listOf([]))).to.have.lengthOf(0);
  });

  it("are what they were after packing, however many", () => {
    fc.assert(
      fc.property(fc.array(fc.nat(LIST_BITS - 1), { maxLength: 300 }), (positions) => {
        const list = listOf(positions);
        expect(Buffer.compare(decodeStatusBits(encodeStatusBits(list)), list)).to.equal(0);
      }),
      { numRuns: 50 },
    );
    for (const step of [1, 2, 7, 8, 9, 127, 128, 129]) {
      const list = listOf(Array.from({ length: Math.floor(LIST_BITS / step) }, (_, i) => i * step));
      const packed = encodeStatusBits(list);
      expect(packed.length, `every ${step}`).to.be.at.most(LIST_BYTES);
      expect(Buffer.compare(decodeStatusBits(packed), list)).to.equal(0);
    }
  });

  it("have one spelling, whatever bytes come", () => {
    const spelling = (packed: Uint8Array): void => {
      let list: Uint8Array;
      try {
        list = decodeStatusBits(packed);
      } catch (error) {
        expect((error as TallyError).code).to.equal("format.malformed");
        return;
      }
      expect(Buffer.compare(encodeStatusBits(list), packed)).to.equal(0);
    };
    fc.assert(fc.property(fc.uint8Array({ maxLength: 40 }), spelling), { numRuns: 300 });
    spelling(new Uint8Array(LIST_BYTES).fill(0x55));
  });

  for (const [what, bytes] of Object.entries({
    "a gap that does not end": [0x80],
    "a needless last byte": [0x81, 0x00],
    "a gap of four bytes": [0x80, 0x80, 0x80, 0x01],
    "a bit beyond the list": [0x80, 0x80, 0x08],
    "more bytes than a list": new Uint8Array(LIST_BYTES + 1),
    "a sparse list in full": listOf([5]),
  }))
    it(`refuse ${what}`, () => {
      expect(() => decodeStatusBits(Uint8Array.from(bytes), "/state/x"))
        .to.throw(TallyError)
        .with.property("field", "/state/x");
    });
});
