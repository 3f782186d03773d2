// SPDX-License-Identifier: Apache-2.0
import { expect } from "chai";
import type { AuditAction, AuditEvent, AuditStore } from "../../src/domain/audit/index.js";
import type { LinkPage, LinkWithEvent, NewPickUpLink, PickUpStore } from "../../src/domain/holders/index.js";
import type { CertificateStore } from "../../src/domain/issuance/index.js";
import { digestOf, identifierOf, issue } from "./issued.js";

export interface PickUpStoreUnderTest {
  readonly store: PickUpStore;
  readonly certificates: CertificateStore;
  readonly audit: AuditStore;
}

const LIMIT = 5;

function link(id: string, changes: Partial<NewPickUpLink> = {}): NewPickUpLink {
  return {
    id: id.padEnd(22, "-"),
    certificate: identifierOf(1),
    agency: "11340000MB1234567X",
    keyId: "k1",
    secretHash: digestOf("secret", id),
    codeHash: digestOf("code", id),
    madeAt: 1_000,
    expiresAt: 10_000,
    ...changes,
  };
}

const event = (action: AuditAction, object = identifierOf(1)): AuditEvent => ({
  time: 2_000,
  actor: { kind: "link", id: "x", role: "reader" },
  action,
  object,
  requestId: "r",
  result: "done",
});

const item = (given: NewPickUpLink): LinkWithEvent => ({
  link: given,
  event: event("pick-up-link-made", given.certificate),
});
const session = (n = 1) => ({ hash: digestOf("session", n), expiresAt: 50_000 });
const codeEvents = { wrong: event("pick-up-code-wrong"), locked: event("pick-up-locked") };

