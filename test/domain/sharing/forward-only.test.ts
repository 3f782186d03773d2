// SPDX-License-Identifier: Apache-2.0
import { expect } from "chai";
import { type BlockFloor, forwardOnly } from "../../../src/domain/sharing/index.js";
import type { RegistryError, RegistrySnapshot } from "../../../src/verify/registry.js";
import { memoryFloor } from "./memory-floor.js";

/** A registry whose looks end when the test says so. */
function registryByHand(floor: BlockFloor) {
  const looks: ((block: number) => void)[] = [];
  const access = forwardOnly(
    {
      snapshot: () =>
        new Promise<RegistrySnapshot>((resolve) => {
          looks.push((block) => resolve({ head: { block } } as RegistrySnapshot));
        }),
    },
    floor,
  );
  /** Resolves when the look is under way, to what will come of it. */
  const begin = async () => {
    const answer = access.snapshot().then(
      ({ head }) => head.block,
      (error: RegistryError) => error.reason ?? error.message,
    );
    await new Promise((resolve) => setImmediate(resolve));
    return { end: looks.at(-1)!, answer };
  };
  const ask = async (block: number) => {
    const { end, answer } = await begin();
    end(block);
    return answer;
  };
  return { begin, ask };
}

describe("a registry that goes forward only", () => {
  it("is refused at an older block than one that was seen, and goes on from there", async () => {
    const { ask } = registryByHand(memoryFloor());
    const said: unknown[] = [];
    for (const block of [7, 6, 7, 9, 8]) said.push(await ask(block));
    expect(said).to.deep.equal([7, "registry.unreachable", 7, 9, "registry.unreachable"]);
  });

  it("is no lower after a restart", async () => {
    const floor = memoryFloor();
    await registryByHand(floor).ask(7);
    const restarted = registryByHand(floor);
    expect(await restarted.ask(6)).to.equal("registry.unreachable");
    expect(await restarted.ask(7)).to.equal(7);
  });

  it("says a block only when the floor is kept", async () => {
    const floor = memoryFloor();
    const broken = {
      ...floor,
      raise: async () => {
        throw new Error("disk full");
      },
    };
    expect(await registryByHand(broken).ask(7)).to.equal("disk full");
  });

  it("writes the floor for a newer block alone", async () => {
    const floor = memoryFloor();
    const { ask } = registryByHand(floor);
    for (const block of [7, 7, 7, 8]) await ask(block);
    expect(floor.raised).to.deep.equal([7, 8]);
  });

  it("lets a look end late that began before a newer block was seen", async () => {
    const { begin } = registryByHand(memoryFloor());
    const [first, second] = [await begin(), await begin()];
    second.end(6);
    expect(await second.answer).to.equal(6);
    first.end(5);
    expect(await first.answer).to.equal(5);
  });
});
