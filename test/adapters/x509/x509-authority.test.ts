// SPDX-License-Identifier: Apache-2.0
import { X509Certificate } from "node:crypto";
import { expect } from "chai";
import { nodeCrypto } from "../../../src/adapters/node-crypto/index.js";
import { x509Authority } from "../../../src/adapters/x509/index.js";
import { fromHex, toHex } from "../../../src/core/hex.js";
import { readRevocationList } from "../../../src/core/seal/read-revocation-list.js";
import { readSealCaCertificate, readSealCertificate } from "../../../src/core/seal/read-seal-certificate.js";
import { REVOCATION_REASONS } from "../../../src/domain/seals/index.js";
import { AGENCY, instant, newAuthority, newSeal, newSealKey } from "../../domain/seals/fixture.js";

const [FROM, UNTIL] = [instant("2026-11-30T00:00:00Z"), instant("2026-12-30T00:00:00Z")];

describe("the X.509 authority", () => {
  it("certifies itself in the profile of seal CAs, with its own key", async () => {
    const key = newSealKey();
    const { certificate } = await newAuthority("样例省", key);
    const read = readSealCaCertificate(certificate);
    expect(read.subject.attributes.map(({ text }) => text)).to.deep.equal(["CN", "样例省", "样例省电子印章证书机构"]);
    expect(read.serial).to.equal("01f3");
    expect(toHex(read.publicKey)).to.equal(toHex(key.publicKey));
    expect(nodeCrypto.verifyP256(key.publicKey, read.toBeSigned, read.signature)).to.equal(true);
    // By software we did not write.
    const other = new X509Certificate(certificate);
    expect(other.ca).to.equal(true);
    expect(other.verify(other.publicKey)).to.equal(true);
  });

  it("certifies an agency's seal in the profile, under its own certificate", async () => {
    const seal = await newSeal();
    const [read, authority] = [
      readSealCertificate(seal.certificate),
      readSealCaCertificate(seal.authority.certificate),
    ];
    expect(read).to.include({ ...AGENCY, serial: "6b1d00c7a4e2955f10c3b2a1908f7e6d", issuerKeyId: authority.keyId });
    expect(read).to.include({ notBefore: instant("2026-11-01T00:00:00Z"), notAfter: instant("2029-10-31T23:59:59Z") });
    expect(read.subject.attributes.at(-1)!.text).to.equal("合肥市样例市场监督管理局电子证照专用章");
    expect(toHex(read.issuer.encoded)).to.equal(toHex(authority.subject.encoded));
    expect(nodeCrypto.verifyP256(authority.publicKey, read.toBeSigned, read.signature)).to.equal(true);
    const [certificate, issuer] = [seal.certificate, seal.authority.certificate].map((der) => new X509Certificate(der));
    expect(certificate!.checkIssued(issuer!)).to.equal(true);
    expect(certificate!.verify(issuer!.publicKey)).to.equal(true);
    expect(certificate!.ca).to.equal(false);
  });

  it("says where the revocation list is, when there is an address", async () => {
    const revocationListUrl = "https://licences.example.cn/v1/seals/revoked.crl";
    const { certificate } = await newSeal({ revocationListUrl });
    readSealCertificate(certificate);
    expect(Buffer.from(certificate).toString("latin1")).to.contain(revocationListUrl);
    expect(Buffer.from((await newSeal()).certificate).toString("latin1")).not.to.contain("http");
  });

  for (const serial of ["01", "7f", "80", "ff00000000000000000000000000000000"])
    it(`takes the serial number ${serial}, and writes it as a positive number`, async () => {
      const seal = await newSeal({ serial });
      expect(readSealCertificate(seal.certificate).serial).to.equal(serial);
      expect(BigInt(`0x${new X509Certificate(seal.certificate).serialNumber}`)).to.equal(BigInt(`0x${serial}`));
    });

  it("lists what was revoked, with times and reasons, under its key", async () => {
    const authority = await newAuthority();
    const serials = ["0a", "80", "ff01", "6b1d00c7a4e2955f10c3b2a1908f7e6d", "7f", "01"];
    const revoked = REVOCATION_REASONS.map((reason, i) => ({
      serial: serials[i]!,
      revokedAt: FROM - 1000 * i,
      reason,
    }));
    const terms = { number: 300, thisUpdate: FROM, nextUpdate: UNTIL, revoked };
    const read = readRevocationList(await x509Authority.listRevoked(authority, terms));
    expect(read).to.include({ number: "012c", thisUpdate: FROM, nextUpdate: UNTIL });
    expect(read.issuerKeyId).to.equal(readSealCaCertificate(authority.certificate).keyId);
    expect([...read.revoked.keys()]).to.deep.equal(serials);
    expect([...read.revoked.values()].map(({ at }) => at)).to.deep.equal(revoked.map(({ revokedAt }) => revokedAt));
    expect([...read.revoked.values()].map(({ reason }) => reason)).to.deep.equal([0, 1, 3, 4, 5, 9]);
    expect(nodeCrypto.verifyP256(authority.key.publicKey, read.toBeSigned, read.signature)).to.equal(true);
  });

  it("lists nothing in the form that a list without entries has", async () => {
    const terms = { number: 1, thisUpdate: FROM, nextUpdate: UNTIL, revoked: [] };
    const list = await x509Authority.listRevoked(await newAuthority(), terms);
    expect(readRevocationList(list).revoked.size).to.equal(0);
  });

  it("writes times after 2049 as RFC 5280 says", async () => {
    const key = newSealKey();
    const terms = { serial: fromHex("01"), validity: { from: FROM, until: instant("2056-01-01T00:00:00Z") } };
    const certificate = await x509Authority.certifyAuthority(key, { regionName: "样例省" }, terms);
    expect(readSealCaCertificate(certificate).notAfter).to.equal(instant("2056-01-01T00:00:00Z"));
  });
});
