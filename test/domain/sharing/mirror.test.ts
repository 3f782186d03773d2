// SPDX-License-Identifier: Apache-2.0
import { expect } from "chai";
import { nodeCrypto } from "../../../src/adapters/node-crypto/index.js";
import { openDatabase } from "../../../src/adapters/sqlite/database.js";
import { sqliteMirrorStore } from "../../../src/adapters/sqlite/mirror-store.js";
import { concatBytes, utf8 } from "../../../src/core/bytes.js";
import { TallyError } from "../../../src/core/errors.js";
import { toHex } from "../../../src/core/hex.js";
import { buildTree, rootAbove } from "../../../src/core/merkle.js";
import {
  type AnchoringEvent,
  type BatchName,
  createBatchPaths,
  splitLeaves,
} from "../../../src/domain/anchoring/index.js";
import {
  createMirror,
  type MirrorDeps,
  mirrorProofs,
  type Peer,
  type SeenType,
} from "../../../src/domain/sharing/index.js";
import { digestOf, REGION } from "../../adapters/issued.js";
import { countingCrypto } from "../anchoring/counting-crypto.js";
import { FakeChain } from "../anchoring/fake-chain.js";

const ELSEWHERE = "310000";
const TYPE = { typeCode: "11310000MB1234567X001", version: 1 };
const DEFINITION = utf8('{"format":"tigertally-type"}');

const leavesOf = (name: string, size: number): Uint8Array =>
  concatBytes(...Array.from({ length: size }, (_, i) => digestOf(name, i)));

const rootOf = (leaves: Uint8Array): string => toHex(buildTree(nodeCrypto, splitLeaves(leaves)).root);

/** A peer that answers from a table and counts what it is asked. */
function peer(name: string, leaves: (batch: BatchName) => Uint8Array | null, type: Uint8Array | null = null) {
  const asked: BatchName[] = [];
  const port: Peer = {
    name,
    fetchLeaves: async (batch) => {
      asked.push(batch);
      return leaves(batch);
    },
    fetchType: async () => type,
    fetchSealAuthorities: async () => null,
    fetchSealAuthority: async () => null,
  };
  return { ...port, asked };
}

const down = (name: string) =>
  peer(name, () => {
    throw new TallyError("peer.unreachable", `${name} is down`);
  });

