// SPDX-License-Identifier: Apache-2.0
import { expect } from "chai";
import { nodeCrypto } from "../../../src/adapters/node-crypto/index.js";
import { TallyError } from "../../../src/core/errors.js";
import { createBundleKeeper, type PinStore, type TrustState } from "../../../src/domain/sharing/index.js";
import { caMultikey } from "../../core/seal/hand-made.js";
import { openSealOffice, type SealOffice } from "../../core/seal/office.js";
import {
  type BundleWorld,
  GENESIS,
  makeBundleWorld,
  newBundleKey,
  withBundles,
} from "../../verify/bundle/signed-bundle.js";
import { ANHUI } from "../../verify/fixture.js";
import { makeSealedWorld } from "../../verify/sealed-world.js";
import { oneAtATime } from "./one-at-a-time.js";

function memoryPins() {
  const kept: { state: TrustState | null; bundle: Uint8Array | null; diesAfterBundle: boolean } = {
    state: null,
    bundle: null,
    diesAfterBundle: false,
  };
  const store: PinStore = {
    read: async () => kept.state,
    write: async (state) => {
      kept.state = state;
    },
    newestBundle: async () => kept.bundle,
    keepBundle: async (bundle) => {
      kept.bundle = bundle;
      if (kept.diesAfterBundle) throw new Error("killed");
    },
    exclusively: oneAtATime(),
  };
  return { kept, store };
}

