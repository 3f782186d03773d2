// SPDX-License-Identifier: Apache-2.0
import { expect } from "chai";
import { ANCHOR, ANHUI, DAY, root, SHANGHAI, STATUS } from "./names.js";
import { expectEvents, expectRefusal, type RegistryNetwork } from "./registry-network.js";

export function operatorsBehaviour(network: () => RegistryNetwork): void {
  describe("an operator", () => {
    let operator: string;
    const grant = (rights: number) => network().act("anhui", "grantOperator", [ANHUI, operator, rights]);
    const record = () => network().view("findOperator", [ANHUI, operator]);
    const anchorAt = (time: number) => network().act("anchorOperator", "anchor", [ANHUI, root(1), 1], time);

    beforeEach(() => {
      operator = network().address("anchorOperator");
    });

    it("holds a right from after the delay, not a second earlier", async () => {
      const granted = await grant(ANCHOR);
      const from = granted.time + DAY;
      expectEvents(granted, ["OperatorGranted", ANHUI, operator, ANCHOR, from]);
      expect(await record()).to.deep.equal([from, 0]);
      const early = await network().refusal("anchorOperator", "anchor", [ANHUI, root(1), 1], from - 1);
      expectRefusal(early, "NotAnchorOperator", ANHUI, operator);
      await anchorAt(from);
    });

    it("gains each right at its own time", async () => {
      const first = await grant(ANCHOR);
      const second = await grant(ANCHOR | STATUS);
      expectEvents(second, ["OperatorGranted", ANHUI, operator, STATUS, second.time + DAY]);
      expect(await record()).to.deep.equal([first.time + DAY, second.time + DAY]);
    });

    it("has the rights of its own region only, and only those granted", async () => {
      const { time } = await grant(ANCHOR);
      const foreign = await network().refusal("anchorOperator", "anchor", [SHANGHAI, root(1), 1], time + DAY);
      expectRefusal(foreign, "NotAnchorOperator", SHANGHAI, operator);
      for (const name of ["revoke", "suspend", "release"])
        expectRefusal(
          await network().refusal("anchorOperator", name, [ANHUI, 0, [[0, 1n]]]),
          "NotStatusOperator",
          ANHUI,
          operator,
        );
    });

    it("loses a right at once, in effect or pending", async () => {
      const { time } = await grant(ANCHOR | STATUS);
      const pending = await network().act("anhui", "removeOperator", [ANHUI, operator, STATUS]);
      expectEvents(pending, ["OperatorRemoved", ANHUI, operator, STATUS]);
      await anchorAt(time + DAY);
      const held = await network().act("anhui", "removeOperator", [ANHUI, operator, ANCHOR | STATUS]);
      expectEvents(held, ["OperatorRemoved", ANHUI, operator, ANCHOR]);
      const refusal = await network().refusal("anchorOperator", "anchor", [ANHUI, root(2), 1]);
      expectRefusal(refusal, "NotAnchorOperator", ANHUI, operator);
      expect(await record()).to.deep.equal([0, 0]);
    });

    it("is vetoed in what is pending and keeps what it holds", async () => {
      const { time } = await grant(ANCHOR);
      await network().wait(DAY);
      await grant(STATUS);
      const vetoed = await network().act("guardian", "vetoOperator", [ANHUI, operator]);
      expectEvents(vetoed, ["OperatorVetoed", ANHUI, operator, STATUS]);
      expect(await record()).to.deep.equal([time + DAY, 0]);
      expectRefusal(await network().refusal("guardian", "vetoOperator", [ANHUI, operator]), "NothingToVeto");
    });

    it("can be vetoed to its last second, and not later", async () => {
      const first = await grant(ANCHOR);
      await network().act("guardian", "vetoOperator", [ANHUI, operator], first.time + DAY - 1);
      const second = await grant(ANCHOR);
      const late = await network().refusal("guardian", "vetoOperator", [ANHUI, operator], second.time + DAY);
      expectRefusal(late, "NothingToVeto");
    });

    it("is not given what it has, nor relieved of what it has not", async () => {
      const args = [ANHUI, operator, ANCHOR];
      expectRefusal(await network().refusal("anhui", "removeOperator", args), "OperatorUnchanged", ...args);
      await grant(ANCHOR);
      expectRefusal(await network().refusal("anhui", "grantOperator", args), "OperatorUnchanged", ...args);
    });

    it("has rights that exist, and an address", async () => {
      for (const rights of [0, 4, 255])
        for (const name of ["grantOperator", "removeOperator"])
          expectRefusal(await network().refusal("anhui", name, [ANHUI, operator, rights]), "InvalidRights", rights);
      const nobody = `0x${"0".repeat(40)}`;
      expectRefusal(await network().refusal("anhui", "grantOperator", [ANHUI, nobody, ANCHOR]), "InvalidAddress");
    });

    it("has its rights at once where the region does not wait", async () => {
      await network().act("shanghai", "grantOperator", [SHANGHAI, operator, ANCHOR]);
      await network().act("anchorOperator", "anchor", [SHANGHAI, root(1), 1]);
    });

    it("is one of 32 at most in a region, and one that leaves makes room", async () => {
      const address = (i: number) => `0x${(i + 1).toString(16).padStart(40, "0")}`;
      for (let i = 0; i < 32; i++) await network().act("anhui", "grantOperator", [ANHUI, address(i), ANCHOR]);
      const refusal = await network().refusal("anhui", "grantOperator", [ANHUI, operator, ANCHOR]);
      expectRefusal(refusal, "TooManyOperators", 32);
      await network().act("anhui", "grantOperator", [ANHUI, address(0), STATUS]);
      await network().act("anhui", "removeOperator", [ANHUI, address(5), ANCHOR]);
      await grant(ANCHOR);
    });
  });

  describe("the operators of a suspended region", () => {
    const refused = async (actor: "anchorOperator" | "successor", seed: number) =>
      expectRefusal(await network().refusal(actor, "anchor", [ANHUI, root(seed), 1]), "RegionIsSuspended", ANHUI);
    const anchors = (actor: "anchorOperator" | "successor", seed: number) =>
      network().act(actor, "anchor", [ANHUI, root(seed), 1]);

    beforeEach(async () => {
      for (const actor of ["anchorOperator", "successor"] as const)
        await network().act("anhui", "grantOperator", [ANHUI, network().address(actor), ANCHOR]);
    });

    it("are all held back, and all set free again", async () => {
      await network().wait(DAY);
      await network().act("guardian", "suspendRegion", [ANHUI]);
      await refused("anchorOperator", 1);
      await refused("successor", 1);
      await network().act("governor", "releaseRegion", [ANHUI]);
      await anchors("anchorOperator", 1);
      await anchors("successor", 2);
    });

    it("are held back too when their rights take effect meanwhile", async () => {
      await network().act("guardian", "suspendRegion", [ANHUI]);
      await network().wait(DAY);
      await refused("anchorOperator", 1);
    });

    it("that leave during the suspension come back free after it", async () => {
      await network().act("guardian", "suspendRegion", [ANHUI]);
      await network().act("anhui", "removeOperator", [ANHUI, network().address("successor"), ANCHOR]);
      await network().act("governor", "releaseRegion", [ANHUI]);
      await network().act("anhui", "grantOperator", [ANHUI, network().address("successor"), ANCHOR]);
      await network().wait(DAY);
      await anchors("successor", 1);
    });

    it("that left before the suspension and came back after it are held back by the next", async () => {
      await network().act("anhui", "removeOperator", [ANHUI, network().address("successor"), ANCHOR]);
      await network().act("anhui", "grantOperator", [ANHUI, network().address("successor"), ANCHOR]);
      await network().wait(DAY);
      await network().act("guardian", "suspendRegion", [ANHUI]);
      await refused("successor", 1);
    });
  });
}
