// SPDX-License-Identifier: Apache-2.0
import { sign } from "node:crypto";
import { expect } from "chai";
import { nodeCrypto } from "../../../src/adapters/node-crypto/index.js";
import { toHex } from "../../../src/core/hex.js";
import { P256_SIGNATURE_BYTES } from "../../../src/core/p256.js";
import { readSeal } from "../../../src/core/seal/read-seal.js";
import { createSealWriter, type SealSigner, signatureValue, writeSeal } from "../../../src/core/seal/seal-writer.js";
import { fillSeal, sealedDigest } from "../../../src/core/seal/sealable-file.js";
import { expectRefusal } from "../refusal.js";
import { caName, timestampToken } from "./hand-made.js";
import { openSealOffice } from "./office.js";

const FROM = Date.UTC(2026, 0, 1) / 1000;
const office = openSealOffice({ agency: "11340000MB1234567X", from: FROM });
const { ca, seal, tsa } = office;
const certificates = { certificate: seal.certificate, authority: ca.certificate };
const signer: SealSigner = {
  sign: (message) => new Uint8Array(sign("sha256", message, { key: seal.key.privateKey, dsaEncoding: "ieee-p1363" })),
};
const ORDER = BigInt("0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551");

/** The same signature, spelt with the other s. */
function turned(signature: Uint8Array): Uint8Array {
  const s = ORDER - BigInt(`0x${toHex(signature.subarray(32))}`);
  return new Uint8Array(
    Buffer.concat([signature.subarray(0, 32), Buffer.from(s.toString(16).padStart(64, "0"), "hex")]),
  );
}

describe("the seal writer", () => {
  const writer = createSealWriter(nodeCrypto, certificates);

  it("writes seals that the strict reader finds to be of the profile, each over its own digest", async () => {
    for (const fill of [0, 0xff, 0x31]) {
      const digest = new Uint8Array(32).fill(fill);
      const read = readSeal(await writeSeal(writer, digest, signer));
      expect(toHex(read.signed.messageDigest)).to.equal(toHex(digest));
      expect(toHex(read.signed.certificateIds[0]!.digest)).to.equal(toHex(nodeCrypto.sha256(seal.certificate)));
      const { toBeSigned, signature } = read.signed;
      expect(nodeCrypto.verifyP256(read.certificate.publicKey, toBeSigned, signature)).to.equal(true);
      expect(read.timestamp).to.equal(null);
    }
  });

  it("writes one seal for the two spellings of a signature, the one with the lower s", async () => {
    const attributes = writer.signedAttributes(new Uint8Array(32));
    const signature = (await signer.sign(attributes)) as Uint8Array;
    const value = signatureValue(signature);
    expect(toHex(signatureValue(turned(signature)))).to.equal(toHex(value));
    const { signed } = readSeal(writer.assemble(attributes, value));
    expect([toHex(signature), toHex(turned(signature))]).to.include(toHex(signed.signature));
    expect(BigInt(`0x${toHex(signed.signature.subarray(32))}`) <= ORDER / 2n).to.equal(true);
  });

  it("has the signature stamped, and keeps the token as its only unsigned attribute", async () => {
    const time = FROM + 86_400;
    const stamped: Uint8Array[] = [];
    const cms = await writeSeal(writer, new Uint8Array(32), signer, async (signature) => {
      stamped.push(signature);
      return timestampToken({
        ...{ imprint: nodeCrypto.sha256(signature), time, tsa: tsa.key, certificate: tsa.certificate },
        ...{ issuer: caName("国家授时"), serial: "07" },
      });
    });
    const { timestamp, signed } = readSeal(cms);
    expect(timestamp?.time).to.equal(time);
    expect(stamped.map(toHex)).to.deep.equal([toHex(signed.signatureBytes)]);
    expect(toHex(timestamp!.imprint)).to.equal(toHex(nodeCrypto.sha256(signed.signatureBytes)));
  });

  it("refuses what a signer gives that is no signature", () => {
    expectRefusal("key.refused", () => signatureValue(new Uint8Array(P256_SIGNATURE_BYTES)));
    expectRefusal("key.refused", () => signatureValue(new Uint8Array(71).fill(1)));
    const outside = new Uint8Array(P256_SIGNATURE_BYTES).fill(0xff);
    expectRefusal("key.refused", () => signatureValue(outside));
  });

  it("refuses certificates that are not of the profile, and one that another authority issued", () => {
    const swapped = { certificate: ca.certificate, authority: seal.certificate };
    expectRefusal("format.malformed", () => createSealWriter(nodeCrypto, swapped));
    const other = openSealOffice({ region: "浙江省", agency: "11340000MB1234567X", from: FROM });
    const foreign = { certificate: seal.certificate, authority: other.ca.certificate };
    expectRefusal("key.refused", () => createSealWriter(nodeCrypto, foreign));
  });

  it("refuses a digest that is no SHA-256", () => {
    expect(() => writer.signedAttributes(new Uint8Array(20))).to.throw(RangeError, "20");
  });
});

describe("a sealable file", () => {
  const file = { bytes: new TextEncoder().encode("before<0000000000>after"), contents: { start: 6, end: 18 } };

  it("is digested without the value of the signature and its brackets", () => {
    expect(toHex(sealedDigest(nodeCrypto, file))).to.equal(
      toHex(nodeCrypto.sha256(new TextEncoder().encode("beforeafter"))),
    );
  });

  it("takes the seal as lower-case hex followed by zeros, and stays as it was itself", () => {
    expect(new TextDecoder().decode(fillSeal(file, Uint8Array.of(0x30, 0xab)))).to.equal("before<30ab000000>after");
    expect(new TextDecoder().decode(file.bytes)).to.equal("before<0000000000>after");
    expect(new TextDecoder().decode(fillSeal(file, Uint8Array.of(1, 2, 3, 4, 5)))).to.equal("before<0102030405>after");
  });

  it("refuses a seal that is larger than its room", () => {
    expectRefusal("request.too-large", () => fillSeal(file, new Uint8Array(6)));
  });
});
