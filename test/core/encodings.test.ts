// SPDX-License-Identifier: Apache-2.0
import { base58, base64, base64urlnopad } from "@scure/base";
import { expect } from "chai";
import fc from "fast-check";
import { nodeCrypto as crypto } from "../../src/adapters/node-crypto/index.js";
import { fromBase58, toBase58 } from "../../src/core/base58.js";
import { fromBase64, fromBase64Url, toBase64, toBase64Url } from "../../src/core/base64.js";
import { utf8 } from "../../src/core/bytes.js";
import { auditHeadDigest, auditHeadEntry, licenceEntry } from "../../src/core/entry.js";
import { fromHex, isHex, toHex } from "../../src/core/hex.js";
import { pointerTokens, resolvePointer } from "../../src/core/json-pointer.js";
import {
  decodeMultikey,
  encodeMultikey,
  encodeP256Multikey,
  keyDigest,
  keyIdOf,
  parseMultikey,
  parseRegistryKey,
} from "../../src/core/multikey.js";
import { compressedPoint } from "../../src/core/p256.js";
import { uncompressedPoint } from "../../src/core/portable-p256.js";
import { expectRefusal } from "./refusal.js";

const bytes = fc.uint8Array({ maxLength: 100 });

describe("hex", () => {
  it("is lower case and reads back", () => {
    fc.assert(
      fc.property(bytes, (value) => {
        expect(toHex(value)).to.equal(Buffer.from(value).toString("hex"));
        expect(fromHex(toHex(value))).to.deep.equal(value);
      }),
    );
  });
  for (const text of ["0", "AB", "0x00", "zz", "a ", "ａａ"])
    it(`refuses ${text}`, () => void expectRefusal("format.malformed", () => fromHex(text)));
  it("has a length that can be asked for", () => {
    expect(isHex("00ff", 2)).to.equal(true);
    for (const value of ["00f", "00FF", "00ff00", null]) expect(isHex(value, 2)).to.equal(false);
  });
});

describe("base64", () => {
  it("is that of RFC 4648 and reads back", () => {
    fc.assert(
      fc.property(bytes, (value) => {
        expect(toBase64(value)).to.equal(base64.encode(value));
        expect(toBase64Url(value)).to.equal(base64urlnopad.encode(value));
        expect(fromBase64(toBase64(value))).to.deep.equal(value);
        expect(fromBase64Url(toBase64Url(value))).to.deep.equal(value);
      }),
    );
  });
  for (const text of ["A", "AB", "AAA=", "A+A", "A A", "AA\n", "AA==", "é"])
    it(`refuses base64url ${JSON.stringify(text)}`, () =>
      void expectRefusal("format.malformed", () => fromBase64Url(text)));
  for (const text of ["A", "AA", "AAA", "AB==", "A===", "====", "AA-_", "AAAA=", "AA==" + "AA=="])
    it(`refuses base64 ${text}`, () => void expectRefusal("format.malformed", () => fromBase64(text)));
});

describe("base58", () => {
  it("is that of Bitcoin and reads back, leading zeros included", () => {
    fc.assert(
      fc.property(bytes, fc.nat(4), (value, zeros) => {
        const padded = Uint8Array.from([...new Uint8Array(zeros), ...value]);
        expect(toBase58(padded)).to.equal(base58.encode(padded));
        expect(fromBase58(toBase58(padded))).to.deep.equal(padded);
      }),
    );
  });
  for (const text of ["0", "O", "I", "l", "é", "z z", "1".repeat(201)])
    it(`is not ${text.slice(0, 5)}`, () => expect(fromBase58(text)).to.equal(null));
});

describe("a Multikey", () => {
  const publicKey = crypto.publicKey(new Uint8Array(32));

  it("is 0xed 0x01 and the key, as z and base58", () => {
    const { bytes: multikey, text } = encodeMultikey(publicKey);
    expect(toHex(multikey)).to.equal(`ed01${toHex(publicKey)}`);
    expect(text).to.match(/^z6Mk/);
    expect(decodeMultikey(text)).to.deep.equal(publicKey);
    expect(decodeMultikey(multikey)).to.deep.equal(publicKey);
  });

  it("has the digest of its bytes, whose first 8 are the key id", () => {
    const { bytes: multikey } = encodeMultikey(publicKey);
    const digest = keyDigest(crypto, multikey);
    expect(digest).to.deep.equal(crypto.sha256(multikey));
    expect(keyIdOf(digest)).to.deep.equal(digest.subarray(0, 8));
  });

  it("of another algorithm is named", () => {
    expectRefusal("format.algorithm-unsupported", () =>
      parseMultikey("zDnaerDaTF5BXEavCrfRZEk316dpbLsfPDZ3WJ5hRTPFU2169"),
    );
    expectRefusal("format.algorithm-unsupported", () => decodeMultikey(Uint8Array.of(0x80, 0x24, 3)));
  });

  for (const text of [
    "",
    "z",
    "key-1",
    "u7QEAAA",
    `z${toBase58(Uint8Array.of(0xed, 0x01, 1, 2))}`,
    `${encodeMultikey(new Uint8Array(32)).text}1`,
    `z1${encodeMultikey(new Uint8Array(32)).text.slice(1)}`,
  ])
    it(`is not ${JSON.stringify(text)}`, () =>
      expect(() => parseMultikey(text))
        .to.throw()
        .with.property("name", "TallyError"));

  it("is not made of a key that is not 32 bytes", () => {
    expectRefusal("key.refused", () => encodeMultikey(new Uint8Array(31)));
  });
});

