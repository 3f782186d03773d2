// SPDX-License-Identifier: Apache-2.0
import { expect } from "chai";
import { TallyError } from "../../../src/core/errors.js";
import { placeOf } from "../../../src/domain/anchoring/index.js";
import { change, issue, REGION } from "../../adapters/issued.js";
import { Killed } from "./faults.js";
import { openScene, type Scene, STATUS_SETTINGS } from "./scene.js";

const DAY_MS = 86_400_000;
const bit = (n: number) => placeOf(n).bit;

describe("the status submitter", () => {
  let scene: Scene;
  beforeEach(async () => {
    scene = openScene();
    await issue(scene.certificates, 600);
  });
  afterEach(() => scene.close());

  const word = (at = 0) => scene.chain.portOf(REGION).statusWord(0, at, 0);
  const openChanges = async () => (await scene.store.openStatusChanges(1_000)).length;

  it("writes what is open, many words at once, and confirms it", async () => {
    await change(scene.certificates, 1, "revoke");
    await change(scene.certificates, 2, "suspend");
    await change(scene.certificates, 300, "revoke");
    const pass = await scene.startSubmitter().submitter.runOnce();
    expect(pass).to.deep.equal({ claimed: true, submitted: 3, confirmed: 3, open: 0, more: false });
    expect(await word(0)).to.deep.equal({ revoked: bit(1), suspended: bit(2) });
    expect(await word(1)).to.deep.equal({ revoked: bit(300), suspended: 0n });
    expect(scene.chain.sent).to.have.length(1);
  });

  it("sends nothing for a suspension that was released before it went out", async () => {
    await change(scene.certificates, 1, "suspend");
    await change(scene.certificates, 1, "release");
    expect(await scene.startSubmitter().submitter.runOnce()).to.include({ submitted: 0, confirmed: 2 });
    expect(scene.chain.sent).to.deep.equal([]);
  });

  it("releases what it suspended earlier", async () => {
    const { submitter } = scene.startSubmitter();
    await change(scene.certificates, 1, "suspend");
    await submitter.runOnce();
    await change(scene.certificates, 1, "release");
    await submitter.runOnce();
    expect(await word()).to.deep.equal({ revoked: 0n, suspended: 0n });
    expect(await openChanges()).to.equal(0);
  });

  it("confirms only what is deep enough", async () => {
    await change(scene.certificates, 1, "revoke");
    const { submitter } = scene.startSubmitter({ confirmations: 2 });
    expect(await submitter.runOnce()).to.include({ submitted: 1, confirmed: 0, open: 1 });
    scene.chain.mine();
    expect(await submitter.runOnce()).to.include({ submitted: 0, confirmed: 0 });
    scene.chain.mine();
    expect(await submitter.runOnce()).to.include({ submitted: 0, confirmed: 1, open: 0 });
  });

  it("keeps a release back until the suspension before it is on chain, whose reply was lost", async () => {
    scene.chain.automine = false;
    await change(scene.certificates, 1, "suspend");
    const { process, submitter } = scene.startSubmitter();
    process.arm("submitStatus", "after", new TallyError("chain.unreachable", "timed out"));
    await submitter.runOnce().catch(() => {});
    await change(scene.certificates, 1, "release");
    expect(await submitter.runOnce()).to.include({ submitted: 0, confirmed: 0, open: 2 });
    scene.chain.automine = true;
    scene.chain.mine();
    expect((await word()).suspended).to.equal(bit(1));
    for (let pass = 0; pass < 3; pass++) await submitter.runOnce();
    expect((await word()).suspended).to.equal(0n);
    expect(await openChanges()).to.equal(0);
  });

  it("sends again what the words do not show after a while", async () => {
    scene.chain.automine = false;
    await change(scene.certificates, 1, "revoke");
    const { submitter } = scene.startSubmitter();
    await submitter.runOnce();
    scene.chain.pool = [];
    scene.clock.time += STATUS_SETTINGS.resubmitAfterMs - 1;
    await submitter.runOnce();
    expect(scene.chain.sent).to.have.length(1);
    scene.clock.time += 1;
    scene.chain.automine = true;
    expect(await submitter.runOnce()).to.include({ submitted: 1, confirmed: 1 });
  });

  it("gets revocations through while the registry refuses releases", async () => {
    const { submitter } = scene.startSubmitter();
    await change(scene.certificates, 1, "suspend");
    await submitter.runOnce();
    scene.chain.refuseReleases = true;
    await change(scene.certificates, 1, "release");
    await change(scene.certificates, 2, "revoke");
    await submitter.runOnce();
    await change(scene.certificates, 300, "revoke");
    await submitter.runOnce();
    expect(await word(0)).to.deep.equal({ revoked: bit(2), suspended: bit(1) });
    expect((await word(1)).revoked).to.equal(bit(300));
    expect(scene.events.map(({ event }) => event)).to.include("status-refused");
    scene.chain.refuseReleases = false;
    scene.clock.time += STATUS_SETTINGS.resubmitAfterMs;
    await submitter.runOnce();
    expect((await word(0)).suspended).to.equal(0n);
    expect(await openChanges()).to.equal(0);
  });

  it("gets a revocation and a suspension through behind a release of the same word that the registry refused", async () => {
    const { submitter } = scene.startSubmitter();
    await change(scene.certificates, 1, "suspend");
    await submitter.runOnce();
    scene.chain.refuseReleases = true;
    await change(scene.certificates, 1, "release");
    await submitter.runOnce();
    await change(scene.certificates, 2, "revoke");
    await change(scene.certificates, 3, "suspend");
    await change(scene.certificates, 1, "revoke");
    expect(await submitter.runOnce()).to.include({ submitted: 3, confirmed: 3, open: 1 });
    expect(await word()).to.deep.equal({ revoked: bit(1) | bit(2), suspended: bit(1) | bit(3) });
    scene.chain.refuseReleases = false;
    scene.clock.time += STATUS_SETTINGS.leaseMs;
    await submitter.runOnce();
    expect(await word()).to.deep.equal({ revoked: bit(1) | bit(2), suspended: bit(3) });
    expect(await openChanges()).to.equal(0);
  });

  it("keeps the order of suspensions and releases of one certificate while other bits of its word pass by", async () => {
    const { submitter } = scene.startSubmitter();
    await change(scene.certificates, 1, "suspend");
    await submitter.runOnce();
    scene.chain.refuseReleases = true;
    await change(scene.certificates, 1, "release");
    await submitter.runOnce();
    await change(scene.certificates, 1, "suspend");
    await change(scene.certificates, 2, "revoke");
    expect(await submitter.runOnce()).to.include({ submitted: 1, confirmed: 1, open: 2 });
    scene.chain.refuseReleases = false;
    scene.clock.time += STATUS_SETTINGS.leaseMs;
    for (let pass = 0; pass < 2; pass++) await submitter.runOnce();
    expect(await word()).to.deep.equal({ revoked: bit(2), suspended: bit(1) });
    expect(await openChanges()).to.equal(0);
  });

  it("confirms and repeats what stands behind more refused words than fit in one submission", async () => {
    const { submitter } = scene.startSubmitter({ maxWords: 1 });
    for (const n of [1, 257]) await change(scene.certificates, n, "suspend");
    while ((await submitter.runOnce()).more);
    scene.chain.refuseReleases = true;
    for (const n of [1, 257]) await change(scene.certificates, n, "release");
    for (let pass = 0; pass < 2; pass++) await submitter.runOnce();
    scene.chain.automine = false;
    await change(scene.certificates, 513, "revoke");
    await submitter.runOnce();
    scene.chain.pool = [];
    scene.clock.time += STATUS_SETTINGS.resubmitAfterMs;
    await submitter.runOnce();
    scene.chain.mine();
    await submitter.runOnce();
    expect((await word(2)).revoked).to.equal(bit(513));
    expect(await openChanges()).to.equal(2);
    scene.chain.automine = true;
    scene.chain.refuseReleases = false;
    for (let pass = 0; pass < 2; pass++) {
      scene.clock.time += STATUS_SETTINGS.leaseMs;
      await submitter.runOnce();
    }
    expect(await openChanges()).to.equal(0);
  });

  it("sees revocations behind more refused releases than it looks at", async () => {
    const { submitter } = scene.startSubmitter({ maxChanges: 2 });
    for (const n of [1, 2]) await change(scene.certificates, n, "suspend");
    await submitter.runOnce();
    scene.chain.refuseReleases = true;
    for (const n of [1, 2]) await change(scene.certificates, n, "release");
    await submitter.runOnce();
    await change(scene.certificates, 3, "revoke");
    await submitter.runOnce();
    expect((await word()).revoked).to.equal(bit(3));
  });

  it("works through more words than fit in one submission", async () => {
    for (const n of [1, 257, 513]) await change(scene.certificates, n, "revoke");
    const { submitter } = scene.startSubmitter({ maxWords: 2 });
    expect(await submitter.runOnce()).to.include({ submitted: 2, more: true });
    expect(await submitter.runOnce()).to.include({ submitted: 1, open: 0 });
  });

  it("sends again what was marked by a clock that was far ahead, and takes over the lease of who marked it", async () => {
    await change(scene.certificates, 1, "revoke");
    scene.clock.time += DAY_MS;
    const { process, submitter } = scene.startSubmitter();
    process.arm("submitStatus", "before", new Killed());
    await submitter.runOnce().catch(() => {});
    scene.clock.time -= DAY_MS;
    expect(await scene.startSubmitter().submitter.runOnce()).to.include({ claimed: true, submitted: 1, confirmed: 1 });
  });

  it("is patient with what was marked by a clock that was a little ahead", async () => {
    scene.chain.automine = false;
    await change(scene.certificates, 1, "revoke");
    scene.clock.time += STATUS_SETTINGS.resubmitAfterMs - 1;
    await scene.startSubmitter().submitter.runOnce();
    scene.clock.time -= STATUS_SETTINGS.resubmitAfterMs - 1;
    expect(await scene.startSubmitter().submitter.runOnce()).to.include({ claimed: true, submitted: 0, open: 1 });
  });

  it("says so when the lease was not to be had for long, and says it no more when it was", async () => {
    const { submitter } = scene.startSubmitter();
    const somebody = () => scene.store.claimLease(`status:${REGION}`, "somebody", scene.clock.now(), 10_000);
    const said = () => scene.events.filter(({ event }) => event === "lease-refused");
    let lease = await somebody();
    for (let at = 0; at < 80_000; at += 5_000) {
      await submitter.runOnce();
      scene.clock.time += 5_000;
      lease = await somebody();
      if (at === 30_000) expect(said()).to.deep.equal([]);
    }
    const event = { event: "lease-refused", lease: `status:${REGION}` };
    expect(said()).to.deep.equal([{ ...event, forMs: 40_000 }]);
    await scene.store.releaseLease(lease!);
    await submitter.runOnce();
    await somebody();
    await submitter.runOnce();
    expect(said()).to.have.length(1);
  });

  it("leaves the work to whoever holds the lease", async () => {
    await scene.store.claimLease(`status:${REGION}`, "somebody", scene.clock.now(), 5_000);
    expect((await scene.startSubmitter().submitter.runOnce()).claimed).to.equal(false);
  });
});
