// SPDX-License-Identifier: Apache-2.0
import { expect } from "chai";
import { nodeCrypto } from "../../src/adapters/node-crypto/index.js";
import { TallyError } from "../../src/core/errors.js";
import { toHex } from "../../src/core/hex.js";
import {
  type AnchoringStore,
  type AuditHead,
  auditHeadBatch,
  digestTiles,
  joinLeaves,
  type Lease,
  type OpenBatch,
  splitLeaves,
  WITHOUT_END_MS,
} from "../../src/domain/anchoring/index.js";
import type { StoredRecords } from "../../src/domain/examination/index.js";
import type { CertificateStore } from "../../src/domain/issuance/index.js";
import type { SealStore } from "../../src/domain/seals/index.js";
import { eventAbout, identifierOf, issue, keyDigestOf, leafOf, REGION, sealLeafOf, tiled } from "./issued.js";

export interface AnchoringStoreHarness {
  readonly store: AnchoringStore;
  /** Over the same data: what it issues waits in the outbox. */
  readonly certificates: CertificateStore;
  /** What it sets waits there as well. */
  readonly seals: SealStore;
  readonly records: StoredRecords;
  close(): Promise<void>;
}

const LEASE = "anchor:340000";
const ANCHOR = { block: 7, time: 1_700_000_000, tx: `0x${"ab".repeat(32)}` };

