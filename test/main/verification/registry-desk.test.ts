// SPDX-License-Identifier: Apache-2.0
import { expect } from "chai";
import { errorOf, failureOf } from "../../../src/main/verification/messages.js";
import { looksThrough, type RegistryDesk, registryDesk } from "../../../src/main/verification/registry-desk.js";
import { type RegistryAccess, RegistryError, type RegistrySnapshot } from "../../../src/verify/registry.js";
import { makeWorld } from "../../verify/fixture.js";

/** As between threads: copies of answers, and errors as messages. */
function acrossThreads(desk: RegistryDesk) {
  let asked = 0;
  const seen = looksThrough(async (snapshot, question, about) => {
    asked++;
    try {
      return structuredClone(await desk.ask(snapshot, question, structuredClone(about)));
    } catch (error) {
      throw errorOf(structuredClone(failureOf(error)));
    }
  });
  const access = async (): Promise<RegistryAccess> => seen(structuredClone(await desk.look()));
  return { access, asked: () => asked };
}

/** Like `pinnedRegistry`: one snapshot as long as the head stands. */
function standing(registry: RegistryAccess): RegistryAccess {
  let newest: RegistrySnapshot | null = null;
  return {
    async snapshot() {
      const now = await registry.snapshot();
      if (newest?.head.block !== now.head.block) newest = now;
      return newest;
    },
  };
}

describe("the registry seen from another thread", () => {
  it("gives the same verdict on a licence as seen directly", async () => {
    const world = makeWorld();
    const issued = world.issueAnchored();
    const { access } = acrossThreads(registryDesk(world.registry));
    const bytes = Buffer.from(JSON.stringify(world.documentOf(issued)));
    expect(await world.verify(bytes, { registry: await access() })).to.deep.equal(await world.verify(bytes));
    world.registry.advance(60);
    world.registry.revoke("340000", issued.statusIndex);
    expect((await world.verify(bytes, { registry: await access() })).standing).to.equal("revoked");
  });

  it("asks nothing twice about one block, and everything again about the next", async () => {
    const world = makeWorld();
    const { access, asked } = acrossThreads(registryDesk(standing(world.registry)));
    const look = async (): Promise<void> => void (await (await (await access()).snapshot()).statusWord("340000", 0, 0));
    await look();
    await look();
    expect(asked()).to.equal(1);
    world.registry.advance(60);
    await look();
    expect(asked()).to.equal(2);
  });

  it("keeps the reason why the registry cannot be asked, and asks again", async () => {
    let isDown = true;
    const world = makeWorld();
    const { access } = acrossThreads(
      registryDesk({
        snapshot: () =>
          isDown ? Promise.reject(new RegistryError("registry.disagrees", "two heads")) : world.registry.snapshot(),
      }),
    );
    const refused = await (await access()).snapshot().catch((error: unknown) => error);
    expect(refused).to.be.instanceOf(RegistryError).and.include({ reason: "registry.disagrees", message: "two heads" });
    isDown = false;
    expect((await (await access()).snapshot()).head.chainId).to.equal(world.registry.chainId);
  });

  it("looks once for all who ask before it begins, and again for those who ask after", async () => {
    const world = makeWorld();
    let looks = 0;
    let enough = (): void => {};
    const underWay = new Promise<void>((resolve) => {
      enough = resolve;
    });
    const desk = registryDesk({
      snapshot: async () => {
        looks++;
        await underWay;
        return world.registry.snapshot();
      },
    });
    // The first begins at once, and so before the others ask.
    const first = desk.look();
    const others = [desk.look(), desk.look(), desk.look()];
    expect(looks).to.equal(1);
    enough();
    await Promise.all([first, ...others]);
    expect(looks).to.equal(2);
  });

  it("asks nodes that answer at once no more than 250 times a second", async () => {
    const desk = registryDesk(makeWorld().registry);
    const begun = performance.now();
    for (let looks = 0; looks <= 20; looks++) await desk.look();
    // A timer may fire most of a millisecond before its time.
    expect(performance.now() - begun).to.be.greaterThan(20 * 3);
  });

  it("does not answer about a block that was left behind long ago", async () => {
    const world = makeWorld();
    const desk = registryDesk(world.registry);
    const first = await desk.look();
    const number = "snapshot" in first ? first.snapshot : Number.NaN;
    for (let i = 0; i < 64; i++) {
      world.registry.advance(1);
      await desk.look();
    }
    const refused = await desk.ask(number, "findRegion", ["340000"]).catch((error: unknown) => error);
    expect(refused).to.be.instanceOf(RegistryError).and.include({ reason: "registry.unreachable" });
  });
});
