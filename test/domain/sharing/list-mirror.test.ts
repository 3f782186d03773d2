// SPDX-License-Identifier: Apache-2.0
import { expect } from "chai";
import { nodeCrypto } from "../../../src/adapters/node-crypto/index.js";
import { TallyError } from "../../../src/core/errors.js";
import { readRevocationList } from "../../../src/core/seal/read-revocation-list.js";
import type { AnchoringEvent } from "../../../src/domain/anchoring/index.js";
import { createListMirror, type Peer } from "../../../src/domain/sharing/index.js";
import { ANHUI, makeWorld } from "../../verify/fixture.js";
import { makeSealWorld, operator } from "../seals/seal-world.js";

const SHANGHAI = "310000";
type Refusal = "not-newer" | "forgetful";

describe("mirroring revocation lists", () => {
  async function scene({ region = SHANGHAI, keep = async (_list: Uint8Array): Promise<Refusal | null> => null } = {}) {
    const world = makeSealWorld();
    const { record } = await world.authority.establish(operator);
    const { serial } = await world.authority.issueSeal(operator, world.agency.code);
    const events: AnchoringEvent[] = [];
    const kept: Uint8Array[] = [];
    const authority = async (ca: string) =>
      (await world.authority.authorities()).find((each) => each.record.keyDigest === ca) ?? null;
    const honest: Peer = {
      name: "https://anhui.example",
      fetchLeaves: async () => null,
      fetchType: async () => null,
      fetchSealAuthorities: async () => [record.keyDigest],
      async fetchSealAuthority(ca, part) {
        const found = await authority(ca);
        return (part === "certificate" ? found?.record.certificate : found?.list?.list) ?? null;
      },
    };
    const mirror = (...peers: Peer[]) =>
      createListMirror({
        ...{ region, peers, registry: world.registry, crypto: nodeCrypto, everyMs: 1_000, now: world.now },
        keep: async (_, list) => {
          const refusal = await keep(list);
          if (refusal === null) kept.push(list);
          return refusal ?? "kept";
        },
        onEvent: (event) => events.push(event),
      });
    return { ...world, ca: record.keyDigest, serial, honest, mirror, kept, events };
  }

  it("keeps what the registered CA of another region signed", async () => {
    const { authority, serial, honest, mirror, kept, events, ca } = await scene();
    await authority.revokeSeal(operator, serial, "superseded");
    expect(await mirror(honest).runOnce()).to.equal(1);
    expect(kept.map((list) => [...readRevocationList(list).revoked.keys()])).to.deep.equal([[serial]]);
    expect(events).to.deep.equal([{ event: "revocation-list-mirrored", from: honest.name, ca, region: ANHUI }]);
  });

  it("asks nobody for the lists of its own region, which are in its store", async () => {
    const { honest, mirror, kept } = await scene({ region: ANHUI });
    expect(await mirror(honest).runOnce()).to.equal(0);
    expect(kept).to.deep.equal([]);
  });

  it("says so when a list leaves a revocation out, and goes on", async () => {
    const { honest, mirror, kept, events, ca } = await scene({ keep: async () => "forgetful" });
    expect(await mirror(honest).runOnce()).to.equal(0);
    expect(kept).to.deep.equal([]);
    expect(events).to.have.length(1);
    expect(events[0]).to.include({ event: "peer-failed", peer: honest.name, code: "peer.lied" });
    expect((events[0] as { message: string }).message)
      .to.contain(ca)
      .and.contain("revoked");
    const old = await scene({ keep: async () => "not-newer" });
    expect([await old.mirror(old.honest).runOnce(), old.events]).to.deep.equal([0, []]);
  });

  it("passes a CA over that the registry does not have, or has for something else", async () => {
    const { honest, mirror, kept, events } = await scene();
    const other = makeWorld();
    const strange: Peer = {
      ...honest,
      fetchSealAuthorities: async () => ["ab".repeat(32), other.agency.key.digest],
      fetchSealAuthority: () => Promise.reject(new Error("asked")),
    };
    expect(await mirror(strange).runOnce()).to.equal(0);
    expect([kept, events]).to.deep.equal([[], []]);
  });

  it("keeps nothing of a lie, says whose it was, and goes on with the next", async () => {
    const { honest, mirror, kept, events, ca } = await scene();
    const foreign = makeSealWorld();
    const { record } = await foreign.authority.establish(operator);
    const [forged] = await foreign.store.revocationLists();
    const part = (answers: { certificate?: Uint8Array; list?: Uint8Array }, name: string): Peer => ({
      ...honest,
      name,
      fetchSealAuthority: async (digest, wanted) =>
        (wanted === "certificate" ? answers.certificate : answers.list) ?? honest.fetchSealAuthority(digest, wanted),
    });
    const flipped = Uint8Array.from((await honest.fetchSealAuthority(ca, "revocation-list"))!);
    flipped[flipped.length - 1]! ^= 1;
    const liars = [
      part({ certificate: record.certificate }, "another CA"),
      part({ certificate: Uint8Array.of(1) }, "no certificate"),
      part({ list: forged!.list }, "another CA's list"),
      part({ list: flipped }, "a changed list"),
      part({ list: Uint8Array.of(1) }, "no list"),
    ];
    expect(await mirror(...liars).runOnce()).to.equal(0);
    expect(kept).to.deep.equal([]);
    expect(events.map((event) => (event.event === "peer-failed" ? [event.peer, event.code] : null))).to.deep.equal(
      liars.map(({ name }) => [name, "peer.lied"]),
    );
    const silent: Peer = {
      ...honest,
      fetchSealAuthorities: () => Promise.reject(new TallyError("peer.unreachable", "gone")),
    };
    expect(await mirror(silent, honest).runOnce()).to.equal(1);
  });
});
