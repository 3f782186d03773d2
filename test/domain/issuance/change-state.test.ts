// SPDX-License-Identifier: Apache-2.0
import { expect } from "chai";
import { LEGAL_STATES } from "../../../src/core/type-definition.js";
import { TRANSITIONS } from "../../../src/domain/issuance/index.js";
import { createWorld, foodRequest, issuer, OTHER_AGENCY, rejection, type World } from "./world.js";

const PAPER = { legalBasis: "《中华人民共和国食品安全法》第一百二十四条", documentNumber: "皖样市监罚〔2026〕1号" };

describe("changeState", () => {
  let world: World;
  let id: string;
  beforeEach(async () => {
    world = await createWorld();
    id = (await world.issuance.issueCertificate(issuer, foodRequest(1))).certificateIdentifier;
  });
  afterEach(() => world.database.close());

  const change = (request: object, actor = issuer) => world.issuance.changeState(actor, id, { ...PAPER, ...request });
  const bits = () =>
    world.database
      .all<{ action: string }>("SELECT action FROM status_changes ORDER BY seq")
      .map(({ action }) => action);

  it("suspends, releases and revokes, and queues the status bits", async () => {
    expect(await change({ action: "suspend" })).to.include({ state: "suspended", changed: true });
    expect(await change({ action: "release" })).to.include({ state: "valid", changed: true });
    expect(await change({ action: "revoke" })).to.include({ state: "cancelled", changed: true });
    expect(bits()).to.deep.equal(["suspend", "release", "revoke"]);
  });

  it("tells the type's own code of the state", async () => {
    await change({ action: "revoke", state: "revoked-penalty" });
    const { state, stateCode } = await world.issuance.getCertificate(issuer, id);
    expect(state).to.equal("revoked-penalty");
    expect(stateCode).to.deep.equal({ code: "03", label: { zh: "吊销", en: "Revoked as a penalty" } });
  });

  it("logs who did it on what basis", async () => {
    await change({ action: "suspend" });
    const [event] = await world.audit.list({ object: id, order: "newest-first", limit: 1 });
    expect(event).to.deep.include({
      action: "certificate-suspended",
      detail: { from: "valid", to: "suspended", ...PAPER },
      requestId: "request-1",
    });
  });

  it("returns from a called-off transfer to where the certificate was", async () => {
    await change({ action: "suspend" });
    await change({ action: "suspend", state: "transferred-out" });
    expect(await change({ action: "release" })).to.include({ state: "suspended" });
    expect(await change({ action: "release" })).to.include({ state: "valid" });
    await change({ action: "suspend", state: "transferred-out" });
    expect(await change({ action: "release" })).to.include({ state: "valid" });
    expect(bits()).to.deep.equal(["suspend", "release", "suspend", "release"]);
  });

  it("does nothing when the same act is sent again", async () => {
    await change({ action: "revoke", state: "revoked-unlawful" });
    expect(await change({ action: "revoke", state: "revoked-unlawful" })).to.include({ changed: false });
    expect(bits()).to.deep.equal(["revoke"]);
    expect(await world.audit.list({ object: id, order: "oldest-first", limit: 9 })).to.have.length(2);
  });

  it("is no repetition under another document, nor for another state", async () => {
    await change({ action: "revoke", state: "revoked-unlawful" });
    for (const request of [
      { action: "revoke", documentNumber: "另一号" },
      { action: "revoke", state: "cancelled" },
    ]) {
      const error = await rejection(change(request));
      expect(error.code).to.equal("certificate.state-conflict");
    }
  });

  it("allows exactly the transitions of the table", async () => {
    const allowed = new Set(TRANSITIONS.map(({ action, from, to }) => `${action} ${from} ${to}`));
    for (const from of LEGAL_STATES) {
      for (const [action, to] of [
        ["suspend", "suspended"],
        ["suspend", "transferred-out"],
        ["release", undefined],
        ["revoke", "revoked-penalty"],
        ["revoke", "revoked-unlawful"],
        ["revoke", "cancelled"],
      ] as const) {
        world.database.run("UPDATE certificates SET state = ?, resume_state = 'valid' WHERE id = ?", from, id);
        // Another document each time, or the act would be one that is already carried out.
        const documentNumber = `${action} ${from} ${to}`;
        const outcome = await change({ action, documentNumber, ...(to === undefined ? {} : { state: to }) }).then(
          ({ state }) => state,
          (error) => error.code,
        );
        const target = to ?? "valid";
        const expected = allowed.has(`${action} ${from} ${target}`) ? target : "certificate.state-conflict";
        expect(outcome, `${action} from ${from} to ${target}`).to.equal(expected);
      }
    }
  });

  for (const [what, request, field] of [
    ["an unknown action", { action: "delete" }, "/action"],
    ["a missing basis", { action: "suspend", legalBasis: undefined }, "/legalBasis"],
    ["an empty document number", { action: "suspend", documentNumber: "" }, "/documentNumber"],
    ["a basis with a control character", { action: "suspend", legalBasis: "a\u0007" }, "/legalBasis"],
    ["a state the action does not lead to", { action: "suspend", state: "cancelled" }, "/state"],
    ["a replacement by hand", { action: "revoke", state: "replaced" }, "/state"],
    ["an unknown member", { action: "suspend", reason: "x" }, "/reason"],
  ] as const) {
    it(`refuses ${what}`, async () => {
      const error = await rejection(change(request));
      expect(error.code).to.equal("request.invalid");
      expect(error.problems.map((each: { field: string }) => each.field)).to.include(field);
    });
  }

  it("refuses another agency, a reader and an unknown certificate", async () => {
    const foreign = await rejection(change({ action: "suspend" }, { ...issuer, agency: OTHER_AGENCY }));
    expect(foreign.code).to.equal("agency.not-authorised");
    const reader = await rejection(change({ action: "suspend" }, { ...issuer, role: "reader" }));
    expect(reader.code).to.equal("request.forbidden");
    const unknown = await rejection(world.issuance.changeState(issuer, "none", { action: "suspend", ...PAPER }));
    expect(unknown.code).to.equal("certificate.not-found");
  });
});
