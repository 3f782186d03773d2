// SPDX-License-Identifier: Apache-2.0
import { expect } from "chai";
import type { Page } from "playwright-core";
import { REVOCATION_LISTS } from "../../src/verify/bundle/trust-bundle.js";
import { tally, until } from "../main/service-process.js";
import { accessibilityFaults, overflow } from "./axe.js";
import { withBrowser } from "./browser.js";
import { verifyScene } from "./verify-scene.js";
import { answered, choose, openVerify, pdf, type VerifyScene } from "./verify-states.js";

const AGENCY = "11340100TT00000153";

describe("the verification page, of a sealed PDF,", () => {
  let scene: VerifyScene;
  let serial: string;
  let sealed: Buffer;
  const browser = withBrowser();

  before(async function () {
    this.timeout(180_000);
    // Whose files were downloaded before the agency had a seal.
    scene = await verifyScene();
    const { service } = scene;
    await tally(service.data, "seal", "ca");
    serial = (await tally(service.data, "seal", "issue", AGENCY)).out.trim();
    sealed = await service.pdf(service.certificate);
    // The page takes revocation lists from the trust bundle.
    await until(async () => {
      const bundle = (await (await fetch(`${service.url}/v1/trust-bundle`)).json()) as Record<
        string,
        readonly string[]
      >;
      return (bundle[REVOCATION_LISTS]?.length ?? 0) > 0;
    }, 60_000);
  });
  // Others who share the service want files without a seal.
  after(() => tally(scene.service.data, "seal", "revoke", serial, "--reason", "cessation-of-operation"));

  const title = ".verdict h1";
  /** Opened, with a bundle at hand. */
  async function visit(page: Page): Promise<void> {
    await openVerify(page, scene.service);
    await page.getByText("离线信任包：").waitFor();
  }
  const sealRow = (page: Page) => page.locator("tbody tr").filter({ hasText: "电子印章" });
  async function expectSealed(page: Page): Promise<void> {
    expect(await page.textContent(title)).to.equal("真实，现行有效");
    expect(await sealRow(page).textContent()).to.contain("通过");
    const text = (await page.textContent("main"))!;
    // The browser stands in Lisbon; legal times are those of Shanghai.
    expect(text).to.match(
      /电子印章（加盖时间为印章所述）合肥市市场监督管理局（样例） · \d{4}\/\d{1,2}\/\d{1,2} \d\d:\d\d:\d\d（北京时间）/,
    );
    // Nobody rendered the page again, and nobody needs to: the seal vouches for it.
    expect(text).not.to.contain("未经比对");
  }

  it("judges the seal by what it loads for the first one, and says who sealed when", async () => {
    const { page, context, faults } = await browser.page({ serviceWorkers: "block" });
    const loaded: string[] = [];
    context.on("request", (request) => loaded.push(new URL(request.url()).pathname));
    const judges = () => loaded.filter((path) => /\/judge-seal-[^/]+\.js$/.test(path)).length;
    await visit(page);
    await choose(page, pdf("licence.pdf", scene.documents.genuine));
    await answered(page);
    expect(await sealRow(page).textContent()).to.contain("不适用");
    expect(judges()).to.equal(0);
    await page.getByRole("button", { name: "核验另一份" }).click();
    await choose(page, pdf("sealed.pdf", sealed));
    await answered(page);
    await expectSealed(page);
    expect(judges()).to.equal(1);
    expect(faults).to.deep.equal([]);
  });

  it("judges the first one without a connection as well", async () => {
    const { page, context } = await browser.page();
    await visit(page);
    await page.evaluate("navigator.serviceWorker.ready.then(() => true)");
    await context.setOffline(true);
    await page.reload();
    await page.getByText("当前未连接核验服务").waitFor();
    await choose(page, pdf("sealed.pdf", sealed));
    await answered(page);
    await expectSealed(page);
    expect(await page.textContent("main")).to.contain("离线核验");
  });

  it("refuses one in which a byte was changed, and names the seal", async () => {
    const altered = Buffer.from(sealed);
    const id = altered.lastIndexOf("/ID[<") + 6;
    altered[id] = altered[id] === 0x31 ? 0x32 : 0x31;
    const { page } = await browser.page();
    await visit(page);
    await choose(page, pdf("altered.pdf", altered));
    await answered(page);
    expect(await page.textContent(title)).to.equal("不真实");
    expect(await sealRow(page).textContent()).to.contain("不通过");
    // What a forger wrote into the seal is not shown as a fact.
    expect(await page.textContent("main")).not.to.contain("加盖时间");
  });

  it("fits a screen of 360, has nothing for axe-core to find, and speaks English", async () => {
    const { page, faults } = await browser.page({ width: 360, height: 740, serviceWorkers: "block" });
    await visit(page);
    await choose(page, pdf("sealed.pdf", sealed));
    await answered(page);
    expect(await overflow(page)).to.equal(0);
    expect(await accessibilityFaults(page)).to.deep.equal([]);
    await page.getByRole("button", { name: "English" }).click();
    expect(await page.textContent("main")).to.contain("Sealed (at the time that the seal states)");
    expect(await overflow(page)).to.equal(0);
    expect(faults).to.deep.equal([]);
  });
});
