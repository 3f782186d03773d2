// SPDX-License-Identifier: Apache-2.0
import { readFileSync } from "node:fs";
import { expect } from "chai";
import type { Page } from "playwright-core";
import { accessibilityFaults, overflow } from "./axe.js";
import { withBrowser } from "./browser.js";
import { verifyScene } from "./verify-scene.js";
import { answered, choose, openVerify, pdf, type VerifyScene } from "./verify-states.js";

describe("the verification page, of an archive package,", () => {
  let scene: VerifyScene;
  let archive: Buffer;
  const browser = withBrowser();

  before(async function () {
    this.timeout(180_000);
    scene = await verifyScene();
    archive = await scene.service.archive(scene.service.certificate);
  });

  const title = ".verdict h1";
  const zip = (buffer: Buffer, name = "档案.zip") => ({ name, mimeType: "application/zip", buffer });
  async function visit(page: Page): Promise<void> {
    await openVerify(page, scene.service);
    await page.getByText("离线信任包：").waitFor();
  }

  it("judges it by its own registry with what it loads for the first one, says of when that is, and asks nobody", async () => {
    const { page, context, faults } = await browser.page({ width: 360, height: 740, serviceWorkers: "block" });
    await visit(page);
    const asked: string[] = [];
    context.on("request", (request) => asked.push(new URL(request.url()).pathname));
    await choose(page, zip(archive));
    await answered(page);
    expect(await page.textContent(title)).to.equal("真实，打包时有效");
    const text = (await page.textContent("main"))!;
    expect(text).to.match(/以下结论截至 \d{4}\/\d{1,2}\/\d{1,2} \d\d:\d\d:\d\d（北京时间），即打包时的登记情况/);
    expect(text).to.contain("请取出档案包里的 licence.pdf").and.to.contain("登记摘录").and.to.contain("项事件");
    expect(text).not.to.match(/现行有效|目前没有吊销/);
    expect(await page.locator(".badge.bad, .badge.unknown").count()).to.equal(0);
    expect(asked.filter((path) => /\/archive-file-[^/]+\.js$/.test(path))).to.have.length(1);
    expect(asked.filter((path) => path.startsWith("/v1/"))).to.deep.equal([]);
    expect(await overflow(page)).to.equal(0);
    expect(await accessibilityFaults(page)).to.deep.equal([]);
    await page.getByRole("button", { name: "English" }).click();
    expect(await page.textContent(title)).to.equal("Genuine, and in force when it was packed");
    expect(faults).to.deep.equal([]);
  });

  it("judges it without a connection as well", async () => {
    const { page, context } = await browser.page();
    await visit(page);
    await page.evaluate("navigator.serviceWorker.ready.then(() => true)");
    await context.setOffline(true);
    await page.reload();
    await page.getByText("当前未连接核验服务").waitFor();
    await choose(page, zip(archive));
    await answered(page);
    expect(await page.textContent(title)).to.equal("真实，打包时有效");
  });

  it("shows nothing of one that was altered as proven, and tells it from a letter, in a table and in the CSV", async () => {
    const altered = Buffer.from(archive);
    const at = altered.indexOf("certificate.json", altered.indexOf("licence.pdf", 2_000)) + 60;
    altered[at] = altered[at]! ^ 1;
    const letter = Buffer.concat([
      Buffer.from("PK\x03\x04\x14\0\x06\0\b\0", "latin1"),
      Buffer.alloc(20),
      Buffer.from("[Content_Types].xml"),
    ]);
    const { page } = await browser.page({ serviceWorkers: "block" });
    await visit(page);
    await choose(
      page,
      zip(archive),
      zip(altered, "改动.zip"),
      zip(letter, "信.docx"),
      pdf("x.pdf", scene.documents.genuine),
    );
    await page.getByText("已核验 4 / 4").waitFor();
    const badges = page.locator(".table tbody .badge");
    expect(await badges.allTextContents()).to.deep.equal([
      ...["真实，打包时有效", "不真实", "不是可核验的证照文件", "真实，现行有效"],
    ]);
    const rows = page.locator(".table tbody tr");
    expect(await rows.nth(0).textContent()).to.contain("打包时没有吊销或暂扣");
    const download = page.waitForEvent("download");
    await page.getByRole("button", { name: "CSV" }).click();
    const lines = readFileSync(await (await download).path(), "utf8")
      .trim()
      .split("\r\n");
    expect(lines[1]).to.match(/^档案\.zip,真实，打包时有效,valid,.*,archive package \d{4}-/);
    await rows.nth(1).getByRole("button").click();
    expect(await page.textContent(title)).to.equal("不真实");
    expect(await page.getByText("打包地区").count()).to.equal(0);
  });

  it("is undecided of one that another region packed, and names the key", async () => {
    const { page } = await browser.page({ serviceWorkers: "block" });
    // Without a bundle of its own region no key is known.
    await page.route("**/v1/trust-bundle", (route) => route.fulfill({ status: 404, body: "" }));
    await openVerify(page, scene.service);
    await choose(page, zip(archive));
    await answered(page);
    expect(await page.textContent(title)).to.equal("无法判断");
    expect(await page.textContent("main")).to.match(/archive\.key-not-pinned\s*z6Mk/);
    expect(await page.getByText("打包地区").count()).to.equal(0);
  });
});
