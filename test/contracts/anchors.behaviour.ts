// SPDX-License-Identifier: Apache-2.0
import { expect } from "chai";
import { buildTree } from "../../src/core/merkle.js";
import { portableCrypto } from "../../src/core/portable-crypto.js";
import { establishAnhui } from "./established.js";
import { ANCHOR, ANHUI, DAY, INCLUSION, root, SHANGHAI } from "./names.js";
import { expectEvents, expectRefusal, type RegistryNetwork } from "./registry-network.js";

const BATCH = [ANHUI, root(1), 500];
const hex = (bytes: Uint8Array) => `0x${Buffer.from(bytes).toString("hex")}`;

export function anchorsBehaviour(network: () => RegistryNetwork): void {
  const anchor = (batch: readonly unknown[] = BATCH, time?: number) =>
    network().act("anchorOperator", "anchor", batch, time);
  const record = (batch: readonly unknown[] = BATCH) => network().view("findAnchor", batch);

  beforeEach(() => establishAnhui(network()));

  describe("an anchor", () => {
    it("records the batch with the time of its block", async () => {
      const anchored = await anchor();
      expectEvents(anchored, ["BatchAnchored", ...BATCH]);
      expect(await record()).to.deep.equal([anchored.time, 0]);
    });

    it("is all zero before it is made", async () => {
      expect(await record()).to.deep.equal([0, 0]);
    });

    it("when repeated writes and emits nothing and keeps the first record", async () => {
      const first = await anchor();
      const repeat = await anchor(BATCH, first.time + DAY);
      expectEvents(repeat);
      expect(await record()).to.deep.equal([first.time, 0]);
    });

    it("is repeated harmlessly by another operator of the region", async () => {
      await network().act("anhui", "grantOperator", [ANHUI, network().address("successor"), ANCHOR]);
      const first = await anchor();
      await network().wait(DAY);
      expectEvents(await network().act("successor", "anchor", BATCH));
      expect(await record()).to.deep.equal([first.time, 0]);
    });

    it("of the same root with another size or by another region is another batch", async () => {
      await network().act("shanghai", "grantOperator", [SHANGHAI, network().address("anchorOperator"), ANCHOR]);
      for (const other of [
        [ANHUI, root(1), 499],
        [SHANGHAI, root(1), 500],
      ]) {
        expectEvents(await anchor(other), ["BatchAnchored", ...other]);
        expect(await record()).to.deep.equal([0, 0]);
      }
      expectEvents(await anchor(), ["BatchAnchored", ...BATCH]);
    });

    it("holds 1 to 1,048,576 entries", async () => {
      await anchor([ANHUI, root(1), 1]);
      await anchor([ANHUI, root(1), 2 ** 20]);
      for (const size of [0, 2 ** 20 + 1, 2 ** 32 - 1])
        for (const [actor, name] of [
          ["anchorOperator", "anchor"],
          ["anhui", "disownRoot"],
        ] as const)
          expectRefusal(
            await network().refusal(actor, name, [ANHUI, root(2), size]),
            "InvalidBatchSize",
            size,
            2 ** 20,
          );
    });
  });

  describe("a disowned batch", () => {
    const disown = () => network().act("anhui", "disownRoot", BATCH);

    it("is disputed at once and disowned after the delay", async () => {
      const { time } = await anchor();
      const disowned = await disown();
      expectEvents(disowned, ["RootDisowned", ...BATCH, disowned.time + DAY]);
      expect(await record()).to.deep.equal([time, disowned.time + DAY]);
    });

    it("stays disowned when it is anchored again", async () => {
      const { time } = await anchor();
      const disowned = await disown();
      await anchor(BATCH, disowned.time + 2 * DAY);
      expect(await record()).to.deep.equal([time, disowned.time + DAY]);
    });

    it("can be disowned before it is anchored, and then is so from the start", async () => {
      const disowned = await disown();
      const anchored = await anchor(BATCH, disowned.time + 2 * DAY);
      expect(await record()).to.deep.equal([anchored.time, disowned.time + DAY]);
    });

    it("cannot be disowned again, which would only postpone it", async () => {
      await anchor();
      await disown();
      expectRefusal(await network().refusal("anhui", "disownRoot", BATCH), "AlreadyDisowned", ...BATCH);
    });

    it("is its region's again when the guardian vetoes in time", async () => {
      const { time } = await anchor();
      const first = await disown();
      const vetoed = await network().act("guardian", "vetoDisowning", BATCH, first.time + DAY - 1);
      expectEvents(vetoed, ["DisowningVetoed", ...BATCH]);
      expect(await record()).to.deep.equal([time, 0]);
      const second = await disown();
      const late = await network().refusal("guardian", "vetoDisowning", BATCH, second.time + DAY);
      expectRefusal(late, "NothingToVeto");
    });

    it("cannot be vetoed where nothing was disowned", async () => {
      expectRefusal(await network().refusal("guardian", "vetoDisowning", BATCH), "NothingToVeto");
    });
  });

  describe("an inclusion", () => {
    const leaves = Array.from({ length: 5 }, (_, i) => portableCrypto.sha256(Uint8Array.of(i)));
    const tree = buildTree(portableCrypto, leaves);
    const batch = [ANHUI, hex(tree.root), tree.size];
    const proof = (index: number) => [ANHUI, hex(leaves[index]!), index, tree.size, tree.path(index).map(hex)];
    const inclusion = (args: readonly unknown[]) => network().view("verifyInclusion", args);

    it("is proven for every leaf of an anchored batch, with its time", async () => {
      const { time } = await anchor(batch);
      for (const index of leaves.keys())
        expect(await inclusion(proof(index))).to.deep.equal([INCLUSION.anchored, time]);
    });

    it("is not proven before the batch is anchored, nor in another region", async () => {
      expect(await inclusion(proof(0))).to.deep.equal([INCLUSION.notProven, 0]);
      await anchor(batch);
      expect(await inclusion([SHANGHAI, ...proof(0).slice(1)])).to.deep.equal([INCLUSION.notProven, 0]);
    });

    it("is not proven by another leaf, place, size or path", async () => {
      await anchor(batch);
      const [region, leaf, index, size, path] = proof(1) as [string, string, number, number, string[]];
      for (const altered of [
        [region, hex(leaves[2]!), index, size, path],
        [region, leaf, 0, size, path],
        [region, leaf, size, size, path],
        [region, leaf, index, size + 1, path],
        [region, leaf, index, size, path.slice(1)],
        [region, leaf, index, size, [...path, path[0]]],
        [region, leaf, index, size, []],
      ])
        expect(await inclusion(altered)).to.deep.equal([INCLUSION.notProven, 0]);
    });

    it("is disputed while its batch is, and then disowned", async () => {
      const { time } = await anchor(batch);
      await network().act("anhui", "disownRoot", batch);
      expect(await inclusion(proof(0))).to.deep.equal([INCLUSION.disputed, time]);
      await network().wait(DAY);
      expect(await inclusion(proof(0))).to.deep.equal([INCLUSION.disowned, time]);
    });

    it("is not proven for a batch that was only disowned", async () => {
      await network().act("anhui", "disownRoot", batch);
      await network().wait(DAY);
      expect(await inclusion(proof(0))).to.deep.equal([INCLUSION.notProven, 0]);
    });
  });
}
