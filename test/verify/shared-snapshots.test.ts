// SPDX-License-Identifier: Apache-2.0
import { expect } from "chai";
import { RegistryError, type RegistrySnapshot } from "../../src/verify/registry.js";
import { sharedSnapshots } from "../../src/verify/shared-snapshots.js";

/** A registry whose looks end when the test says so. */
function registryByHand() {
  const looks: { resolve(block: number): void; reject(error: Error): void }[] = [];
  const access = sharedSnapshots({
    snapshot: () =>
      new Promise<RegistrySnapshot>((resolve, reject) => {
        looks.push({ resolve: (block) => resolve({ head: { block } } as RegistrySnapshot), reject });
      }),
  });
  const ask = async (): Promise<number> => (await access.snapshot()).head.block;
  return { looks, ask };
}

/** Until everything that could happen by itself has. */
const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

describe("sharedSnapshots", () => {
  it("gives nobody a head that was read before the question", async () => {
    const { looks, ask } = registryByHand();
    const first = ask();
    // The head may have been read already when this one is asked.
    const second = ask();
    looks[0]!.resolve(5);
    expect(await first).to.equal(5);
    await settled();
    expect(looks).to.have.length(2);
    looks[1]!.resolve(6);
    expect(await second).to.equal(6);
  });

  it("lets all who wait share one look, and begins afresh for who comes when nobody waits", async () => {
    const { looks, ask } = registryByHand();
    const first = ask();
    const crowd = Array.from({ length: 100 }, ask);
    looks[0]!.resolve(1);
    await first;
    await settled();
    const late = ask();
    looks[1]!.resolve(2);
    expect(new Set(await Promise.all(crowd))).to.deep.equal(new Set([2]));
    await settled();
    looks[2]!.resolve(3);
    expect(await late).to.equal(3);
    await settled();
    const alone = ask();
    expect(looks).to.have.length(4);
    looks[3]!.resolve(4);
    expect(await alone).to.equal(4);
  });

  it("tells those who shared a look that it failed, and looks again for the others", async () => {
    const { looks, ask } = registryByHand();
    const first = ask();
    const second = ask();
    looks[0]!.reject(new RegistryError("registry.unreachable", "switched off"));
    const failure = await first.then(
      () => null,
      (error: RegistryError) => error.reason,
    );
    expect(failure).to.equal("registry.unreachable");
    await settled();
    looks[1]!.resolve(7);
    expect(await second).to.equal(7);
  });
});
