// SPDX-License-Identifier: Apache-2.0
import { inflateSync } from "node:zlib";
import { expect } from "chai";
import fc from "fast-check";
import { toHex } from "../../src/core/hex.js";
import { inflateZlib } from "../../src/core/inflate.js";

/** What zlib says of the same bytes; trailing bytes are ours to refuse, so they are cut off before. */
function zlibSays(data: Uint8Array): string {
  try {
    const { buffer, engine } = inflateSync(data, { info: true, maxOutputLength: 1 << 20 }) as unknown as {
      buffer: Buffer;
      engine: { bytesWritten: number };
    };
    return engine.bytesWritten === data.length ? buffer.toString("hex") : "refused";
  } catch {
    return "refused";
  }
}

function weSay(data: Uint8Array): string {
  try {
    return toHex(inflateZlib(data, 1 << 20));
  } catch {
    return "refused";
  }
}

describe("inflateZlib", () => {
  it("refuses whatever zlib refuses, on random blocks behind a right header", () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 1, maxLength: 60 }), fc.constantFrom(1, 3, 5), (body, firstBits) => {
        // Forces a last block of each kind: the header bits of random bytes alone are mostly an early refusal.
        body[0] = (body[0]! & 0xf8) | firstBits;
        const data = Uint8Array.of(0x78, 0x9c, ...body);
        expect(weSay(data)).to.equal(zlibSays(data));
      }),
      { numRuns: 3000 },
    );
  });
});
