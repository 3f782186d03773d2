// SPDX-License-Identifier: Apache-2.0
import { expect } from "chai";
import { nodeCrypto } from "../../../src/adapters/node-crypto/index.js";
import { TallyError } from "../../../src/core/errors.js";
import { DEFAULT_ANCHORING } from "../../../src/domain/anchoring/anchoring.js";
import { type Anchoring, type AnchoringEvent, createAnchoring, placeOf } from "../../../src/domain/anchoring/index.js";
import { change, identifierOf, issue, keyDigestOf, REGION } from "../../adapters/issued.js";
import { openScene, type Scene } from "./scene.js";

describe("anchoring", () => {
  let scene: Scene;
  let anchoring: Anchoring;
  let events: AnchoringEvent[];
  beforeEach(() => {
    scene = openScene();
    events = [];
    anchoring = createAnchoring({
      ...{
        region: REGION,
        instance: "test",
        store: scene.store,
        chain: scene.chain.portOf(REGION),
        crypto: nodeCrypto,
      },
      settings: { batchSize: 4, idleMs: 10, confirmations: 1 },
      clock: scene.clock,
      random: () => 0,
      onEvent: (event) => void events.push(event),
      // Time passes and blocks come while somebody waits.
      pause: async (ms, signal) => {
        scene.clock.time += ms;
        scene.chain.mine();
        await new Promise((resolve) => setImmediate(resolve));
        if (signal?.aborted) return;
      },
    });
  });
  afterEach(() => scene.close());

  it("drains the outbox without waiting for full batches", async () => {
    await issue(scene.certificates, 10, { at: scene.clock.now() });
    expect(await anchoring.drain()).to.deep.equal({ anchored: 10 });
    expect(await scene.unproven(10)).to.deep.equal([]);
    expect(await anchoring.drain()).to.deep.equal({ anchored: 0 });
  });

  it("drains what a key signed, before it is retired", async () => {
    await issue(scene.certificates, 3, { key: "old" });
    await anchoring.drain({ keyDigest: keyDigestOf("old") });
    expect(await scene.store.pendingForKey(keyDigestOf("old"))).to.equal(0);
    expect(await anchoring.drain({ keyDigest: keyDigestOf("unused") })).to.deep.equal({ anchored: 0 });
  });

  it("gives up draining when the chain does not confirm in time", async () => {
    await issue(scene.certificates, 3);
    scene.chain.mine = () => {};
    const error = await anchoring.drain({ timeoutMs: 1_000 }).catch((reason: unknown) => reason);
    expect(error).to.be.instanceOf(TallyError).with.property("code", "chain.unreachable");
  });

  it("drains open state changes", async () => {
    await issue(scene.certificates, 3);
    await change(scene.certificates, 1, "revoke");
    await anchoring.drainStatus();
    expect((await scene.chain.portOf(REGION).statusWord(0, 0, 1)).revoked).to.equal(placeOf(1).bit);
  });

  it("does all its work by itself between start and stop", async () => {
    await issue(scene.certificates, 6, { at: scene.clock.now() });
    await change(scene.certificates, 1, "suspend");
    await scene.chain.portOf(REGION).submitAnchor({ root: "ab".repeat(32), size: 3 });
    anchoring.start();
    for (let turn = 0; turn < 10_000; turn++) {
      const { anchoredBatches, pending, openStatusChanges } = await scene.store.counts();
      if (anchoredBatches === 2 && pending === 0 && openStatusChanges === 0 && (await scene.store.alarms()).length > 0)
        break;
      await new Promise((resolve) => setImmediate(resolve));
    }
    await anchoring.stop();
    expect(await scene.unproven(6)).to.deep.equal([]);
    expect((await scene.chain.portOf(REGION).statusWord(0, 0, 0)).suspended).to.equal(placeOf(1).bit);
    expect((await scene.store.alarms()).map(({ kind }) => kind)).to.deep.equal(["unknown-batch"]);
    const batches = (await scene.store.counts()).anchoredBatches;
    await issue(scene.certificates, 4, { first: 6 });
    await new Promise((resolve) => setImmediate(resolve));
    expect((await scene.store.counts()).anchoredBatches).to.equal(batches);
  });

  it("says when it starts which alarms are open, once", async () => {
    const { tx } = await scene.chain.portOf(REGION).submitAnchor({ root: "ab".repeat(32), size: 3 });
    scene.chain.mine();
    await scene.startWatcher().runOnce();
    await scene.chain.portOf(REGION).submitAnchor({ root: "cd".repeat(32), size: 3 });
    const about = (root: string) =>
      events.filter((event) => "object" in event && event.object === `${root.repeat(32)}/3`);
    for (let start = 0; start < 2; start++) {
      anchoring.start();
      for (let turn = 0; turn < 10_000 && about("cd").length === 0; turn++)
        await new Promise((resolve) => setImmediate(resolve));
      await anchoring.stop();
    }
    expect(about("ab").map(({ event }) => event)).to.deep.equal(["alarm-open"]);
    expect(about("ab")[0]).to.have.property("detail").that.includes(tx);
    expect(about("cd").map(({ event }) => event)).to.deep.equal(["alarm-raised"]);
  });

  it("hands its leases back when it stops", async () => {
    await issue(scene.certificates, 6);
    anchoring.start();
    await anchoring.stop();
    expect(
      await scene.store.claimLease(`anchor:${REGION}`, "next", scene.clock.now(), DEFAULT_ANCHORING.leaseMs),
    ).to.not.equal(null);
    expect(
      await scene.store.claimLease(`status:${REGION}`, "next", scene.clock.now(), DEFAULT_ANCHORING.leaseMs),
    ).to.not.equal(null);
  });
});

