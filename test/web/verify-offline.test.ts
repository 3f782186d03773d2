// SPDX-License-Identifier: Apache-2.0
import { expect } from "chai";
import type { BrowserContext, Page } from "playwright-core";
import { until } from "../main/service-process.js";
import { withBrowser } from "./browser.js";
import { verifyScene } from "./verify-scene.js";
import { answered, choose, openVerify, paste, pdf, type VerifyScene, withRegistryFacts } from "./verify-states.js";

describe("the verification page without a connection", () => {
  let scene: VerifyScene;
  let bundle: Buffer;
  const browser = withBrowser();

  before(async function () {
    this.timeout(180_000);
    scene = await verifyScene();
    // The licences of the scene are anchored; a bundle issued from now on has them.
    const known = sequenceOf(await newestBundle());
    await until(async () => {
      bundle = await newestBundle();
      return sequenceOf(bundle) > known + 1;
    }, 60_000);
  });

  async function newestBundle(): Promise<Buffer> {
    return Buffer.from(await (await fetch(`${scene.service.url}/v1/trust-bundle`)).arrayBuffer());
  }

  const title = ".verdict h1";

  /** A first visit, to its end: files kept, bundle kept. */
  async function visit(page: Page): Promise<void> {
    await openVerify(page, scene.service);
    await page.getByText("离线信任包：").waitFor();
    await page.evaluate("navigator.serviceWorker.ready.then(() => true)");
  }

  const serve = (context: BrowserContext, body: Buffer, etag: string) =>
    context.route("**/v1/trust-bundle", (route) =>
      route.fulfill({ status: 200, headers: { etag }, contentType: "application/json", body }),
    );

  it("opens again, verifies by the trust bundle, and shows how old that is", async () => {
    const { page, context } = await browser.page();
    await visit(page);
    await context.setOffline(true);
    await page.reload();
    await page.getByText("当前未连接核验服务").waitFor();
    expect(await page.textContent(".footing")).to.match(/离线信任包：\d{4}\/.*（北京时间）/);
    await choose(page, pdf("licence.pdf", scene.documents.genuine));
    await answered(page);
    expect(await page.textContent(title)).to.equal("真实，现行有效");
    expect(await page.textContent("main"))
      .to.contain("离线核验")
      .and.to.contain("此后的吊销、暂扣尚未反映");
  });

  it("has kept every script that a document may need, before anybody asks for a code reader", async () => {
    const { page } = await browser.page();
    await visit(page);
    const kept: string[] = await page.evaluate(`
      caches.keys().then(async (names) => {
        const files = await caches.open(names.find((name) => name.startsWith("tally-files-")));
        return (await files.keys()).map(({ url }) => new URL(url).pathname);
      })
    `);
    for (const script of ["v", "worker", "judge-seal", "judge-foreign-credential", "timestamp-authority"])
      expect(kept.filter((path) => path.startsWith(`/assets/${script}-`) && path.endsWith(".js"))).to.have.length(1);
    expect(kept.filter((path) => /decoder|zxing|desk/.test(path))).to.deep.equal([]);
  });

  it("says what a code alone cannot tell then", async () => {
    const { page, context } = await browser.page();
    await visit(page);
    await context.setOffline(true);
    await paste(page, scene.documents.code);
    await answered(page);
    expect(await page.textContent(title)).to.equal("无法判断");
    expect(await page.textContent("main"))
      .to.contain("离线时只有二维码")
      .and.to.contain("PDF 自带存证证明");
    expect(await page.getByText(scene.documents.holder).isVisible()).to.equal(false);
  });

  it("falls back to the bundle when the chain alone is down, and says so", async () => {
    const { page } = await browser.page();
    await visit(page);
    await page.route("**/v1/chain", (route) => route.fulfill({ status: 503, body: "" }));
    await choose(page, pdf("licence.pdf", scene.documents.genuine));
    await answered(page);
    expect(await page.textContent(title)).to.equal("真实，现行有效");
    expect(await page.textContent("main")).to.contain("未能连接登记合约，依据");
  });

  it("says nothing of states by a bundle that is too old", async () => {
    const { page, context } = await browser.page({ serviceWorkers: "block" });
    // With this bound, every bundle is too old.
    await withRegistryFacts(page, { bundleMaxAgeSeconds: -1_000 });
    await openVerify(page, scene.service);
    await page.getByText("离线信任包：").waitFor();
    await context.route("**/v1/chain", (route) => route.abort());
    await choose(page, pdf("licence.pdf", scene.documents.genuine));
    await answered(page);
    expect(await page.textContent(title)).to.equal("无法判断");
    const text = await page.textContent("main");
    expect(text).to.contain("信任包已过期").and.to.contain("是否被吊销、暂扣无从得知");
    expect(await page.locator(".badge.bad").count()).to.equal(0);
  });

  for (const [what, change, said] of [
    [
      "was altered",
      (text: string) => text.replace(/"sequence":(\d+)/, (_, n) => `"sequence":${Number(n) + 9}`),
      "bundle.signature-wrong",
    ],
    ["is of another chain", (text: string) => text.replace(/"chainId":\d+/, '"chainId":1'), "bundle.wrong-chain"],
    [
      "nobody we know signed",
      (text: string) => text.replace(/did:key:z[^"]+/, FOREIGN_METHOD),
      "bundle.key-not-pinned",
    ],
  ] as const) {
    it(`keeps its own bundle when the service offers one that ${what}`, async () => {
      const { page, context } = await browser.page({ serviceWorkers: "block" });
      await openVerify(page, scene.service);
      await page.getByText("离线信任包：").waitFor();
      const known = await page.textContent(".footing-facts");
      await serve(context, Buffer.from(change(bundle.toString())), '"forged"');
      await page.reload();
      await page.getByText("没有采用服务提供的离线信任包").waitFor();
      expect(await page.textContent(".footing")).to.contain(said);
      expect(await page.textContent(".footing-facts")).to.equal(known);
    });
  }

  it("says when the service names another registry than before, until the reader has asked about it", async () => {
    const { page } = await browser.page();
    await openVerify(page, scene.service);
    const notice = page.locator(".changed-network");
    const other = `0x${"ab".repeat(20)}`;
    const reopened = async (): Promise<void> => {
      await page.reload();
      await page.locator(".footing").waitFor({ state: "attached" });
    };
    await withRegistryFacts(page, { registry: other });
    await reopened();
    await notice.waitFor();
    expect(await notice.textContent())
      .to.contain(other)
      .and.to.contain(scene.service.registry)
      .and.to.contain("向本地区服务机构核实");
    await choose(page, pdf("licence.pdf", scene.documents.genuine));
    await answered(page);
    expect(await page.textContent(title)).to.equal("无法判断");
    expect(await notice.isVisible()).to.equal(true);
    // Also on a later visit, and not any more when the service names the old one again.
    await reopened();
    await notice.waitFor();
    await page.unroute("**/v1/registry");
    await reopened();
    expect(await notice.count()).to.equal(0);

    // How long things may take is no part of the network's name.
    await withRegistryFacts(page, { maxAnchorDelaySeconds: 7 });
    await reopened();
    expect(await notice.count()).to.equal(0);
    await withRegistryFacts(page, { registry: other });
    await reopened();
    await page.getByRole("button", { name: "已核实，不再提示" }).click();
    await notice.waitFor({ state: "detached" });
    await reopened();
    expect(await notice.count()).to.equal(0);
  });

  it("keeps its own bundle when the service offers an older one", async () => {
    // Something happens in the region, and the service signs anew.
    await scene.service.anchored(await scene.service.issue());
    await until(async () => sequenceOf(await newestBundle()) > sequenceOf(bundle), 60_000);
    const { page, context } = await browser.page({ serviceWorkers: "block" });
    await openVerify(page, scene.service);
    await page.getByText("离线信任包：").waitFor();
    await serve(context, bundle, '"older"');
    await page.reload();
    await page.getByText("没有采用服务提供的离线信任包").waitFor();
    expect(await page.textContent(".footing")).to.contain("bundle.older");
  });
});

/** Of another did:key, well-formed. */
const FOREIGN_METHOD =
  "did:key:z6MkhaXgBZDvotDkL5257faiztiGiC2QtKLGpbnnEGta2doK#z6MkhaXgBZDvotDkL5257faiztiGiC2QtKLGpbnnEGta2doK";

/** 0 while the region has not issued one yet. */
const sequenceOf = (bundle: Buffer): number => (JSON.parse(bundle.toString()) as { sequence?: number }).sequence ?? 0;
