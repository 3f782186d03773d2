// SPDX-License-Identifier: Apache-2.0
import { deflateRawSync, deflateSync } from "node:zlib";
import { Point } from "@noble/ed25519";
import { expect } from "chai";
import fc from "fast-check";
import { concatBytes, utf8 } from "../../src/core/bytes.js";
import type { Crypto } from "../../src/core/crypto.js";
import { fromHex, toHex } from "../../src/core/hex.js";
import { lowSignature } from "../../src/core/p256.js";
import { verifyP256 as portableP256 } from "../../src/core/portable-p256.js";
import { expectRefusal } from "./refusal.js";
import {
  GROUP_ORDER,
  hashToScalar,
  IDENTITY,
  littleEndian,
  SMALL_ORDER_KEYS,
  toLittleEndian,
  torsionPoint,
  torsionSignature,
} from "./signature-vectors.js";
import { vectorJson } from "./vectors.js";

/** Every implementation of `Crypto` passes this, so all give the same verdict on every input. */
export function describeCrypto(name: string, crypto: Crypto): void {
  describe(`${name}: Ed25519`, () => describeEd25519(crypto));
  describe(`${name}: ECDSA P-256`, () => describeP256(crypto));
  describe(`${name}: SHA-256`, () => describeSha256(crypto));
  describe(`${name}: inflate`, () => describeInflate(crypto));
  describe(`${name}: random bytes`, () => {
    it("have the length asked for and differ", () => {
      expect(crypto.randomBytes(33)).to.have.length(33);
      expect(toHex(crypto.randomBytes(32))).not.to.equal(toHex(crypto.randomBytes(32)));
    });
  });
}

interface WycheproofGroup {
  readonly publicKey: { readonly pk: string };
  readonly tests: readonly { tcId: number; comment: string; msg: string; sig: string; result: "valid" | "invalid" }[];
}