describe("evidence", () => {
  let scene: Scene;
  beforeEach(async () => {
    scene = openScene();
    await issue(scene.certificates, 3);
  });
  afterEach(() => scene.close());

  it("is the token alone while pending, and while the anchor is not confirmed", async () => {
    const pending = { version: 1, token: Buffer.from("token 1").toString("base64url") };
    expect(await scene.evidence.evidenceFor(identifierOf(1))).to.deep.equal(pending);
    scene.chain.automine = false;
    await scene.startWorker().worker.runOnce();
    expect(await scene.evidence.evidenceFor(identifierOf(1))).to.deep.equal(pending);
    expect(await scene.evidence.proofOf(identifierOf(1))).to.equal(null);
  });

  it("names batch, position, path and anchor afterwards", async () => {
    await scene.startWorker().worker.runOnce();
    const evidence = await scene.evidence.evidenceFor(identifierOf(1));
    expect(evidence).to.include({ version: 1, index: 1 });
    expect(evidence).to.have.property("path").with.length(2);
    expect(evidence).to.have.nested.property("batch.region", REGION);
    expect(evidence).to.have.nested.property("anchors[0].time", "1970-01-12T13:46:50Z");
    expect(await scene.unproven(3)).to.deep.equal([]);
  });

  it("of an unknown certificate is an error", async () => {
    const error = await scene.evidence.evidenceFor("nobody").catch((reason: unknown) => reason);
    expect(error).to.be.instanceOf(TallyError).with.property("code", "certificate.not-found");
    expect(await scene.evidence.proofOf("nobody")).to.equal(null);
  });

  it("gives nobody the leaves of a batch before its anchor stands", async () => {
    scene.chain.automine = false;
    const { worker } = scene.startWorker();
    await worker.runOnce();
    const [batch] = await scene.store.openBatches(1);
    expect(await scene.evidence.leavesOf(batch!)).to.equal(null);
    scene.chain.mine();
    await worker.runOnce();
    expect(await scene.evidence.leavesOf(batch!)).to.have.length(3 * 32);
    expect(await scene.evidence.leavesOf({ ...batch!, size: 4 })).to.equal(null);
  });

  it("is refused when the stored leaves do not give the root", async () => {
    await scene.startWorker().worker.runOnce();
    const { batchTile } = scene.store;
    for (const part of ["leaves", "tileRoots"] as const) {
      scene.store.batchTile = async (...which) => {
        const tile = (await batchTile(...which))!;
        return { ...tile, [part]: new Uint8Array(tile[part].length) };
      };
      const error = await scene.evidence.evidenceFor(identifierOf(1)).catch((reason: unknown) => reason);
      expect(error, part).to.be.instanceOf(TallyError).with.property("code", "store.failed");
    }
  });

  it("reads one tile of a batch, not all its leaves", async () => {
    await issue(scene.certificates, 2_100, { first: 3 });
    await scene.startWorker({ batchSize: 2_103 }).worker.runOnce();
    scene.store.batchLeaves = async () => {
      throw new Error("read whole");
    };
    const proof = await scene.evidence.proofOf(identifierOf(2_000));
    expect(proof).to.deep.include({ index: 2_000 });
    expect(await scene.unproven(3)).to.deep.equal([]);
  });
});
