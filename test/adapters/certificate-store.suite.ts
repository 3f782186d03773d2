// SPDX-License-Identifier: Apache-2.0
import { expect } from "chai";
import type { AuditEvent, AuditStore } from "../../src/domain/audit/index.js";
import type { CertificateStore, NewCertificate, StateChange, StatusAction } from "../../src/domain/issuance/index.js";
import { digestOf, newCertificate } from "./issued.js";

/** What the suite looks at besides the port, in the words of whatever store is tested. */
export interface CertificateStoreFixture {
  readonly store: CertificateStore;
  readonly audit: AuditStore;
  /** A second instance on the same data, as another process would have it. */
  readonly another: CertificateStore;
  /** Leaf hashes waiting to be staged, in order. */
  outbox(): Promise<readonly Uint8Array[]>;
  /** Queued changes of status bits, in order. */
  statusChanges(): Promise<readonly { statusIndex: number; action: StatusAction }[]>;
  close(): Promise<void>;
}

const AGENCY = newCertificate(1).agency;
const TYPE = newCertificate(1).typeCode;

export function certificateStoreSuite(open: () => Promise<CertificateStoreFixture>): void {
  let fixture: CertificateStoreFixture;
  let store: CertificateStore;
  beforeEach(async () => {
    fixture = await open();
    ({ store } = fixture);
  });
  afterEach(() => fixture.close());

  const add = async (...certificates: NewCertificate[]) =>
    store.addIssued(certificates.map((certificate) => ({ certificate, event: eventAbout(certificate.identifier) })));
  const events = async (object: string) =>
    (await fixture.audit.list({ object, order: "oldest-first", limit: 10 })).map(({ action }) => action);

  describe("addIssued", () => {
    it("stores certificate, outbox entry and event together", async () => {
      const certificate = licence(1, { predecessor: null, validUntil: 9 });
      expect(await add(certificate)).to.deep.equal([{ stored: true }]);
      const { holders: _holders, ...kept } = certificate;
      expect(await store.findCertificate(certificate.identifier)).to.deep.equal({
        ...kept,
        resumeState: "valid",
        successor: null,
        anchoring: "pending",
        held: false,
      });
      expect(await fixture.outbox()).to.deep.equal([certificate.leafHash]);
      expect(await events(certificate.identifier)).to.deep.equal(["certificate-issued"]);
    });

    it("keeps the order of the items in the outbox", async () => {
      await add(licence(3), licence(1), licence(2));
      expect(await fixture.outbox()).to.deep.equal([3, 1, 2].map((n) => licence(n).leafHash));
    });

    it("tells an item in conflict in its place and stores the others", async () => {
      await add(licence(1));
      const outcomes = await add(licence(2), licence(1, { number: "other", statusIndex: 77 }), licence(3));
      expect(outcomes).to.deep.equal([
        { stored: true },
        { stored: false, conflict: "identifier", existing: licence(1).identifier },
        { stored: true },
      ]);
      expect(await fixture.outbox()).to.have.length(3);
    });

    it("writes nothing of an item in conflict", async () => {
      await add(licence(1));
      const twin = licence(2, { number: licence(1).number });
      expect(await add(twin)).to.deep.equal([{ stored: false, conflict: "number", existing: licence(1).identifier }]);
      expect(await store.findCertificate(twin.identifier)).to.equal(null);
      expect(await events(twin.identifier)).to.deep.equal([]);
      expect(await fixture.outbox()).to.have.length(1);
    });

    it("finds conflicts between items of one call", async () => {
      const outcomes = await add(licence(1), licence(2, { number: licence(1).number }));
      expect(outcomes.map(({ stored }) => stored)).to.deep.equal([true, false]);
    });

    it("allows the number to another agency and to another type", async () => {
      const { number } = licence(1);
      const outcomes = await add(
        licence(1),
        licence(2, { number, agency: "11340000MB7654321X" }),
        licence(3, { number, typeCode: "11340000MB1234567X002" }),
      );
      expect(outcomes.every(({ stored }) => stored)).to.equal(true);
    });

    it("allows the number again once the certificate is out of force", async () => {
      await add(licence(1));
      await store.changeState(change(1, { to: "cancelled", statusAction: "revoke" }));
      expect(await add(licence(2, { number: licence(1).number }))).to.deep.equal([{ stored: true }]);
    });

    it("refuses a status index that is taken", async () => {
      await add(licence(1));
      const [outcome] = await add(licence(2, { statusIndex: licence(1).statusIndex }));
      expect(outcome).to.deep.equal({ stored: false, conflict: "status-index", existing: licence(1).identifier });
    });

    it("refuses a second identifier for the same lineage and version", async () => {
      await add(licence(1));
      const { identifier } = licence(1);
      const [outcome] = await add(licence(2, { ...lineageOf(1), identifier: `${identifier.slice(0, -1)}Z` }));
      expect(outcome).to.deep.equal({ stored: false, conflict: "identifier", existing: identifier });
    });

    it("is seen by another instance at once", async () => {
      await add(licence(1));
      expect((await fixture.another.findCertificate(licence(1).identifier))?.number).to.equal(licence(1).number);
    });
  });

  describe("addSuccessor", () => {
    const successor = licence(2, {
      ...lineageOf(1),
      version: 2,
      identifier: `${lineageOf(1).lineage}.002.A`,
      number: licence(1).number,
      predecessor: licence(1).identifier,
    });
    const follow = (expected: "valid" | "suspended" = "valid", certificate: NewCertificate = successor) =>
      store.addSuccessor(
        { certificate, event: eventAbout(certificate.identifier, "certificate-renewed") },
        {
          predecessor: licence(1).identifier,
          expected,
          event: eventAbout(licence(1).identifier, "certificate-replaced"),
        },
      );

    it("replaces the predecessor, links both and queues its revocation", async () => {
      await add(licence(1));
      expect(await follow()).to.deep.equal({ stored: true });
      expect(await store.findCertificate(licence(1).identifier)).to.include({
        state: "replaced",
        successor: successor.identifier,
      });
      expect(await store.findCertificate(successor.identifier)).to.include({
        state: "valid",
        predecessor: licence(1).identifier,
      });
      expect(await fixture.statusChanges()).to.deep.equal([{ statusIndex: licence(1).statusIndex, action: "revoke" }]);
      expect(await events(licence(1).identifier)).to.deep.equal(["certificate-issued", "certificate-replaced"]);
      expect(await events(successor.identifier)).to.deep.equal(["certificate-renewed"]);
    });

    it("carries a suspension over to the new version", async () => {
      await add(licence(1));
      await store.changeState(change(1, { to: "suspended", statusAction: "suspend" }));
      await follow("suspended", { ...successor, state: "suspended" });
      expect(await fixture.statusChanges()).to.deep.include.members([
        { statusIndex: successor.statusIndex, action: "suspend" },
        { statusIndex: licence(1).statusIndex, action: "revoke" },
      ]);
    });

    it("changes nothing when the predecessor is no longer in the expected state", async () => {
      await add(licence(1));
      await store.changeState(change(1, { to: "suspended", statusAction: "suspend" }));
      expect(await follow()).to.deep.equal({
        stored: false,
        conflict: "predecessor",
        existing: licence(1).identifier,
      });
      expect(await store.findCertificate(successor.identifier)).to.equal(null);
      expect((await store.findCertificate(licence(1).identifier))?.state).to.equal("suspended");
    });

    it("changes nothing when the new version cannot be stored", async () => {
      await add(licence(1), licence(3, { statusIndex: 555 }));
      const outcome = await follow("valid", { ...successor, statusIndex: 555 });
      expect(outcome).to.include({ stored: false, conflict: "status-index" });
      expect(await store.findCertificate(licence(1).identifier)).to.include({ state: "valid", successor: null });
      expect(await fixture.statusChanges()).to.deep.equal([]);
      expect(await events(licence(1).identifier)).to.deep.equal(["certificate-issued"]);
    });

    it("lets one of two renewals win", async () => {
      await add(licence(1));
      const other = { ...successor, identifier: `${lineageOf(1).lineage}.002.B`, statusIndex: 999 };
      const outcomes = await Promise.all([follow(), follow("valid", other)]);
      expect(outcomes.filter(({ stored }) => stored)).to.have.length(1);
    });
  });

  describe("changeState", () => {
    it("writes state, status bit and event together", async () => {
      await add(licence(1));
      expect(await store.changeState(change(1, { to: "revoked-penalty", statusAction: "revoke" }))).to.equal("changed");
      expect((await store.findCertificate(licence(1).identifier))?.state).to.equal("revoked-penalty");
      expect(await fixture.statusChanges()).to.deep.equal([{ statusIndex: licence(1).statusIndex, action: "revoke" }]);
      expect(await events(licence(1).identifier)).to.deep.equal(["certificate-issued", "certificate-revoked"]);
    });

    it("queues no bit where there is no action, and keeps the state to return to", async () => {
      await add(licence(1));
      await store.changeState(change(1, { to: "transferred-out", resumeState: "suspended", statusAction: null }));
      expect(await fixture.statusChanges()).to.deep.equal([]);
      expect(await store.findCertificate(licence(1).identifier)).to.include({ resumeState: "suspended" });
    });

    it("changes nothing when the state is no longer the expected one", async () => {
      await add(licence(1));
      const stale = change(1, { from: "suspended", to: "valid", statusAction: "release" });
      expect(await store.changeState(stale)).to.equal("stale");
      expect(await store.changeState({ ...stale, identifier: "none" })).to.equal("stale");
      expect(await fixture.statusChanges()).to.deep.equal([]);
      expect(await events(licence(1).identifier)).to.deep.equal(["certificate-issued"]);
    });

    it("lets one of two changes win", async () => {
      await add(licence(1));
      const revoke = change(1, { to: "cancelled", statusAction: "revoke" });
      const outcomes = await Promise.all([store.changeState(revoke), fixture.another.changeState(revoke)]);
      expect(outcomes).to.have.members(["changed", "stale"]);
      expect(await fixture.statusChanges()).to.have.length(1);
    });

    it("does not put a second certificate of a number in force", async () => {
      await add(licence(1));
      await store.changeState(change(1, { to: "transferred-out", statusAction: "suspend" }));
      await add(licence(2, { number: licence(1).number }));
      const back = change(1, { from: "transferred-out", to: "valid", statusAction: "release" });
      expect(await store.changeState(back)).to.equal("number");
      expect((await store.findCertificate(licence(1).identifier))?.state).to.equal("transferred-out");
    });
  });

  describe("search", () => {
    const numbersOf = async (query: Parameters<CertificateStore["search"]>[0]) =>
      (await store.search(query, { limit: 100 })).rows.map(({ number }) => number);

    beforeEach(async () => {
      await add(
        licence(1, { issueDate: "2026-01-01", holders: [{ code: "H1", codeType: "001" }] }),
        licence(2, { issueDate: "2026-01-02", holders: [{ code: "H1", codeType: "001" }] }),
        licence(3, { issueDate: "2026-01-03", typeCode: "11340000MB1234567X002" }),
        licence(4, { issueDate: "2026-01-03" }),
        licence(5, {
          issueDate: "2026-01-09",
          agency: "11340000MB7654321X",
          holders: [{ code: "H1", codeType: "001" }],
        }),
      );
      await store.changeState(change(2, { to: "suspended", statusAction: "suspend" }));
    });

    const cases: readonly [string, Parameters<CertificateStore["search"]>[0], number[]][] = [
      ["an agency, newest issue date first", { agency: AGENCY }, [4, 3, 2, 1]],
      ["an identifier", { identifier: licence(3).identifier }, [3]],
      ["an identifier of another agency", { agency: AGENCY, identifier: licence(5).identifier }, []],
      ["a number", { agency: AGENCY, number: licence(4).number }, [4]],
      ["a holder code", { holderCode: "H1" }, [5, 2, 1]],
      ["a holder code within an agency", { agency: AGENCY, holderCode: "H1" }, [2, 1]],
      ["a type", { agency: AGENCY, typeCode: TYPE }, [4, 2, 1]],
      ["a state", { agency: AGENCY, state: "suspended" }, [2]],
      ["the valid ones", { agency: AGENCY, state: "valid" }, [4, 3, 1]],
      ["type and state", { agency: AGENCY, typeCode: TYPE, state: "suspended" }, [2]],
      ["type and valid", { agency: AGENCY, typeCode: TYPE, state: "valid" }, [4, 1]],
      ["issue dates, both included", { agency: AGENCY, issuedFrom: "2026-01-02", issuedTo: "2026-01-03" }, [4, 3, 2]],
      [
        "everything at once",
        { agency: AGENCY, typeCode: TYPE, holderCode: "H1", state: "suspended", issuedTo: "2026-01-02" },
        [2],
      ],
    ];
    for (const [what, query, found] of cases) {
      it(`finds by ${what}`, async () => {
        const numbers = await numbersOf(query);
        expect(numbers).to.have.members(found.map((n) => licence(n).number));
        const dates = numbers.map((number) => Number(number.slice(4)));
        // Certificates 3 and 4 share a date: only their places may differ.
        expect(dates.filter((n) => n !== 3)).to.deep.equal(found.filter((n) => n !== 3));
      });
    }

    it("pages through everything once, whatever is issued meanwhile", async () => {
      await add(...Array.from({ length: 20 }, (_, i) => licence(100 + i, { issueDate: "2026-02-01" })));
      const seen: string[] = [];
      let after: string | undefined;
      do {
        const page = await store.search({ agency: AGENCY }, { ...(after === undefined ? {} : { after }), limit: 7 });
        seen.push(...page.rows.map(({ number }) => number));
        await add(licence(1000 + seen.length, { issueDate: "2026-03-01" }));
        after = page.next ?? undefined;
      } while (after !== undefined);
      expect(seen).to.have.length(24);
      expect(new Set(seen).size).to.equal(24);
    });

    it("ends with no next place, also on a full page", async () => {
      expect((await store.search({ agency: AGENCY }, { limit: 4 })).next).to.equal(null);
      expect((await store.search({ agency: AGENCY }, { limit: 3 })).next).to.be.a("string");
    });

    it("refuses a place of its own invention, and a query that would read everything", async () => {
      for (const work of [
        () => store.search({ agency: AGENCY }, { after: "x", limit: 1 }),
        () => store.search({ state: "valid" }, { limit: 1 }),
      ]) {
        const error = await work().then(
          () => null,
          (reason) => reason,
        );
        expect(error).to.have.property("code", "request.invalid");
      }
    });
  });

  it("answers null for an unknown certificate", async () => {
    expect(await store.findCertificate("none")).to.equal(null);
  });
}

/** Certificate n of the fixtures with an identifier of the real form, so that versions of one lineage are recognised. */
function licence(n: number, changes: Partial<NewCertificate> = {}): NewCertificate {
  const { lineage } = lineageOf(n);
  return {
    ...newCertificate(n),
    lineage,
    identifier: `${lineage}.001.A`,
    leafHash: digestOf("leaf", n),
    number: `No. ${n}`,
    statusIndex: n,
    ...changes,
  };
}

function lineageOf(n: number): { readonly lineage: string; readonly version: number } {
  return { lineage: `1.2.156.3005.2.${TYPE}.${AGENCY}.SERIAL${n}`, version: 1 };
}

function change(n: number, changes: Pick<StateChange, "to" | "statusAction"> & Partial<StateChange>): StateChange {
  const { identifier } = licence(n);
  const event = eventAbout(identifier, "certificate-revoked");
  return { identifier, from: "valid", resumeState: "valid", at: 5, event, ...changes };
}

function eventAbout(object: string, action: AuditEvent["action"] = "certificate-issued"): AuditEvent {
  const actor = { kind: "system", id: "test", role: "operator" } as const;
  return { time: 0, actor, action, object, requestId: "test", result: "done" };
}