describe("a Multikey of P-256", () => {
  // The example of the did:key method, section P-256.
  const TEXT = "zDnaerDaTF5BXEavCrfRZEk316dpbLsfPDZ3WJ5hRTPFU2169";
  const point = Buffer.concat([
    Buffer.of(4),
    Buffer.from("fyNYMN0976ci7xqiSdag3buk-ZCwgXU4kz9XNkBlNUI", "base64url"),
    Buffer.from("hW2ojTNfH7Jbi8--CJUo3OCbH3y5n91g-IMA9MLMbTU", "base64url"),
  ]);

  it("is 0x80 0x24 and the compressed point", () => {
    const { bytes, text } = encodeP256Multikey(point);
    expect(text).to.equal(TEXT);
    expect(toHex(bytes)).to.equal(`8024${toHex(compressedPoint(point))}`);
    expect(bytes).to.have.length(35);
  });

  it("leads back to the point, which is on the curve", () => {
    expect(toHex(uncompressedPoint(compressedPoint(point))!)).to.equal(toHex(point));
    // x = 5 lies on the curve, 1 does not.
    for (const [x, isOn] of [
      [5, true],
      [1, false],
    ] as const)
      expect(
        uncompressedPoint(Uint8Array.from({ length: 33 }, (_, i) => [2, ...Array(31).fill(0), x][i])) !== null,
      ).to.equal(isOn);
    expect(uncompressedPoint(point)).to.equal(null);
  });

  it("is one of the keys that the registry may hold, as Ed25519 is; to sign certificates it is not", () => {
    expect(toHex(parseRegistryKey(TEXT).bytes)).to.equal(toHex(encodeP256Multikey(point).bytes));
    const signing = encodeMultikey(new Uint8Array(32).fill(7));
    expect(parseRegistryKey(signing.text).bytes).to.deep.equal(signing.bytes);
    expectRefusal("format.algorithm-unsupported", () => parseMultikey(TEXT));
  });

  it("is not made of anything but an uncompressed point, nor read with another length or form", () => {
    expectRefusal("key.refused", () => encodeP256Multikey(compressedPoint(point)));
    const { bytes } = encodeP256Multikey(point);
    const spelt = (changed: Uint8Array) => `z${toBase58(changed)}`;
    expectRefusal("format.malformed", () => parseRegistryKey(spelt(bytes.subarray(0, 34))));
    const uncompressed = bytes.slice();
    uncompressed[2] = 4;
    expectRefusal("format.malformed", () => parseRegistryKey(spelt(uncompressed)));
    expectRefusal("format.malformed", () => parseRegistryKey("mgCQ"));
  });
});

describe("an entry of a head of the audit log", () => {
  const head = { region: "340000", sequence: 2 ** 33 + 1, hash: new Uint8Array(32).fill(0xaa) };
  it("is the kind and the digest of region, sequence and hash, 33 bytes", () => {
    const parts = [utf8("tigertally audit head 1\0"), utf8("340000"), fromHex("0000000200000001"), head.hash];
    const digest = auditHeadDigest(crypto, head);
    expect(digest).to.deep.equal(crypto.sha256(...parts));
    expect(toHex(auditHeadEntry(digest))).to.equal(`03${toHex(digest)}`);
  });
  it("is not made of what is no head", () => {
    for (const [field, wrong] of [
      ["hash", { hash: new Uint8Array(31) }],
      ["region", { region: "34000" }],
      ["region", { region: "3400000" }],
      ["sequence", { sequence: 0 }],
      ["sequence", { sequence: 1.5 }],
      ["sequence", { sequence: 2 ** 53 }],
    ] as const) {
      const refused = expectRefusal("format.malformed", () => auditHeadDigest(crypto, { ...head, ...wrong }));
      expect(refused.field).to.equal(field);
    }
    expect(expectRefusal("format.malformed", () => auditHeadEntry(new Uint8Array(33))).field).to.equal("headDigest");
  });
});

describe("a licence entry", () => {
  it("is the kind and both digests, 65 bytes", () => {
    const entry = licenceEntry(new Uint8Array(32).fill(0xaa), new Uint8Array(32).fill(0xbb));
    expect(toHex(entry)).to.equal(`01${"aa".repeat(32)}${"bb".repeat(32)}`);
  });
  it("is not made of digests of another length", () => {
    expect(
      expectRefusal("format.malformed", () => licenceEntry(new Uint8Array(31), new Uint8Array(32))).field,
    ).to.equal("certificateDigest");
    expect(
      expectRefusal("format.malformed", () => licenceEntry(new Uint8Array(32), new Uint8Array(33))).field,
    ).to.equal("tokenDigest");
  });
});

describe("a JSON pointer", () => {
  const value = { a: [{ "b/c": 1, "d~e": 2, "": 3 }] };
  for (const [pointer, found] of [
    ["", value],
    ["/a/0/b~1c", 1],
    ["/a/0/d~0e", 2],
    ["/a/0/", 3],
    ["/a/1", undefined],
    ["/a/00", undefined],
    ["/a/-", undefined],
    ["/toString", undefined],
    ["/__proto__", undefined],
    ["a", undefined],
    ["/a/length", undefined],
  ] as const)
    it(`${JSON.stringify(pointer)} leads to ${JSON.stringify(found) ?? "nothing"}`, () =>
      expect(resolvePointer(value, pointer)).to.deep.equal(found));
  it("with a stray tilde is none", () => expect(pointerTokens("/a~2")).to.equal(null));
});
