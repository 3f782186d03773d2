// SPDX-License-Identifier: Apache-2.0
import { expect } from "chai";
import { nodeCrypto } from "../../../src/adapters/node-crypto/index.js";
import { TallyError } from "../../../src/core/errors.js";
import {
  createBundlePublisher,
  createTrustBundles,
  type Named,
  type RegistryHistory,
  type TrustBundlesDeps,
} from "../../../src/domain/sharing/index.js";
import { revocationList } from "../../core/seal/hand-made.js";
import { openSealOffice } from "../../core/seal/office.js";
import { GENESIS, makeBundleWorld, newBundleKey } from "../../verify/bundle/signed-bundle.js";
import { ANHUI } from "../../verify/fixture.js";
import { oneAtATime } from "./one-at-a-time.js";

/** A region over a registry in memory, whose history names everything in its first block unless told otherwise. */
function scene() {
  const world = makeBundleWorld();
  const { registry, bundleKey } = world;
  const asked: [number, number][] = [];
  const state = {
    shelf: null as Uint8Array | null,
    hashes: (block: number): string | null => `0x${block.toString(16).padStart(64, "0")}`,
    maxHeadAge: null as number | null,
    now: () => registry.time * 1000 + 5_000,
  };
  const exclusively = oneAtATime();
  const everything = (): readonly Named[] => {
    const { regions, agencies, keys, types } = registry.state();
    return [
      ...regions.map(({ region }): Named => ({ of: "region", region })),
      ...regions.flatMap(({ region, anchors }) => anchors.map((each): Named => ({ of: "anchor", region, ...each }))),
      ...agencies.map(({ agency }): Named => ({ of: "agency", agency })),
      ...agencies.flatMap(({ agency, authorisations }) =>
        authorisations.map(({ typeCode }): Named => ({ of: "authorisation", agency, typeCode })),
      ),
      ...agencies.flatMap(({ agency, sealDelegations }) =>
        sealDelegations.map(({ sealer }): Named => ({ of: "seal-delegation", agency, sealer })),
      ),
      ...keys.map(({ keyDigest, multikey }): Named => ({ of: "key", keyDigest, multikey })),
      ...types.map(({ typeCode, version }): Named => ({ of: "type", typeCode, version })),
    ];
  };
  const history: RegistryHistory = {
    genesis: async () => GENESIS,
    firstBlock: async () => 1,
    blockHash: async (block) => state.hashes(block),
    named: async ({ fromBlock, toBlock }) => {
      asked.push([fromBlock, toBlock]);
      return everything();
    },
  };
  const deps = (): TrustBundlesDeps => ({
    region: ANHUI,
    chainId: registry.chainId,
    address: registry.address,
    registry,
    history,
    signer: async () => ({
      multikey: bundleKey.multikey.text,
      sign: (message) => nodeCrypto.sign(bundleKey.seed, message),
    }),
    shelf: {
      newest: async () => state.shelf,
      keep: async (bytes) => {
        state.shelf = bytes;
      },
      exclusively,
    },
    crypto: nodeCrypto,
    clock: { now: () => state.now() },
    maxHeadAge: state.maxHeadAge,
  });
  return { world, state, asked, deps, open: () => createTrustBundles(deps()) };
}

const code = (promise: Promise<unknown>): Promise<string> =>
  promise.then(
    () => "issued",
    (error: TallyError) => error.code,
  );

