// SPDX-License-Identifier: Apache-2.0
import { statSync } from "node:fs";
import { expect } from "chai";
import { accessibilityFaults, overflow } from "./axe.js";
import { withBrowser } from "./browser.js";
import { DESK_STATES } from "./desk-states.js";
import { type DemoService, demoService } from "./service.js";

describe("the issuing desk", () => {
  const browser = withBrowser();
  let service: DemoService;

  before(async function () {
    this.timeout(120_000);
    service = await demoService();
  });

  // Narrow and dark is the hardest look; wide and light is the usual one. Each state is seen in one of the two; the judge axe looks at each in both.
  for (const [i, { name, show }] of DESK_STATES.entries()) {
    const dark = i % 2 === 1;
    it(`fits its window when it shows: ${name}${dark ? " (narrow, dark)" : ""}`, async () => {
      const { page, faults } = await browser.page(dark ? { width: 360, height: 740, dark } : {});
      await show(page, { service });
      if (!dark) await page.setViewportSize({ width: 360, height: 740 });
      expect(await overflow(page), "wider than 360 pixels").to.equal(0);
      expect(faults).to.deep.equal([]);
    });
  }

  it("is accessible where a certificate is shown", async () => {
    const { page } = await browser.page();
    await DESK_STATES.find(({ name }) => name === "certificate")!.show(page, { service });
    expect(await accessibilityFaults(page)).to.deep.equal([]);
  });

  it("needs at most 80 KB of script over the wire", async () => {
    const html = await (await fetch(`${service.url}/desk`)).text();
    const scripts = [...html.matchAll(/"\/(assets\/[^"]+\.js)"/g)].map(([, path]) => path!);
    const sizes = scripts.map((path) => statSync(new URL(`../../dist/web/${path}.br`, import.meta.url)).size);
    expect(sizes).not.to.deep.equal([]);
    expect(sizes.reduce((sum, size) => sum + size, 0)).to.be.at.most(80_000);
  });
});
