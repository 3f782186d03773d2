// SPDX-License-Identifier: Apache-2.0
import { readFileSync } from "node:fs";
import { expect } from "chai";
import { withBrowser } from "./browser.js";
import { anchored, delivered, enter, opened, sent, type Told, told, wrong } from "./pick-up-states.js";
import { type DemoService, demoService } from "./service.js";

interface HistoryEvent {
  readonly action: string;
  readonly actor: { readonly kind: string; readonly id: string };
}

describe("the holder's page", () => {
  const browser = withBrowser();
  let service: DemoService;

  before(async function () {
    this.timeout(120_000);
    service = await demoService();
  });

  /** What the holder's side of the link has left in the history of the certificate. */
  const delivery = async ({ certificate, link }: Told): Promise<string[]> => {
    const path = `/v1/certificates/${certificate}/history?limit=200`;
    const { events } = await service.api<{ events: HistoryEvent[] }>("GET", path);
    return events.filter(({ actor }) => actor.kind === "link" && actor.id === link).map(({ action }) => action);
  };

  it("opens with the code, shows the licence and hands out the file, with the keyboard alone", async () => {
    const link = await anchored(service);
    const { page, faults } = await browser.page({ width: 390, height: 844, hasTouch: true });
    const { type } = (await service.document(link.certificate)) as { type: { name: { zh: string } } };
    const name = type.name.zh;
    const asked: string[] = [];
    page.on("request", (request) => asked.push(`${request.url()} ${request.headers().referer ?? ""}`));
    await page.goto(link.url);
    expect(await page.locator("main h1").textContent()).to.equal("请输入领取码");
    const input = page.locator("input.code");
    expect(await input.getAttribute("autocomplete")).to.equal("one-time-code");
    expect(await input.getAttribute("inputmode")).to.equal("numeric");

    await input.focus();
    // As an input method writes them.
    const fullWidth = [...link.code].map((digit) => String.fromCharCode(digit.charCodeAt(0) + 0xfee0)).join("");
    await page.keyboard.insertText(`${fullWidth.slice(0, 3)} ${fullWidth.slice(3)}`);
    expect(await input.inputValue()).to.equal(link.code);
    await page.keyboard.press("Enter");
    await page.locator(".sheet").waitFor();
    expect(await page.locator(".standing h1").textContent()).to.contain("证照有效");
    expect(await page.locator(".sheet").textContent())
      .to.contain(name)
      .and.to.contain(link.certificate);
    expect(await page.evaluate("document.activeElement.tagName")).to.equal("H1");
    expect(new URL(page.url()).hash).to.equal("");

    const download = page.waitForEvent("download");
    await page.locator(".get-button").focus();
    await page.keyboard.press("Enter");
    const file = await download;
    expect(file.suggestedFilename()).to.equal(`${name}.pdf`);
    expect(readFileSync((await file.path())!)).to.deep.equal(await service.pdf(link.certificate));
    expect(await delivery(link)).to.deep.equal(["pick-up-opened", "pick-up-downloaded"]);
    const secret = new URL(link.url).hash.slice(1);
    expect(asked.filter((each) => each.includes(secret))).to.deep.equal([]);
    expect(faults).to.deep.equal([]);
  });

  it("shows the licence again after a reload in the same browser, and to no other", async () => {
    const link = await delivered(service);
    const { page } = await browser.page();
    await opened(page, link);
    await page.reload();
    await page.locator(".sheet").waitFor();
    const other = await browser.page();
    await other.page.goto(link.url);
    await other.page.getByText("这个链接已经用过").waitFor();
    await page.getByRole("button", { name: "结束查看" }).click();
    await page.getByText("已结束查看").waitFor();
    await page.reload();
    await page.getByText("查看时间已结束").waitFor();
    expect(await delivery(link)).to.deep.equal(["pick-up-opened", "pick-up-refused"]);
  });

  it("says that the licence is being anchored, and offers the final file by itself when it is", async () => {
    const link = await anchored(service);
    const { page, faults } = await browser.page();
    let pending = true;
    await told(page, () => (pending ? { anchoring: "pending", anchoredAt: null } : {}));
    await opened(page, link);
    await page.getByText("正在锚定（上链存证）").waitFor();
    expect(await page.locator(".get-button").textContent()).to.contain("锚定中");
    pending = false;
    await page.getByText("最终文件已备好").waitFor();
    expect(await page.locator(".get-button").textContent()).to.contain("下载证照（PDF）");
    expect(faults).to.deep.equal([]);
  });

  it("counts wrong codes down, keeps the keyboard where it is, and locks the link", async () => {
    const link = await delivered(service);
    const { page } = await browser.page();
    await page.goto(link.url);
    await enter(page, "12");
    await page.getByText("领取码是 6 位数字").waitFor();
    for (const left of [4, 3, 2, 1]) {
      await enter(page, wrong(link.code));
      await page.getByText(`还可以试 ${left} 次`).waitFor();
      expect(await page.evaluate("document.activeElement.name")).to.equal("code");
      expect(await page.locator("input.code").getAttribute("aria-invalid")).to.equal("true");
    }
    await enter(page, wrong(link.code));
    await page.getByText("链接已锁定").waitFor();
    // For good, and for whoever comes next.
    await page.reload();
    await page.getByText("链接已锁定").waitFor();
    expect(await page.evaluate("document.activeElement.tagName")).to.equal("H1");
  });

  it("follows the state of the licence while it is looked at, and ends when the agency takes the link back", async () => {
    const link = await delivered(service);
    const { page } = await browser.page();
    await page.clock.install();
    await opened(page, link);
    await service.api("POST", `/v1/certificates/${link.certificate}/suspend`, {
      ...{ legalBasis: "《食品安全法》第三十五条", documentNumber: "示食监〔2026〕2号" },
    });
    await page.clock.runFor(31_000);
    await page.getByRole("heading", { name: /证照被暂扣/ }).waitFor();
    await service.api("POST", `/v1/certificates/${link.certificate}/pick-up-links/${link.link}/revoke`);
    await page.clock.runFor(31_000);
    await page.getByText("查看时间已结束").waitFor();
  });

  it("sends the holder to the newest link", async () => {
    const old = await delivered(service);
    const next = await sent(service, old.certificate);
    const { page } = await browser.page();
    await page.goto(old.url);
    await page.getByText("请使用最新的链接").waitFor();
    await opened(page, next);
  });

  it("loses no link and no code to a service that does not answer", async () => {
    const link = await delivered(service);
    const { page } = await browser.page();
    await page.goto(link.url);
    await page.route("**/v1/pick-up/*/open", (route) => route.abort());
    await enter(page, link.code);
    await page.getByText("无法连接服务").waitFor();
    await page.unroute("**/v1/pick-up/*/open");
    await page.locator(".code-go").click();
    await page.locator(".sheet").waitFor();
  });

  it("shows markup in a field as text", async () => {
    const link = await anchored(service);
    const { page, faults } = await browser.page();
    const evil = `<img src=x onerror="document.title='owned'">`;
    await told(page, () => ({ holders: [evil], face: [{ field: evil, label: null, value: { [evil]: [evil] } }] }));
    await opened(page, link);
    expect(await page.locator(".sheet").textContent()).to.contain(evil);
    expect(await page.locator(".sheet img").count()).to.equal(0);
    expect(await page.title()).not.to.contain("owned");
    expect(faults).to.deep.equal([]);
  });
});
