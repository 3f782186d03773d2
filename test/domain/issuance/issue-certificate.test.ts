// SPDX-License-Identifier: Apache-2.0
import { expect } from "chai";
import { nodeCrypto } from "../../../src/adapters/node-crypto/index.js";
import { canonicalBytes } from "../../../src/core/canonical-json.js";
import type { Certificate } from "../../../src/core/certificate.js";
import { certificateDigest, readCertificate } from "../../../src/core/certificate-reader.js";
import { verifyProof } from "../../../src/core/data-integrity.js";
import { licenceEntry } from "../../../src/core/entry.js";
import { toHex } from "../../../src/core/hex.js";
import { parseCertificateIdentifier } from "../../../src/core/identifiers/certificate-identifier.js";
import { leafHash } from "../../../src/core/merkle.js";
import { parseJson } from "../../../src/core/strict-json.js";
import { MAX_PRINTED_TOKEN_BYTES, readToken } from "../../../src/core/token.js";
import { tokenMatchesCertificate } from "../../../src/core/token-claims.js";
import {
  AGENCY,
  businessRequest,
  createWorld,
  FOOD,
  foodRequest,
  issuer,
  OTHER_AGENCY,
  permitNumber,
  rejection,
  transportRequest,
  type World,
} from "./world.js";

