// SPDX-License-Identifier: Apache-2.0
import { expect } from "chai";
import fc from "fast-check";
import { collapse, indicesOf, placeOf, type StatusAction } from "../../../src/domain/anchoring/index.js";
import { bitOf as bitNameOf, shows } from "../../../src/domain/anchoring/status-masks.js";

const bitOf = (index: number) => placeOf(index).bit;

describe("status masks", () => {
  it("put index i at word i >> 8, bit 255 - (i & 255), list by list", () => {
    expect(placeOf(0)).to.deep.equal({ list: 0, word: 0, bit: 1n << 255n });
    expect(placeOf(255)).to.deep.equal({ list: 0, word: 0, bit: 1n });
    expect(placeOf(256)).to.deep.equal({ list: 0, word: 1, bit: 1n << 255n });
    expect(placeOf(131_071)).to.deep.equal({ list: 0, word: 511, bit: 1n });
    expect(placeOf(131_072)).to.deep.equal({ list: 1, word: 0, bit: 1n << 255n });
  });

  it("make a word's bytes in order a bitstring status list", () => {
    // W3C Bitstring Status List: index 0 is the left-most bit of the first byte.
    const bytes = bitOf(9).toString(16).padStart(64, "0");
    expect(bytes.slice(0, 4)).to.equal("0040");
  });

  it("name the indices of their bits again", () => {
    fc.assert(
      fc.property(fc.uniqueArray(fc.integer({ min: 0, max: 255 })), (offsets) => {
        const first = 3 * 131_072 + 5 * 256;
        const bits = offsets.reduce((mask, offset) => mask | bitOf(first + offset), 0n);
        expect(indicesOf(3, 5, bits)).to.deep.equal(offsets.map((offset) => first + offset).sort((a, b) => a - b));
      }),
    );
  });

  it("keep only the last of suspensions and releases", () => {
    const one = (...actions: StatusAction[]) => collapse(actions.map((action) => ({ statusIndex: 255, action })))[0];
    const none = { list: 0, word: 0, revoke: 0n, suspend: 0n, release: 0n };
    expect(one("suspend", "release")).to.deep.equal({ ...none, release: 1n });
    expect(one("release", "suspend")).to.deep.equal({ ...none, suspend: 1n });
    expect(one("suspend", "release", "suspend")).to.deep.equal({ ...none, suspend: 1n });
    expect(one("suspend", "revoke")).to.deep.equal({ ...none, suspend: 1n, revoke: 1n });
    expect(one("revoke", "suspend", "release")).to.deep.equal({ ...none, revoke: 1n, release: 1n });
  });

  it("have the effect of all changes made one by one, on any word", () => {
    const changes = fc.array(
      fc.record({
        statusIndex: fc.integer({ min: 0, max: 5 }),
        action: fc.constantFrom<StatusAction>("revoke", "suspend", "release"),
      }),
      { minLength: 1 },
    );
    const bits = fc.bigInt({ min: 0n, max: (1n << 256n) - 1n });
    fc.assert(
      fc.property(changes, bits, bits, (list, revoked, suspended) => {
        const oneByOne = { revoked, suspended };
        for (const { statusIndex, action } of list) {
          const bit = bitOf(statusIndex);
          if (action === "revoke") oneByOne.revoked |= bit;
          if (action === "suspend") oneByOne.suspended |= bit;
          if (action === "release") oneByOne.suspended &= ~bit;
        }
        const masks = collapse(list)[0]!;
        const after = {
          revoked: revoked | masks.revoke,
          suspended: (suspended | masks.suspend) & ~masks.release,
        };
        expect(after).to.deep.equal(oneByOne);
      }),
    );
  });

  it("are shown by a word that the last change of each bit was made to, and by no other", () => {
    const change = fc.record({
      statusIndex: fc.integer({ min: 0, max: 255 }),
      action: fc.constantFrom<StatusAction>("revoke", "suspend", "release"),
    });
    const bits = fc.bigInt({ min: 0n, max: (1n << 256n) - 1n });
    fc.assert(
      fc.property(fc.array(change, { minLength: 1 }), bits, bits, (list, revoked, suspended) => {
        const { revoke, suspend, release } = collapse(list)[0]!;
        const after = { revoked: revoked | revoke, suspended: (suspended | suspend) & ~release };
        const last = [...new Map(list.map((each) => [bitNameOf(each), each])).values()];
        for (const each of last) {
          expect(shows(after, each)).to.equal(true);
          const bit = bitOf(each.statusIndex);
          const without = {
            revoked: each.action === "revoke" ? after.revoked & ~bit : after.revoked,
            suspended: each.action === "revoke" ? after.suspended : after.suspended ^ bit,
          };
          expect(shows(without, each)).to.equal(false);
        }
      }),
    );
  });
});
