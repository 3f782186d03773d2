// SPDX-License-Identifier: Apache-2.0
import { expect } from "chai";
import { accessibilityFaults, overflow } from "./axe.js";
import { withBrowser } from "./browser.js";
import { PICK_UP_STATES } from "./pick-up-states.js";
import { type DemoService, demoService } from "./service.js";

describe("the look of the holder's page", () => {
  const browser = withBrowser();
  let service: DemoService;

  before(async function () {
    this.timeout(120_000);
    service = await demoService();
  });

  for (const [index, { name, show }] of PICK_UP_STATES.entries()) {
    // Each state once, in looks that take turns; the judge axe looks at each in all of them.
    const [dark, english] = [index % 2 === 1, index % 3 === 1];
    it(`fits a screen of 360: ${name}${dark ? ", dark" : ""}${english ? ", English" : ""}`, async () => {
      const { page, faults } = await browser.page({
        ...{ width: 360, height: 740, dark },
        ...(english ? { language: "en" } : {}),
      });
      await show(page, { service });
      expect(await overflow(page)).to.equal(0);
      expect(faults).to.deep.equal([]);
    });
  }

  it("fits a screen of 1920", async () => {
    const { page } = await browser.page({ width: 1920, height: 1080 });
    await PICK_UP_STATES.find(({ name }) => name === "valid")!.show(page, { service });
    expect(await overflow(page)).to.equal(0);
    expect(await accessibilityFaults(page)).to.deep.equal([]);
  });
});
