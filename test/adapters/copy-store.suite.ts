// SPDX-License-Identifier: Apache-2.0
import { expect } from "chai";
import { toHex } from "../../src/core/hex.js";
import type { AgencyStore } from "../../src/domain/agencies/index.js";
import { type AnchoringStore, joinLeaves } from "../../src/domain/anchoring/index.js";
import type { AuditStore } from "../../src/domain/audit/index.js";
import { type CopyRecord, type CopyStore, MOST_COPIES } from "../../src/domain/copies/index.js";
import type { StoredRecords } from "../../src/domain/examination/index.js";
import type { CertificateStore } from "../../src/domain/issuance/index.js";
import {
  change,
  digestOf,
  eventAbout,
  identifierOf,
  issue,
  keyDigestOf,
  leafOf,
  newCertificate,
  REGION,
  tiled,
} from "./issued.js";

export interface OpenedCopyStore {
  readonly store: CopyStore;
  /** Over the same data, as the rest. */
  readonly certificates: CertificateStore;
  readonly agencies: AgencyStore;
  readonly anchoring: AnchoringStore;
  readonly records: StoredRecords;
  readonly audit: AuditStore;
  close(): Promise<void>;
}

const { agency: AGENCY, typeCode: TYPE } = newCertificate(0);
const ANCHOR = { block: 7, time: 1_700_000_000, tx: `0x${"ab".repeat(32)}` };

/** Copy `n` of licence `of`, by the agency's first key; only what stores look at is true to life. */
export function copyNumbered(n: number, of = 0, key = "first"): CopyRecord {
  return {
    ...{ certificate: identifierOf(of), number: `number-${String(n).padStart(4, "0")}`, madeAt: 100 + n },
    ...{ statement: digestOf("statement", n), token: digestOf("copy token", n) },
    ...{ leafHash: copyLeafOf(n), keyDigest: digestOf("key", key) },
  };
}

const copyLeafOf = (n: number): Uint8Array => digestOf("copy leaf", n);

/** The agency of `newCertificate`, with its first key and type. */
export async function addAgency(agencies: AgencyStore): Promise<void> {
  const agency = {
    code: AGENCY,
    name: "样例局",
    region: REGION,
    areaCode: "340100",
    did: `did:web:${AGENCY}`,
    suspended: false,
  };
  await agencies.addAgency({ ...agency, keyDigest: keyDigestOf("first") }, eventAbout(AGENCY));
  await agencies.authorise(AGENCY, TYPE, eventAbout(AGENCY));
}