/** What every adapter's AnchoringStore promises. */
export function anchoringStoreSuite(open: () => Promise<AnchoringStoreHarness>): void {
  let store: AnchoringStore;
  let harness: AnchoringStoreHarness;
  let lease: Lease;

  beforeEach(async () => {
    harness = await open();
    store = harness.store;
    lease = (await store.claimLease(LEASE, "one", 0, 1_000))!;
  });
  afterEach(() => harness.close());

  async function stage(limit = 100, using = lease) {
    const { entries } = await store.pendingWork(limit);
    const { root, tileRoots } = await digestTiles(nodeCrypto, joinLeaves(entries.map(({ leafHash }) => leafHash)));
    const batch = { region: REGION, root: toHex(root), size: entries.length, entries, tileRoots };
    return store.stageBatch(using, batch, 50);
  }

  async function staged(limit = 100): Promise<OpenBatch> {
    const result = await stage(limit);
    if (result.outcome !== "staged") throw new Error(`not staged: ${result.outcome}`);
    return result.batch;
  }

  describe("leases", () => {
    it("go to one holder at a time", async () => {
      expect(await store.claimLease(LEASE, "two", 999, 1_000)).to.equal(null);
    });

    it("of one name do not stand in the way of another", async () => {
      expect(await store.claimLease("status:340000", "two", 0, 1_000)).to.not.equal(null);
    });

    it("keep their fence when renewed in time", async () => {
      expect(await store.claimLease(LEASE, "one", 999, 1_000)).to.deep.equal(lease);
      expect(await store.claimLease(LEASE, "two", 1_500, 1_000)).to.equal(null);
    });

    it("get a new fence when taken over after they lapsed", async () => {
      const taken = await store.claimLease(LEASE, "two", 1_000, 1_000);
      expect(taken?.fence).to.be.greaterThan(lease.fence);
    });

    it("get a new fence when their own holder comes back too late", async () => {
      const again = await store.claimLease(LEASE, "one", 1_000, 1_000);
      expect(again?.fence).to.be.greaterThan(lease.fence);
    });

    it("can be claimed at once when released, with a new fence", async () => {
      await store.releaseLease(lease);
      const next = await store.claimLease(LEASE, "two", 1, 1_000);
      expect(next?.fence).to.be.greaterThan(lease.fence);
    });

    it("end whoever holds them for who knows that the holder is dead, and fence it off should it live", async () => {
      await store.endLease(LEASE);
      await store.endLease("status:999999");
      const next = await store.claimLease(LEASE, "two", 2, 1_000);
      expect(next?.fence).to.be.greaterThan(lease.fence);
      await issue(harness.certificates, 2);
      expect(await stage()).to.deep.equal({ outcome: "lease-lost" });
      expect(await stage(100, next!)).to.include({ outcome: "staged" });
    });

    it("whose end is further ahead than a right clock can have set it are taken over, with a new fence", async () => {
      const ahead = 86_400_000;
      const wrong = await store.claimLease("status:340000", "ahead", ahead, 1_000);
      const next = await store.claimLease("status:340000", "two", 0, 1_000);
      expect(next?.fence).to.be.greaterThan(wrong!.fence);
      expect(await store.claimLease("status:340000", "three", 999, 1_000)).to.equal(null);
      await store.releaseLease(wrong!);
      expect(await store.claimLease("status:340000", "three", 999, 1_000), "it is theirs no more").to.equal(null);
    });

    it("are held without end by whoever means to, and by no clock's mistake", async () => {
      const held = await store.claimLease("status:340000", "restoration", 0, WITHOUT_END_MS);
      expect(held).not.to.equal(null);
      expect(await store.claimLease("status:340000", "two", 86_400_000, 1_000)).to.equal(null);
      await store.releaseLease(held!);
      expect((await store.claimLease("status:340000", "two", 86_400_000, 1_000))?.fence).to.equal(held!.fence + 1);
    });

    it("are left to a holder whose clock is ahead by no more than they last", async () => {
      await store.claimLease("status:340000", "ahead", 1_000, 1_000);
      expect(await store.claimLease("status:340000", "two", 0, 1_000)).to.equal(null);
      expect(await store.claimLease("status:340000", "two", 2_000, 1_000)).to.not.equal(null);
    });

    it("are not ended by a holder who lost them", async () => {
      await store.claimLease(LEASE, "two", 1_000, 1_000);
      await store.releaseLease(lease);
      expect(await store.claimLease(LEASE, "three", 1_001, 1_000)).to.equal(null);
    });
  });

  describe("the outbox", () => {
    it("shows the first entries in order of arrival and the age of the oldest", async () => {
      await issue(harness.certificates, 2, { at: 30 });
      await issue(harness.certificates, 2, { first: 2, at: 20 });
      const { entries, oldestAt } = await store.pendingWork(3);
      expect(entries.map(({ leafHash }) => toHex(leafHash))).to.deep.equal([0, 1, 2].map((n) => toHex(leafOf(n))));
      expect(oldestAt).to.equal(30);
    });

    it("has no oldest entry when empty", async () => {
      expect(await store.pendingWork(3)).to.deep.equal({ entries: [], oldestAt: null });
    });
  });

  describe("stageBatch", () => {
    it("moves the entries out of the outbox into a batch, in their order", async () => {
      await issue(harness.certificates, 5);
      const batch = await staged(3);
      expect((await store.pendingWork(10)).entries).to.have.length(2);
      expect(splitLeaves((await store.batchLeaves(batch.id))!).map(toHex)).to.deep.equal(
        [0, 1, 2].map((n) => toHex(leafOf(n))),
      );
      for (const index of [0, 1, 2]) {
        const position = await store.leafPosition(identifierOf(index));
        expect(position?.place).to.deep.equal({ batchId: batch.id, index });
        expect(position?.state).to.equal("staged");
      }
      expect((await store.leafPosition(identifierOf(3)))?.state).to.equal("pending");
      expect((await harness.certificates.findCertificate(identifierOf(0)))?.anchoring).to.equal("staged");
    });

    it("keeps the leaves in tiles that are read one at a time", async () => {
      await issue(harness.certificates, 1_026);
      const { id } = await staged(1_026);
      const leaves = joinLeaves(Array.from({ length: 1_026 }, (_, n) => leafOf(n)));
      const { tileRoots } = await tiled(leaves);
      expect(await store.batchTile(id, 0)).to.deep.equal({ leaves: leaves.slice(0, 1_024 * 32), tileRoots });
      expect(await store.batchTile(id, 1)).to.deep.equal({ leaves: leaves.slice(1_024 * 32), tileRoots });
      expect(await store.batchTile(id, 2)).to.equal(null);
      expect(await store.batchLeaves(id)).to.deep.equal(leaves);
    });

    it("refuses a lease that was taken over, and writes nothing", async () => {
      await issue(harness.certificates, 2);
      await store.claimLease(LEASE, "two", 1_000, 1_000);
      expect(await stage()).to.deep.equal({ outcome: "lease-lost" });
      expect((await store.pendingWork(10)).entries).to.have.length(2);
      expect(await store.openBatches(10)).to.deep.equal([]);
    });

    it("refuses entries that another batch has, and writes nothing", async () => {
      await issue(harness.certificates, 3);
      const { entries } = await store.pendingWork(10);
      await staged(1);
      const batch = { region: REGION, root: "ab".repeat(32), size: 3, entries, tileRoots: new Uint8Array(32) };
      expect(await store.stageBatch(lease, batch, 60)).to.deep.equal({ outcome: "changed" });
      expect((await store.pendingWork(10)).entries).to.have.length(2);
      expect(await store.openBatches(10)).to.have.length(1);
      expect((await store.leafPosition(identifierOf(2)))?.state).to.equal("pending");
    });

    it("refuses entries that were held since", async () => {
      await issue(harness.certificates, 3);
      const { entries } = await store.pendingWork(10);
      await store.holdPending(keyDigestOf("first"));
      const batch = { region: REGION, root: "ab".repeat(32), size: 3, entries, tileRoots: new Uint8Array(32) };
      expect(await store.stageBatch(lease, batch, 60)).to.deep.equal({ outcome: "changed" });
    });
  });

  describe("a batch", () => {
    it("is open from staging until its anchor is attached", async () => {
      await issue(harness.certificates, 2);
      const batch = await staged();
      expect(await store.openBatches(10)).to.deep.equal([batch]);
      expect(batch).to.include({ region: REGION, size: 2, stagedAt: 50, submitted: null });
      await store.recordSubmission(batch.id, "0x01", 60);
      expect((await store.openBatches(10))[0]?.submitted).to.deep.equal({ tx: "0x01", at: 60 });
      await store.recordSubmission(batch.id, "0x02", 70);
      expect((await store.openBatches(10))[0]?.submitted).to.deep.equal({ tx: "0x02", at: 70 });
      await store.attachAnchor(batch.id, ANCHOR);
      expect(await store.openBatches(10)).to.deep.equal([]);
      expect((await store.leafPosition(identifierOf(1)))?.state).to.equal("anchored");
      expect((await harness.certificates.findCertificate(identifierOf(1)))?.anchoring).to.equal("anchored");
    });

    it("is found by number and by name, with its anchor", async () => {
      await issue(harness.certificates, 2);
      const { id, region, root, size } = await staged();
      expect(await store.findBatch(id)).to.deep.equal({ id, region, root, size, anchor: null });
      await store.attachAnchor(id, ANCHOR);
      const found = { id, region, root, size, anchor: ANCHOR };
      expect(await store.findBatch(id)).to.deep.equal(found);
      expect(await store.findBatchByName({ region, root, size })).to.deep.equal(found);
    });

    it("has another name with another region, root or size", async () => {
      await issue(harness.certificates, 2);
      const { region, root, size } = await staged();
      expect(await store.findBatchByName({ region: "310000", root, size })).to.equal(null);
      expect(await store.findBatchByName({ region, root: "ab".repeat(32), size })).to.equal(null);
      expect(await store.findBatchByName({ region, root, size: 3 })).to.equal(null);
    });

    it("takes the same anchor twice and no other", async () => {
      await issue(harness.certificates, 1);
      const { id } = await staged();
      await store.attachAnchor(id, ANCHOR);
      await store.attachAnchor(id, ANCHOR);
      for (const other of [{ block: 8 }, { time: ANCHOR.time + 1 }, { tx: "0x02" }])
        await expectCode("store.failed", store.attachAnchor(id, { ...ANCHOR, ...other }));
      expect((await store.findBatch(id))?.anchor).to.deep.equal(ANCHOR);
    });

    it("that does not exist takes no anchor", async () => {
      await expectCode("store.failed", store.attachAnchor(99, ANCHOR));
    });

    it("that is anchored forgets no anchor to a late record of its submission", async () => {
      await issue(harness.certificates, 1);
      const { id } = await staged();
      await store.attachAnchor(id, ANCHOR);
      await store.recordSubmission(id, "0x02", 70);
      expect((await store.findBatch(id))?.anchor).to.deep.equal(ANCHOR);
    });

    it("is found among the anchored ones from its block on, newest first", async () => {
      await issue(harness.certificates, 3);
      for (const block of [5, 7, 9]) {
        const { id } = await staged(1);
        await store.attachAnchor(id, { ...ANCHOR, block });
      }
      const blocks = async (since: number, limit: number) =>
        (await store.anchoredSince(since, limit)).map(({ block }) => block);
      expect(await blocks(7, 10)).to.deep.equal([9, 7]);
      expect(await blocks(0, 2)).to.deep.equal([9, 7]);
    });
  });

  describe("reanchor", () => {
    it("opens a batch again when its anchor is gone", async () => {
      await issue(harness.certificates, 1);
      const { id } = await staged();
      await store.recordSubmission(id, ANCHOR.tx, 60);
      await store.attachAnchor(id, ANCHOR);
      await store.reanchor(id, ANCHOR, null);
      expect((await store.openBatches(10))[0]).to.include({ id, submitted: null });
      expect((await store.findBatch(id))?.anchor).to.equal(null);
      expect((await store.leafPosition(identifierOf(0)))?.state).to.equal("staged");
    });

    it("replaces the anchor when it moved", async () => {
      await issue(harness.certificates, 1);
      const { id } = await staged();
      await store.attachAnchor(id, ANCHOR);
      await store.reanchor(id, ANCHOR, { ...ANCHOR, block: 9 });
      expect((await store.findBatch(id))?.anchor).to.deep.equal({ ...ANCHOR, block: 9 });
    });

    it("does nothing when the anchor is another by now", async () => {
      await issue(harness.certificates, 1);
      const { id } = await staged();
      await store.attachAnchor(id, ANCHOR);
      await store.reanchor(id, { ...ANCHOR, block: 6 }, null);
      expect((await store.findBatch(id))?.anchor).to.deep.equal(ANCHOR);
    });
  });

  describe("a batch that was lost with the store", () => {
    /** The leaves that wait, and one that nobody here knows, as another store had anchored them. */
    async function lost(limit: number) {
      const { entries } = await store.pendingWork(limit);
      const leaves = joinLeaves([...entries.map(({ leafHash }) => leafHash), new Uint8Array(32).fill(9)]);
      const { root, tileRoots } = await digestTiles(nodeCrypto, leaves);
      return { region: REGION, root: toHex(root), size: leaves.length / 32, leaves, tileRoots };
    }

    it("is taken back with those of its certificates that wait, and leaves the others waiting", async () => {
      await issue(harness.certificates, 3);
      const batch = await lost(2);
      expect(await store.adoptBatch(batch, ANCHOR)).to.equal(2);
      expect((await store.pendingWork(10)).entries.map(({ leafHash }) => toHex(leafHash))).to.deep.equal([
        toHex(leafOf(2)),
      ]);
      expect((await store.leafPosition(identifierOf(1)))!).to.deep.include({ state: "anchored" });
      expect((await store.leafPosition(identifierOf(1)))!.place!.index).to.equal(1);
      const found = await store.findBatchByName(batch);
      expect(found!.anchor).to.deep.equal(ANCHOR);
      expect(await store.batchLeaves(found!.id)).to.deep.equal(batch.leaves);
      const { leaves, tileRoots } = batch;
      expect(await store.batchTile(found!.id, 0)).to.deep.equal({ leaves, tileRoots });
    });

    it("is taken back whole when all of it waits, and the next one is staged behind it", async () => {
      await issue(harness.certificates, 5);
      const leaves = joinLeaves([0, 1, 2].map(leafOf));
      const batch = { region: REGION, root: "cd".repeat(32), size: 3, ...(await tiled(leaves)) };
      expect(await store.adoptBatch(batch, ANCHOR)).to.equal(3);
      const { id } = await staged();
      for (const index of [0, 1, 2]) {
        const position = await store.leafPosition(identifierOf(index));
        expect(position).to.deep.include({ state: "anchored" });
        expect(position!.place!.index).to.equal(index);
      }
      expect((await store.leafPosition(identifierOf(4)))!.place).to.deep.equal({ batchId: id, index: 1 });
      expect(await store.counts()).to.include({ pending: 0, openBatches: 1, anchoredBatches: 1 });
    });

    for (const [what, order] of [
      ["leave one waiting between them", [0, 2, 3]],
      ["do not begin with the first", [1, 2]],
      ["have another order", [1, 0]],
    ] as const)
      it(`gives its certificates their places when they ${what}`, async () => {
        await issue(harness.certificates, 2);
        await issue(harness.certificates, 2, { first: 2, at: 1 });
        const batch = { region: REGION, root: "cd".repeat(32), size: order.length };
        const adopted = { ...batch, ...(await tiled(joinLeaves(order.map(leafOf)))) };
        expect(await store.adoptBatch(adopted, ANCHOR)).to.equal(order.length);
        for (const [index, n] of order.entries()) {
          const position = await store.leafPosition(identifierOf(n));
          expect(position).to.deep.include({ state: "anchored" });
          expect(position!.place!.index).to.equal(index);
        }
        const others = [0, 1, 2, 3].filter((n) => !(order as readonly number[]).includes(n));
        const { entries } = await store.pendingWork(10);
        expect(entries.map(({ leafHash }) => toHex(leafHash))).to.deep.equal(others.map((n) => toHex(leafOf(n))));
        const { id, size } = await staged();
        expect(size).to.equal(others.length);
        expect((await store.leafPosition(identifierOf(others[0]!)))!.place).to.deep.equal({ batchId: id, index: 0 });
      });

    it("is left as it is when it is there already", async () => {
      await issue(harness.certificates, 2);
      const batch = await lost(2);
      await store.adoptBatch(batch, ANCHOR);
      expect(await store.adoptBatch(batch, { ...ANCHOR, block: 99 })).to.equal(0);
      expect((await store.findBatchByName(batch))!.anchor).to.deep.equal(ANCHOR);
    });
  });

  describe("seals", () => {
    beforeEach(async () => {
      await issue(harness.certificates, 2);
      await harness.seals.addSealCertificate(
        {
          ...{ serial: "0a", holder: "A", keyDigest: "aa", ca: "ca", certificate: Uint8Array.of(1) },
          ...{ validity: { from: 1, until: 9 }, appearance: { name: "样例局", code: "1234", star: true } },
          revocation: null,
        },
        eventAbout("0a"),
      );
    });
    /** On the file of licence 0. */
    const set = (ordinal: number, at = 40): Promise<boolean> =>
      harness.seals.addSeal(
        {
          ...{ certificate: identifierOf(0), fileDigest: new Uint8Array(32), serial: "0a", sealedAt: 1 },
          ...{ reason: "r", room: 2_048, cms: Uint8Array.of(ordinal) },
        },
        ordinal - 1 || null,
        sealLeafOf(ordinal),
        () => eventAbout(identifierOf(0), at),
      );
    const places = async () =>
      (await harness.records.certificateFile(identifierOf(0)))!.seals.map(({ place }) => place);
    const waiting = async () => (await store.pendingWork(10)).entries.map(({ leafHash }) => toHex(leafHash));
    const WAITS = { batchId: null, index: null };

    it("wait in the outbox from the moment on in which they are set, behind what waits already", async () => {
      expect(await set(1)).to.equal(true);
      expect(await set(3), "not the next").to.equal(false);
      expect(await waiting()).to.deep.equal([leafOf(0), leafOf(1), sealLeafOf(1)].map(toHex));
      expect(await store.counts()).to.include({ pending: 3 });
      expect(await places()).to.deep.equal([WAITS]);
      const entries = await harness.records.outbox(0, 10);
      expect(entries.map(({ seal, certificateId }) => [certificateId, seal])).to.deep.equal([
        ...[
          [identifierOf(0), null],
          [identifierOf(1), null],
          [identifierOf(0), 1],
        ],
      ]);
      expect(entries[2]).to.deep.include({ queuedAt: 40, keyDigest: new Uint8Array() });
      await staged(2);
      expect((await store.pendingWork(10)).oldestAt).to.equal(40);
    });

    it("go into one batch each, beside certificates, whose places stay their own", async () => {
      await set(1);
      await issue(harness.certificates, 1, { first: 2 });
      await set(2);
      const first = await staged(4);
      expect(first).to.include({ size: 4, certificates: 3 });
      expect(await store.openBatches(10)).to.deep.equal([first]);
      const second = await staged();
      expect(second).to.include({ size: 1, certificates: 0, auditHead: null });
      expect(await places()).to.deep.equal([
        { batchId: first.id, index: 2 },
        { batchId: second.id, index: 0 },
      ]);
      for (const [n, index] of [0, 1, 3].entries())
        expect((await store.leafPosition(identifierOf(n)))!.place).to.deep.equal({ batchId: first.id, index });
      expect(splitLeaves((await store.batchLeaves(first.id))!).map(toHex)).to.deep.equal(
        [leafOf(0), leafOf(1), sealLeafOf(1), leafOf(2)].map(toHex),
      );
      expect(await waiting()).to.deep.equal([]);
      expect((await harness.records.batches(0, 10)).map(({ entries }) => entries)).to.deep.equal([4, 1]);
      expect(await harness.records.counts()).to.include({ seals: 2, sealEntries: 2, outbox: 0 });
      await store.attachAnchor(first.id, ANCHOR);
      expect(await store.openBatches(10)).to.deep.equal([second]);
      expect(await harness.records.faults()).to.deep.equal([]);
    });

    it("are staged as they wait, or nothing is", async () => {
      await set(1);
      const { entries } = await store.pendingWork(10);
      const other = entries.with(2, { ...entries[2]!, leafHash: sealLeafOf(2) });
      const batch = { region: REGION, root: "ab".repeat(32), size: 3, tileRoots: new Uint8Array(32) };
      expect(await store.stageBatch(lease, { ...batch, entries: other }, 60)).to.deep.equal({ outcome: "changed" });
      expect(await waiting()).to.have.length(3);
      expect(await store.stageBatch(lease, { ...batch, entries }, 60)).to.include({ outcome: "staged" });
      const again = { ...batch, root: "cd".repeat(32), entries };
      expect(await store.stageBatch(lease, again, 70)).to.deep.equal({ outcome: "changed" });
    });

    it("go on when the signing key of their certificates is compromised, and are none of its certificates", async () => {
      await set(1);
      expect(await store.pendingForKey(keyDigestOf("first"))).to.equal(2);
      expect(await store.holdPending(keyDigestOf("first"))).to.equal(2);
      expect(await waiting()).to.deep.equal([toHex(sealLeafOf(1))]);
      expect(await store.counts()).to.include({ pending: 1, held: 2 });
      expect(await store.pendingForKey(keyDigestOf("first"))).to.equal(0);
      const { id } = await staged();
      expect(await places()).to.deep.equal([{ batchId: id, index: 0 }]);
      expect(
        await store.certificatesToReissue({ keyDigest: keyDigestOf("first"), compromisedSince: 0, limit: 10 }),
      ).to.have.members([identifierOf(0), identifierOf(1)]);
      expect(await harness.records.faults()).to.deep.equal([]);
    });

    for (const [what, order] of [
      ["are the oldest that wait", [0, 1, "seal"]],
      ["are out of turn", ["seal", 1]],
    ] as const)
      it(`are taken back with a batch that was lost whose leaves ${what}`, async () => {
        await set(1);
        await set(2);
        const leaves = joinLeaves(order.map((each) => (each === "seal" ? sealLeafOf(1) : leafOf(each))));
        const batch = { region: REGION, root: "cd".repeat(32), size: order.length, ...(await tiled(leaves)) };
        expect(await store.adoptBatch(batch, ANCHOR)).to.equal(order.length);
        const { id } = (await store.findBatchByName(batch))!;
        const index = (order as readonly unknown[]).indexOf("seal");
        expect(await places()).to.deep.equal([{ batchId: id, index }, WAITS]);
        const next = await staged();
        expect(await places()).to.deep.equal([
          { batchId: id, index },
          { batchId: next.id, index: next.size - 1 },
        ]);
        expect((await store.leafPosition(identifierOf(1)))!.place).to.deep.equal({ batchId: id, index: 1 });
        expect((await harness.records.batches(0, 10)).map(({ entries, size }) => entries === size)).to.deep.equal([
          ...[true, true],
        ]);
        expect(await harness.records.faults()).to.deep.equal([]);
      });
  });

  describe("heads of the audit log", () => {
    const stageHead = (head: AuditHead, using = lease) =>
      store.stageAuditHead(using, auditHeadBatch(nodeCrypto, REGION, head), 70);
    const newest = async (): Promise<AuditHead> => (await store.uncoveredEvents())!.head;

    it("are due for what no staged head covers: its oldest event tells since when", async () => {
      expect(await store.uncoveredEvents()).to.equal(null);
      await issue(harness.certificates, 2, { at: 30 });
      await issue(harness.certificates, 1, { first: 2, at: 40 });
      const { head, oldestAt } = (await store.uncoveredEvents())!;
      expect([head.sequence, oldestAt]).to.deep.equal([3, 30]);
      await stageHead(head);
      expect(await store.uncoveredEvents()).to.equal(null);
      expect(await store.newestAuditHead()).to.deep.equal(head);
      await issue(harness.certificates, 1, { first: 3, at: 50 });
      const next = (await store.uncoveredEvents())!;
      expect([next.head.sequence, next.oldestAt]).to.deep.equal([4, 50]);
      expect(next.head.hash).not.to.equal(head.hash);
      await stageHead(next.head);
      expect(await store.newestAuditHead()).to.deep.equal(next.head);
    });

    it("are batches of one entry, which say what they are until they are anchored, and hold no certificates", async () => {
      await issue(harness.certificates, 2);
      const head = await newest();
      const { root } = auditHeadBatch(nodeCrypto, REGION, head);
      const result = await stageHead(head);
      const batch = (await store.openBatches(10))[0]!;
      expect(result).to.deep.equal({ outcome: "staged", batch });
      const name = { region: REGION, root, size: 1 };
      expect(batch).to.deep.include({ ...name, stagedAt: 70, submitted: null, auditHead: head });
      expect(toHex((await store.batchLeaves(batch.id))!)).to.equal(root);
      expect(toHex((await store.batchTile(batch.id, 0))!.tileRoots)).to.equal(root);
      expect((await store.pendingWork(10)).entries).to.have.length(2);
      expect((await staged()).auditHead).to.equal(null);
      await store.recordSubmission(batch.id, "0x01", 80);
      await store.attachAnchor(batch.id, ANCHOR);
      expect(await store.findBatchByName(name)).to.deep.equal({ id: batch.id, ...name, anchor: ANCHOR });
      await store.reanchor(batch.id, ANCHOR, null);
      expect((await store.openBatches(10))[0]).to.deep.equal(batch);
      expect(await store.pendingForKey(keyDigestOf("first"))).to.equal(2);
      await store.attachAnchor(batch.id, ANCHOR);
      expect(await store.counts()).to.include({ pending: 0, openBatches: 1, anchoredBatches: 1 });
    });

    it("are staged under a lease that is still held, or nothing is", async () => {
      await issue(harness.certificates, 1);
      await store.claimLease(LEASE, "two", 1_000, 1_000);
      expect(await stageHead(await newest())).to.deep.equal({ outcome: "lease-lost" });
      expect(await store.newestAuditHead()).to.equal(null);
      expect(await store.openBatches(10)).to.deep.equal([]);
    });

    it("are staged once, whoever tries and however often, and never one that covers less", async () => {
      await issue(harness.certificates, 1);
      const first = await newest();
      await issue(harness.certificates, 1, { first: 1 });
      const second = await newest();
      const outcomes = await Promise.all([second, second, second].map((head) => stageHead(head)));
      expect(outcomes.map(({ outcome }) => outcome).toSorted()).to.deep.equal(["changed", "changed", "staged"]);
      expect(await stageHead(second)).to.deep.equal({ outcome: "changed" });
      expect(await stageHead(first)).to.deep.equal({ outcome: "changed" });
      expect(await store.openBatches(10)).to.have.length(1);
    });

    it("are heads of this log: of no event that is not there, and of no other hash", async () => {
      await issue(harness.certificates, 1);
      const head = await newest();
      for (const other of [{ hash: "ab".repeat(32) }, { sequence: 2 }])
        expect(await stageHead({ ...head, ...other })).to.deep.equal({ outcome: "changed" });
      expect(await store.newestAuditHead()).to.equal(null);
    });
  });

  describe("a compromised key", () => {
    it("holds its pending certificates and nobody else's", async () => {
      await issue(harness.certificates, 3, { key: "stolen" });
      await issue(harness.certificates, 2, { first: 3, key: "good" });
      expect(await store.holdPending(keyDigestOf("stolen"))).to.equal(3);
      expect(await store.holdPending(keyDigestOf("stolen"))).to.equal(0);
      expect((await store.pendingWork(10)).entries).to.have.length(2);
      expect((await store.leafPosition(identifierOf(0)))?.state).to.equal("held");
      expect(await store.counts()).to.include({ pending: 2, held: 3 });
    });

    it("leaves a list of what has to be issued again, in pages", async () => {
      await issue(harness.certificates, 1, { first: 0, key: "stolen" });
      const early = await staged();
      await store.attachAnchor(early.id, { ...ANCHOR, time: 1_000 });
      await issue(harness.certificates, 1, { first: 1, key: "stolen" });
      const late = await staged();
      await store.attachAnchor(late.id, { ...ANCHOR, time: 2_000 });
      await issue(harness.certificates, 1, { first: 2, key: "stolen" });
      await staged();
      await issue(harness.certificates, 1, { first: 3, key: "stolen" });
      await issue(harness.certificates, 1, { first: 4, key: "good" });
      await store.holdPending(keyDigestOf("stolen"));
      const query = { keyDigest: keyDigestOf("stolen"), compromisedSince: 2_000 };
      expect(await store.certificatesToReissue({ ...query, limit: 10 })).to.deep.equal([1, 2, 3].map(identifierOf));
      expect(await store.certificatesToReissue({ ...query, after: identifierOf(1), limit: 1 })).to.deep.equal([
        identifierOf(2),
      ]);
    });
  });

  it("lists once, page by page, whatever of a compromised key no anchor protects", async () => {
    const anchored = async (time: number): Promise<void> => {
      await store.attachAnchor((await staged()).id, { ...ANCHOR, time });
    };
    const key = "stolen";
    await issue(harness.certificates, 3, { key });
    await anchored(1_000);
    await issue(harness.certificates, 2, { first: 3, key });
    await issue(harness.certificates, 1, { first: 5, key: "good" });
    await issue(harness.certificates, 2, { first: 6, key });
    await anchored(2_000);
    await issue(harness.certificates, 3, { first: 8, key });
    const taken = joinLeaves([leafOf(9)]);
    const batch = { region: REGION, root: "cd".repeat(32), size: 1, ...(await tiled(taken)) };
    await store.adoptBatch(batch, { ...ANCHOR, time: 3_000 });
    await staged(1);
    await store.holdPending(keyDigestOf(key));
    await issue(harness.certificates, 1, { first: 11, key });
    const query = { keyDigest: keyDigestOf(key), compromisedSince: 2_000 };
    const all = await store.certificatesToReissue({ ...query, limit: 100 });
    expect([...all].sort()).to.deep.equal([3, 4, 6, 7, 8, 9, 10].map(identifierOf));
    for (const limit of [1, 2, 3]) {
      const paged: string[] = [];
      for (let page: readonly string[] = []; paged.length === 0 || page.length > 0; ) {
        page = await store.certificatesToReissue({
          ...query,
          ...(paged.length > 0 && { after: paged.at(-1)! }),
          limit,
        });
        expect(page.length).to.be.at.most(limit);
        paged.push(...page);
      }
      expect(paged).to.deep.equal(all);
    }
    expect(await store.certificatesToReissue({ ...query, compromisedSince: 3_000, limit: 100 })).to.have.length(3);
    expect(await store.certificatesToReissue({ ...query, keyDigest: keyDigestOf("other"), limit: 9 })).to.deep.equal(
      [],
    );
  });

  describe("pendingForKey", () => {
    it("counts a key's certificates until their batch is anchored", async () => {
      await issue(harness.certificates, 2, { key: "old" });
      await issue(harness.certificates, 1, { first: 2, key: "new" });
      const count = () => store.pendingForKey(keyDigestOf("old"));
      expect(await count()).to.equal(2);
      const first = await staged(1);
      expect(await count()).to.equal(2);
      await store.attachAnchor(first.id, ANCHOR);
      expect(await count()).to.equal(1);
      const second = await staged();
      await store.attachAnchor(second.id, ANCHOR);
      expect(await count()).to.equal(0);
    });
  });

  it("knows nothing of an unknown certificate or batch", async () => {
    expect(await store.leafPosition("nobody")).to.equal(null);
    expect(await store.findBatch(99)).to.equal(null);
    expect(await store.batchLeaves(99)).to.equal(null);
    expect(await store.batchTile(99, 0)).to.equal(null);
  });

  it("counts what waits and what is done", async () => {
    await issue(harness.certificates, 3);
    const { id } = await staged(1);
    await staged(1);
    await store.attachAnchor(id, ANCHOR);
    expect(await store.counts()).to.deep.equal({
      ...{ pending: 1, held: 0, openBatches: 1, anchoredBatches: 1, openStatusChanges: 0 },
    });
  });
}

async function expectCode(code: string, promise: Promise<unknown>): Promise<void> {
  const error = await promise.then(
    () => null,
    (reason: unknown) => reason,
  );
  expect(error).to.be.instanceOf(TallyError).with.property("code", code);
}
