// SPDX-License-Identifier: Apache-2.0
import { expect } from "chai";
import { pinnedRegistry } from "../../src/verify/pinned-registry.js";
import { RegistryError } from "../../src/verify/registry.js";
import type { RegistryNode, RegistryReader } from "../../src/verify/registry-node.js";

const REGION = "340000";
const OPTIONS = { chainId: 7, registry: `0x${"ab".repeat(20)}`, quorum: 2 };

/** A node that always has the same block, and that can be switched off. */
class QuietNode implements RegistryNode {
  isUp = true;
  asked = 0;

  async chainId() {
    return this.#answer(7);
  }
  async head() {
    return this.#answer({ number: 5, hash: `0x${"5".repeat(64)}`, time: 1_000 });
  }
  block() {
    return this.head();
  }
  async registryCode() {
    return this.#answer(Uint8Array.of(1));
  }
  at(): RegistryReader {
    const findRegion = async (region: string) => {
      this.asked++;
      return this.#answer({ region, addedAt: 10, suspensions: [] });
    };
    return { findRegion } as Partial<RegistryReader> as RegistryReader;
  }

  #answer<T>(value: T): T {
    if (this.isUp) return value;
    throw new RegistryError("registry.unreachable", "switched off");
  }
}

describe("pinnedRegistry, on a chain that stands still,", () => {
  const make = () => {
    const nodes = [new QuietNode(), new QuietNode(), new QuietNode()] as const;
    return { nodes, access: pinnedRegistry(nodes, OPTIONS) };
  };

  it("asks the nodes that answer now, not those that did when the block was new", async () => {
    const { nodes, access } = make();
    nodes[2].isUp = false;
    await access.snapshot();
    nodes[0].isUp = false;
    nodes[2].isUp = true;
    const found = await (await access.snapshot()).findRegion(REGION);
    expect(found?.addedAt).to.equal(10);
  });

  it("asks once while the nodes stay the same", async () => {
    const { nodes, access } = make();
    for (let i = 0; i < 3; i++) await (await access.snapshot()).findRegion(REGION);
    expect(nodes.map(({ asked }) => asked)).to.deep.equal([1, 1, 1]);
  });
});
