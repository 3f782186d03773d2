// SPDX-License-Identifier: Apache-2.0
import { expect } from "chai";
import { nodeCrypto } from "../../src/adapters/node-crypto/index.js";
import { fromHex } from "../../src/core/hex.js";
import { type AnchoringStore, auditHeadBatch } from "../../src/domain/anchoring/index.js";
import {
  type AuditAction,
  type AuditEvent,
  type AuditStore,
  CHAIN_START,
  eventHash,
} from "../../src/domain/audit/index.js";
import type { StoredRecords } from "../../src/domain/examination/index.js";
import type { IdempotencyStore } from "../../src/domain/issuance/idempotency-store.js";
import type { CertificateStore, StatusIndexStore } from "../../src/domain/issuance/index.js";
import type { SealCertificateRecord, SealRecord, SealStore } from "../../src/domain/seals/index.js";
import type { MirrorStore } from "../../src/domain/sharing/index.js";
import { change, digestOf, identifierOf, issue, leafOf, newCertificate, REGION, sealLeafOf, tiled } from "./issued.js";

export interface StoredRecordsFixture {
  readonly records: StoredRecords;
  readonly certificates: CertificateStore;
  readonly anchoring: AnchoringStore;
  readonly mirror: MirrorStore;
  readonly audit: AuditStore;
  readonly requests: IdempotencyStore;
  readonly statusIndices: StatusIndexStore;
  readonly seals: SealStore;
  close(): Promise<void>;
}