/** What every keeper of pick-up links promises. */
export function pickUpStoreSuite(make: () => Promise<PickUpStoreUnderTest>): void {
  let store: PickUpStore;
  let audit: AuditStore;
  let certificates: CertificateStore;

  const actions = async (object = identifierOf(1)) =>
    (await audit.list({ object, order: "oldest-first", limit: 100 }))
      .map(({ action }) => action)
      .filter((action) => action.startsWith("pick-up"));
  const one = async (changes: Partial<NewPickUpLink> = {}) => (await store.addFirst([item(link("a", changes))]))[0]!;

  beforeEach(async () => {
    ({ store, audit, certificates } = await make());
    await issue(certificates, 4, { first: 1 });
  });

  it("gives back what was added, untouched", async () => {
    const added = await one();
    const nothing = { lockedAt: null, openedAt: null, revokedAt: null, supersededAt: null, session: null };
    expect(added).to.deep.equal({ ...link("a"), ordinal: 1, wrongCodes: 0, ...nothing });
    expect(await store.find(added.id)).to.deep.equal(added);
    expect(await store.list(identifierOf(1))).to.deep.equal([added]);
    expect(await store.find("b".repeat(22))).to.equal(null);
    expect(await store.list(identifierOf(2))).to.deep.equal([]);
  });

  it("makes a first link once for each certificate, and answers the same ever after", async () => {
    const items = [1, 2, 3].map((n) => item(link(`a${n}`, { certificate: identifierOf(n) })));
    const first = await store.addFirst(items);
    const again = await store.addFirst(
      [3, 1, 4].map((n) => item(link(`b${n}`, { certificate: identifierOf(n), keyId: "k2" }))),
    );
    expect(again.slice(0, 2)).to.deep.equal([first[2], first[0]]);
    expect(again[2]).to.deep.include({ certificate: identifierOf(4), keyId: "k2" });
    expect(await actions(identifierOf(1))).to.deep.equal(["pick-up-link-made"]);
  });

  it("gives callers at once the same first link", async () => {
    const all = await Promise.all(["a", "b", "c", "d"].map((id) => store.addFirst([item(link(id))])));
    expect(new Set(all.map(([only]) => only!.id)).size).to.equal(1);
    expect(await store.list(identifierOf(1))).to.have.length(1);
  });

  it("adds nothing when a certificate of many is not here", async () => {
    const items = [item(link("a")), item(link("b", { certificate: "1.2.3" }))];
    const error = await store.addFirst(items).catch((thrown: unknown) => thrown);
    expect(error).to.have.property("code", "certificate.not-found");
    expect(await store.list(identifierOf(1))).to.deep.equal([]);
    expect(await actions()).to.deep.equal([]);
  });

  it("adds a link after the others, and supersedes those that were not taken back when it is told to", async () => {
    const first = await one();
    await store.revoke(first.id, 1_500, event("pick-up-link-revoked"));
    const second = await store.add(item(link("b")), { supersede: false });
    const third = await store.add(item(link("c", { madeAt: 3_000 })), { supersede: true });
    expect([second.ordinal, third.ordinal]).to.deep.equal([2, 3]);
    const [a, b, c] = await store.list(identifierOf(1));
    expect([a!.supersededAt, b!.supersededAt, c!.supersededAt]).to.deep.equal([null, 3_000, null]);
  });

  it("adds a link of one id once", async () => {
    const first = await one();
    const added = await store.add(item(link("b")), { supersede: true });
    const again = await store.add(item(link("b", { keyId: "k9" })), { supersede: true });
    expect(again).to.deep.equal(added);
    expect((await store.list(identifierOf(1))).map(({ id }) => id)).to.deep.equal([first.id, added.id]);
    expect(await actions()).to.deep.equal(["pick-up-link-made", "pick-up-link-made"]);
    const error = await store.add(item(link("c", { certificate: "1.2.3" })), { supersede: true }).catch((e) => e);
    expect(error).to.have.property("code", "certificate.not-found");
  });

  it("opens once, of any number at once, and keeps the winner's session", async () => {
    const { id } = await one();
    const tries = Array.from({ length: 20 }, (_, n) => store.open(id, 2_000, session(n), event("pick-up-opened")));
    const won = await Promise.all(tries);
    expect(won.filter(Boolean)).to.have.length(1);
    expect(await store.find(id)).to.deep.include({ openedAt: 2_000, session: session(won.indexOf(true)) });
    expect(await actions()).to.deep.equal(["pick-up-link-made", "pick-up-opened"]);
  });

  for (const [what, end] of [
    ["revoked", (id: string) => store.revoke(id, 1_500, event("pick-up-link-revoked"))],
    ["superseded", () => store.add(item(link("b")), { supersede: true })],
    ["locked", (id: string) => store.countWrongCode(id, { limit: 1, at: 1_500 }, codeEvents)],
  ] as const) {
    it(`neither opens nor counts once it is ${what}`, async () => {
      const { id } = await one();
      await end(id);
      const before = await store.find(id);
      expect(await store.open(id, 2_000, session(), event("pick-up-opened"))).to.equal(false);
      expect(await store.countWrongCode(id, { limit: LIMIT, at: 2_000 }, codeEvents)).to.deep.equal(before);
      expect(await actions()).not.to.include("pick-up-opened");
    });
  }

  it("opens until the very end of its time and not later", async () => {
    const { id } = await one();
    expect(await store.open(id, 10_000, session(), event("pick-up-opened"))).to.equal(false);
    expect(await store.open(id, 9_999, session(), event("pick-up-opened"))).to.equal(true);
    expect(await store.open("b".repeat(22), 1, session(), event("pick-up-opened"))).to.equal(false);
  });

  it("loses no wrong code of many at once, locks at the limit, and counts no further", async () => {
    const { id } = await one();
    await Promise.all(
      Array.from({ length: LIMIT - 1 }, () => store.countWrongCode(id, { limit: LIMIT, at: 2_000 }, codeEvents)),
    );
    expect(await store.find(id)).to.deep.include({ wrongCodes: LIMIT - 1, lockedAt: null });
    const rest = Array.from({ length: 10 }, () => store.countWrongCode(id, { limit: LIMIT, at: 3_000 }, codeEvents));
    for (const counted of await Promise.all(rest)) expect(counted).to.deep.include({ lockedAt: 3_000 });
    expect(await store.find(id)).to.deep.include({ wrongCodes: LIMIT, lockedAt: 3_000 });
    const told = await actions();
    expect(told.filter((action) => action === "pick-up-code-wrong")).to.have.length(LIMIT);
    expect(told.filter((action) => action === "pick-up-locked")).to.have.length(1);
    expect(await store.countWrongCode("b".repeat(22), { limit: LIMIT, at: 1 }, codeEvents)).to.equal(null);
  });

  it("does not open for the right code after the last wrong one, in whichever order they came in", async () => {
    const { id } = await one();
    const wrong = () => store.countWrongCode(id, { limit: LIMIT, at: 2_000 }, codeEvents);
    await Promise.all(Array.from({ length: LIMIT }, wrong));
    expect(await store.open(id, 2_000, session(), event("pick-up-opened"))).to.equal(false);
  });

  it("revokes once: a second time keeps the first time and logs nothing", async () => {
    const { id } = await one();
    expect(await store.revoke(id, 1_500, event("pick-up-link-revoked"))).to.equal(true);
    expect(await store.revoke(id, 1_600, event("pick-up-link-revoked"))).to.equal(false);
    expect((await store.find(id))?.revokedAt).to.equal(1_500);
    expect(await actions()).to.deep.equal(["pick-up-link-made", "pick-up-link-revoked"]);
  });

  it("closes the session that it is told, and no other", async () => {
    const { id } = await one();
    await store.open(id, 2_000, session(), event("pick-up-opened"));
    await store.closeSession(id, session(2).hash);
    expect((await store.find(id))?.session).to.deep.equal(session());
    await store.closeSession(id, session().hash);
    expect(await store.find(id)).to.deep.include({ session: null, openedAt: 2_000 });
  });

  describe("live links", () => {
    const NOW = 5_000;
    const idOf = (n: number): string => String(n).padStart(22, "0");
    const numbered = (n: number, changes: Partial<NewPickUpLink> = {}): LinkWithEvent => {
      return item({ ...link("x", changes), id: idOf(n), certificate: identifierOf(n) });
    };
    const revokeLive = (page: LinkPage) =>
      store.revokeLive(NOW, page, ({ certificate }) => event("pick-up-link-revoked", certificate));

    it("are those that open and those whose browser still looks; all others stay as they ended", async () => {
      const [OPEN, LOOKING, LEFT, LOCKED, EXPIRED, REVOKED, SUPERSEDED] = [1, 2, 3, 4, 5, 6, 7];
      await issue(certificates, 3, { first: 5 });
      const items = Array.from({ length: 7 }, (_, i) => numbered(i + 1, i + 1 === EXPIRED ? { expiresAt: NOW } : {}));
      await store.addFirst(items);
      const opened = (n: number, expiresAt: number) =>
        store.open(idOf(n), 1_000, { hash: digestOf("session", n), expiresAt }, event("pick-up-opened"));
      await opened(LOOKING, NOW + 1);
      await opened(LEFT, NOW);
      await store.countWrongCode(idOf(LOCKED), { limit: 1, at: 1_000 }, codeEvents);
      await store.revoke(idOf(REVOKED), 1_000, event("pick-up-link-revoked"));
      const newer = numbered(SUPERSEDED);
      await store.add({ ...newer, link: { ...newer.link, id: idOf(99) } }, { supersede: true });

      const live = [OPEN, LOOKING, 99].map(idOf);
      expect((await revokeLive({ limit: 10 })).map(({ id }) => id)).to.deep.equal(live);
      expect((await store.revokedAt(NOW, { limit: 10 })).map(({ id }) => id)).to.deep.equal(live);
      expect((await store.find(idOf(LEFT)))!.revokedAt).to.equal(null);
      expect((await store.find(idOf(REVOKED)))!.revokedAt).to.equal(1_000);
      expect(await revokeLive({ limit: 10 }), "again").to.deep.equal([]);
    });

    it("end a page at a time, each with its event, and are told the same way", async () => {
      await store.addFirst([3, 1, 4, 2].map((n) => numbered(n)));
      const told = (...of: number[]) =>
        of.map((n) => ({ id: idOf(n), certificate: identifierOf(n), agency: "11340000MB1234567X" }));
      const ended = async (n: number) => (await actions(identifierOf(n))).includes("pick-up-link-revoked");
      expect(await revokeLive({ limit: 3 })).to.deep.equal(told(1, 2, 3));
      expect(await Promise.all([1, 2, 3, 4].map(ended))).to.deep.equal([true, true, true, false]);
      expect(await store.open(idOf(3), NOW, session(), event("pick-up-opened"))).to.equal(false);
      expect((await store.find(idOf(4)))!.revokedAt).to.equal(null);
      expect(await revokeLive({ after: idOf(3), limit: 3 })).to.deep.equal(told(4));
      expect(await revokeLive({ after: idOf(4), limit: 3 })).to.deep.equal([]);
      for (const n of [1, 2, 3, 4])
        expect(await actions(identifierOf(n))).to.deep.equal(["pick-up-link-made", "pick-up-link-revoked"]);
      expect(await store.revokedAt(NOW, { limit: 3 })).to.deep.equal(told(1, 2, 3));
      expect(await store.revokedAt(NOW, { after: idOf(3), limit: 3 })).to.deep.equal(told(4));
      expect(await store.revokedAt(NOW + 1, { limit: 3 })).to.deep.equal([]);
    });
  });

  it("forgets what is long over, a bounded number at once, and nothing else", async () => {
    const at = [3_000, 1_000, 2_000, 9_000];
    await store.addFirst(
      at.map((expiresAt, i) => item(link(`p${i}`, { certificate: identifierOf(i + 1), expiresAt, madeAt: 1 }))),
    );
    // The session of the third is not over yet.
    await store.open(link("p2").id, 500, { hash: digestOf("s"), expiresAt: 6_000 }, event("pick-up-opened"));
    expect(await store.purge(5_000, 1)).to.equal(1);
    expect(await store.find(link("p1").id)).to.equal(null);
    expect(await store.purge(5_000, 10)).to.equal(1);
    expect(await store.find(link("p2").id)).not.to.equal(null);
    expect(await store.find(link("p3").id)).not.to.equal(null);
    expect(await store.purge(5_000, 10)).to.equal(0);
  });
}
