// SPDX-License-Identifier: Apache-2.0
import { expect } from "chai";
import { accessibilityFaults, accessibilityFaultsInBothSchemes, overflow } from "./axe.js";
import { withBrowser } from "./browser.js";
import { verifyScene } from "./verify-scene.js";
import { openVerify, VERIFY_STATES, type VerifyScene } from "./verify-states.js";

/** JavaScript over the wire, before a code reader is needed. */
const MOST_SCRIPT_BYTES = 120 * 1024;

describe("the look of the verification page", () => {
  let scene: VerifyScene;
  const browser = withBrowser();

  before(async function () {
    this.timeout(180_000);
    scene = await verifyScene();
  });

  for (const [index, state] of VERIFY_STATES.entries()) {
    // Each state once, in looks that take turns.
    const [dark, english] = [index % 2 === 1, index % 3 === 1];
    it(`has nothing for axe-core to find, and fits a screen of 360: ${state.name}${dark ? ", dark" : ""}${english ? ", English" : ""}`, async () => {
      const { page, faults } = await browser.page({
        width: 360,
        height: 740,
        dark,
        ...(english ? { language: "en" } : {}),
      });
      await state.show(page, scene);
      expect(await overflow(page)).to.equal(0);
      expect(await accessibilityFaultsInBothSchemes(page)).to.deep.equal([]);
      expect(faults).to.deep.equal([]);
    });
  }

  it("fits a screen of 1920", async () => {
    const { page } = await browser.page({ width: 1920, height: 1080 });
    await VERIFY_STATES.find(({ name }) => name === "valid")!.show(page, scene);
    expect(await overflow(page)).to.equal(0);
    expect(await accessibilityFaults(page)).to.deep.equal([]);
  });

  it("prints the answer without the controls", async () => {
    const { page } = await browser.page();
    await VERIFY_STATES.find(({ name }) => name === "valid")!.show(page, scene);
    await page.emulateMedia({ media: "print" });
    expect(await page.locator(".verdict h1").isVisible()).to.equal(true);
    expect(await page.getByText(scene.documents.number).isVisible()).to.equal(true);
    expect(await page.getByRole("button").count()).to.equal(0);
  });

  it("comes in few bytes, soon, and stays where it is", async function () {
    const { page } = await browser.page({ serviceWorkers: "block" });
    await page.addInitScript(`
      window.shift = 0;
      new PerformanceObserver((list) => {
        for (const entry of list.getEntries()) if (!entry.hadRecentInput) window.shift += entry.value;
      }).observe({ type: "layout-shift", buffered: true });
    `);
    await openVerify(page, scene.service);
    await page.getByText("离线信任包：").waitFor();
    // What moves after the reader dropped a file is what the reader asked for.
    const shift = (await page.evaluate("window.shift")) as number;
    const ms = (await page.evaluate(`new Promise((resolve) => {
      const file = new File([Uint8Array.from(atob("${scene.documents.genuine.toString("base64")}"), (c) => c.charCodeAt(0))], "licence.pdf");
      const data = new DataTransfer();
      data.items.add(file);
      const began = performance.now();
      new MutationObserver(() => { if (document.querySelector(".verdict")) resolve(performance.now() - began); })
        .observe(document.body, { childList: true, subtree: true });
      dispatchEvent(new DragEvent("drop", { dataTransfer: data }));
    })`)) as number;
    const painted = (await page.evaluate(
      "performance.getEntriesByName('first-contentful-paint')[0].startTime",
    )) as number;
    // The worker's script is among them. Over plain http browsers take gzip; over https they take less.
    const addresses = (await page.evaluate(
      "performance.getEntriesByType('resource').map(({ name }) => name).filter((name) => name.endsWith('.js'))",
    )) as string[];
    const sizes = await Promise.all(addresses.map(gzippedBytes));
    expect(addresses.filter((address) => /\/worker-/.test(address))).to.have.length(1);
    const bytes = sizes.reduce((sum, each) => sum + each, 0);
    this.test!.title +=
      ` (${(bytes / 1024).toFixed(1)} KB of scripts, painted after ${painted.toFixed(0)} ms, PDF answered after ${ms.toFixed(0)} ms, shift ${shift.toFixed(3)})`;
    expect(bytes).to.be.greaterThan(60_000).and.lessThan(MOST_SCRIPT_BYTES);
    expect(shift).to.be.at.most(0.05);
  });
});

async function gzippedBytes(address: string): Promise<number> {
  const answer = await fetch(address, { method: "HEAD", headers: { "accept-encoding": "gzip" } });
  expect(answer.headers.get("content-encoding")).to.equal("gzip");
  return Number(answer.headers.get("content-length"));
}
