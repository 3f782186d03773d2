// SPDX-License-Identifier: Apache-2.0
import { expect } from "chai";
import type { AnchoredEvidence } from "../../src/core/evidence.js";
import { mod37Over36VariantA11 } from "../../src/core/identifiers/iso7064.js";
import { portableCrypto } from "../../src/core/portable-crypto.js";
import { answers, remarksOf } from "./expectations.js";
import { type Issued, makeWorld, mirrorOf, SHANGHAI, type World } from "./fixture.js";

describe("verifyCertificate, of a genuine licence,", () => {
  let world: World;
  let issued: Issued;
  beforeEach(() => {
    world = makeWorld();
    issued = world.issueAnchored();
  });

  it("finds the JSON document valid", async () => {
    const report = await world.verify(world.documentOf(issued));
    expect(answers(report)).to.deep.equal({
      authenticity: "genuine",
      standing: "in-force",
      verdict: "valid",
      reason: null,
    });
    expect(report.checks.filter(({ outcome }) => outcome === "fail")).to.deep.equal([]);
    expect(remarksOf(report)).to.deep.equal([]);
  });

  it("finds the QR code valid when its leaf is in the verifier's own mirror", async () => {
    const report = await world.verify(world.codeOf(issued), { mirror: mirrorOf(issued) });
    expect(report.verdict).to.equal("valid");
    expect(report.document.form).to.equal("token");
  });

  it("reads the bare digits, and a code with any host, alike", async () => {
    const digits = world.codeOf(issued).split("#")[1]!;
    for (const text of [
      digits,
      ` ${digits}\n`,
      `https://forger.example/anything#${digits}`,
      `HTTP://FORGER.EXAMPLE/V#${digits}`,
    ])
      expect((await world.verify(text, { mirror: mirrorOf(issued) })).verdict).to.equal("valid");
  });

  it("gives the same report with the portable crypto", async () => {
    const document = world.documentOf(issued);
    expect(await world.verify(document, { crypto: portableCrypto })).to.deep.equal(await world.verify(document));
  });

  it("shows the facts of the document and the region of the registry", async () => {
    const { document, times } = await world.verify(world.documentOf(issued));
    const subject = issued.certificate.credentialSubject;
    expect(document).to.include({
      form: "json",
      region: "340000",
      certificateNumber: subject.certificateNumber,
      issueDeptCode: world.agency.code,
    });
    expect(document.holders).to.deep.equal(["虎符示例餐饮有限公司"]);
    expect(document.face.map(({ field, label, value }) => [field, label?.en, value])).to.deep.equal([
      ["businessAddress", "Business address", "示例市虎符路1号"],
      ["onlineBusiness", "Online business", true],
      ["manager", "Manager", "喆堃"],
      ["remark", "Remark", null],
    ]);
    expect(times.anchoredAt).to.equal((issued.evidence as AnchoredEvidence).anchors[0]!.time);
    expect(times.head?.chainId).to.equal(world.trust.chainId);
  });

  it("labels a code's fields from a nearby type definition with the digest on chain, and from no other", async () => {
    const bytes = new TextEncoder().encode(JSON.stringify(world.type));
    const types = { findType: async () => ({ bytes }) };
    const labelled = await world.verify(world.codeOf(issued), { mirror: mirrorOf(issued), types });
    expect(labelled.document.face[0]).to.deep.include({
      field: "/certificateHolder/0/certificateHolder",
      value: "虎符示例餐饮有限公司",
    });
    const changed = new TextEncoder().encode(JSON.stringify(world.type).replace("经营者", "受益人"));
    const unlabelled = await world.verify(world.codeOf(issued), {
      mirror: mirrorOf(issued),
      types: { findType: async () => ({ bytes: changed }) },
    });
    expect(unlabelled.document.face[0]).to.deep.include({ field: "0", label: null });
    expect(unlabelled.verdict).to.equal("valid");
  });

  it("remarks nothing after a suspension was released", async () => {
    world.registry.suspend("340000", issued.statusIndex);
    world.registry.advance(60);
    world.registry.release("340000", issued.statusIndex);
    const report = await world.verify(world.documentOf(issued));
    expect(report.verdict).to.equal("valid");
    expect(remarksOf(report)).to.deep.equal([]);
  });

  const LATER: readonly [string, (world: World) => void, string][] = [
    ["its key was retired", (w) => w.registry.retireKey(w.agency.key.digest), "issuer.key-retired-since"],
    [
      "its key was compromised",
      (w) => w.registry.claimCompromise(w.agency.key.digest, w.registry.time),
      "issuer.key-compromised-since",
    ],
    ["its agency was suspended", (w) => w.registry.suspendAgency(w.agency.code), "issuer.agency-suspended-since"],
    ["its region was suspended", (w) => w.registry.suspendRegion("340000"), "issuer.region-suspended-since"],
  ];
  for (const [what, act, remark] of LATER)
    it(`keeps it valid, with a remark, when ${what} after the anchor`, async () => {
      world.registry.advance(60);
      act(world);
      world.registry.advance(60);
      const report = await world.verify(world.documentOf(issued));
      expect(report.verdict).to.equal("valid");
      expect(remarksOf(report)).to.deep.equal([remark]);
      expect((await world.verify(world.codeOf(issued), { mirror: mirrorOf(issued) })).verdict).to.equal("valid");
    });

  it("keeps it valid, without a remark, when the agency's suspension was released or its authorisation ended", async () => {
    world.registry.advance(60);
    world.registry.suspendAgency(world.agency.code);
    world.registry.advance(60);
    world.registry.releaseAgency(world.agency.code);
    world.registry.endAuthorisation(world.agency.code, world.type.typeCode);
    world.registry.advance(60);
    const report = await world.verify(world.documentOf(issued));
    expect(report.verdict).to.equal("valid");
    expect(remarksOf(report)).to.deep.equal([]);
  });

  it("keeps it valid, with a remark, when the hints name another chain, registry or region", async () => {
    const evidence = issued.evidence as AnchoredEvidence;
    const hint = evidence.anchors[0]!;
    for (const foreign of [
      { ...hint, chainId: 1 },
      { ...hint, registry: `0x${"11".repeat(20)}` },
    ]) {
      const report = await world.verify(
        world.documentOf({ ...issued, evidence: { ...evidence, anchors: [hint, foreign] } }),
      );
      expect(report.verdict).to.equal("valid");
      expect(remarksOf(report)).to.deep.equal(["anchor.foreign-hints"]);
    }
    const renamed = { ...evidence, batch: { ...evidence.batch, region: SHANGHAI }, anchors: [] };
    expect((await world.verify(world.documentOf({ ...issued, evidence: renamed }))).verdict).to.equal("valid");
  });

  it("proves a file that was downloaded while pending, once the mirror has its batch", async () => {
    const pending = { ...issued, evidence: { version: 1, token: issued.evidence.token } as const };
    expect((await world.verify(world.documentOf(pending))).reason).to.equal("anchor.pending");
    expect((await world.verify(world.documentOf(pending), { mirror: mirrorOf(issued) })).verdict).to.equal("valid");
  });

  it("accepts an imported identifier with the A=11 check character, with a remark", async () => {
    const imported = world.issueAnchored({ identifier: A11_IDENTIFIER(world) });
    const report = await world.verify(world.documentOf(imported));
    expect(report.verdict).to.equal("valid");
    expect(remarksOf(report)).to.deep.equal(["identifier.check-variant"]);
  });

  it("remarks that a code's value was cut to its budget", async () => {
    const long = world.issueAnchored({ holder: "虎符示例".repeat(12) });
    const report = await world.verify(world.codeOf(long), { mirror: mirrorOf(long) });
    expect(report.verdict).to.equal("valid");
    expect(remarksOf(report)).to.deep.equal(["token.face-truncated"]);
  });

  it("sets a stated date of an earlier day against the anchor's time", async () => {
    const old = world.issueAnchored({ issueDate: "2026-02-01", validFrom: "2026-03-03" });
    const report = await world.verify(world.documentOf(old));
    expect(report.verdict).to.equal("valid");
    expect(report.remarks).to.deep.equal([
      { remark: "anchor.later-than-stated", time: report.times.anchoredAt, stated: "2026-02-01" },
    ]);
  });

  it("proves the only licence of a batch of one", async () => {
    const { issued: alone } = world.anchor([world.issue()]);
    expect((await world.verify(world.documentOf(alone[0]!))).verdict).to.equal("valid");
  });

  it("proves every licence of a batch", async () => {
    const { issued: all } = world.anchor(Array.from({ length: 13 }, () => world.issue()));
    for (const one of all) expect((await world.verify(world.documentOf(one))).verdict).to.equal("valid");
  });
});

/** The identifier that another system would have made for the agency. */
const A11_IDENTIFIER = ({ type, agency }: World): string => {
  const body = `${type.typeCode}${agency.code}20230000403001`;
  return `1.2.156.3005.2.${type.typeCode}.${agency.code}.20230000403.001.${mod37Over36VariantA11(body)}`;
};