export function storedRecordsSuite(open: () => Promise<StoredRecordsFixture>): void {
  let here: StoredRecordsFixture;
  beforeEach(async () => {
    here = await open();
  });
  afterEach(() => here.close());

  const stage = async (count: number): Promise<number> => {
    const { entries } = await here.anchoring.pendingWork(count);
    const lease = (await here.anchoring.claimLease("anchor", "test", 0, 1_000))!;
    const leaves = new Uint8Array(entries.flatMap(({ leafHash }) => [...leafHash]));
    const { tileRoots } = await tiled(leaves);
    const batch = { region: REGION, root: "ab".repeat(32), size: entries.length, entries, tileRoots };
    const outcome = await here.anchoring.stageBatch(lease, batch, 7);
    if (outcome.outcome !== "staged") throw new Error(outcome.outcome);
    return outcome.batch.id;
  };

  it("hands out every certificate once, whole, in pages", async () => {
    await issue(here.certificates, 5);
    await here.certificates.addIssued([
      {
        certificate: { ...newCertificate(5), holders: [{ code: "H", codeType: "001" }] },
        event: {
          ...{ time: 0, action: "certificate-issued", object: identifierOf(5), requestId: "r", result: "done" },
          actor: { kind: "system", id: "test", role: "operator" },
        },
      },
    ]);
    await change(here.certificates, 5, "suspend", 3);
    const batch = await stage(2);
    const seen: string[] = [];
    for (let after: string | null = null, more = true; more; ) {
      const { files, next } = await here.records.certificateFiles(after, 2);
      expect(files.length).to.be.at.most(2);
      seen.push(...files.map(({ certificate }) => certificate.identifier));
      [after, more] = [next, next !== null];
    }
    expect(seen.toSorted()).to.deep.equal(Array.from({ length: 6 }, (_, n) => identifierOf(n)));

    const file = (await here.records.certificateFile(identifierOf(5)))!;
    const { holders: _holders, state: _state, ...signed } = newCertificate(5);
    expect(file.certificate).to.deep.equal({
      ...{ ...signed, state: "suspended", resumeState: "valid", successor: null, held: false },
    });
    expect(file.holders).to.deep.equal([{ code: "H", codeType: "001" }]);
    expect(file.place).to.deep.equal({ batchId: null, index: null });
    expect(
      file.statusChanges.map(({ certificateId, action, queuedAt }) => ({ certificateId, action, queuedAt })),
    ).to.deep.equal([{ certificateId: identifierOf(5), action: "suspend", queuedAt: 3 }]);
    expect(file.history).to.have.length(2);
    expect((await here.records.certificateFile(identifierOf(1)))!.place).to.deep.equal({ batchId: batch, index: 1 });
    expect(await here.records.certificateFile("unknown")).to.equal(null);
  });

  it("hands out certificates of seals by their events, in pages, and seals with their licence", async () => {
    await issue(here.certificates, 2);
    const about = (action: AuditAction, object: string): AuditEvent => ({
      ...{ time: 0, action, object, requestId: "r", result: "done" },
      actor: { kind: "system", id: "test", role: "operator" },
    });
    const record = (serial: string): SealCertificateRecord => ({
      ...{
        serial,
        holder: "A",
        keyDigest: "aa",
        ca: "ca",
        certificate: Uint8Array.of(1),
        validity: { from: 1, until: 9 },
      },
      ...{ appearance: { name: "样例局", code: "1234", star: true }, revocation: null },
    });
    for (const serial of ["0b", "0a", "0c"])
      await here.seals.addSealCertificate(record(serial), about("seal-certified", serial));
    const revocation = { at: 5, reason: "superseded" } as const;
    await here.seals.revokeSealCertificate("0a", revocation, about("seal-revoked", "0a"));
    const seal = (ordinal: number): SealRecord => ({
      ...{ certificate: identifierOf(1), ordinal, fileDigest: digestOf("file", ordinal), serial: "0b", sealedAt: 7 },
      ...{ reason: "电子证照签发", room: 2_048, cms: Uint8Array.of(ordinal) },
    });
    for (const ordinal of [1, 2])
      await here.seals.addSeal(seal(ordinal), ordinal - 1 || null, sealLeafOf(ordinal), () =>
        about("certificate-sealed", identifierOf(1)),
      );

    const stored = await here.records.sealCertificates(0, 10);
    expect(stored).to.deep.equal([
      { event: 3, record: record("0b") },
      { event: 4, record: { ...record("0a"), revocation } },
      { event: 5, record: record("0c") },
    ]);
    expect(await here.records.sealCertificates(3, 1)).to.deep.equal(stored.slice(1, 2));
    const file = (await here.records.certificateFile(identifierOf(1)))!;
    const waits = { batchId: null, index: null };
    expect(file.seals).to.deep.equal([1, 2].map((ordinal) => ({ seal: seal(ordinal), place: waits })));
    expect(file.history.map(({ action }) => action)).to.deep.equal([
      ...["certificate-issued", "certificate-sealed", "certificate-sealed"],
    ]);
    expect((await here.records.certificateFile(identifierOf(0)))!.seals).to.deep.equal([]);
    expect(await here.records.counts()).to.include({ certificates: 2, seals: 2, sealEntries: 2, outbox: 4 });
  });

  it("leaves out of a file's history what only read the certificate", async () => {
    await issue(here.certificates, 1);
    await here.audit.append({
      ...{ time: 1, action: "certificate-read", object: identifierOf(0), requestId: "r", result: "done" },
      actor: { kind: "system", id: "test", role: "operator" },
    });
    const { history } = (await here.records.certificateFile(identifierOf(0)))!;
    expect(history.map(({ action }) => action)).to.deep.equal(["certificate-issued"]);
  });

  it("hands out outbox and batches in order, and counts what there is", async () => {
    await issue(here.certificates, 5, { at: 4 });
    const batch = await stage(2);
    const [first, ...rest] = await here.records.outbox(0, 2);
    expect(first).to.include({ certificateId: identifierOf(2), queuedAt: 4 });
    expect(first!.leafHash).to.deep.equal(leafOf(2));
    expect(first!.keyDigest).to.deep.equal(digestOf("key", "first"));
    expect(await here.records.outbox(rest.at(-1)!.seq, 10)).to.have.length(1);
    const [stored] = await here.records.batches(0, 10);
    expect(stored).to.deep.include({ id: batch, region: REGION, root: "ab".repeat(32), size: 2, state: "staged" });
    expect(stored).to.deep.include({ stagedAt: 7, submittedAt: null, tx: null, block: null, anchoredAt: null });
    expect(stored!.entries).to.equal(2);
    expect(await here.records.batches(batch, 10)).to.deep.equal([]);
    expect(await here.records.counts()).to.include({ certificates: 5, outbox: 3, batchTiles: 1, holders: 0 });
  });

  it("keeps with every event a hash over it and the one before", async () => {
    await issue(here.certificates, 2);
    await here.audit.append({
      ...{
        time: 1,
        action: "certificate-revoked",
        object: "A",
        purpose: "处罚",
        matter: "m",
        requestId: "r",
        result: "done",
      },
      actor: { kind: "token", id: "t", role: "issuer" },
      digestBefore: Uint8Array.of(1, 2),
      digestAfter: Uint8Array.of(3),
      detail: { to: "cancelled", count: 2, flag: true, nothing: null },
    });
    const events = await here.records.auditEvents(0, 10);
    expect(events.map(({ event }) => event.sequence)).to.deep.equal([1, 2, 3]);
    let previous: Uint8Array = CHAIN_START;
    for (const { event, hash } of events) {
      expect(hash).to.deep.equal(eventHash(previous, event));
      previous = hash;
    }
    expect(await here.records.auditEvents(2, 10)).to.have.length(1);
    expect(await here.records.lastAuditSequence()).to.equal(3);
  });

  it("hands out the heads of the log by sequence, and says which batches are theirs", async () => {
    const lease = (await here.anchoring.claimLease("anchor", "test", 0, 1_000))!;
    const ids: number[] = [];
    for (let n = 0; n < 3; n++) {
      await issue(here.certificates, 1, { first: n });
      const { head } = (await here.anchoring.uncoveredEvents())!;
      const batch = auditHeadBatch(nodeCrypto, REGION, head);
      const staged = await here.anchoring.stageAuditHead(lease, batch, 7);
      if (staged.outcome !== "staged") throw new Error(staged.outcome);
      ids.push(staged.batch.id);
      const [record, ...more] = await here.records.auditHeads(n, 10);
      const { region, root, size } = batch;
      expect(more).to.deep.equal([]);
      expect(record).to.deep.equal({
        ...{ sequence: n + 1, batchId: ids[n], batch: { region, root, size } },
        hash: fromHex(head.hash),
      });
    }
    const after = async (sequence: number, limit: number) =>
      (await here.records.auditHeads(sequence, limit)).map((head) => head.sequence);
    expect(await after(Number.MIN_SAFE_INTEGER, 2)).to.deep.equal([1, 2]);
    expect(await after(2, 2)).to.deep.equal([3]);
    await stage(2);
    const batches = await here.records.batches(0, 10);
    expect(batches.map(({ id, auditHead, entries }) => [id, auditHead, entries])).to.deep.equal([
      ...ids.map((id, n) => [id, n + 1, 0]),
      [ids[2]! + 1, null, 2],
    ]);
    expect(await here.records.faults()).to.deep.equal([]);
  });

  it("hands out what the mirror keeps, and where its leaves are found", async () => {
    const root = "cd".repeat(32);
    await here.mirror.seeBatch({ region: REGION, root, size: 2, block: 3, anchoredAt: 9 });
    const [missing] = await here.mirror.missingBatches(0, 1);
    expect(await here.records.mirroredBatches(0, 10)).to.deep.equal([
      { id: missing!.id, region: REGION, root, size: 2, tileRoots: null, block: 3, anchoredAt: 9 },
    ]);
    const leaves = await tiled(new Uint8Array([...leafOf(1), ...leafOf(2)]));
    await here.mirror.keepLeaves(missing!.id, leaves);
    const [kept] = await here.records.mirroredBatches(0, 10);
    expect(kept!.tileRoots).to.deep.equal(leaves.tileRoots);
    expect(await here.records.mirroredPositions(missing!.id, [leafOf(2), leafOf(9), leafOf(1)])).to.deep.equal([
      1,
      null,
      0,
    ]);
    expect(await here.records.mirroredPositions(missing!.id + 1, [leafOf(1)])).to.deep.equal([null]);
    expect(await here.records.counts()).to.include({ mirroredTiles: 1, mirroredLeaves: 2 });
    await here.mirror.seeType({ typeCode: "T", version: 2, digest: "ef".repeat(32) });
    await here.mirror.moveCursor("mirror", 5);
    expect(await here.records.cursors()).to.deep.equal([{ name: "mirror", block: 5 }]);
    const [type] = await here.records.mirroredTypes();
    expect(type).to.include({ typeCode: "T", version: 2, arrived: false });
    await here.mirror.typeArrived("T", 2);
    expect((await here.records.mirroredTypes())[0]!.arrived).to.equal(true);
  });

  it("hands out requests by scope and key", async () => {
    const times = { now: 5, abandonedBefore: 0, forgottenBefore: 0 };
    const requestHash = digestOf("request");
    const names = [
      { scope: "b", key: "1" },
      { scope: "a", key: "2" },
      { scope: "a", key: "1" },
    ];
    await here.requests.reserve(
      names.map((name) => ({ ...name, requestHash, plan: "p" })),
      times,
    );
    await here.requests.answer([{ ...names[0]!, response: { status: 201, body: Uint8Array.of(1) } }]);
    const first = await here.records.requests(null, 2);
    expect(first.map(({ scope, key }) => scope + key)).to.deep.equal(["a1", "a2"]);
    expect(first[0]).to.deep.include({ status: null, createdAt: 5, requestHash });
    const [last] = await here.records.requests(first[1]!, 2);
    expect(last).to.deep.include({ scope: "b", key: "1", status: 201, response: Uint8Array.of(1) });
  });

  it("says the key of the status indices without making one", async () => {
    expect(await here.records.statusIndexKey(REGION)).to.equal(null);
    const key = await here.statusIndices.statusIndexKey(REGION, digestOf("secret"));
    expect(await here.records.statusIndexKey(REGION)).to.deep.equal(key);
  });

  it("finds no fault with a store that nobody edited", async () => {
    await issue(here.certificates, 2);
    await stage(1);
    expect(await here.records.faults()).to.deep.equal([]);
  });
}