/** What every CopyStore promises, and the anchoring store and the records of what it keeps. */
export function describeCopyStore(name: string, open: () => Promise<OpenedCopyStore>): void {
  describe(`${name}: readers' copies`, () => {
    let opened: OpenedCopyStore;
    let store: CopyStore;
    beforeEach(async () => {
      opened = await open();
      ({ store } = opened);
      await addAgency(opened.agencies);
      await issue(opened.certificates, 2);
    });
    afterEach(() => opened.close());

    const copied = (n: number, of = 0) => ({
      ...eventAbout(identifierOf(of), 100 + n),
      action: "certificate-copied" as const,
    });
    const add = (n: number, { of = 0, key = "first" } = {}) => store.addCopy(copyNumbered(n, of, key), copied(n, of));
    const eventsOf = async () =>
      (await opened.audit.list({ order: "oldest-first", limit: 200 })).filter(
        ({ action }) => action === "certificate-copied",
      );
    const waiting = async () => (await opened.anchoring.pendingWork(20)).entries.map(({ leafHash }) => toHex(leafHash));
    const stage = async (limit = 20) => {
      const lease = (await opened.anchoring.claimLease("anchor", "suite", 0, 1_000))!;
      const { entries } = await opened.anchoring.pendingWork(limit);
      const leaves = await tiled(joinLeaves(entries.map(({ leafHash }) => leafHash)));
      const root = toHex(digestOf("root", ...entries.map(({ seq }) => seq)));
      const batch = { region: REGION, root, size: entries.length, entries, tileRoots: leaves.tileRoots };
      const staged = await opened.anchoring.stageBatch(lease, batch, 50);
      if (staged.outcome !== "staged") throw new Error(staged.outcome);
      return staged.batch;
    };
    const standing = async () =>
      (await store.copiesOf(identifierOf(0), { after: 0, limit: 20 })).map(({ anchoring, place }) => [
        anchoring,
        place,
      ]);

    it("gives copies back as they were made, in order, in pages, each with its event", async () => {
      for (const n of [3, 1, 2]) expect(await add(n)).to.deep.equal({ stored: true });
      await add(4, { of: 1 });
      const [third, first, second] = (await eventsOf()).map(({ sequence }) => sequence);
      const waits = { anchoring: "pending", place: null };
      expect(await store.findCopy(identifierOf(0), "number-0001")).to.deep.equal({
        ...copyNumbered(1),
        ...waits,
        event: first,
      });
      expect(await store.findCopy(identifierOf(1), "number-0001")).to.equal(null);
      expect(await store.findCopy("no such licence", "number-0001")).to.equal(null);
      const page = async (after: number, limit: number) =>
        (await store.copiesOf(identifierOf(0), { after, limit })).map(({ event }) => event);
      expect(await page(0, 2)).to.deep.equal([third, first]);
      expect(await page(first!, 2)).to.deep.equal([second]);
      expect(await store.copiesOf("no such licence", { after: 0, limit: 2 })).to.deep.equal([]);
    });

    it("takes none of a licence that is revoked, suspended or not here, and writes nothing then", async () => {
      await change(opened.certificates, 0, "suspend");
      await change(opened.certificates, 1, "revoke");
      for (const of of [0, 1, 9]) expect(await add(1, { of })).to.deep.equal({ stored: false, conflict: "licence" });
      expect(await eventsOf()).to.deep.equal([]);
      expect(await opened.records.counts()).to.include({ copies: 0, outbox: 2 });
      await change(opened.certificates, 0, "release");
      expect(await add(1)).to.deep.equal({ stored: true });
    });

    it("takes none of a licence that is held", async () => {
      await opened.anchoring.holdPending(keyDigestOf("first"));
      expect(await add(1)).to.deep.equal({ stored: false, conflict: "licence" });
    });

    it("takes none of an agency that is suspended or not authorised, nor one signed with a key that is not its current one", async () => {
      expect(await add(1, { key: "second" })).to.deep.equal({ stored: false, conflict: "key" });
      await opened.agencies.setKey(AGENCY, keyDigestOf("second"), eventAbout(AGENCY));
      expect(await add(1)).to.deep.equal({ stored: false, conflict: "key" });
      expect(await add(1, { key: "second" })).to.deep.equal({ stored: true });
      await opened.agencies.setSuspended(AGENCY, true, eventAbout(AGENCY));
      expect(await add(2, { key: "second" })).to.deep.equal({ stored: false, conflict: "agency" });
      await opened.agencies.setSuspended(AGENCY, false, eventAbout(AGENCY));
      await opened.agencies.withdraw(AGENCY, TYPE, eventAbout(AGENCY));
      expect(await add(2, { key: "second" })).to.deep.equal({ stored: false, conflict: "agency" });
      await opened.agencies.authorise(AGENCY, TYPE, eventAbout(AGENCY));
      await opened.agencies.setKey(AGENCY, null, eventAbout(AGENCY));
      expect(await add(2, { key: "second" })).to.deep.equal({ stored: false, conflict: "key" });
    });

    it("takes a number once, also of several at the same time", async () => {
      const both = await Promise.all([add(1), add(1)]);
      expect(both.filter(({ stored }) => stored)).to.have.length(1);
      expect(both).to.deep.include({ stored: false, conflict: "number" });
      expect(await eventsOf()).to.have.length(1);
      expect(await add(1, { of: 1 }), "of another licence").to.deep.equal({ stored: true });
    });

    it("lets either a copy or a revocation come first, and a copy never after it", async () => {
      const [made] = await Promise.all([add(1), change(opened.certificates, 0, "revoke")]);
      const actions = (await opened.audit.list({ object: identifierOf(0), order: "oldest-first", limit: 9 })).map(
        ({ action }) => action,
      );
      // The fixture tells of a revocation as of an issue.
      expect(actions).to.deep.equal([
        "certificate-issued",
        ...(made.stored ? ["certificate-copied", "certificate-issued"] : ["certificate-issued"]),
      ]);
      expect(await opened.records.counts()).to.include({ copies: made.stored ? 1 : 0 });
    });

    it("keeps so many of a licence and no more", async function () {
      this.timeout(60_000);
      const { all } = MOST_COPIES;
      for (let n = 0; n < all; n++) await add(n);
      expect(await add(all)).to.deep.equal({ stored: false, conflict: "full" });
      expect(await add(all, { of: 1 })).to.deep.equal({ stored: true });
      expect(await store.countCopies(identifierOf(0))).to.deep.equal({ all, byHolders: 0 });
    });

    it("keeps fewer of holders, of which those of the agency are none, and counts both", async () => {
      const most = { all: 5, byHolders: 2 };
      const addWithin = (n: number, actor = eventAbout("x").actor) =>
        store.addCopy(copyNumbered(n), { ...copied(n), actor }, most);
      const holder = { kind: "link", id: "link-1", role: "reader" } as const;
      for (const n of [1, 2]) expect(await addWithin(n)).to.deep.equal({ stored: true });
      for (const n of [3, 4]) expect(await addWithin(n, holder)).to.deep.equal({ stored: true });
      const another = { ...holder, id: "link-2" };
      expect(await addWithin(5, another)).to.deep.equal({ stored: false, conflict: "holders-full" });
      expect(await store.countCopies(identifierOf(0))).to.deep.equal({ all: 4, byHolders: 2 });
      expect(await addWithin(5)).to.deep.equal({ stored: true });
      for (const actor of [undefined, holder])
        expect(await addWithin(6, actor)).to.deep.equal({ stored: false, conflict: "full" });
      expect(await store.countCopies("no such licence")).to.deep.equal({ all: 0, byHolders: 0 });
    });

    it("puts copies into the outbox behind what waits, and into one batch each, beside certificates", async () => {
      await add(1);
      await issue(opened.certificates, 1, { first: 2 });
      await add(2);
      expect(await waiting()).to.deep.equal([leafOf(0), leafOf(1), copyLeafOf(1), leafOf(2), copyLeafOf(2)].map(toHex));
      expect(
        (await opened.records.outbox(0, 10)).map(({ certificateId, seal, copy }) => [certificateId, seal, copy]),
      ).to.deep.equal([
        [identifierOf(0), null, null],
        [identifierOf(1), null, null],
        [identifierOf(0), null, "number-0001"],
        [identifierOf(2), null, null],
        [identifierOf(0), null, "number-0002"],
      ]);
      const first = await stage(4);
      expect(first).to.include({ size: 4, certificates: 3 });
      expect(await opened.anchoring.openBatches(10)).to.deep.equal([first]);
      expect(await standing()).to.deep.equal([
        ["staged", { batchId: first.id, index: 2 }],
        ["pending", null],
      ]);
      await opened.anchoring.attachAnchor(first.id, ANCHOR);
      const second = await stage();
      expect(second).to.include({ size: 1, certificates: 0, auditHead: null });
      expect(await standing()).to.deep.equal([
        ["anchored", { batchId: first.id, index: 2 }],
        ["staged", { batchId: second.id, index: 0 }],
      ]);
      for (const [n, index] of [0, 1, 3].entries())
        expect((await opened.anchoring.leafPosition(identifierOf(n)))!.place).to.deep.equal({
          batchId: first.id,
          index,
        });
      expect(await waiting()).to.deep.equal([]);
      const file = (await opened.records.certificateFile(identifierOf(0)))!;
      const [one, two] = (await eventsOf()).map(({ sequence }) => sequence);
      expect(file.copies).to.deep.equal([
        { event: one, copy: copyNumbered(1), place: { batchId: first.id, index: 2 } },
        { event: two, copy: copyNumbered(2), place: { batchId: second.id, index: 0 } },
      ]);
      expect(file.history.map(({ action }) => action)).to.include("certificate-copied");
      expect((await opened.records.batches(0, 10)).map(({ entries }) => entries)).to.deep.equal([4, 1]);
      expect(await opened.records.counts()).to.include({ copies: 2, outbox: 0 });
      expect(await opened.records.faults()).to.deep.equal([]);
    });

    it("counts copies of a key that no anchor protects, so that a key is retired after them", async () => {
      const unanchored = () => opened.anchoring.pendingForKey(keyDigestOf("first"));
      expect(await unanchored()).to.equal(2);
      await add(1);
      expect(await unanchored()).to.equal(3);
      const { id } = await stage();
      expect(await unanchored()).to.equal(3);
      await opened.anchoring.attachAnchor(id, ANCHOR);
      expect(await unanchored()).to.equal(0);
      await add(2);
      expect(await unanchored()).to.equal(1);
      expect(await opened.anchoring.pendingForKey(keyDigestOf("second"))).to.equal(0);
    });

    it("lets copies go on when their key is compromised: who verifies them judges by the anchor", async () => {
      await add(1);
      expect(await opened.anchoring.holdPending(keyDigestOf("first"))).to.equal(2);
      expect(await waiting()).to.deep.equal([toHex(copyLeafOf(1))]);
      const { id } = await stage();
      expect(await standing()).to.deep.equal([["staged", { batchId: id, index: 0 }]]);
      expect(await opened.records.faults()).to.deep.equal([]);
    });

    for (const [what, order] of [
      ["are the oldest that wait", [0, 1, "copy"]],
      ["are out of turn", ["copy", 1]],
    ] as const)
      it(`takes copies back with a batch that was lost whose leaves ${what}`, async () => {
        await add(1);
        await add(2);
        const leaves = joinLeaves(order.map((each) => (each === "copy" ? copyLeafOf(1) : leafOf(each))));
        const batch = { region: REGION, root: "cd".repeat(32), size: order.length, ...(await tiled(leaves)) };
        expect(await opened.anchoring.adoptBatch(batch, ANCHOR)).to.equal(order.length);
        const { id } = (await opened.anchoring.findBatchByName(batch))!;
        const index = (order as readonly unknown[]).indexOf("copy");
        expect(await standing()).to.deep.equal([
          ["anchored", { batchId: id, index }],
          ["pending", null],
        ]);
        expect(await opened.anchoring.pendingForKey(keyDigestOf("first"))).to.equal(order.length === 3 ? 1 : 2);
        await opened.anchoring.reanchor(id, ANCHOR, null);
        expect(await standing()).to.deep.include(["staged", { batchId: id, index }]);
        expect(await opened.anchoring.pendingForKey(keyDigestOf("first"))).to.equal(4);
        const next = await stage();
        expect((await standing()).at(1)).to.deep.equal(["staged", { batchId: next.id, index: next.size - 1 }]);
        expect(await opened.anchoring.pendingForKey(keyDigestOf("first"))).to.equal(4);
        expect((await opened.records.batches(0, 10)).map(({ entries, size }) => entries === size)).to.deep.equal([
          ...[true, true],
        ]);
        expect(await opened.records.faults()).to.deep.equal([]);
      });
  });
}
