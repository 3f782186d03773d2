// SPDX-License-Identifier: Apache-2.0
import { expect } from "chai";
import { tally } from "../main/service-process.js";
import { withBrowser } from "./browser.js";
import {
  carryOut,
  certificateIn,
  confirm,
  FOOD_PERMIT,
  field,
  fillPermit,
  freshNumber,
  legalState,
  preview,
  previewed,
  signedIn,
  signIn,
} from "./desk-scene.js";
import { type DemoService, demoService } from "./service.js";

describe("a clerk at the issuing desk", () => {
  const browser = withBrowser();
  let service: DemoService;

  before(async function () {
    this.timeout(120_000);
    service = await demoService();
  });

  const withNumber = async (number: string) =>
    (await service.api<{ certificates: object[] }>("GET", `/v1/certificates?number=${number}`)).certificates.length;

  it("signs in, issues, sees it anchored, finds it, suspends, releases and revokes it", async () => {
    const { page, faults } = await browser.page();
    await page.goto(`${service.url}/desk`);
    await signIn(page, service.token);
    await page.getByRole("link", { name: /食品经营许可证/ }).click();
    const name = '<img src=x onerror="document.title=1">小吃店';
    const number = await fillPermit(page, { name });
    await expectText(field(page, "/certificateNumber"), "校验位正确");
    await preview(page);
    await expectText(page.locator(".sheet"), name);
    await confirm(page).click();
    await page.locator("[data-state=issued]").waitFor();
    expect(await page.getByTestId("pick-up-link").textContent()).to.match(/\/c\/[\w-]{22}#[\w-]{22}$/);
    expect(await page.getByTestId("pick-up-code").textContent()).to.match(/^\d{6}$/);

    const download = page.waitForEvent("download");
    await page.getByRole("button", { name: "下载 PDF" }).click();
    expect((await download).suggestedFilename()).to.match(/^1\.2\.156\.3005\.2\..+\.pdf$/);
    await page.getByText("已锚定").waitFor();

    await page.getByRole("navigation").getByRole("link", { name: "查询" }).click();
    await page.locator("form[role=search] input").nth(1).fill(number);
    await page.keyboard.press("Enter");
    await page.getByRole("link", { name: number }).click();
    await legalState(page, "valid").waitFor();
    await expectText(page.locator("main"), name);

    await carryOut(page, /^暂扣$/);
    await legalState(page, "suspended").waitFor();
    await carryOut(page, /^恢复/);
    await legalState(page, "valid").waitFor();
    await carryOut(page, /^吊销/, "revoked-penalty");
    await legalState(page, "revoked-penalty").waitFor();
    await page.getByText("当前状态下没有可以办理的事项").waitFor();
    const done = page.locator(".history li:not([data-action=pick-up-link-made])");
    await done.nth(3).waitFor();
    expect(await done.evaluateAll((items) => items.map((item) => (item as HTMLElement).dataset.action))).to.deep.equal([
      "certificate-issued",
      "certificate-suspended",
      "certificate-released",
      "certificate-revoked",
    ]);
    await expectText(page.locator(".history"), "样例罚〔2026〕7号");
    expect(page.url()).not.to.contain("tt_");
    expect(faults).to.deep.equal([]);
  });

  it("folds all but the newest six of a long delivery list and a long history", async () => {
    const identifier = await service.issue();
    for (let i = 0; i < 8; i++) await service.api("POST", `/v1/certificates/${identifier}/pick-up-links`, {});
    const { page } = await browser.page({ width: 360, height: 740 });
    await signedIn(page, service, `/desk/certificates/${identifier}`);
    for (const [list, all] of [
      [".links", 9],
      [".history", 10],
    ] as const) {
      const section = page.locator("section.card", { has: page.locator(list) });
      const items = section.locator(`${list} > li`);
      await items.nth(5).waitFor();
      const before = await items.allTextContents();
      expect(before).to.have.length(6);
      await section.getByRole("button", { name: `显示更早的 ${all - 6} 条` }).click();
      await items.nth(all - 1).waitFor();
      expect((await items.allTextContents()).slice(-6)).to.deep.equal(before);
      expect(await section.getByRole("button", { name: /显示更早的/ }).count()).to.equal(0);
    }
  });

  it("renews a licence and is led from one version to the other", async () => {
    const id = await certificateIn(service);
    const { page, faults } = await browser.page();
    await signedIn(page, service, `/desk/certificates/${id}/renew`);
    await field(page, "/validUntil").locator(".fill-in").click();
    await preview(page);
    await confirm(page).click();
    await page.locator("[data-state=issued]").getByRole("link", { name: "查看证照" }).click();
    await page.getByRole("link", { name: id }).click();
    await legalState(page, "replaced").waitFor();
    expect(faults).to.deep.equal([]);
  });

  it("is told that a token is not valid, and keeps no token that was refused", async () => {
    const { page } = await browser.page();
    await page.goto(`${service.url}/desk`);
    await signIn(page, "tt_short");
    await page.getByText("共 84 个字符").waitFor();
    await signIn(page, `tt_${"0".repeat(16)}_${"0".repeat(64)}`);
    await page.getByText("令牌无效").waitFor();
    expect(await page.evaluate("JSON.stringify({ ...sessionStorage, ...localStorage })")).not.to.contain("tt_");
  });

  it("leaves nothing behind when signing out", async () => {
    const { page } = await browser.page();
    await page.goto(`${service.url}/desk`);
    await signIn(page, service.token);
    await page.getByRole("link", { name: /食品经营许可证/ }).click();
    await field(page, "/holders/0/certificateHolder").locator("input").fill("样例");
    expect(await page.evaluate("sessionStorage.length")).to.be.greaterThan(0);
    expect(await page.evaluate("JSON.stringify(localStorage)")).not.to.match(/tt_|样例/);
    await page.getByRole("button", { name: "退出" }).click();
    await page.locator(".sign-in").waitFor();
    expect(await page.evaluate("sessionStorage.length")).to.equal(0);
  });

  it("sees a mistyped check character while typing, before anything is sent", async () => {
    const { page } = await browser.page();
    await signedIn(page, service, `/desk/issue/${FOOD_PERMIT}`);
    const number = freshNumber();
    await field(page, "/certificateNumber")
      .locator("input")
      .fill(number.slice(0, -1) + ((Number(number.at(-1)) + 1) % 10));
    await expectText(field(page, "/certificateNumber"), "校验位不符");
    await field(page, "/holders/0/certificateHolderCode").locator("input").fill("92340199TT00001387");
    await expectText(field(page, "/holders/0/certificateHolderCode"), "校验位不符");
    await field(page, "/holders/0/certificateHolderType").locator("select").selectOption("111");
    await field(page, "/holders/0/certificateHolderCode").locator("input").fill("11010519491231002Y");
    await expectText(field(page, "/holders/0/certificateHolderCode"), "17 位数字");
    await field(page, "/holders/0/certificateHolderCode").locator("input").fill("11010519491231002x");
    await expectText(field(page, "/holders/0/certificateHolderCode"), "校验位正确");
  });

  it("is led to the number that is taken, with everything else still there", async () => {
    const number = freshNumber();
    await service.issue({ certificateNumber: number });
    const { page } = await browser.page();
    await previewed(page, service, number);
    await confirm(page).click();
    await expectText(field(page, "/certificateNumber"), "已有在用证照");
    expect(
      await field(page, "/certificateNumber")
        .locator("input")
        .evaluate((node) => node === node.ownerDocument.activeElement),
    ).to.equal(true);
    expect(await field(page, "/face/businessItems").locator("textarea").inputValue()).to.contain("热食类");
    await field(page, "/certificateNumber").locator("input").fill(freshNumber());
    await preview(page);
    await confirm(page).click();
    await page.locator("[data-state=issued]").waitFor();
  });

  it("issues once with a double click", async () => {
    const { page } = await browser.page();
    const number = await previewed(page, service);
    await confirm(page).dblclick();
    await page.locator("[data-state=issued]").waitFor();
    expect(await withNumber(number)).to.equal(1);
  });

  it("issues once when the answer is lost and the page is loaded anew", async () => {
    const { page } = await browser.page();
    const number = await previewed(page, service);
    await page.route("**/v1/certificates", async (route) => {
      await route.fetch();
      await route.abort();
    });
    await confirm(page).click();
    await page.getByText("尚不能确定是否已签发").waitFor();
    await page.unroute("**/v1/certificates");
    await page.reload();
    await page.getByText("已恢复上次未完成的填写").waitFor();
    await preview(page);
    await confirm(page).click();
    await page.locator("[data-state=issued]").waitFor();
    await expectText(page.locator("[data-state=issued]"), number);
    expect(await withNumber(number)).to.equal(1);
  });

  it("goes on where the token ended, after signing in again", async () => {
    const { out } = await tally(service.data, "token", "create", "11340100TT00000153", "--role", "issuer");
    const token = out.trim();
    const id = token.split("_")[1]!;
    const { page } = await browser.page();
    const number = await previewed(page, { ...service, token });
    await tally(service.data, "token", "revoke", id);
    await confirm(page).click();
    await page.locator("dialog .sign-in").waitFor();
    await signIn(page, service.token);
    await page.locator("dialog").waitFor({ state: "detached" });
    expect(await page.locator("[data-state=preview] .notice").count()).to.equal(0);
    await confirm(page).click();
    await page.locator("[data-state=issued]").waitFor();
    await expectText(page.locator("[data-state=issued]"), number);
  });

  it("is told when a colleague was faster, and sees the state that holds now", async () => {
    const id = await certificateIn(service);
    const { page } = await browser.page();
    await signedIn(page, service, `/desk/certificates/${id}`);
    await page.getByRole("button", { name: "暂扣" }).waitFor();
    await service.api("POST", `/v1/certificates/${id}/revoke`, { legalBasis: "法", documentNumber: "1" });
    await carryOut(page, /^暂扣$/);
    await expectText(page.locator("dialog"), "证照状态已");
    await page.getByRole("button", { name: "取消" }).click();
    await legalState(page, "cancelled").waitFor();
  });

  it("must name basis and document before an act is carried out", async () => {
    const { page } = await browser.page();
    await signedIn(page, service, `/desk/certificates/${await certificateIn(service)}`);
    let sent = 0;
    page.on("request", (request) => (sent += request.method() === "POST" ? 1 : 0));
    await page.getByRole("button", { name: "暂扣" }).click();
    await page.locator("dialog button[type=submit]").click();
    expect(await page.locator("dialog .field.wrong").count()).to.equal(2);
    expect(sent).to.equal(0);
    await page.keyboard.press("Escape");
    await page.locator("dialog").waitFor({ state: "detached" });
  });

  it("is told to wait when there were too many requests, and that the service is down when it is", async () => {
    const { page } = await browser.page();
    await signedIn(page, service, "/desk/certificates");
    const problem = { type: "x:y", title: "t", status: 429, detail: "d", code: "request.rate-limited" };
    await page.route("**/v1/certificates?**", (route) =>
      route.fulfill({ status: 429, headers: { "retry-after": "7" }, json: problem }),
    );
    await page.locator("form[role=search] button[type=submit]").click();
    await page.getByText("请等待 7 秒").waitFor();
    await page.unrouteAll();
    await page.route("**/v1/certificates?**", (route) => route.abort());
    await page.getByRole("button", { name: "重试" }).click();
    await page.getByText("无法连接服务").waitFor();
    await page.unrouteAll();
    await page.getByRole("button", { name: "重试" }).click();
    await page.locator("[data-state=results]").waitFor();
  });

  it("is told that a licence is issued also while the chain cannot be reached", async () => {
    const { page } = await browser.page();
    await page.clock.install();
    await previewed(page, service);
    await page.route(/\/v1\/certificates\/[^/]+$/, async (route) => {
      const answer = await route.fetch();
      await route.fulfill({ response: answer, json: { ...(await answer.json()), anchoring: "pending" } });
    });
    await confirm(page).click();
    await page.locator("[data-state=issued]").waitFor();
    for (const seconds of [2, 3, 4, 6, 9, 16]) {
      const looked = page.waitForResponse(/\/v1\/certificates\/[^/?]+$/);
      await page.clock.runFor(seconds * 1_000);
      await looked;
    }
    await page.getByText("上链存证尚未完成").waitFor();
    expect(await page.locator(".badge").textContent()).to.contain("锚定中");
  });

  it("goes through pages of results and back", async () => {
    await Promise.all(Array.from({ length: 21 }, () => certificateIn(service)));
    const { page } = await browser.page({ width: 360, height: 740 });
    await signedIn(page, service, "/desk/certificates");
    await page.locator("form[role=search] button[type=submit]").click();
    const first = await page.locator("[data-state=results] a").first().textContent();
    await page.getByRole("button", { name: "下一页" }).click();
    await page.getByText("第 2 页").waitFor();
    expect(await page.locator("[data-state=results] a").first().textContent()).not.to.equal(first);
    await page.getByRole("button", { name: "上一页" }).click();
    await page.getByText("第 1 页").waitFor();
    expect(await page.locator("[data-state=results] a").first().textContent()).to.equal(first);
    // The list is there again after a look at one of them.
    await page.locator("[data-state=results] a").first().click();
    await page.locator("[data-state=certificate]").waitFor();
    await page.goBack();
    await page.getByText("第 1 页").waitFor();
  });

  it("who may only read is offered nothing else", async () => {
    const { out } = await tally(service.data, "token", "create", "11340100TT00000153", "--role", "reader");
    const token = out.trim();
    const { page } = await browser.page();
    await signedIn(page, { ...service, token });
    await page.waitForURL("**/desk/certificates");
    expect(await page.getByRole("navigation").getByRole("link").count()).to.equal(1);
    await page.goto(`${service.url}/desk/certificates/${service.certificate}`);
    await page.locator("[data-state=certificate]").waitFor();
    expect(await page.locator(".acts, .acts button").count()).to.equal(0);
    await page.getByRole("heading", { name: "加注件" }).waitFor();
    expect(await page.getByRole("button", { name: "制作加注件" }).count()).to.equal(0);
    await page.goto(`${service.url}/desk/issue/${FOOD_PERMIT}`);
    await page.getByText("您没有办理此项的权限").waitFor();
  });

  it("makes one reader's copy for whom the licence is shown, though the answer was lost, and downloads it", async () => {
    const { page, faults } = await browser.page();
    await signedIn(page, service, `/desk/certificates/${service.certificate}`);
    await page.getByRole("button", { name: "制作加注件" }).click();
    const dialog = page.locator("dialog");
    await dialog.locator("input[name=user]").fill("邻省样例县政务服务大厅");
    await dialog.locator("button[type=submit]").click();
    await dialog.getByText("请写明办什么事").waitFor();
    await dialog.locator("input[name=matter]").fill("异地变更登记");
    await page.route("**/copies", async (route) => {
      await route.fetch();
      await route.abort();
    });
    await dialog.locator("button[type=submit]").click();
    await dialog.locator(".notice").waitFor();
    await page.unrouteAll();
    await dialog.locator("button[type=submit]").click();
    const made = page.locator("[data-copy]", { hasText: "邻省样例县政务服务大厅" });
    await made.waitFor();
    expect(await made.count()).to.equal(1);
    expect(await dialog.count()).to.equal(0);
    await page.locator(".history", { hasText: "制作加注件" }).waitFor();
    await page.getByText("锚定已完成。").waitFor();
    const download = page.waitForEvent("download");
    await made.getByRole("button", { name: /^下载/ }).click();
    expect((await download).suggestedFilename()).to.match(/-加注件-邻省样例县政务服务大厅\.pdf$/);
    expect(faults).to.deep.equal([]);
  });

  it("reads English when the browser does", async () => {
    const { page } = await browser.page({ language: "en-GB" });
    await previewed(page, service);
    await page.getByRole("button", { name: "Issue it" }).waitFor();
    expect(await page.title()).to.match(/^Issuing desk/);
  });
});

async function expectText(
  place: {
    textContent(): Promise<string | null>;
    filter(options: { hasText: string }): { first(): { waitFor(): Promise<void> } };
  },
  text: string,
) {
  await place.filter({ hasText: text }).first().waitFor();
}