describe("issueCertificate", () => {
  let world: World;
  beforeEach(async () => {
    world = await createWorld();
  });
  afterEach(() => world.database.close());

  const record = async (identifier: string) => (await world.certificates.findCertificate(identifier))!;

  it("stores a certificate that verifies, and answers its summary", async () => {
    const issued = await world.issuance.issueCertificate(issuer, foodRequest(1));
    const stored = await record(issued.certificateIdentifier);
    const certificate: Certificate = readCertificate(parseJson(stored.certificate));

    expect(verifyProof(nodeCrypto, certificate, world.publicKey)).to.equal(true);
    expect(stored.certificate).to.deep.equal(canonicalBytes(certificate));
    expect(toHex(certificateDigest(nodeCrypto, certificate))).to.equal(issued.certificateDigest);
    expect(issued).to.include({ state: "valid", anchoring: "pending", held: false, issueDeptCode: AGENCY });
    expect(issued.warnings).to.deep.equal([]);
  });

  it("signs a token over the certificate, and queues the leaf of both halves", async () => {
    const issued = await world.issuance.issueCertificate(issuer, foodRequest(1));
    const stored = await record(issued.certificateIdentifier);
    const token = readToken(stored.token);
    const type = (await world.catalogue.getType(FOOD, 1)).definition;
    const certificate = readCertificate(parseJson(stored.certificate));

    expect(nodeCrypto.verify(world.publicKey, token.toBeSigned, token.signature)).to.equal(true);
    expect(tokenMatchesCertificate(token.claims, certificate, type, stored.digest)).to.equal(null);
    expect(stored.token.length).to.be.at.most(MAX_PRINTED_TOKEN_BYTES);
    const leaf = leafHash(nodeCrypto, licenceEntry(stored.digest, nodeCrypto.sha256(stored.token)));
    const queued = world.database.all<{ leaf_hash: Uint8Array }>("SELECT leaf_hash FROM outbox");
    expect(queued).to.deep.equal([{ leaf_hash: leaf }]);
  });

  it("fills in today in Shanghai, the agency's area and no end date", async () => {
    world.clock.now = Date.UTC(2026, 10, 22, 16, 30);
    const issued = await world.issuance.issueCertificate(issuer, businessRequest(1));
    const { certificate } = await world.issuance.getCertificate(issuer, issued.certificateIdentifier);
    expect(certificate.credentialSubject.issueDate).to.equal("2026-11-23");
    expect(certificate.credentialSubject.certificateAreaCode).to.equal("340100");
    expect(certificate.validFrom).to.equal("2026-11-23T00:00:00+08:00");
    expect(certificate).not.to.have.property("validUntil");
    expect(certificate.proof.created).to.equal("2026-11-22T16:30:00Z");
  });

  it("makes the printed end date inclusive", async () => {
    const issued = await world.issuance.issueCertificate(issuer, foodRequest(1, { validUntil: "2026-12-31" }));
    expect(issued.validUntil).to.equal("2026-12-31T23:59:59+08:00");
  });

  it("gives every certificate its own random serial and nonce", async () => {
    const [a, b] = await Promise.all([1, 2].map((n) => world.issuance.issueCertificate(issuer, foodRequest(n))));
    const parts = [a, b].map((each) => parseCertificateIdentifier(each!.certificateIdentifier));
    expect(parts[0]?.serial).to.have.length(20).and.not.equal(parts[1]?.serial);
    expect(parts[0]).to.include({ typeCode: FOOD, agencyCode: AGENCY, version: 1 });
    const [first, second] = await Promise.all(
      [a, b].map((each) => world.issuance.getCertificate(issuer, each!.certificateIdentifier)),
    );
    expect(first?.certificate.credentialSubject.nonce).not.to.equal(second?.certificate.credentialSubject.nonce);
  });

  it("logs who issued what, without anything of the holder", async () => {
    const issued = await world.issuance.issueCertificate(issuer, transportRequest(1));
    const [event] = await world.audit.list({ object: issued.certificateIdentifier, order: "oldest-first", limit: 9 });
    expect(event).to.deep.include({ action: "certificate-issued", requestId: "request-1", result: "done" });
    expect(event?.actor).to.deep.equal({ kind: "token", id: "token-1", role: "issuer" });
    const { certificateHolderCode, certificateHolder } = transportRequest(1).holders[0]!;
    expect(JSON.stringify(event)).not.to.include(certificateHolderCode).and.not.to.include(certificateHolder);
  });

  it("refuses a second certificate of the same number while the first is in force", async () => {
    const first = await world.issuance.issueCertificate(issuer, foodRequest(1));
    const error = await rejection(world.issuance.issueCertificate(issuer, foodRequest(1)));
    expect(error).to.include({ code: "certificate.exists", field: "/certificateNumber" });
    expect(error.message).to.include(first.certificateIdentifier);
    const paper = { legalBasis: "食品安全法", documentNumber: "皖样〔2026〕1号" };
    await world.issuance.changeState(issuer, first.certificateIdentifier, { action: "revoke", ...paper });
    await world.issuance.issueCertificate(issuer, foodRequest(1));
  });

  describe("refuses, naming the field,", () => {
    const [holder] = foodRequest(1).holders as [ReturnType<typeof foodRequest>["holders"][number]];
    const { face } = foodRequest(1);
    const wrongCheck = (text: string) => text.slice(0, -1) + (text.endsWith("0") ? "1" : "0");

    const cases: readonly [string, unknown, string, string][] = [
      ["an unknown member", { ...foodRequest(1), extra: 1 }, "request.invalid", "/extra"],
      ["a request that is no object", [], "request.invalid", ""],
      [
        "a face that is too large to be verified",
        foodRequest(1, { face: { ...face, businessItems: Array.from({ length: 50_000 }, () => "甲") } }),
        "request.invalid",
        "/face",
      ],
      [
        "a face that is nested deeper than is read",
        foodRequest(1, { face: { ...face, businessItems: [[[[[[[["甲"]]]]]]]] } }),
        "certificate.claims-invalid",
        "/face/businessItems/0/0/0/0/0/0/0",
      ],
      [
        "a member inside of a face with a name that is not read",
        foodRequest(1, { face: { ...face, businessItems: [{ "a-b": "甲" }] as never } }),
        "certificate.claims-invalid",
        "/face/businessItems/0/a-b",
      ],
      ["a missing face", { ...foodRequest(1), face: undefined }, "request.invalid", "/face"],
      [
        "a number that is no text",
        { ...foodRequest(1), certificateNumber: 7 },
        "request.invalid",
        "/certificateNumber",
      ],
      ["no holder", foodRequest(1, { holders: [] }), "request.invalid", "/holders"],
      [
        "an unknown member of a holder",
        foodRequest(1, { holders: [{ ...holder, phone: "1" } as never] }),
        "request.invalid",
        "/holders/0/phone",
      ],
      [
        "a type code that does not check",
        foodRequest(1, { typeCode: "11340000MB1A2B3CXA001" }),
        "request.invalid",
        "/typeCode",
      ],
      [
        "a start that does not exist",
        foodRequest(1, { validFrom: "2026-02-30" }),
        "certificate.claims-invalid",
        "/validFrom",
      ],
      [
        "an end before the start",
        foodRequest(1, { validUntil: "2026-11-21" }),
        "certificate.claims-invalid",
        "/validUntil",
      ],
      [
        "an end a day too late",
        foodRequest(1, { validUntil: "2031-11-22" }),
        "certificate.claims-invalid",
        "/validUntil",
      ],
      ["a missing end", foodRequest(1, { validUntil: null }), "certificate.claims-invalid", "/validUntil"],
      [
        "an issue date in the future",
        foodRequest(1, { issueDate: "2026-11-23" }),
        "certificate.claims-invalid",
        "/issueDate",
      ],
      [
        "a number off the rule",
        foodRequest(1, { certificateNumber: "JY4" }),
        "certificate.claims-invalid",
        "/certificateNumber",
      ],
      [
        "a number that does not check",
        foodRequest(1, { certificateNumber: wrongCheck(permitNumber(1)) }),
        "certificate.claims-invalid",
        "/certificateNumber",
      ],
      [
        "a USCC that does not check",
        foodRequest(1, { holders: [{ ...holder, certificateHolderCode: wrongCheck(holder.certificateHolderCode) }] }),
        "certificate.claims-invalid",
        "/holders/0/certificateHolderCode",
      ],
      [
        "a holder type that the type does not allow",
        foodRequest(1, { holders: [{ ...holder, certificateHolderType: "414" }] }),
        "certificate.claims-invalid",
        "/holders/0/certificateHolderType",
      ],
      [
        "more holders than allowed",
        foodRequest(1, { holders: [holder, holder] }),
        "certificate.claims-invalid",
        "/holders",
      ],
      [
        "a name with a bidi override",
        foodRequest(1, { holders: [{ ...holder, certificateHolder: "样例\u202e公司" }] }),
        "certificate.claims-invalid",
        "/holders/0/certificateHolder",
      ],
      [
        "a face text with a control character",
        foodRequest(1, { face: { ...face, premises: "样例\u0000路" } }),
        "certificate.claims-invalid",
        "/face/premises",
      ],
      ["an unknown face field", foodRequest(1, { face: { ...face, x: 1 } }), "certificate.claims-invalid", "/face/x"],
      [
        "text in place of a boolean",
        foodRequest(1, { face: { ...face, onlineOperation: "true" } }),
        "certificate.claims-invalid",
        "/face/onlineOperation",
      ],
      [
        "null where it is not allowed",
        foodRequest(1, { face: { ...face, premises: null } }),
        "certificate.claims-invalid",
        "/face/premises",
      ],
    ];
    for (const [what, request, code, field] of cases) {
      it(what, async () => {
        const error = await rejection(world.issuance.issueCertificate(issuer, request));
        expect({ code: error.code, field: error.field }).to.deep.equal({ code, field });
        expect(error.problems.map((each: { field: string }) => each.field)).to.include(field);
      });
    }

    it("every problem at once", async () => {
      const request = foodRequest(1, { certificateNumber: "X", validUntil: "2020-01-01", face: {} });
      const error = await rejection(world.issuance.issueCertificate(issuer, request));
      expect(error.problems).to.have.length.above(7);
    });

    it("a citizen ID number that does not check, without repeating it", async () => {
      const code = wrongCheck(transportRequest(1).certificateNumber);
      const holders = [{ ...transportRequest(1).holders[0]!, certificateHolderCode: code }];
      const error = await rejection(
        world.issuance.issueCertificate(issuer, transportRequest(1, { holders, certificateNumber: code })),
      );
      expect(error.field).to.equal("/holders/0/certificateHolderCode");
      expect(error.message).not.to.include(code);
    });

    it("a number that is not the holder's code where the type asks for it", async () => {
      const request = businessRequest(1, { certificateNumber: businessRequest(2).certificateNumber });
      const error = await rejection(world.issuance.issueCertificate(issuer, request));
      expect(error.problems).to.deep.equal([
        { field: "/certificateNumber", message: "must equal the code of the first holder" },
      ]);
    });

    it("what cannot be printed, before anything is signed", async () => {
      const checkRenderable = () => [{ field: "/face/premises", message: "has no glyph for U+20BB7" }];
      const { issuance, database } = await createWorld({ checkRenderable });
      const error = await rejection(issuance.issueCertificate(issuer, foodRequest(1)));
      expect(error).to.include({ code: "certificate.not-renderable", field: "/face/premises" });
      expect(database.get("SELECT count(*) AS n FROM certificates")).to.deep.equal({ n: 0 });
      database.close();
    });
  });

  describe("keeps an identifier of an earlier system", () => {
    const own = `1.2.156.3005.2.${FOOD}.${AGENCY}.20230000403.001.`;
    const check = (body: string, letters: string): string => {
      for (const letter of letters) {
        try {
          return parseCertificateIdentifier(`${body}${letter}`, "lenient").text;
        } catch {}
      }
      throw new Error("no check character");
    };
    const ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ";

    it("as it is", async () => {
      const identifier = [...ALPHABET].map((letter) => own + letter).find(isStandard)!;
      const issued = await world.issuance.issueCertificate(issuer, foodRequest(1, { identifier }));
      expect(issued).to.deep.include({ certificateIdentifier: identifier, warnings: [] });
    });

    it("with a warning when its check character follows the A=11 variant", async () => {
      const bodies = Array.from({ length: 40 }, (_, n) => `1.2.156.3005.2.${FOOD}.${AGENCY}.${n}.001.`);
      const identifier = bodies
        .flatMap((body) => [...ALPHABET].map((letter) => body + letter))
        .find((text) => !isStandard(text) && isReadable(text))!;
      const issued = await world.issuance.issueCertificate(issuer, foodRequest(1, { identifier }));
      expect(issued.certificateIdentifier).to.equal(identifier);
      expect(issued.warnings.map(({ code }) => code)).to.deep.equal(["identifier.check-variant"]);
      expect(readToken((await record(identifier)).token).claims.certificateIdentifier).to.equal(identifier);
    });

    it("with a warning when a region code stands for the agency", async () => {
      const identifier = check(`1.2.156.3005.2.${FOOD}.340100.000000016.001.`, ALPHABET);
      const issued = await world.issuance.issueCertificate(issuer, foodRequest(1, { identifier }));
      expect(issued.warnings.map(({ code }) => code)).to.include("identifier.foreign-agency");
    });

    for (const [what, identifier] of [
      ["another agency's", check(`1.2.156.3005.2.${FOOD}.${OTHER_AGENCY}.000000016.001.`, ALPHABET)],
      ["another type's", check(`1.2.156.3005.2.11100000MB0143028R001.${AGENCY}.000000016.001.`, ALPHABET)],
      ["one that checks by no rule", "1.2.156.3005.2.x"],
    ] as const) {
      it(`but refuses ${what}`, async () => {
        const error = await rejection(world.issuance.issueCertificate(issuer, foodRequest(1, { identifier })));
        expect(error).to.include({ code: "certificate.claims-invalid", field: "/identifier" });
      });
    }

    it("but not twice", async () => {
      const identifier = check(own, ALPHABET);
      await world.issuance.issueCertificate(issuer, foodRequest(1, { identifier }));
      const error = await rejection(world.issuance.issueCertificate(issuer, foodRequest(2, { identifier })));
      expect(error).to.include({ code: "certificate.exists", field: "/identifier" });
    });
  });

  describe("lets only those issue who may:", () => {
    it("a reader may not", async () => {
      const error = await rejection(world.issuance.issueCertificate({ ...issuer, role: "reader" }, foodRequest(1)));
      expect(error.code).to.equal("request.forbidden");
    });

    it("a token of another type may not", async () => {
      const error = await rejection(world.issuance.issueCertificate({ ...issuer, types: ["X"] }, foodRequest(1)));
      expect(error).to.include({ code: "agency.not-authorised", field: "/typeCode" });
    });

    it("an agency without the type may not", async () => {
      world.database.run("DELETE FROM agency_types WHERE agency = ? AND type_code = ?", AGENCY, FOOD);
      const error = await rejection(world.issuance.issueCertificate(issuer, foodRequest(1)));
      expect(error.code).to.equal("agency.not-authorised");
    });

    it("an agency that is suspended may not", async () => {
      world.database.run("UPDATE agencies SET suspended = 1 WHERE code = ?", AGENCY);
      const error = await rejection(world.issuance.issueCertificate(issuer, foodRequest(1)));
      expect(error.code).to.equal("agency.not-authorised");
    });

    it("nobody may under a retired version", async () => {
      await world.catalogue.retireType({ kind: "cli", id: "x", role: "operator", requestId: "r" }, FOOD, 1);
      const error = await rejection(world.issuance.issueCertificate(issuer, foodRequest(1, { typeVersion: 1 })));
      expect(error.code).to.equal("type.retired");
    });
  });
});

function isStandard(text: string): boolean {
  try {
    parseCertificateIdentifier(text);
    return true;
  } catch {
    return false;
  }
}

function isReadable(text: string): boolean {
  try {
    parseCertificateIdentifier(text, "lenient");
    return true;
  } catch {
    return false;
  }
}
