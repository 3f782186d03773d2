// SPDX-License-Identifier: Apache-2.0
import { expect } from "chai";
import { crashCampaign } from "./campaign.js";
import { STORES } from "./stores.js";

describe("a short crash campaign", function () {
  this.timeout(240_000);

  for (const [name, store] of Object.entries(STORES)) {
    it(`loses and doubles nothing over ${name}`, async function () {
      const absent = await store.absent();
      if (absent !== null) {
        this.test!.title += ` (${absent})`;
        this.skip();
      }
      const said: string[] = [];
      const result = await crashCampaign({ store, kills: 1, seed: 3, say: (text) => said.push(text) });
      expect(result.ok, said.join("\n")).to.equal(true);
      expect(result).to.include({ lost: 0, doubled: 0 });
      expect(result.kills).to.be.at.least(1);
      expect(result.acknowledged).to.be.greaterThan(0);
    });
  }
});
