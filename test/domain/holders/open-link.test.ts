// SPDX-License-Identifier: Apache-2.0
import { expect } from "chai";
import type { OpenOutcome } from "../../../src/domain/holders/index.js";
import { AGENCY, foodRequest, issuer } from "../issuance/world.js";
import { createScene, DAY, MINUTE, type Scene, TRIES, visitor, wrong } from "./scene.js";

describe("a pick-up link", () => {
  let scene: Scene;
  beforeEach(async () => {
    scene = await createScene();
  });
  afterEach(() => scene.database.close());

  const actions = async (identifier: string) => (await scene.history(identifier)).map(({ action }) => action);
  const opened = (outcome: OpenOutcome) => {
    if (outcome.outcome !== "opened") throw new Error(`not opened: ${outcome.why}`);
    return outcome;
  };
  const basis = { legalBasis: "《食品安全法》第三十五条", documentNumber: "皖食监〔2026〕1号" };

  it("opens with its secret and its code, and shows the licence as it is now", async () => {
    const { identifier, link, secret } = await scene.delivered();
    expect(link.url).to.equal(`https://pages.example/c/${link.link}#${secret}`);
    expect(await scene.pickUps.look(visitor, link.link, secret)).to.deep.equal({
      ...{ outcome: "open", triesLeft: TRIES, expiresAt: link.expiresAt },
    });
    const { licence, session } = opened(await scene.pickUps.open(visitor, link.link, { secret, code: link.code }));
    expect(licence).to.deep.include({ certificateIdentifier: identifier, standing: "in-force", anchoring: "pending" });
    expect(licence.name.zh).to.equal("食品经营许可证");
    expect(licence.face.find(({ field }) => field === "legalRepresentative")?.value).to.equal("王喆堃");
    expect(await scene.pickUps.licence(visitor, link.link, session.secret)).to.deep.equal(licence);
  });

  it("leaves its making, opening and downloading in the history of the certificate, and no secret", async () => {
    const { identifier, link, secret } = await scene.delivered();
    const { session } = opened(await scene.pickUps.open(visitor, link.link, { secret, code: link.code }));
    const file = await scene.pickUps.download(visitor, link.link, session.secret);
    expect(file).to.deep.include({ isPending: true });
    const events = await scene.history(identifier);
    expect(events.map(({ action }) => action)).to.deep.equal([
      ...["pick-up-link-made", "pick-up-opened", "pick-up-downloaded"],
    ]);
    expect(events[1]).to.deep.include({ actor: { kind: "link", id: link.link, role: "reader" }, requestId: "visit" });
    const log = JSON.stringify(events);
    for (const word of [secret, link.code, session.secret]) expect(log).not.to.include(word);
  });

  it("opens once; whoever comes later is told so and put on record", async () => {
    const { identifier, link, secret } = await scene.delivered();
    const given = { secret, code: link.code };
    opened(await scene.pickUps.open(visitor, link.link, given));
    expect(await scene.pickUps.open(visitor, link.link, given)).to.deep.include({ why: "opened" });
    expect(await scene.pickUps.look(visitor, link.link, secret)).to.deep.include({ why: "opened" });
    expect((await scene.history(identifier)).at(-1)).to.deep.include({ action: "pick-up-refused", result: "refused" });
  });

  it("opens for one of many who come at once", async () => {
    const { identifier, link, secret } = await scene.delivered();
    const tries = Array.from({ length: 12 }, () => scene.pickUps.open(visitor, link.link, { secret, code: link.code }));
    const outcomes = await Promise.all(tries);
    expect(outcomes.filter(({ outcome }) => outcome === "opened")).to.have.length(1);
    for (const each of outcomes) if (each.outcome === "refused") expect(each.why).to.equal("opened");
    expect((await actions(identifier)).filter((action) => action === "pick-up-opened")).to.have.length(1);
  });

  it("says nothing to whoever guesses an id or a secret, and neither counts nor logs it", async () => {
    const { identifier, link, secret } = await scene.delivered();
    const other = (text: string) => (text.startsWith("A") ? "B" : "A") + text.slice(1);
    const unknown = { outcome: "refused", why: "unknown", triesLeft: 0 };
    for (let i = 0; i < TRIES + 2; i++) {
      const guess = { secret: other(secret), code: link.code };
      expect(await scene.pickUps.open(visitor, link.link, guess)).to.deep.equal(unknown);
    }
    expect(await scene.pickUps.open(visitor, other(link.link), { secret, code: link.code })).to.deep.equal(unknown);
    expect(await scene.pickUps.look(visitor, other(link.link), secret)).to.deep.equal({
      ...{ outcome: "refused", why: "unknown" },
    });
    expect(await actions(identifier)).to.deep.equal(["pick-up-link-made"]);
    opened(await scene.pickUps.open(visitor, link.link, { secret, code: link.code }));
  });

  it("counts wrong codes down, and is locked for the right one after the last", async () => {
    const { identifier, link, secret } = await scene.delivered();
    for (let left = TRIES - 1; left > 0; left--) {
      const outcome = await scene.pickUps.open(visitor, link.link, { secret, code: wrong(link.code) });
      expect(outcome).to.deep.equal({ outcome: "refused", why: "code-wrong", triesLeft: left });
    }
    const last = await scene.pickUps.open(visitor, link.link, { secret, code: wrong(link.code) });
    expect(last).to.deep.include({ why: "locked" });
    expect(await scene.pickUps.open(visitor, link.link, { secret, code: link.code })).to.deep.include({
      why: "locked",
    });
    const told = await actions(identifier);
    expect(told.filter((action) => action === "pick-up-code-wrong")).to.have.length(TRIES);
    expect(told.filter((action) => action === "pick-up-locked")).to.have.length(1);
  });

  it("lets no more codes be tried at once than one after another", async () => {
    const { link, secret } = await scene.delivered();
    const codes = Array.from({ length: 50 }, (_, n) => String(n).padStart(6, "0")).filter((code) => code !== link.code);
    await Promise.all(codes.map((code) => scene.pickUps.open(visitor, link.link, { secret, code })));
    expect((await scene.store.find(link.link))?.wrongCodes).to.equal(TRIES);
  });

  it("expires", async () => {
    const { link, secret } = await scene.delivered();
    scene.clock.now += 30 * DAY;
    const given = { secret, code: link.code };
    expect(await scene.pickUps.open(visitor, link.link, given)).to.deep.include({ why: "expired" });
    expect(await scene.pickUps.look(visitor, link.link, secret)).to.deep.include({ why: "expired" });
  });

  it("can be taken back, before it is opened and after", async () => {
    const { identifier, link, secret } = await scene.delivered();
    const { session } = opened(await scene.pickUps.open(visitor, link.link, { secret, code: link.code }));
    const revoked = await scene.pickUps.revokeLink(issuer, identifier, link.link);
    expect(revoked.state).to.equal("revoked");
    expect(await scene.pickUps.revokeLink(issuer, identifier, link.link)).to.deep.equal(revoked);
    expect(await scene.pickUps.licence(visitor, link.link, session.secret)).to.equal(null);
    expect(await scene.pickUps.download(visitor, link.link, session.secret)).to.equal(null);
    expect(await scene.pickUps.look(visitor, link.link, secret)).to.deep.include({ why: "revoked" });
  });

  it("is void when the agency sends a new one, with the session of whoever had opened it", async () => {
    const { identifier, link, secret } = await scene.delivered();
    const { session } = opened(await scene.pickUps.open(visitor, link.link, { secret, code: link.code }));
    const next = await scene.pickUps.sendLink(issuer, identifier, {});
    expect(await scene.pickUps.licence(visitor, link.link, session.secret)).to.equal(null);
    opened(await scene.pickUps.open(visitor, next.link, { secret: next.url.split("#")[1]!, code: next.code }));
    const states = (await scene.pickUps.listLinks(issuer, identifier)).map(({ state }) => state);
    expect(states).to.deep.equal(["opened", "opened"]);
  });

  it("stays good beside a new one when the agency says so", async () => {
    const { identifier, link, secret } = await scene.delivered();
    const next = await scene.pickUps.sendLink(issuer, identifier, { keepOlder: true, validDays: 3 });
    expect(Date.parse(next.expiresAt)).to.equal(scene.clock.now + 3 * DAY);
    opened(await scene.pickUps.open(visitor, link.link, { secret, code: link.code }));
    const third = await scene.pickUps.sendLink(issuer, identifier, {});
    expect(await scene.pickUps.look(visitor, next.link, next.url.split("#")[1]!)).to.deep.include({
      why: "superseded",
    });
    expect(third.link).not.to.equal(next.link);
  });

  for (const [what, act, standing] of [
    ["suspended", { action: "suspend", ...basis }, "suspended"],
    ["revoked", { action: "revoke", state: "revoked-penalty", ...basis }, "revoked-penalty"],
    ["transferred", { action: "suspend", state: "transferred-out", ...basis }, "transferred-out"],
  ] as const) {
    it(`shows a licence that was ${what} meanwhile as what it is`, async () => {
      const { identifier, link, secret } = await scene.delivered();
      await scene.issuance.changeState(issuer, identifier, act);
      const { licence } = opened(await scene.pickUps.open(visitor, link.link, { secret, code: link.code }));
      expect(licence.standing).to.equal(standing);
    });
  }

  it("shows a licence that was corrected meanwhile as replaced; the new version has a link of its own", async () => {
    const { identifier, link, secret } = await scene.delivered();
    const face = { ...foodRequest(1).face, legalRepresentative: "李样例" };
    const corrected = await scene.issuance.correctCertificate(issuer, identifier, { face, ...basis });
    const [own] = await scene.pickUps.firstLinks(issuer, [corrected]);
    const before = opened(await scene.pickUps.open(visitor, link.link, { secret, code: link.code }));
    expect(before.licence.standing).to.equal("replaced");
    const given = { secret: own!.url.split("#")[1]!, code: own!.code };
    expect(opened(await scene.pickUps.open(visitor, own!.link, given)).licence.standing).to.equal("in-force");
  });

  it("shows a licence past its last day as expired, also when it is suspended", async () => {
    const { identifier } = await scene.delivered();
    scene.clock.now = Date.UTC(2031, 10, 21, 16, 0, 0);
    const next = await scene.pickUps.sendLink(issuer, identifier, {});
    const given = { secret: next.url.split("#")[1]!, code: next.code };
    expect(opened(await scene.pickUps.open(visitor, next.link, given)).licence.standing).to.equal("expired");
  });

  it("gives its session to one browser for half an hour, and less when it is closed", async () => {
    const { link, secret } = await scene.delivered();
    const { session } = opened(await scene.pickUps.open(visitor, link.link, { secret, code: link.code }));
    for (const other of ["", "0".repeat(64), session.secret.slice(1), secret])
      expect(await scene.pickUps.licence(visitor, link.link, other)).to.equal(null);
    scene.clock.now += 30 * MINUTE - 1;
    expect(await scene.pickUps.licence(visitor, link.link, session.secret)).not.to.equal(null);
    await scene.pickUps.close(link.link, "0".repeat(64));
    expect(await scene.pickUps.licence(visitor, link.link, session.secret)).not.to.equal(null);
    await scene.pickUps.close(link.link, session.secret);
    expect(await scene.pickUps.licence(visitor, link.link, session.secret)).to.equal(null);
  });

  it("ends its session with the half hour", async () => {
    const { link, secret } = await scene.delivered();
    const { session } = opened(await scene.pickUps.open(visitor, link.link, { secret, code: link.code }));
    scene.clock.now += 30 * MINUTE;
    expect(await scene.pickUps.licence(visitor, link.link, session.secret)).to.equal(null);
  });

  it("is forgotten half a year after it expired", async () => {
    const { identifier, link } = await scene.delivered();
    scene.clock.now += (30 + 183) * DAY;
    expect(await scene.pickUps.purge()).to.equal(0);
    scene.clock.now += 1;
    expect(await scene.pickUps.purge()).to.equal(1);
    expect(await scene.store.find(link.link)).to.equal(null);
    expect(await actions(identifier)).to.deep.equal(["pick-up-link-made"]);
  });

  it("belongs to its agency", async () => {
    const { identifier, link } = await scene.delivered();
    const stranger = { ...issuer, agency: "113401000000000000" };
    expect(stranger.agency).not.to.equal(AGENCY);
    const reader = { ...issuer, role: "reader" } as const;
    for (const [actor, work] of [
      [stranger, () => scene.pickUps.sendLink(stranger, identifier, {})],
      [stranger, () => scene.pickUps.listLinks(stranger, identifier)],
      [stranger, () => scene.pickUps.revokeLink(stranger, identifier, link.link)],
      [stranger, () => scene.pickUps.tellLink(stranger, link.link)],
      [reader, () => scene.pickUps.sendLink(reader, identifier, {})],
      [reader, () => scene.pickUps.tellLink(reader, link.link)],
    ] as const) {
      const error = await work().then(
        () => null,
        (thrown: { code?: string }) => thrown,
      );
      expect(["agency.not-authorised", "request.forbidden", "request.not-found"], actor.agency).to.include(error?.code);
    }
    expect(await scene.pickUps.listLinks(reader, identifier)).to.have.length(1);
  });
});
