// SPDX-License-Identifier: Apache-2.0
import { expect } from "chai";
import { anvilBinary } from "../../contracts/evm-client.js";
import { chainCampaign } from "./campaign.js";
import { ACTS } from "./scenes.js";

describe("a short chain campaign", function () {
  this.timeout(240_000);

  for (const act of ACTS) {
    const names = act.scenes.filter(({ short }) => short).map(({ name }) => name);
    if (names.length === 0) continue;
    const isHere = act.node === "hardhat" || anvilBinary() !== null;
    const title = `loses and doubles nothing while ${names.join("; ")} (on ${act.node}${isHere ? "" : ", which is not installed"})`;
    (isHere ? it : it.skip)(title, async () => {
      const said: string[] = [];
      const result = await chainCampaign({
        seed: 3,
        wanted: (scene, of) => of === act && scene.short === true,
        say: (text) => said.push(text),
      });
      expect(result.ok, said.join("\n")).to.equal(true);
      expect(result).to.include({ scenes: names.length, broken: 0, lost: 0, doubled: 0 });
      expect(result.acknowledged).to.be.greaterThan(0);
    });
  }
});
