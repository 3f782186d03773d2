// SPDX-License-Identifier: Apache-2.0
import { expect } from "chai";
import { nodeCrypto } from "../../../src/adapters/node-crypto/index.js";
import { rememberingVerdicts } from "../../../src/adapters/node-crypto/remembered-verdicts.js";
import type { Crypto } from "../../../src/core/crypto.js";
import { describeCrypto } from "../../core/crypto.suite.js";

describeCrypto("nodeCrypto with remembered verdicts", rememberingVerdicts(nodeCrypto, 8));

describe("rememberingVerdicts", () => {
  const seed = nodeCrypto.randomBytes(32);
  const key = nodeCrypto.publicKey(seed);
  const counted = () => {
    let asked = 0;
    const counting: Crypto = {
      ...nodeCrypto,
      verify: (...input) => {
        asked++;
        return nodeCrypto.verify(...input);
      },
      verifyLater: (...input) => {
        asked++;
        return nodeCrypto.verifyLater!(...input);
      },
    };
    return { crypto: rememberingVerdicts(counting, 3), asked: () => asked };
  };
  const message = (n: number) => Uint8Array.of(n);

  it("finds a verdict once, good or bad, at once or later", async () => {
    const { crypto, asked } = counted();
    const signature = nodeCrypto.sign(seed, message(1));
    for (let i = 0; i < 3; i++) {
      expect(crypto.verify(key, message(1), signature)).to.equal(true);
      expect(await crypto.verifyLater!(key, message(1), signature)).to.equal(true);
      expect(await crypto.verifyLater!(key, message(2), signature)).to.equal(false);
      expect(crypto.verify(key, message(2), signature)).to.equal(false);
    }
    expect(asked()).to.equal(2);
  });

  it("takes no verdict for that of another key, message or signature, however the bytes are shared out", () => {
    const { crypto } = counted();
    const signature = nodeCrypto.sign(seed, message(1));
    expect(crypto.verify(key, message(1), signature)).to.equal(true);
    expect(crypto.verify(key, message(2), signature)).to.equal(false);
    expect(crypto.verify(nodeCrypto.publicKey(nodeCrypto.randomBytes(32)), message(1), signature)).to.equal(false);
    const moved = new Uint8Array([...signature, ...message(1)]);
    expect(crypto.verify(key, moved.subarray(64), moved.subarray(0, 64))).to.equal(true);
    expect(crypto.verify(key, moved.subarray(63), moved.subarray(0, 63))).to.equal(false);
    expect(crypto.verify(key, moved.subarray(65), moved)).to.equal(false);
  });

  it("keeps the newest, and no more than it may", () => {
    const { crypto, asked } = counted();
    for (const n of [1, 2, 3, 4]) crypto.verify(key, message(n), nodeCrypto.sign(seed, message(n)));
    crypto.verify(key, message(4), nodeCrypto.sign(seed, message(4)));
    expect(asked()).to.equal(4);
    crypto.verify(key, message(1), nodeCrypto.sign(seed, message(1)));
    expect(asked()).to.equal(5);
  });
});
