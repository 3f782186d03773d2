// SPDX-License-Identifier: Apache-2.0
import { expect } from "chai";
import type { Page } from "playwright-core";
import { REVOCATION_LISTS } from "../../src/verify/bundle/trust-bundle.js";
import { until } from "../main/service-process.js";
import { accessibilityFaults, overflow } from "./axe.js";
import { withBrowser } from "./browser.js";
import { verifyScene } from "./verify-scene.js";
import { answered, choose, openVerify, pdf, sealNotJudged, type VerifyScene } from "./verify-states.js";

describe("the verification page, of a sealed PDF,", () => {
  let scene: VerifyScene;
  let sealed: Buffer;
  const browser = withBrowser();

  before(async function () {
    this.timeout(180_000);
    scene = await verifyScene();
    sealed = scene.documents.genuine;
    const { service } = scene;
    await until(async () => {
      const bundle = (await (await fetch(`${service.url}/v1/trust-bundle`)).json()) as Record<
        string,
        readonly string[]
      >;
      return (bundle[REVOCATION_LISTS]?.length ?? 0) > 0;
    }, 60_000);
  });

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
    await choose(page, pdf("licence.pdf", scene.documents.unsealed));
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

  it("judges it by the list of its own service, where there is no bundle", async () => {
    const { page, context, faults } = await browser.page({ serviceWorkers: "block" });
    const asked: string[] = [];
    context.on("request", (request) => asked.push(request.url()));
    await page.route("**/v1/trust-bundle", (route) => route.fulfill({ status: 304 }));
    for (const name of ["sealed.pdf", "again.pdf"]) {
      await openVerify(page, scene.service);
      await choose(page, pdf(name, sealed));
      await answered(page);
      await expectSealed(page);
    }
    const lists = asked.filter((url) => url.includes("/v1/seal-authorities/"));
    expect(lists).to.have.length(2);
    expect(new Set(lists).size).to.equal(1);
    expect(lists[0]).to.match(new RegExp(`^${scene.service.url}/v1/seal-authorities/[0-9a-f]{64}/revocation-list$`));
    expect(faults).to.deep.equal([]);
  });

  it("says that it did not judge the seal where nobody has a list, and vouches for the signed fields alone", async () => {
    const { page } = await browser.page({ serviceWorkers: "block" });
    await sealNotJudged(page, scene);
    expect(await page.textContent(title)).to.equal("真实，现行有效");
    expect(await sealRow(page).textContent())
      .to.contain("未判断")
      .and.to.contain("请获取签发地区最新的吊销列表或信任包");
    expect(await page.locator(".verdict + .notice").textContent()).to.contain("只以本页所列「证照内容」为准");
    const text = (await page.textContent("main"))!;
    expect(text).to.contain("按未盖章处理").and.not.to.contain("加盖时间");
    await page.getByRole("button", { name: "English" }).click();
    expect(await page.textContent("main"))
      .to.contain("Not judged")
      .and.to.contain("was not judged and counts as none")
      .and.to.contain("Get the newest revocation list or trust bundle of the issuing region");
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