function describeEd25519(crypto: Crypto): void {
  const seed = fromHex("9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60");
  const publicKey = fromHex("d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a");

  it("has the public key and the signature of RFC 8032 section 7.1, test 1", () => {
    expect(toHex(crypto.publicKey(seed))).to.equal(toHex(publicKey));
    expect(toHex(crypto.sign(seed, new Uint8Array()))).to.equal(
      "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b",
    );
  });

  if (crypto.signLater)
    it("makes later the signatures that it makes at once, of bytes that change meanwhile too", async () => {
      const message = utf8("message 1");
      const expected = crypto.sign(seed, message);
      const later = crypto.signLater?.(seed, message);
      message.fill(0);
      expect(await later).to.deep.equal(expected);
      const [refused] = await Promise.allSettled([crypto.signLater?.(new Uint8Array(31), message)]);
      expect(refused.status).to.equal("rejected");
    });

  const groups: readonly WycheproofGroup[] = vectorJson("published/ed25519-wycheproof.json").testGroups;
  for (const { publicKey: key, tests } of groups)
    for (const { tcId, comment, msg, sig, result } of tests)
      it(`judges wycheproof ${tcId} (${comment || "no comment"}) as ${result}`, () => {
        expect(crypto.verify(fromHex(key.pk), fromHex(msg), fromHex(sig))).to.equal(result === "valid");
      });

  if (crypto.verifyLater)
    it("judges all of wycheproof later as it does at once", async () => {
      for (const { publicKey: key, tests } of groups)
        for (const { tcId, msg, sig, result } of tests) {
          const verdict = await crypto.verifyLater!(fromHex(key.pk), fromHex(msg), fromHex(sig));
          expect(verdict, `${tcId}`).to.equal(result === "valid");
        }
    });

  it("refuses a signature whose R carries a torsion part, which cofactored verification accepts", () => {
    const { message, signature, key } = torsionSignature();
    expect(isAcceptedWithCofactor(key, message, signature), "the vector is what it says").to.equal(true);
    expect(crypto.verify(key, message, signature)).to.equal(false);
  });

  for (const encoded of SMALL_ORDER_KEYS)
    it(`refuses the small-order key ${encoded.slice(0, 8)}… and any signature under it`, () => {
      const key = fromHex(encoded);
      expectRefusal("key.refused", () => crypto.checkPublicKey(key));
      // R = identity, s = 0: valid for every message under the identity as key, where keys are not checked.
      expect(crypto.verify(key, utf8("any message"), concatBytes(fromHex(IDENTITY), new Uint8Array(32)))).to.equal(
        false,
      );
      expect(crypto.verify(key, utf8("any message"), concatBytes(key, new Uint8Array(32)))).to.equal(false);
    });

  it("refuses a key with a torsion part, though it lies on the curve and is not of small order", () => {
    const mixed = Point.fromBytes(publicKey).add(torsionPoint()).toBytes();
    expectRefusal("key.refused", () => crypto.checkPublicKey(mixed));
    expect(crypto.verify(mixed, utf8("x"), crypto.sign(seed, utf8("x")))).to.equal(false);
  });

  for (const [name, key] of Object.entries({
    "y = p, a second spelling of 0": "edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
    "y = p + 1, a second spelling of 1": "eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
    "x = 0 with its sign bit set": "0100000000000000000000000000000000000000000000000000000000000080",
    "a y without an x": "0200000000000000000000000000000000000000000000000000000000000000",
    "31 bytes": "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f70751",
    "33 bytes": "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a00",
    "no bytes": "",
  }))
    it(`refuses a key that is not canonical: ${name}`, () => {
      expectRefusal("key.refused", () => crypto.checkPublicKey(fromHex(key)));
      expect(crypto.verify(fromHex(key), new Uint8Array(), crypto.sign(seed, new Uint8Array()))).to.equal(false);
    });

  it("takes a good key again and again, and refuses a bad one again and again", () => {
    for (let i = 0; i < 3; i++) {
      expect(() => crypto.checkPublicKey(publicKey)).not.to.throw();
      expectRefusal("key.refused", () => crypto.checkPublicKey(fromHex(IDENTITY)));
    }
  });

  it("refuses s + L, the other spelling of the same signature", () => {
    const message = utf8("malleable");
    const signature = crypto.sign(seed, message);
    const s = littleEndian(signature.subarray(32)) + GROUP_ORDER;
    expect(s < 2n ** 256n).to.equal(true);
    const other = concatBytes(signature.subarray(0, 32), toLittleEndian(s));
    expect(crypto.verify(publicKey, message, signature)).to.equal(true);
    expect(crypto.verify(publicKey, message, other)).to.equal(false);
  });

  it("refuses signatures that are not 64 bytes", () => {
    const signature = crypto.sign(seed, utf8("x"));
    for (const wrong of [signature.subarray(0, 63), concatBytes(signature, Uint8Array.of(0)), new Uint8Array()])
      expect(crypto.verify(publicKey, utf8("x"), wrong)).to.equal(false);
  });

  it("verifies what it signs and no bit of it changed", () => {
    fc.assert(
      fc.property(
        fc.uint8Array({ minLength: 32, maxLength: 32 }),
        fc.uint8Array({ maxLength: 100 }),
        fc.nat(511),
        (secret, message, bit) => {
          const key = crypto.publicKey(secret);
          const signature = crypto.sign(secret, message);
          expect(crypto.verify(key, message, signature)).to.equal(true);
          expect(crypto.verify(key, message, flipped(signature, bit))).to.equal(false);
          expect(crypto.verify(key, concatBytes(message, Uint8Array.of(0)), signature)).to.equal(false);
        },
      ),
      { numRuns: 12 },
    );
  });

  it("signs with the seed it is given, also when the array was reused for another", () => {
    const reused = seed.slice();
    crypto.sign(reused, utf8("first"));
    reused.fill(7);
    expect(
      crypto.verify(crypto.publicKey(new Uint8Array(32).fill(7)), utf8("second"), crypto.sign(reused, utf8("second"))),
    ).to.equal(true);
  });
}

interface EcdsaGroup {
  readonly publicKey: { readonly uncompressed: string };
  readonly tests: readonly { tcId: number; comment: string; msg: string; sig: string; result: "valid" | "invalid" }[];
}

const P256_ORDER = 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n;
const P256_PRIME = 0xffffffff00000001000000000000000000000000ffffffffffffffffffffffffn;

/** The first of the wycheproof vectors. */
const P256_SAMPLE = {
  key: fromHex(
    "042927b10512bae3eddcfe467828128bad2903269919f7086069c8c4df6c732838c7787964eaac00e5921fb1498a60f4606766b3d9685001558d1a974e7341513e",
  ),
  message: fromHex("313233343030"),
  signature: fromHex(
    "2ba3a8be6b94d5ec80a6d9d1190a436effe50d85a1eee859b8cc6af9bd5c2e184cd60b855d442f5b3c7b11eb6c4e0ae7525fe710fab9aa7c77a67f79e6fadd76",
  ),
};

