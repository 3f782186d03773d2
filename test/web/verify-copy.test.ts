// SPDX-License-Identifier: Apache-2.0
import { expect } from "chai";
import type { Page } from "playwright-core";
import { accessibilityFaults, accessibilityFaultsInBothSchemes, overflow } from "./axe.js";
import { type OpenPage, type PageOptions, withBrowser } from "./browser.js";
import { type CopyScene, LONG_NAME, openCopyScene } from "./copy-scene.js";
import { demoService } from "./service.js";
import { answered, choose, openVerify, paste, pdf } from "./verify-states.js";

const USER = "邻省示例县市场监督管理局行政许可窗口";

describe("the verification page, of a reader's copy,", () => {
  let scene: CopyScene;
  let url: string;
  const browser = withBrowser();

  before(async function () {
    this.timeout(180_000);
    [scene, { url }] = await Promise.all([openCopyScene(), demoService()]);
  });
  after(() => scene?.close());

  const title = ".verdict h1";
  const notice = (page: Page) => page.locator(".copy-notice");

  async function visit(options: PageOptions = {}): Promise<OpenPage> {
    const opened = await browser.page({ serviceWorkers: "block", ...options });
    await scene.connect(opened.context);
    await openVerify(opened.page, { url });
    return opened;
  }

  it("says before all else for whom, for which matter and until when the file is", async () => {
    const { page, faults } = await visit();
    await choose(page, pdf("加注件.pdf", scene.valid.pdf));
    await answered(page);
    expect(await page.textContent(title)).to.equal("真实，现行有效");
    const said = (await notice(page).textContent())!;
    expect(said).to.contain(`加注件：仅供「${USER}」使用`);
    expect(said)
      .to.contain("事项食品经营许可变更")
      .and.to.match(/有效期至\d{4}\/\d{1,2}\/\d{1,2} \d\d:\d\d:\d\d（北京时间）/);
    expect(said).to.contain("制作机构虎符示例市市场监督管理局").and.to.contain("持证主体申请异地办理");
    // Next to the verdict, above what is to be done.
    expect(await page.locator(".verdict + .copy-notice").count()).to.equal(1);
    const checks = (await page.locator("tbody").textContent())!;
    expect(checks).to.contain("加注件由发证机构制作");
    expect(faults).to.deep.equal([]);
  });

  it("says the same of a code, of which a long name is only the beginning", async () => {
    const { page } = await visit();
    await paste(page, scene.valid.code);
    await answered(page);
    expect(await page.textContent(title)).to.equal("真实，现行有效");
    const said = (await notice(page).textContent())!;
    expect(said).to.contain("仅供「邻省示例县市场监督管理局…」使用").and.to.contain("事项食品经营许可…");
    expect(said).to.match(/制作机构[0-9A-Z]{18}/);
    const text = (await page.textContent("main"))!;
    expect(text).to.contain("只核验了二维码").and.to.contain("二维码中的长字段有截断");
  });

  it("does not know a code that its mirror lacks, and shows what it says only as a claim", async () => {
    const { page } = await visit();
    await paste(page, scene.pending.code);
    await answered(page);
    expect(await page.textContent(title)).to.equal("无法判断");
    expect(await notice(page).count()).to.equal(0);
    await page.locator("details.claims summary").click();
    await page.locator(".claims .copy-facts").waitFor();
    expect(await page.textContent(".claims"))
      .to.contain("尚未证实")
      .and.to.contain("邻省示例县市场监督管理局…");
  });

  it("says that it is over, or that its licence is revoked, and still for whom it was", async () => {
    const { page } = await visit();
    await choose(page, pdf("expired.pdf", scene.expired.pdf));
    await answered(page);
    expect(await page.textContent(title)).to.equal("真实，但已过有效期");
    expect(await page.textContent(".verdict")).to.contain("加注件已过有效期");
    expect(await notice(page).textContent()).to.contain(LONG_NAME);
    await page.getByRole("button", { name: "核验另一份" }).click();
    await paste(page, scene.revoked.code);
    await answered(page);
    expect(await page.textContent(title)).to.equal("真实，但已吊销、撤销或注销");
    expect(await notice(page).textContent())
      .to.contain("仅供「张喆堃」使用")
      .and.to.contain("银行贷款");
  });

  it("shows what a forged one says only as a claim", async () => {
    const { page } = await visit();
    await choose(page, pdf("altered.pdf", scene.altered));
    await answered(page);
    expect(await page.textContent(title)).to.equal("不真实");
    expect(await notice(page).count()).to.equal(0);
    expect(await page.textContent(".claims")).to.contain("不真实的文件自己写的");
  });

  it("names it in the table of several", async () => {
    const { page } = await visit();
    await choose(page, pdf("a.pdf", scene.valid.pdf), pdf("b.pdf", scene.altered));
    await page.locator(".table-progress:has-text('2 / 2')").waitFor();
    const rows = page.locator("tbody tr");
    expect(await rows.nth(0).textContent()).to.contain(`加注件，使用方 ${USER} · 食品经营许可证`);
    expect(await rows.nth(1).textContent()).not.to.contain("加注件，使用方");
  });

  it("says the same of the first one without a connection, by the trust bundle", async () => {
    const { page, context } = await visit({ serviceWorkers: "allow" });
    await page.getByText("离线信任包：").waitFor();
    await page.evaluate("navigator.serviceWorker.ready.then(() => true)");
    await context.unrouteAll();
    await context.setOffline(true);
    await page.reload();
    await page.getByText("当前未连接核验服务").waitFor();
    await choose(page, pdf("加注件.pdf", scene.valid.pdf));
    await answered(page);
    expect(await page.textContent(title)).to.equal("真实，现行有效");
    expect(await notice(page).textContent()).to.contain(`加注件：仅供「${USER}」使用`);
    expect(await page.textContent("main")).to.contain("离线核验");
  });

  it("fits a screen of 360 and one of 1920, has nothing for axe-core to find, and speaks English", async () => {
    const { page, faults } = await visit({ width: 360, height: 740 });
    await choose(page, pdf("加注件.pdf", scene.valid.pdf));
    await answered(page);
    await notice(page).waitFor();
    expect(await overflow(page)).to.equal(0);
    expect(await accessibilityFaultsInBothSchemes(page)).to.deep.equal([]);
    await page.getByRole("button", { name: "English" }).click();
    expect(await notice(page).textContent())
      .to.contain(`Reader's copy, for ${USER} only`)
      .and.to.contain("Matter");
    expect(await overflow(page)).to.equal(0);
    await page.getByRole("button", { name: "Verify another" }).click();
    await choose(page, pdf("long.pdf", scene.expired.pdf));
    await answered(page);
    expect(await notice(page).textContent()).to.contain(LONG_NAME);
    expect(await overflow(page)).to.equal(0);
    await page.setViewportSize({ width: 1920, height: 1080 });
    expect(await overflow(page)).to.equal(0);
    expect(await accessibilityFaults(page)).to.deep.equal([]);
    expect(faults).to.deep.equal([]);
  });
});
