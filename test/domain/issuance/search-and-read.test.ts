// SPDX-License-Identifier: Apache-2.0
import { expect } from "chai";
import { readEvidence } from "../../../src/core/evidence-reader.js";
import type { Actor } from "../../../src/domain/audit/index.js";
import {
  AGENCY,
  BUSINESS,
  businessRequest,
  companyOf,
  createWorld,
  FOOD,
  foodRequest,
  issuer,
  OTHER_AGENCY,
  operator,
  rejection,
  type World,
} from "./world.js";

describe("searchCertificates", () => {
  let world: World;
  before(async () => {
    world = await createWorld();
    for (let n = 1; n <= 5; n++) await world.issuance.issueCertificate(issuer, foodRequest(n));
    await world.issuance.issueCertificate(issuer, businessRequest(1));
    await world.issuance.issueCertificate({ ...issuer, agency: OTHER_AGENCY }, foodRequest(1));
  });
  after(() => world.database.close());

  const search = (request: object, actor: Actor = issuer) => world.issuance.searchCertificates(actor, request);

  it("shows an agency its own certificates only", async () => {
    expect((await search({})).certificates).to.have.length(6);
    expect((await search({ holderCode: companyOf(1) })).certificates).to.have.length(2);
    const error = await rejection(search({ agency: OTHER_AGENCY }));
    expect(error).to.include({ code: "request.invalid", field: "agency" });
  });

  it("pages with a cursor that fits its filters only", async () => {
    const first = await search({ typeCode: FOOD, limit: 3 });
    const second = await search({ typeCode: FOOD, limit: 3, cursor: first.next! });
    expect(second.next).to.equal(null);
    const ids = [...first.certificates, ...second.certificates].map((each) => each.certificateIdentifier);
    expect(new Set(ids).size).to.equal(5);
    for (const request of [
      { cursor: first.next! },
      { typeCode: FOOD, cursor: "AAAA" },
      { typeCode: FOOD, cursor: `${first.next!}x` },
      { typeCode: FOOD, cursor: "!" },
    ]) {
      const error = await rejection(search(request));
      expect(error).to.have.property("code", "request.invalid");
    }
  });

  it("keeps a token to its types", async () => {
    const one = await search({}, { ...issuer, types: [BUSINESS] });
    expect(one.certificates.map(({ certificateTypeCode }) => certificateTypeCode)).to.deep.equal([BUSINESS]);
    const outside = await rejection(search({ typeCode: FOOD }, { ...issuer, types: [BUSINESS] }));
    expect(outside.code).to.equal("agency.not-authorised");
    const several = await rejection(search({}, { ...issuer, types: [BUSINESS, FOOD] }));
    expect(several).to.include({ code: "request.invalid", field: "typeCode" });
  });

  for (const [what, request, field] of [
    ["a limit of 0", { limit: 0 }, "limit"],
    ["a limit of 201", { limit: 201 }, "limit"],
    ["a date that does not exist", { issuedFrom: "2026-02-29" }, "issuedFrom"],
    ["a state that is none", { state: "expired" }, "state"],
  ] as const) {
    it(`refuses ${what}`, async () => {
      const error = await rejection(search(request));
      expect(error).to.include({ code: "request.invalid", field });
    });
  }

  it("lets the local operator look at every agency, and a remote one at none", async () => {
    expect((await search({ holderCode: companyOf(1) }, operator)).certificates).to.have.length(3);
    expect((await search({ agency: OTHER_AGENCY }, operator)).certificates).to.have.length(1);
    const error = await rejection(search({ agency: AGENCY }, { ...operator, kind: "token" }));
    expect(error.code).to.equal("request.forbidden");
  });
});

describe("documentOf", () => {
  it("answers certificate, evidence and type: pending, then anchored", async () => {
    const batch = { region: "340000", root: "ab".repeat(32), size: 2 };
    const anchors = [
      {
        chainId: 1,
        registry: "0x5FbDB2315678afecb367f032d93F642f64180aa3",
        block: 3,
        time: "2026-11-22T00:00:00Z",
        tx: `0x${"cd".repeat(32)}`,
      },
    ];
    let anchored = false;
    const proofOf = async () => (anchored ? { batch, index: 1, path: ["ef".repeat(32)], anchors } : null);
    const world = await createWorld({ anchors: { proofOf } });
    const { certificateIdentifier: id } = await world.issuance.issueCertificate(issuer, foodRequest(1));

    const pending = await world.issuance.documentOf(issuer, id);
    expect(Object.keys(pending)).to.deep.equal(["format", "formatVersion", "certificate", "evidence", "type"]);
    expect(pending).to.include({ format: "tigertally-licence", formatVersion: 1 });
    expect(pending.evidence).to.have.all.keys("version", "token");
    expect(pending.type.typeCode).to.equal(FOOD);

    anchored = true;
    const evidence = await world.issuance.evidenceOf(issuer, id);
    expect(readEvidence(evidence as never)).to.deep.equal({
      ...pending.evidence,
      batch,
      index: 1,
      path: ["ef".repeat(32)],
      anchors,
    });
    world.database.close();
  });

  it("is for the agency's own readers only", async () => {
    const world = await createWorld();
    const { certificateIdentifier: id } = await world.issuance.issueCertificate(issuer, foodRequest(1));
    await world.issuance.documentOf({ ...issuer, role: "reader" }, id);
    for (const actor of [
      { ...issuer, agency: OTHER_AGENCY },
      { ...issuer, types: [BUSINESS] },
    ]) {
      const error = await rejection(world.issuance.documentOf(actor, id));
      expect(error.code).to.equal("agency.not-authorised");
    }
    world.database.close();
  });
});