describe("a verifier's keeper of bundles", () => {
  let world: BundleWorld;
  let pins: ReturnType<typeof memoryPins>;
  let kept: ReturnType<typeof memoryPins>["kept"];
  let keeper: ReturnType<typeof createBundleKeeper>;
  const keepList = async (): Promise<void> => {};
  beforeEach(() => {
    world = makeBundleWorld();
    pins = memoryPins();
    kept = pins.kept;
    keeper = createBundleKeeper({ store: pins.store, crypto: nodeCrypto, keepList });
  });

  const network = () => ({ chainId: world.registry.chainId, registry: world.registry.address });
  const pin = () => keeper.pin(world.bundleKey.multikey.text, network());
  const refusal = async (promise: Promise<unknown>): Promise<string> => {
    const before = structuredClone(kept);
    const code = await promise.then(
      () => "accepted",
      (error: TallyError) => error.code,
    );
    expect(kept, "nothing changes").to.deep.equal(before);
    return code;
  };

  it("takes nothing before a key is pinned", async () => {
    expect(await keeper.newest()).to.equal(null);
    expect(await refusal(keeper.accept(world.bundle()))).to.equal("bundle.key-not-pinned");
  });

  it("keeps the newest of a pinned key", async () => {
    await pin();
    const first = await keeper.accept(world.bundle());
    expect((await keeper.newest())!.sequence).to.equal(first.sequence);
    world.registry.advance(60);
    const second = await keeper.accept(world.bundle());
    expect((await keeper.newest())!.sequence)
      .to.equal(second.sequence)
      .and.to.be.greaterThan(first.sequence);
  });

  it("keeps the revocation lists in it under the keys of the CAs that signed them, and no others", async () => {
    const sealed = withBundles(makeSealedWorld());
    const { office, registry } = sealed;
    const neighbour = openSealOffice({ agency: "91310000MA1FL0000X", region: "上海市", from: registry.time - 60 });
    sealed.registerCa(neighbour, "310000");
    const stranger = openSealOffice({ agency: "91310000MA1FL0000X", from: registry.time - 60 });
    // A key of another purpose signs no lists.
    const key = caMultikey(stranger.ca.key);
    registry.addKey({ agency: null, region: ANHUI }, key.digest, key.bytes, "bundle");
    const listOf = (of: SealOffice, region = "安徽省") => sealed.listOf(of, { region });
    const [ours, theirs] = [listOf(office), listOf(neighbour, "上海市")];
    const lists: [string, Uint8Array][] = [];
    const keeping = (keep: typeof keepList | ((ca: string, list: Uint8Array) => Promise<void>)) =>
      createBundleKeeper({ store: pins.store, crypto: nodeCrypto, keepList: keep });
    await keeping(keepList).pin(sealed.bundleKey.multikey.text, {
      chainId: registry.chainId,
      registry: registry.address,
    });
    const bundle = sealed.bundle({ revocationLists: [ours, theirs, listOf(stranger)] });
    const full = Promise.reject(new Error("the disk is full"));
    full.catch(() => {});
    expect(
      await keeping(() => full)
        .accept(bundle)
        .catch((error) => error.message),
    ).to.equal("the disk is full");
    expect(kept.bundle).to.equal(null);
    // A folder that is full of lists keeps nobody from a newer bundle.
    const noRoom = new TallyError("store.failed", "128 lists");
    const told: string[] = [];
    const ofOurs = caMultikey(office.ca.key).digest;
    const fullFolder = keeping(async (ca, list) => {
      if (ca === ofOurs) throw noRoom;
      lists.push([ca, list]);
    });
    await fullFolder.accept(bundle, ({ message }) => told.push(message));
    expect(told).to.deep.equal(["128 lists"]);
    expect(lists.splice(0)).to.deep.equal([[caMultikey(neighbour.ca.key).digest, theirs]]);
    expect(kept.bundle).to.deep.equal(bundle);
    await keeping(async (ca, list) => void lists.push([ca, list])).accept(bundle);
    expect(lists).to.have.deep.members([
      [caMultikey(office.ca.key).digest, ours],
      [caMultikey(neighbour.ca.key).digest, theirs],
    ]);
  });

  it("keeps the newest of several that come at once, in whatever order and to whichever process", async () => {
    await pin();
    const bundles = Array.from({ length: 4 }, () => {
      world.registry.advance(60);
      return world.bundle();
    });
    const newest = world.registry.block;
    for (const order of [
      [3, 0, 1, 2],
      [0, 3, 2, 1],
      [2, 3, 0, 1],
    ]) {
      kept.bundle = null;
      let reads = 0;
      // Each process is as slow as it can be between reading and writing.
      const slow: PinStore = {
        ...pins.store,
        newestBundle: async () => {
          const bytes = await pins.store.newestBundle();
          const turns = 10 * reads++;
          for (let turn = 0; turn < turns; turn++) await new Promise((resolve) => setImmediate(resolve));
          return bytes;
        },
      };
      const outcomes = await Promise.allSettled(
        order.map((n) => createBundleKeeper({ store: slow, crypto: nodeCrypto, keepList }).accept(bundles[n]!)),
      );
      expect((await keeper.newest())!.block.number, order.join()).to.equal(newest);
      for (const outcome of outcomes)
        if (outcome.status === "rejected") expect(outcome.reason).to.have.property("code", "bundle.older");
    }
  });

  it("refuses what is forged, of another chain, older, or tells another story, and keeps what it has", async () => {
    await pin();
    const older = world.bundle();
    world.registry.advance(60);
    await keeper.accept(world.bundle());
    const { block } = (await keeper.newest())!;
    expect(await refusal(keeper.accept(older))).to.equal("bundle.older");
    expect(await refusal(keeper.accept(world.bundle({ key: world.newKey() })))).to.equal("bundle.key-not-pinned");
    const thief = { ...world.bundleKey, seed: world.newKey().seed };
    expect(await refusal(keeper.accept(world.bundle({ key: thief })))).to.equal("bundle.signature-wrong");
    expect(await refusal(keeper.accept(world.bundle({ head: { chainId: 1 } })))).to.equal("bundle.wrong-chain");
    const fork = { ...block, hash: `0x${"ee".repeat(32)}` };
    expect(await refusal(keeper.accept(world.bundle({ head: { block: fork } })))).to.equal("bundle.contradicts");
    expect(await refusal(keeper.accept(world.bundle().subarray(0, 900)))).to.match(/^(?:format|json)\./);
  });

  it("follows a region from key to key", async () => {
    await pin();
    const next = newBundleKey(world, ANHUI);
    expect(await refusal(keeper.accept(world.bundle({ key: next }))), "before it was introduced").to.equal(
      "bundle.key-not-pinned",
    );
    await keeper.accept(world.bundle());
    world.registry.advance(60);
    world.registry.retireKey(world.bundleKey.digest);
    await keeper.accept(world.bundle({ key: next }));
    expect((await keeper.state())!.pins).to.deep.equal([next.multikey.text]);
    world.registry.advance(60);
    expect(await refusal(keeper.accept(world.bundle())), "by the retired one").to.equal("bundle.key-not-pinned");
  });

  it("takes the next key up again when a crash came before it was written down", async () => {
    await pin();
    newBundleKey(world, ANHUI);
    const bytes = world.bundle();
    kept.diesAfterBundle = true;
    await keeper.accept(bytes).catch(() => {});
    kept.diesAfterBundle = false;
    expect((await keeper.newest())!.block.number).to.equal(world.registry.block);
    await keeper.accept(bytes);
    expect((await keeper.state())!.pins).to.have.lengthOf(2);
  });

  it("pins keys of one network, each once, and only keys", async () => {
    await pin();
    expect((await pin()).pins).to.have.lengthOf(1);
    const other = world.newKey().multikey.text;
    expect(await refusal(keeper.pin(other, { ...network(), chainId: 1 }))).to.equal("request.conflict");
    expect(
      (await keeper.pin(other, { ...network(), registry: network().registry.toLowerCase() })).pins,
    ).to.have.lengthOf(2);
    for (const text of ["", "z6MkA", "did:key:z6Mk", `z${"1".repeat(46)}`])
      expect(await refusal(keeper.pin(text, network())), text).to.match(/^(?:format|key)\./);
  });

  it("takes nothing of a chain with another first block, once it knows that one", async () => {
    await keeper.pin(world.bundleKey.multikey.text, { ...network(), genesis: GENESIS });
    await pin();
    expect((await keeper.state())!.network.genesis).to.equal(GENESIS);
    const other = `0x${"0b".repeat(32)}`;
    expect(await refusal(keeper.accept(world.bundle({ head: { genesis: other } })))).to.equal("bundle.wrong-chain");
    expect(await refusal(keeper.pin(world.bundleKey.multikey.text, { ...network(), genesis: other }))).to.equal(
      "request.conflict",
    );
    await keeper.accept(world.bundle());
  });

  it("forgets with a pin the bundle that it signed, and nothing else", async () => {
    await pin();
    const other = world.newKey().multikey.text;
    await keeper.pin(other, network());
    await keeper.accept(world.bundle());
    await keeper.unpin(other);
    expect(await keeper.newest()).to.not.equal(null);
    await keeper.unpin(world.bundleKey.multikey.text);
    expect(await keeper.newest()).to.equal(null);
    expect(await refusal(keeper.unpin(other))).to.equal("key.unknown");
  });

  it("takes no other bundle while the kept one is damaged, lest it be an older one: config.invalid", async () => {
    await pin();
    await keeper.accept(world.bundle());
    kept.bundle = kept.bundle!.subarray(0, 1_000);
    expect(await refusal(keeper.newest())).to.equal("config.invalid");
    expect(await refusal(keeper.accept(world.bundle()))).to.equal("config.invalid");
  });
});
