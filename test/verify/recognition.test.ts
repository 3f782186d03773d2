// SPDX-License-Identifier: Apache-2.0
import { expect } from "chai";
import { checkOf } from "./expectations.js";
import { ANHUI, type Issued, makeWorld, SHANGHAI, type World } from "./fixture.js";

describe("recognition", () => {
  let world: World;
  let issued: Issued;
  beforeEach(() => {
    world = makeWorld();
    issued = world.issueAnchored();
  });
  const purpose = { region: SHANGHAI, matter: "catering-2026" };
  const rule = () => ({
    typeCode: world.type.typeCode,
    issuingRegion: ANHUI,
    acceptingRegion: SHANGHAI,
    matter: "catering-2026",
  });
  const judge = (
    recognition: ReturnType<typeof rule>[] | undefined,
    asked: { region: string; matter?: string } | undefined = purpose,
  ) =>
    world.verify(world.documentOf(issued), {
      trust: { ...world.trust, ...(recognition ? { recognition } : {}) },
      ...(asked ? { purpose: asked } : {}),
    });

  it("is accepted when a rule fits type, issuing region, accepting region and matter", async () => {
    expect((await judge([rule()])).recognition).to.equal("accepted");
    expect(
      (await judge([{ typeCode: "*", issuingRegion: "*", acceptingRegion: SHANGHAI, matter: "*" }])).recognition,
    ).to.equal("accepted");
  });

  it("is not listed when any of the four differs, and changes no verdict", async () => {
    for (const other of [
      { typeCode: `${world.type.typeCode.slice(0, 18)}999` },
      { issuingRegion: "330000" },
      { acceptingRegion: "320000" },
      { matter: "catering" },
    ]) {
      const report = await judge([{ ...rule(), ...other }]);
      expect(report.recognition).to.equal("not-listed");
      expect(report.verdict).to.equal("valid");
      expect(checkOf(report, "recognition")).to.deep.equal({
        check: "recognition",
        outcome: "fail",
        reason: "recognition.not-listed",
      });
    }
  });

  it("matches literally: part of a code, and a matter that was not named, fit no rule", async () => {
    expect((await judge([{ ...rule(), issuingRegion: "34" }])).recognition).to.equal("not-listed");
    expect((await judge([rule()], { region: SHANGHAI })).recognition).to.equal("not-listed");
    expect((await judge([{ ...rule(), matter: "*" }], { region: SHANGHAI })).recognition).to.equal("accepted");
  });

  it("is undecided without a list, without a purpose, and for an issuer that is not proven", async () => {
    expect(checkOf(await judge(undefined), "recognition")).to.include({
      outcome: "unknown",
      reason: "recognition.no-list",
    });
    const report = await world.verify(world.documentOf(issued), { trust: { ...world.trust, recognition: [rule()] } });
    expect(report.recognition).to.equal("undecided");
    const pending = await world.verify(world.documentOf(world.issue()), {
      trust: { ...world.trust, recognition: [rule()] },
      purpose,
    });
    expect(checkOf(pending, "recognition")).to.include({ outcome: "unknown", reason: "recognition.issuer-unproven" });
  });
});
