// SPDX-License-Identifier: Apache-2.0
import { deflateSync } from "node:zlib";
import { expect } from "chai";
import fc from "fast-check";
import { nodeCrypto } from "../../../src/adapters/node-crypto/index.js";
import type { Crypto } from "../../../src/core/crypto.js";
import { TallyError } from "../../../src/core/errors.js";
import { toHex } from "../../../src/core/hex.js";
import { portableCrypto } from "../../../src/core/portable-crypto.js";
import { describeCrypto } from "../../core/crypto.suite.js";

describeCrypto("nodeCrypto", nodeCrypto);

describe("nodeCrypto and portableCrypto", () => {
  it("give the same keys and signatures", () => {
    fc.assert(
      fc.property(
        fc.uint8Array({ minLength: 32, maxLength: 32 }),
        fc.uint8Array({ maxLength: 64 }),
        (seed, message) => {
          expect(toHex(nodeCrypto.publicKey(seed))).to.equal(toHex(portableCrypto.publicKey(seed)));
          expect(toHex(nodeCrypto.sign(seed, message))).to.equal(toHex(portableCrypto.sign(seed, message)));
        },
      ),
      { numRuns: 10 },
    );
  });

  it("judge arbitrary and nearly right keys and signatures alike, at once and later", async () => {
    const bytes = (length: number) => fc.uint8Array({ minLength: length, maxLength: length });
    await fc.assert(
      fc.asyncProperty(
        bytes(32),
        bytes(64),
        fc.nat(255),
        fc.nat(511),
        fc.nat(3),
        async (seed, random, keyBit, signatureBit, kind) => {
          const message = random.subarray(0, 5);
          const key = nodeCrypto.publicKey(seed);
          const signature = nodeCrypto.sign(seed, message);
          const [triedKey, triedSignature] =
            kind === 0
              ? [random.subarray(0, 32), signature]
              : kind === 1
                ? [flipped(key, keyBit), signature]
                : kind === 2
                  ? [key, flipped(signature, signatureBit)]
                  : [key, random];
          expect(verdict(nodeCrypto, triedKey)).to.equal(verdict(portableCrypto, triedKey));
          const expected = portableCrypto.verify(triedKey, message, triedSignature);
          expect(nodeCrypto.verify(triedKey, message, triedSignature)).to.equal(expected);
          expect(await nodeCrypto.verifyLater!(triedKey, message, triedSignature)).to.equal(expected);
        },
      ),
      { numRuns: 60 },
    );
  });

  it("judge whole, cut and damaged compressed data alike", () => {
    const text = fc.array(fc.constantFrom("certificate", "虎符", "0000", "anchor ", "\n"), { maxLength: 80 });
    fc.assert(
      fc.property(
        text,
        fc.integer({ min: 0, max: 9 }),
        fc.nat(4),
        fc.nat(),
        fc.nat(),
        fc.nat(900),
        (words, level, strategy, where, cutAt, maxBytes) => {
          const packed = new Uint8Array(deflateSync(words.join(""), { level, strategy }));
          for (const data of [
            packed,
            flipped(packed, where % (packed.length * 8)),
            packed.subarray(0, cutAt % packed.length),
          ])
            expect(inflated(nodeCrypto, data, maxBytes)).to.equal(inflated(portableCrypto, data, maxBytes));
        },
      ),
      { numRuns: 500 },
    );
  });
});

function verdict(crypto: Crypto, key: Uint8Array): string {
  return outcome(() => {
    crypto.checkPublicKey(key);
    return "good";
  });
}

function inflated(crypto: Crypto, data: Uint8Array, maxBytes: number): string {
  return outcome(() => toHex(crypto.inflate(data, maxBytes)));
}

function outcome(act: () => string): string {
  try {
    return act();
  } catch (error) {
    if (error instanceof TallyError) return error.code;
    throw error;
  }
}

function flipped(value: Uint8Array, bit: number): Uint8Array {
  const copy = value.slice();
  copy[bit >> 3]! ^= 1 << (bit & 7);
  return copy;
}
