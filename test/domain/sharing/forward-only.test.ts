// SPDX-License-Identifier: Apache-2.0
import { expect } from "chai";
import { forwardOnly } from "../../../src/domain/sharing/index.js";
import type { RegistryError, RegistrySnapshot } from "../../../src/verify/registry.js";

/** A registry whose looks end when the test says so. */
function registryByHand() {
  const looks: ((block: number) => void)[] = [];
  const access = forwardOnly({
    snapshot: () =>
      new Promise<RegistrySnapshot>((resolve) => {
        looks.push((block) => resolve({ head: { block } } as RegistrySnapshot));
      }),
  });
  const ask = () =>
    access.snapshot().then(
      ({ head }) => head.block,
      (error: RegistryError) => error.reason,
    );
  return { looks, ask };
}

describe("a registry that goes forward only", () => {
  it("is refused at an older block than one that was seen, and goes on from there", async () => {
    const { looks, ask } = registryByHand();
    const said: unknown[] = [];
    for (const block of [7, 6, 7, 9, 8]) {
      const asked = ask();
      looks.at(-1)!(block);
      said.push(await asked);
    }
    expect(said).to.deep.equal([7, "registry.unreachable", 7, 9, "registry.unreachable"]);
  });

  it("lets a look end late that began before a newer block was seen", async () => {
    const { looks, ask } = registryByHand();
    const [first, second] = [ask(), ask()];
    looks[1]!(6);
    expect(await second).to.equal(6);
    looks[0]!(5);
    expect(await first).to.equal(5);
  });
});
