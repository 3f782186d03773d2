// SPDX-License-Identifier: Apache-2.0
import { expect } from "chai";
import { parseMultikey } from "../../../src/core/multikey.js";
import { createRegionKeys } from "../../../src/domain/agencies/index.js";
import type { Actor, AuditEvent } from "../../../src/domain/audit/index.js";
import { memoryKeys } from "../../http/strangers-world.js";
import { MemoryRegistry } from "../../verify/memory-registry.js";
import { expectRefusalOf } from "../../verify/rejection.js";

const REGION = "340000";
const actor: Actor = { kind: "cli", id: "root", role: "operator", requestId: "request-1" };

function scene() {
  const registry = new MemoryRegistry(1_000);
  registry.addRegion(REGION);
  const keys = memoryKeys();
  const events: AuditEvent[] = [];
  const state = { delay: 0, dies: false };
  const done = { tx: "0x", block: 1, time: 1 };
  const regionKeys = createRegionKeys({
    region: REGION,
    keys,
    registry,
    governance: {
      async addRegionKey(region, purpose, multikey) {
        if (state.dies) throw new Error("killed");
        const info = (await keys.list()).find((each) => each.multikey === multikey)!;
        const from = registry.time + state.delay;
        registry.addKey({ agency: null, region }, info.keyDigest, parseMultikey(multikey).bytes, purpose, from);
        return done;
      },
      async retireKey(digest) {
        registry.retireKey(digest);
        return done;
      },
    },
    audit: { append: async (event) => ({ ...event, sequence: events.push(event) }) },
    now: () => 0,
    blockClock: null,
  });
  return { registry, keys, events, state, regionKeys };
}

describe("the keys of a region", () => {
  it("are made once, registered, written down and used", async () => {
    const { regionKeys, keys, events } = scene();
    await regionKeys.ensure(actor, "status-list");
    await regionKeys.ensure(actor, "status-list");
    const [key, ...others] = await keys.list();
    expect(others).to.deep.equal([]);
    expect(key).to.include({ owner: REGION, purpose: "status-list" });
    expect((await regionKeys.signerFor("status-list")).keyDigest).to.equal(key!.keyDigest);
    expect(events.map(({ action, object }) => [action, object])).to.deep.equal([["key-created", key!.keyDigest]]);
  });

  it("say how to make one where there is none", async () => {
    const { regionKeys } = scene();
    const error = await expectRefusalOf("key.unknown", regionKeys.signerFor("status-list"));
    expect(error.message).to.include("tally key add 340000 --for status-list");
  });

  it("keep purposes apart", async () => {
    const { regionKeys } = scene();
    await regionKeys.add(actor, "bundle");
    await expectRefusalOf("key.unknown", regionKeys.signerFor("status-list"));
  });

  it("take up the key that a crash left before it was registered", async () => {
    const { regionKeys, state, keys } = scene();
    state.dies = true;
    await regionKeys.ensure(actor, "status-list").catch(() => {});
    state.dies = false;
    await regionKeys.ensure(actor, "status-list");
    expect(await keys.list()).to.have.length(1);
    expect((await regionKeys.signerFor("status-list")).keyDigest).to.equal((await keys.list())[0]!.keyDigest);
  });

  it("sign with the old one until the new one is in effect, and retire it when rotation is given again", async () => {
    const { regionKeys, registry, state } = scene();
    const old = await regionKeys.add(actor, "status-list");
    state.delay = 100;
    registry.advance(10);
    const waiting = await regionKeys.rotate(actor, "status-list");
    expect(waiting).to.include({ effectiveFrom: 1_110, retired: null });
    expect((await regionKeys.signerFor("status-list")).keyDigest).to.equal(old.keyDigest);
    expect(await regionKeys.rotate(actor, "status-list")).to.deep.equal(waiting);
    registry.advance(100);
    const { keyDigest } = waiting;
    expect(await regionKeys.rotate(actor, "status-list")).to.include({ keyDigest, retired: old.keyDigest });
    expect((await regionKeys.signerFor("status-list")).keyDigest).to.equal(keyDigest);
  });

  it("rotate at once where there is no delay", async () => {
    const { regionKeys, registry } = scene();
    const old = await regionKeys.add(actor, "status-list");
    registry.advance(10);
    const { keyDigest, retired } = await regionKeys.rotate(actor, "status-list");
    expect(retired).to.equal(old.keyDigest);
    expect((await regionKeys.signerFor("status-list")).keyDigest).to.equal(keyDigest);
  });

  it("sign bundles with the oldest, so that it introduces the next, which takes over when it is retired or stolen", async () => {
    const { regionKeys, registry } = scene();
    const old = await regionKeys.add(actor, "bundle");
    registry.advance(10);
    const next = await regionKeys.rotate(actor, "bundle");
    expect(next).to.include({ effectiveFrom: null, retired: null });
    expect((await regionKeys.signerFor("bundle")).keyDigest).to.equal(old.keyDigest);
    expect((await regionKeys.rotate(actor, "bundle")).keyDigest, "given again, no third one").to.equal(next.keyDigest);
    registry.retireKey(old.keyDigest);
    expect((await regionKeys.signerFor("bundle")).keyDigest).to.equal(next.keyDigest);
    const third = await regionKeys.rotate(actor, "bundle");
    registry.claimCompromise(next.keyDigest, 900, 5_000);
    expect((await regionKeys.signerFor("bundle")).keyDigest).to.equal(third.keyDigest);
  });

  it("never sign with one that was reported stolen", async () => {
    const { regionKeys, registry } = scene();
    const { keyDigest } = await regionKeys.add(actor, "status-list");
    registry.claimCompromise(keyDigest, 900, 5_000);
    await expectRefusalOf("key.unknown", regionKeys.signerFor("status-list"));
    const fresh = await regionKeys.add(actor, "status-list");
    expect((await regionKeys.signerFor("status-list")).keyDigest).to.equal(fresh.keyDigest);
  });
});
