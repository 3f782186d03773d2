// SPDX-License-Identifier: Apache-2.0
import { expect } from "chai";
import { nodeCrypto } from "../../../src/adapters/node-crypto/index.js";
import { readCertificate } from "../../../src/core/certificate-reader.js";
import { verifyProof } from "../../../src/core/data-integrity.js";
import { lineageOf, parseCertificateIdentifier } from "../../../src/core/identifiers/certificate-identifier.js";
import { createWorld, FOOD, foodRequest, issuer, OTHER_AGENCY, rejection, signerOf, type World } from "./world.js";

describe("renewCertificate and correctCertificate", () => {
  let world: World;
  let id: string;
  beforeEach(async () => {
    world = await createWorld();
    const request = foodRequest(1, { issueDate: "2022-01-10", validUntil: "2026-12-31" });
    id = (await world.issuance.issueCertificate(issuer, request)).certificateIdentifier;
  });
  afterEach(() => world.database.close());

  it("issue the next version of the same lineage, and replace the old one", async () => {
    const renewed = await world.issuance.renewCertificate(issuer, id, { validUntil: "2031-11-21" });
    const parsed = parseCertificateIdentifier(renewed.certificateIdentifier);
    expect(parsed).to.include({ version: 2, typeCode: FOOD });
    expect(lineageOf(renewed.certificateIdentifier)).to.equal(lineageOf(id));
    expect(renewed).to.include({ predecessor: id, state: "valid" });

    const old = await world.issuance.getCertificate(issuer, id);
    expect(old).to.include({ state: "replaced", successor: renewed.certificateIdentifier });
    const { certificate } = await world.issuance.getCertificate(issuer, renewed.certificateIdentifier);
    expect(certificate.predecessor).to.equal(id);
    expect(verifyProof(nodeCrypto, readCertificate(certificate as never), world.publicKey)).to.equal(true);
    expect(world.database.all("SELECT action FROM status_changes")).to.deep.equal([{ action: "revoke" }]);
  });

  it("start a renewal today, and keep what is not named", async () => {
    const renewed = await world.issuance.renewCertificate(issuer, id, { validUntil: "2031-11-21" });
    expect(renewed).to.include({ issueDate: "2026-11-22", validFrom: "2026-11-22T00:00:00+08:00" });
    const { certificate } = await world.issuance.getCertificate(issuer, renewed.certificateIdentifier);
    expect(certificate.credentialSubject.face).to.deep.equal(foodRequest(1).face);
    expect(certificate.credentialSubject.certificateNumber).to.equal(foodRequest(1).certificateNumber);
  });

  it("keep the period in a correction, which never edits", async () => {
    const before = await world.issuance.getCertificate(issuer, id);
    const face = { ...foodRequest(1).face, premises: "安徽省合肥市新路 9 号" };
    const corrected = await world.issuance.correctCertificate(issuer, id, { face });
    expect(corrected).to.include({ validFrom: before.validFrom, validUntil: before.validUntil });
    expect((await world.issuance.getCertificate(issuer, id)).certificate).to.deep.equal(before.certificate);
  });

  it("log both versions", async () => {
    const { certificateIdentifier } = await world.issuance.renewCertificate(issuer, id, { validUntil: "2031-11-21" });
    const last = async (object: string) => (await world.audit.list({ object, order: "newest-first", limit: 1 }))[0];
    expect(await last(id)).to.deep.include({ action: "certificate-replaced" });
    const event = await last(certificateIdentifier);
    expect(event).to.include({ action: "certificate-renewed" });
    expect(event?.digestBefore).to.deep.equal((await world.certificates.findCertificate(id))?.digest);
  });

  it("log the paper of the decision with both versions, and sign nothing of it", async () => {
    const paper = { legalBasis: "食品经营许可和备案管理办法", documentNumber: "合市监〔2026〕7号" };
    const { certificateIdentifier } = await world.issuance.renewCertificate(issuer, id, {
      ...{ validUntil: "2031-11-21", ...paper },
    });
    for (const object of [id, certificateIdentifier]) {
      const [event] = await world.audit.list({ object, order: "newest-first", limit: 1 });
      expect(event?.detail).to.include(paper);
    }
    const { certificate } = (await world.certificates.findCertificate(certificateIdentifier))!;
    expect(new TextDecoder().decode(certificate)).not.to.include(paper.documentNumber);
  });

  it("refuse a paper alone, and one that prints differently from what it says", async () => {
    const correct = (request: object) => rejection(world.issuance.correctCertificate(issuer, id, request));
    expect((await correct({ legalBasis: "依据", documentNumber: "1" })).code).to.equal("certificate.claims-invalid");
    expect((await correct({ areaCode: "340101", legalBasis: "依\u202e据" })).code).to.equal("request.invalid");
    expect((await correct({ areaCode: "340101", documentNumber: "" })).code).to.equal("request.invalid");
  });

  it("do not lift a suspension", async () => {
    const paper = { legalBasis: "依据", documentNumber: "1" };
    await world.issuance.changeState(issuer, id, { action: "suspend", ...paper });
    const renewed = await world.issuance.renewCertificate(issuer, id, { validUntil: "2031-11-21" });
    expect(renewed.state).to.equal("suspended");
    const { stateCode } = await world.issuance.getCertificate(issuer, renewed.certificateIdentifier);
    expect(stateCode?.code).to.equal("02");
    const released = await world.issuance.changeState(issuer, renewed.certificateIdentifier, {
      ...{ action: "release", ...paper },
    });
    expect(released.state).to.equal("valid");
  });

  it("refuse to follow a version that is replaced or revoked", async () => {
    const renewed = await world.issuance.renewCertificate(issuer, id, { validUntil: "2031-11-21" });
    const error = await rejection(world.issuance.renewCertificate(issuer, id, { validUntil: "2031-11-20" }));
    expect(error.code).to.equal("certificate.state-conflict");
    expect(error.message).to.include(renewed.certificateIdentifier);
  });

  it("refuse a renewal without a new period and a correction without a change", async () => {
    const renewal = await rejection(world.issuance.renewCertificate(issuer, id, {}));
    expect(renewal).to.include({ code: "request.invalid", field: "/validUntil" });
    const correction = await rejection(world.issuance.correctCertificate(issuer, id, {}));
    expect(correction.code).to.equal("certificate.claims-invalid");
  });

  it("issue again under the agency's new key without any other change", async () => {
    const signer = signerOf(new Uint8Array(32).fill(8));
    const { createIssuance } = await import("../../../src/domain/issuance/index.js");
    const issuance = createIssuance({ ...world.dependencies, signers: { signerFor: async () => signer } });
    world.database.run("UPDATE agencies SET key_digest = ?", Buffer.from(signer.keyDigest, "hex"));
    const again = await issuance.correctCertificate(issuer, id, {});
    expect(again).to.include({ predecessor: id });
  });

  it("judge the new content like any other", async () => {
    const face = { ...foodRequest(1).face, onlineOperation: "yes" };
    const error = await rejection(world.issuance.correctCertificate(issuer, id, { face }));
    expect(error).to.include({ code: "certificate.claims-invalid", field: "/face/onlineOperation" });
    const late = await rejection(world.issuance.renewCertificate(issuer, id, { validUntil: "2040-01-01" }));
    expect(late).to.include({ code: "certificate.claims-invalid", field: "/validUntil" });
    expect((await world.issuance.getCertificate(issuer, id)).state).to.equal("valid");
  });

  it("refuse members that a version cannot change, and other agencies", async () => {
    const error = await rejection(world.issuance.correctCertificate(issuer, id, { typeCode: FOOD }));
    expect(error).to.include({ code: "request.invalid", field: "/typeCode" });
    const foreign = { ...issuer, agency: OTHER_AGENCY };
    const refused = await rejection(world.issuance.renewCertificate(foreign, id, { validUntil: "2031-11-21" }));
    expect(refused.code).to.equal("agency.not-authorised");
  });
});