/** Where an implementation has none, what stands in for it. */
function describeP256({ verifyP256 = portableP256 }: Crypto): void {
  const { key, message, signature: sample } = P256_SAMPLE;
  const r = sample.slice(0, 32);
  const s = bigEndian(sample.subarray(32));
  const low = concatBytes(r, to32Bytes(s <= P256_ORDER / 2n ? s : P256_ORDER - s));
  const high = concatBytes(r, to32Bytes(s <= P256_ORDER / 2n ? P256_ORDER - s : s));

  const groups: readonly EcdsaGroup[] = vectorJson("published/ecdsa-p256-sha256-wycheproof.json").testGroups;
  for (const { publicKey, tests } of groups)
    for (const { tcId, comment, msg, sig, result } of tests)
      it(`judges wycheproof ${tcId} (${comment || "no comment"}) as ${result}, with s in the lower half alone`, () => {
        const [pk, bytes, signature] = [fromHex(publicKey.uncompressed), fromHex(msg), fromHex(sig)];
        const isLow = signature.length === 64 && bigEndian(signature.subarray(32)) <= P256_ORDER / 2n;
        expect(verifyP256(pk, bytes, signature)).to.equal(result === "valid" && isLow);
        // The other spelling of a valid signature has the other verdict, so a message has one signature of each key and r.
        if (result === "valid" && !isLow) expect(verifyP256(pk, bytes, lowSignature(signature))).to.equal(true);
      });

  it("takes the signature with the lower s and refuses the one with the higher", () => {
    expect(verifyP256(key, message, low)).to.equal(true);
    expect(verifyP256(key, message, high)).to.equal(false);
    expect(lowSignature(high)).to.deep.equal(low);
    expect(lowSignature(low)).to.deep.equal(low);
  });

  for (const [name, [one, other]] of Object.entries<[bigint, bigint]>({
    "r = 0": [0n, 1n],
    "s = 0": [1n, 0n],
    "r = n": [P256_ORDER, 1n],
    "r = n + 1": [P256_ORDER + 1n, 1n],
    "s = n": [1n, P256_ORDER],
    "s just above n/2": [1n, P256_ORDER / 2n + 1n],
    "both 0": [0n, 0n],
    "both all ones": [2n ** 256n - 1n, 2n ** 256n - 1n],
  }))
    it(`refuses a signature with ${name}`, () => {
      expect(verifyP256(key, message, concatBytes(to32Bytes(one), to32Bytes(other)))).to.equal(false);
    });

  it("refuses signatures that are not 64 bytes", () => {
    for (const wrong of [low.subarray(0, 63), concatBytes(low, Uint8Array.of(0)), new Uint8Array()])
      expect(verifyP256(key, message, wrong)).to.equal(false);
  });

  const [x, y] = [bigEndian(key.subarray(1, 33)), bigEndian(key.subarray(33))];
  const point = (first: number, ...coordinates: readonly bigint[]) =>
    concatBytes(Uint8Array.of(first), ...coordinates.map(to32Bytes));
  for (const [name, wrong] of Object.entries({
    "off the curve": point(4, x, y ^ 1n),
    "with the other y": point(4, x, P256_PRIME - y),
    "with x + p": point(4, 5n + P256_PRIME, y),
    "with y + p": point(4, x, y + P256_PRIME > 2n ** 256n ? 2n ** 256n - 1n : y + P256_PRIME),
    "of zeros": point(4, 0n, 0n),
    compressed: point(y % 2n === 0n ? 2 : 3, x),
    hybrid: point(y % 2n === 0n ? 6 : 7, x, y),
    "at infinity": Uint8Array.of(0),
    "at infinity, in full length": point(0, 0n, 0n),
    "a byte short": key.subarray(0, 64),
    "a byte long": concatBytes(key, Uint8Array.of(0)),
    "of no bytes": new Uint8Array(),
  }))
    it(`refuses a key ${name}`, () => {
      for (let i = 0; i < 2; i++) expect(verifyP256(wrong, message, low)).to.equal(false);
    });

  it("refuses a bit flipped in message, signature and key", () => {
    fc.assert(
      fc.property(fc.nat(47), fc.nat(511), fc.nat(519), (inMessage, inSignature, inKey) => {
        expect(verifyP256(key, flipped(message, inMessage), low)).to.equal(false);
        expect(verifyP256(key, message, flipped(low, inSignature))).to.equal(false);
        expect(verifyP256(flipped(key, inKey), message, low)).to.equal(false);
      }),
      { numRuns: 25 },
    );
  });
}

function bigEndian(value: Uint8Array): bigint {
  return BigInt(`0x${toHex(value) || "0"}`);
}