describe("the mirror", () => {
  let database: ReturnType<typeof openDatabase>;
  let store: ReturnType<typeof sqliteMirrorStore>;
  let chain: FakeChain;
  let events: AnchoringEvent[];
  let shelf: SeenType[];
  const clock = { time: 0, now: () => clock.time };

  beforeEach(() => {
    database = openDatabase(":memory:");
    store = sqliteMirrorStore(database);
    chain = new FakeChain();
    events = [];
    shelf = [];
    clock.time = 0;
  });
  afterEach(() => database.close());

  function mirror(peers: readonly Peer[], over: Partial<MirrorDeps> = {}) {
    return createMirror({
      ...{ store, peers, clock, crypto: nodeCrypto, random: () => 1, chain: chain.portOf(REGION) },
      own: { leavesOf: async () => null },
      types: {
        hasType: async (typeCode, version) =>
          shelf.some((each) => each.typeCode === typeCode && each.version === version),
        keepType: async (type) => {
          shelf.push(type);
        },
      },
      settings: { retryBaseMs: 1_000, retryCapMs: 8_000 },
      onEvent: (event) => events.push(event),
      ...over,
    });
  }

  async function anchor(name: string, size: number, region = ELSEWHERE) {
    const leaves = leavesOf(name, size);
    const batch = { region, root: rootOf(leaves), size };
    await chain.portOf(region).submitAnchor(batch);
    return { batch, leaves };
  }

  const failures = () =>
    events.flatMap((event) => (event.event === "peer-failed" ? [`${event.peer}: ${event.code}`] : []));

  it("keeps the leaves of every batch on chain, proven against its root", async () => {
    const one = await anchor("one", 3);
    const two = await anchor("two", 7, "320000");
    const both = peer("p", ({ root }) => (root === one.batch.root ? one.leaves : two.leaves));
    expect(await mirror([both]).runOnce()).to.deep.equal({ batches: 2, types: 0, more: false });
    expect(await store.mirroredLeaves(one.batch)).to.deep.equal(one.leaves);
    expect(await store.mirroredLeaves(two.batch)).to.deep.equal(two.leaves);
    expect(await mirror([both]).runOnce()).to.deep.equal({ batches: 0, types: 0, more: false });
    expect(both.asked).to.have.length(2);
  });

  it("takes its own region's batches from its own store, without asking anybody", async () => {
    const { batch, leaves } = await anchor("own", 3, REGION);
    const nobody = peer("p", () => null);
    await mirror([nobody], { own: { leavesOf: async () => leaves } }).runOnce();
    expect(await store.mirroredLeaves(batch)).to.deep.equal(leaves);
    expect(nobody.asked).to.deep.equal([]);
  });

  const LIES: readonly [string, (leaves: Uint8Array) => Uint8Array][] = [
    ["changes a leaf", (leaves) => leaves.map((byte, i) => (i === 40 ? byte ^ 1 : byte))],
    ["swaps two leaves", (leaves) => concatBytes(leaves.subarray(32, 64), leaves.subarray(0, 32), leaves.subarray(64))],
    ["leaves one out", (leaves) => leaves.slice(32)],
    ["adds one", (leaves) => concatBytes(leaves, leaves.subarray(0, 32))],
    ["sends nothing", () => new Uint8Array()],
    ["sends half a leaf more", (leaves) => concatBytes(leaves, leaves.subarray(0, 16))],
  ];
  for (const [what, lie] of LIES) {
    it(`refuses a peer that ${what}, reports it and asks the next`, async () => {
      const { batch, leaves } = await anchor("one", 4);
      const peers = [peer("liar", () => lie(leaves)), peer("honest", () => leaves)];
      expect((await mirror(peers).runOnce()).batches).to.equal(1);
      expect(await store.mirroredLeaves(batch)).to.deep.equal(leaves);
      expect(failures()).to.deep.equal(["liar: peer.lied"]);
      expect(events).to.deep.include({ event: "batch-mirrored", from: "honest", ...batch });
    });

    it(`keeps nothing when the only peer ${what}`, async () => {
      const { batch, leaves } = await anchor("one", 4);
      expect((await mirror([peer("liar", () => lie(leaves))]).runOnce()).batches).to.equal(0);
      expect(await store.mirroredLeaves(batch)).to.equal(null);
      for (const leaf of splitLeaves(leaves)) expect(await store.findLeaf(leaf)).to.deep.equal([]);
    });
  }

  it("does not take an inner node of the tree for a leaf", async () => {
    const { batch, leaves } = await anchor("one", 2);
    await mirror([peer("liar", () => Uint8Array.from(Buffer.from(batch.root, "hex")))]).runOnce();
    expect(await store.mirroredLeaves({ ...batch, size: 1 })).to.equal(null);
    expect(leaves).to.have.length(64);
  });

  it("asks the next peer when one is down or does not have it", async () => {
    const { batch, leaves } = await anchor("one", 3);
    await mirror([down("a"), peer("b", () => null), peer("c", () => leaves)]).runOnce();
    expect(await store.mirroredLeaves(batch)).to.deep.equal(leaves);
    expect(failures()).to.deep.equal(["a: peer.unreachable"]);
  });

  it("tries again later, less and less often, and never gives up", async () => {
    const { batch, leaves } = await anchor("one", 3);
    const absent = peer("p", () => null);
    const tries: number[] = [];
    for (; clock.time <= 40_000; clock.time += 500) {
      const before = absent.asked.length;
      await mirror([absent]).runOnce();
      if (absent.asked.length > before) tries.push(clock.time);
    }
    expect(tries).to.deep.equal([0, 1_000, 3_000, 7_000, 15_000, 23_000, 31_000, 39_000]);
    clock.time += 8_000;
    await mirror([peer("p", () => leaves)]).runOnce();
    expect(await store.mirroredLeaves(batch)).to.deep.equal(leaves);
  });

  it("lets batches that nobody has not hold up new ones", async () => {
    for (let n = 0; n < 5; n++) await anchor(`lost ${n}`, 2);
    const settings = { maxFetches: 2, retryBaseMs: 1 };
    await mirror([peer("p", () => null)], { settings }).runOnce();
    clock.time += 10_000;
    const fresh = await anchor("fresh", 2);
    const some = peer("p", ({ root }) => (root === fresh.batch.root ? fresh.leaves : null));
    for (let pass = 0; pass < 3; pass++) await mirror([some], { settings }).runOnce();
    expect(await store.mirroredLeaves(fresh.batch)).to.deep.equal(fresh.leaves);
  });

  it("keeps only the regions it is told to", async () => {
    const wanted = await anchor("one", 2);
    await anchor("two", 2, "320000");
    const any = peer("p", ({ root }) => (root === wanted.batch.root ? wanted.leaves : leavesOf("two", 2)));
    expect((await mirror([any], { regions: [ELSEWHERE] }).runOnce()).batches).to.equal(1);
    expect(await store.mirrorCounts()).to.include({ batches: 1, missingBatches: 0 });
  });

  it("continues after a crash between seeing and fetching", async () => {
    const { batch, leaves } = await anchor("one", 3);
    const crashing = peer("p", () => {
      throw new Error("killed");
    });
    await mirror([crashing])
      .runOnce()
      .catch(() => {});
    await mirror([peer("p", () => leaves)]).runOnce();
    expect(await store.mirroredLeaves(batch)).to.deep.equal(leaves);
  });

  describe("with type definitions", () => {
    const digest = toHex(nodeCrypto.sha256(DEFINITION));
    const seen = { ...TYPE, digest };
    beforeEach(() => {
      chain.send({ act: "type", ...seen });
    });

    it("hands the catalogue what has the digest on chain", async () => {
      expect(await mirror([peer("p", () => null, DEFINITION)]).runOnce()).to.include({ types: 1 });
      expect(shelf).to.deep.equal([{ ...seen, bytes: DEFINITION }]);
      expect(await mirror([peer("p", () => null, DEFINITION)]).runOnce()).to.include({ types: 0 });
    });

    it("refuses others", async () => {
      const peers = [peer("liar", () => null, utf8("{}")), peer("honest", () => null, DEFINITION)];
      expect(await mirror(peers).runOnce()).to.include({ types: 1 });
      expect(failures()).to.deep.equal(["liar: peer.lied"]);
      expect(shelf).to.have.length(1);
    });

    it("asks nobody for what the catalogue has", async () => {
      shelf.push(seen);
      expect(await mirror([down("p")]).runOnce()).to.include({ types: 1 });
      expect(failures()).to.deep.equal([]);
    });

    it("tries later again what the catalogue does not take", async () => {
      const picky = {
        hasType: async () => false,
        keepType: async () => {
          throw new TallyError("format.version-unsupported", "a later format");
        },
      };
      expect(await mirror([peer("p", () => null, DEFINITION)], { types: picky }).runOnce()).to.include({ types: 0 });
      expect(failures()).to.deep.equal(["p: format.version-unsupported"]);
      clock.time += 1_000;
      expect(await mirror([peer("p", () => null, DEFINITION)]).runOnce()).to.include({ types: 1 });
    });
  });

  describe("as a source of proofs", () => {
    const proofs = () => mirrorProofs({ store, paths: createBatchPaths(nodeCrypto) });

    it("proves every leaf of a mirrored batch", async () => {
      const { batch, leaves } = await anchor("one", 7);
      await mirror([peer("p", () => leaves)]).runOnce();
      for (const [index, leaf] of splitLeaves(leaves).entries()) {
        const proof = await proofs().findProof(leaf);
        expect(proof).to.include({ ...batch, index });
        expect(toHex(rootAbove(nodeCrypto, leaf, proof!)!)).to.equal(batch.root);
      }
    });

    it("proves a leaf of a large batch from one tile: some kilobytes read, some hundred hashes", async () => {
      const { batch, leaves } = await anchor("large", 20_000);
      await mirror([peer("p", () => leaves)]).runOnce();
      let bytes = 0;
      const counted = {
        ...store,
        mirroredLeaves: async () => {
          throw new Error("read whole");
        },
        mirroredTile: async (...which: Parameters<typeof store.mirroredTile>) => {
          const tile = await store.mirroredTile(...which);
          bytes += tile!.leaves.length + tile!.tileRoots.length;
          return tile;
        },
      };
      const { crypto, hashes } = countingCrypto();
      const source = mirrorProofs({ store: counted, paths: createBatchPaths(crypto) });
      const leaf = digestOf("large", 12_345);
      const proof = await source.findProof(leaf);
      expect(toHex(rootAbove(nodeCrypto, leaf, proof!)!)).to.equal(batch.root);
      expect(bytes).to.equal(1_024 * 32 + 20 * 32);
      expect(hashes()).to.equal(1_023 + 19);
      await source.findProof(digestOf("large", 12_346));
      expect(hashes()).to.equal(1_023 + 19);
    });

    it("knows nothing of other leaves", async () => {
      expect(await proofs().findProof(digestOf("nothing"))).to.equal(null);
    });

    it("prefers the issuer's region when a stranger anchored a copy, however early", async () => {
      const copy = await anchor("one", 2, "999999");
      const original = await anchor("one", 5);
      const both = peer("p", ({ size }) => (size === 2 ? copy.leaves : original.leaves));
      await mirror([both]).runOnce();
      const leaf = digestOf("one", 0);
      expect((await proofs().findProof(leaf, ELSEWHERE))?.region).to.equal(ELSEWHERE);
      expect((await proofs().findProof(leaf))?.region).to.equal("999999");
    });
  });
});