describe("trust bundles of a region", () => {
  it("ask the chain for its blocks in ranges, and go on where they were", async () => {
    const { world, asked, open } = scene();
    const bundles = open();
    world.registry.block = 4_500;
    await bundles.issue();
    expect(asked.splice(0)).to.deep.equal([
      [1, 2_000],
      [2_001, 4_000],
      [4_001, 4_500],
    ]);
    await bundles.issue();
    expect(asked.splice(0)).to.deep.equal([]);
    world.registry.block = 4_510;
    await bundles.issue();
    expect(asked.splice(0)).to.deep.equal([[4_501, 4_510]]);
    world.registry.block = 4_520;
    await open().issue();
    expect(asked, "also in another process").to.deep.equal([[4_511, 4_520]]);
  });

  it("carry as many revocation lists as they hold, from the first, and are issued whatever there is", async () => {
    const { deps } = scene();
    const office = openSealOffice({ agency: "11340000MB1234567X", from: 1_790_000_000 });
    const parts = { region: office.region, ca: office.ca.key, thisUpdate: 1_790_000_000, nextUpdate: 1_790_003_600 };
    const lists = Array.from({ length: 140 }, (_, i) =>
      revocationList({ ...parts, number: (i + 257).toString(16).padStart(4, "0") }),
    );
    const bundles = createTrustBundles({ ...deps(), revocationLists: async () => lists });
    const { content } = await bundles.issue();
    const hex = (all: readonly Uint8Array[]) => all.map((list) => Buffer.from(list).toString("hex"));
    expect(hex(content.revocationLists)).to.have.members(hex(lists.slice(0, 128)));
  });

  it("begin anew after a reorganisation", async () => {
    const { world, state, asked, open } = scene();
    const bundles = open();
    world.registry.block = 10;
    await bundles.issue();
    asked.length = 0;
    const { hashes } = state;
    state.hashes = (block) => (block === 10 ? `0x${"ee".repeat(32)}` : hashes(block));
    world.registry.block = 12;
    await bundles.issue();
    expect(asked).to.deep.equal([[1, 12]]);
  });

  it("number themselves higher each time, whatever the clock does and whatever is lost", async () => {
    const { world, state, open } = scene();
    const bundles = open();
    const first = (await bundles.issue()).content.sequence;
    state.now = () => 1_000;
    const second = (await bundles.issue()).content.sequence;
    expect(second).to.be.greaterThan(first);
    state.now = () => (world.registry.time + 60) * 1000;
    state.shelf = null;
    expect((await open().issue()).content.sequence).to.be.greaterThan(second);
  });

  it("never have one number twice, of two processes in one second", async () => {
    const { open } = scene();
    const issued = await Promise.all([open().issue(), open().issue()]);
    const [one, other] = issued.map(({ content }) => content.sequence);
    expect(one).to.not.equal(other);
  });

  it("are never replaced by an older one of a process that was slower", async () => {
    const { world, deps, open, state } = scene();
    let release = (): void => {};
    const held = new Promise<void>((resolve) => {
      release = resolve;
    });
    const { history } = deps();
    const slow = createTrustBundles({
      ...deps(),
      history: {
        ...history,
        named: async (range) => {
          await held;
          return history.named(range);
        },
      },
    });
    const older = code(slow.issue());
    await new Promise((resolve) => setImmediate(resolve));
    world.registry.block += 10;
    const newer = await open().issue();
    release();
    expect(await older).to.equal("chain.unreachable");
    expect(state.shelf).to.equal(newer.bytes);
    expect((await slow.newest())!.digest, "and it knows of the newer one").to.equal(newer.digest);
  });

  it("take their turns", async () => {
    const { open } = scene();
    const bundles = open();
    const issued = await Promise.all([bundles.issue(), bundles.issue(), bundles.issue()]);
    const numbers = issued.map(({ content }) => content.sequence);
    expect(new Set(numbers).size).to.equal(3);
    expect([...numbers].sort((one, other) => one - other)).to.deep.equal(numbers);
  });

  it("are not issued again where a new one would say no more, and are for a new block, key or revocation list, or after a minute", async () => {
    const { world, state, deps } = scene();
    const other = newBundleKey(world, ANHUI);
    let lists: readonly Uint8Array[] = [];
    let { signer } = deps();
    const bundles = createTrustBundles({ ...deps(), signer: () => signer(), revocationLists: async () => lists });
    const digest = async () => (await bundles.issueIfOutdated()).digest;
    const seen = new Set([await digest()]);
    /** How many new ones two questions make. */
    const issued = async () => {
      const before = seen.size;
      for (const each of await Promise.all([digest(), digest()])) seen.add(each);
      return seen.size - before;
    };
    expect(await issued()).to.equal(0);
    expect(state.shelf).to.equal((await bundles.newest())!.bytes);
    world.registry.block += 1;
    expect(await issued(), "another block").to.equal(1);
    const now = world.registry.time * 1000;
    state.now = () => now + 64_000;
    expect(await issued(), "59 seconds later").to.equal(0);
    state.now = () => now + 65_000;
    expect(await issued(), "60 seconds later").to.equal(1);
    state.now = () => now + 60_000;
    expect(await issued(), "with the clock set back").to.equal(1);
    const { region, ca } = openSealOffice({ agency: "11340000MB1234567X", from: world.registry.time });
    const [thisUpdate, nextUpdate] = [world.registry.time, world.registry.time + 3_600];
    lists = [revocationList({ region, ca: ca.key, thisUpdate, nextUpdate })];
    expect(await issued(), "another revocation list").to.equal(1);
    signer = async () => ({
      multikey: other.multikey.text,
      sign: (message) => nodeCrypto.sign(other.seed, message),
    });
    expect(await issued(), "another key").to.equal(1);
  });

  it("are not issued of a head that is too old, or behind the last one: chain.unreachable", async () => {
    const { world, state, open } = scene();
    state.maxHeadAge = 600;
    const bundles = open();
    world.registry.block = 10;
    await bundles.issue();
    const { now } = state;
    state.now = () => now() + 700_000;
    expect(await code(bundles.issue())).to.equal("chain.unreachable");
    state.now = now;
    world.registry.block = 9;
    expect(await code(bundles.issue())).to.equal("chain.unreachable");
  });

  it("are not issued when the block is replaced meanwhile, and then of nothing half collected", async () => {
    const { world, state, open } = scene();
    const bundles = open();
    world.registry.block = 10;
    const { hashes } = state;
    state.hashes = () => null;
    expect(await code(bundles.issue())).to.equal("chain.unreachable");
    expect(state.shelf).to.equal(null);
    state.hashes = hashes;
    expect(await code(bundles.issue())).to.equal("issued");
  });

  it("are not issued with a key that verifiers would refuse: bundle.signer-unfit", async () => {
    const { world, state, open } = scene();
    world.registry.retireKey(world.bundleKey.digest);
    expect(await code(open().issue())).to.equal("bundle.signer-unfit");
    expect(state.shelf).to.equal(null);
  });

  it("do without a shelf that holds something else", async () => {
    const { state, open } = scene();
    for (const text of ["", "{}", "<html>"]) {
      state.shelf = new TextEncoder().encode(text);
      expect(await code(open().issue()), text).to.equal("issued");
    }
  });

  describe("are published", () => {
    it("with the last one at hand while the chain is away", async () => {
      const { state, deps } = scene();
      const bundles = createTrustBundles(deps());
      const { digest } = await bundles.issue();
      const away = createTrustBundles({
        ...deps(),
        registry: { snapshot: () => Promise.reject(new TallyError("chain.unreachable", "the test says so")) },
      });
      const publisher = createBundlePublisher({ bundles: away, everyMs: 1_000, onEvent: () => {} });
      expect(publisher.current()).to.equal(null);
      expect(await code(publisher.runOnce())).to.equal("chain.unreachable");
      expect(publisher.current()!.digest).to.equal(digest);
      expect(state.shelf).to.not.equal(null);
    });

    it("again and again, sooner after a failure", async () => {
      const { deps } = scene();
      const waits: number[] = [];
      let passes = 0;
      const bundles = createTrustBundles({
        ...deps(),
        signer: async () => {
          passes += 1;
          if (passes < 3) throw new TallyError("key.unknown", "not yet");
          return deps().signer();
        },
      });
      const publisher = createBundlePublisher({
        bundles,
        everyMs: 300_000,
        onEvent: () => {},
        random: () => 0,
        pause: async (ms, signal) => {
          waits.push(ms);
          if (ms === 300_000) await new Promise<void>((resolve) => signal!.addEventListener("abort", () => resolve()));
        },
      });
      publisher.start();
      while (publisher.current() === null) await new Promise((resolve) => setImmediate(resolve));
      await publisher.stop();
      expect(waits).to.deep.equal([500, 1_000, 300_000]);
    });
  });
});