function to32Bytes(value: bigint): Uint8Array {
  return fromHex(value.toString(16).padStart(64, "0"));
}

function describeSha256(crypto: Crypto): void {
  it("has the digests of FIPS 180-4", () => {
    expect(toHex(crypto.sha256())).to.equal("e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
    expect(toHex(crypto.sha256(utf8("abc")))).to.equal(
      "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad",
    );
  });

  it("is that of the parts together", () => {
    fc.assert(
      fc.property(fc.array(fc.uint8Array({ maxLength: 200 }), { maxLength: 5 }), (parts) => {
        expect(crypto.sha256(...parts)).to.deep.equal(crypto.sha256(concatBytes(...parts)));
      }),
    );
  });

  it("gives an array of its own each time", () => {
    const first = crypto.sha256(utf8("a"));
    const copy = first.slice();
    crypto.sha256(utf8("b"));
    expect(first).to.deep.equal(copy);
    expect(first.constructor).to.equal(Uint8Array);
  });
}

function describeInflate(crypto: Crypto): void {
  const data = utf8("虎符 tally ".repeat(300));
  const packed = bytes(deflateSync(data));

  it("inflates what zlib deflates, at every level", () => {
    for (const level of [0, 1, 6, 9])
      expect(crypto.inflate(bytes(deflateSync(data, { level })), data.length)).to.deep.equal(data);
  });

  it("inflates fixed codes, stored blocks, runs and nothing", () => {
    for (const strategy of [0, 1, 2, 3, 4])
      expect(crypto.inflate(bytes(deflateSync(data, { strategy })), 1e5)).to.deep.equal(data);
    const zeros = new Uint8Array(70_000);
    expect(crypto.inflate(bytes(deflateSync(zeros)), 70_000)).to.deep.equal(zeros);
    expect(crypto.inflate(bytes(deflateSync(new Uint8Array())), 0)).to.deep.equal(new Uint8Array());
  });

  it("refuses one byte more than allowed, and a bomb of a gigabyte at once", () => {
    expectRefusal("inflate.too-large", () => crypto.inflate(packed, data.length - 1));
    expectRefusal("inflate.too-large", () => crypto.inflate(packed, 0));
    const bomb = bytes(deflateSync(new Uint8Array(64 << 20), { level: 9 }));
    expectRefusal("inflate.too-large", () => crypto.inflate(bomb, 1 << 20));
  });

  for (const [name, broken] of Object.entries({
    "trailing bytes": concatBytes(packed, Uint8Array.of(0)),
    "a second stream": concatBytes(packed, packed),
    "a cut end": packed.subarray(0, -1),
    "a cut checksum": packed.subarray(0, -4),
    "a wrong checksum": flipped(packed, packed.length * 8 - 1),
    "a raw stream without header": bytes(deflateRawSync(data)),
    "a header whose check is wrong": flipped(packed, 8),
    "another method": concatBytes(Uint8Array.of(0x77, 0x09), packed.subarray(2)),
    "a preset dictionary": concatBytes(Uint8Array.of(0x78, 0xbb, 0, 0, 0, 0), packed.subarray(2)),
    "an unknown block type": Uint8Array.of(0x78, 0x9c, 7, 0, 0, 0, 0),
    "a stored block whose lengths disagree": Uint8Array.of(0x78, 0x01, 1, 1, 0, 0, 0, 65, 0, 0, 0, 0),
    "a distance before the start": Uint8Array.of(0x78, 0x9c, 0x03, 0x02, 0x00, 0, 0, 0, 1),
    "one byte": Uint8Array.of(0x78),
    "no bytes": new Uint8Array(),
  }))
    it(`refuses ${name}`, () => void expectRefusal("inflate.malformed", () => crypto.inflate(broken, 1 << 20)));
}

function isAcceptedWithCofactor(key: Uint8Array, message: Uint8Array, signature: Uint8Array): boolean {
  const bigR = signature.subarray(0, 32);
  const h = hashToScalar(bigR, key, message);
  const left = Point.BASE.multiply(littleEndian(signature.subarray(32)));
  return left
    .subtract(Point.fromBytes(bigR).add(Point.fromBytes(key).multiply(h)))
    .clearCofactor()
    .is0();
}

function flipped(value: Uint8Array, bit: number): Uint8Array {
  const copy = value.slice();
  copy[bit >> 3]! ^= 1 << (bit & 7);
  return copy;
}

function bytes(buffer: Buffer): Uint8Array {
  return new Uint8Array(buffer);
}
