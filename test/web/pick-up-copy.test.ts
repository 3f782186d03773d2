// SPDX-License-Identifier: Apache-2.0
import { readFileSync } from "node:fs";
import { expect } from "chai";
import type { Page } from "playwright-core";
import { dateInShanghai } from "../../src/core/calendar.js";
import { copyFileName, type ReaderCopy } from "../../src/web/copies/reader-copy.js";
import { withBrowser } from "./browser.js";
import {
  anchored,
  delivered,
  fillCopy,
  makeCopy,
  opened,
  refusingCopies,
  sent,
  sharingBrowser,
  type Told,
} from "./pick-up-states.js";
import { type DemoService, demoService } from "./service.js";

const DAY_MS = 86_400_000;

describe("a holder who makes readers' copies", () => {
  const browser = withBrowser();
  let service: DemoService;

  before(async function () {
    this.timeout(120_000);
    service = await demoService();
  });

  const copiesFor = async ({ certificate }: Told, user: string): Promise<readonly ReaderCopy[]> => {
    const path = `/v1/certificates/${certificate}/copies?limit=200`;
    const { copies } = await service.api<{ copies: readonly ReaderCopy[] }>("GET", path);
    return copies.filter((copy) => copy.user === user);
  };
  const errorAt = (page: Page, name: string) =>
    page.locator(".copying .field", { has: page.locator(`input[name=${name}]`) }).locator(".said");

  it("names whom it is for, is told that it is on its way, and downloads the final file when it has arrived", async () => {
    const link = await anchored(service);
    const { page, faults } = await browser.page({ width: 360, height: 740, hasTouch: true });
    await opened(page, link);
    const user = `<b>样例银行</b>股份有限公司`;
    await page.locator(".copy-begin").focus();
    await page.keyboard.press("Enter");
    expect(await page.evaluate("document.activeElement.name")).to.equal("user");
    await page.keyboard.insertText(`　${user} `);
    await page.keyboard.press("Tab");
    await page.keyboard.insertText("经营贷款");
    const until = page.locator("input[name=until]");
    const inThirtyDays = dateInShanghai(Date.now() + 30 * DAY_MS);
    expect(await until.inputValue()).to.equal(inThirtyDays);
    expect(await until.getAttribute("min")).to.equal(dateInShanghai(Date.now()));
    await page.keyboard.press("Enter");

    const said = page.locator(".copy-said");
    await said.waitFor();
    expect(await page.evaluate("document.activeElement.classList.contains('copy-said')")).to.equal(true);
    await page.locator(".copy-said", { hasText: "锚定已完成" }).waitFor();
    const [made, ...others] = await copiesFor(link, user);
    expect(others).to.deep.equal([]);
    expect([made!.matter, made!.until]).to.deep.equal(["经营贷款", `${inThirtyDays}T23:59:59+08:00`]);
    const row = page.locator(`[data-copy="${made!.copyNumber}"]`);
    expect(await row.textContent())
      .to.contain(user)
      .and.to.contain("可以使用");

    const download = page.waitForEvent("download");
    await row.getByRole("button", { name: /^下载/ }).click();
    const file = await download;
    expect(file.suggestedFilename()).to.match(/^.+-加注件-.*样例银行.*股份有限公司\.pdf$/);
    const path = `/v1/certificates/${link.certificate}`;
    const byAgency = await fetch(`${service.url}${path}/copies/${made!.copyNumber}/pdf`, {
      headers: { authorization: `Bearer ${service.token}` },
    });
    expect(readFileSync((await file.path())!)).to.deep.equal(Buffer.from(await byAgency.arrayBuffer()));
    const { events } = await service.api<{ events: { action: string; actor: { id: string } }[] }>(
      "GET",
      `${path}/history?limit=200`,
    );
    expect(events.filter(({ actor }) => actor.id === link.link).map(({ action }) => action)).to.deep.equal([
      ...["pick-up-opened", "certificate-copied", "pick-up-downloaded"],
    ]);
    expect(faults).to.deep.equal([]);
  });

  it("sees at each field what is wrong, found by the page or by the service, and keeps what was typed", async () => {
    const { page } = await browser.page();
    await opened(page, await anchored(service));
    await fillCopy(page, { user: "", matter: "备\u202e案", until: dateInShanghai(Date.now() - DAY_MS) });
    await makeCopy(page);
    expect(await errorAt(page, "user").textContent()).to.contain("请写明给谁用");
    expect(await errorAt(page, "matter").textContent()).to.contain("不可见字符");
    expect(await errorAt(page, "until").textContent()).to.match(/须在 .* 至 .* 之间/);
    expect(await page.evaluate("document.activeElement.name")).to.equal("user");

    // What the fonts lack is known to the service alone.
    await page.locator("input[name=user]").fill("عمّان");
    await page.locator("input[name=matter]").fill("备案");
    await page.locator("input[name=until]").fill(dateInShanghai(Date.now() + DAY_MS));
    await makeCopy(page);
    await page.locator(".copying .field.wrong").waitFor();
    expect(await errorAt(page, "user").textContent()).to.contain("无法印刷");
    expect(await page.locator("input[name=matter]").inputValue()).to.equal("备案");
    expect(await page.locator("[data-copy]", { hasText: "عمّان" }).count()).to.equal(0);
  });

  it("gets one copy when the answer is lost, however often it is asked for", async () => {
    const link = await anchored(service);
    const { page } = await browser.page();
    await opened(page, link);
    const user = "断线样例公司";
    await fillCopy(page, { user });
    // Carried out, but nobody hears of it, and the list is out of reach as well.
    await page.route("**/v1/pick-up/*/copies", async (route) => {
      await route.fetch();
      await route.abort();
    });
    await page.route("**/v1/pick-up/*/copies?*", (route) => route.abort());
    await makeCopy(page);
    await page.getByText("不确定是否已经制作").waitFor();
    await page.unrouteAll();
    await makeCopy(page);
    await page.locator(".copy-said").waitFor();
    expect(await copiesFor(link, user)).to.have.length(1);
  });

  it("learns that the licence is suspended, and makes none", async () => {
    const link = await delivered(service);
    await service.anchored(link.certificate);
    const { page } = await browser.page();
    await opened(page, link);
    await fillCopy(page);
    await service.api("POST", `/v1/certificates/${link.certificate}/suspend`, {
      ...{ legalBasis: "《食品安全法》第三十五条", documentNumber: "示食监〔2026〕3号" },
    });
    await makeCopy(page);
    await page.getByRole("heading", { name: /证照被暂扣/ }).waitFor();
    await page.getByText("暂扣期间不能制作加注件").waitFor();
    expect(await page.locator(".copying form").count()).to.equal(0);
  });

  it("is told when the session is over, and when there are as many copies as there may be", async () => {
    const link = await anchored(service);
    const { page } = await browser.page();
    await opened(page, link);
    await refusingCopies(page, 409, "copy.limit-reached");
    await fillCopy(page);
    await makeCopy(page);
    await page.getByText("已达到持证人可以制作的上限").waitFor();
    await page.unrouteAll();
    await page.reload();
    await page.locator(".sheet").waitFor();
    await fillCopy(page);
    await sent(service, link.certificate);
    await service.api("POST", `/v1/certificates/${link.certificate}/pick-up-links/${link.link}/revoke`);
    await makeCopy(page);
    await page.getByText("查看时间已结束").waitFor();
  });

  it("shares the file where the browser can, with a second press where it wants one", async () => {
    const link = await anchored(service);
    const { page } = await browser.page();
    await sharingBrowser(page);
    await page.addInitScript(`
      window.shared = [];
      navigator.share = async ({ files: [file] }) => {
        shared.push(file.name + " " + file.type + " " + new TextDecoder().decode(await file.slice(0, 5).arrayBuffer()));
        if (shared.length === 1) throw new DOMException("", "NotAllowedError");
      };
    `);
    const body = { user: "分享样例公司", matter: "入驻", until: dateInShanghai(Date.now() + DAY_MS) };
    await service.api("POST", `/v1/certificates/${link.certificate}/copies`, body);
    await opened(page, link);
    let asked = 0;
    page.on("request", (request) => {
      if (/\/copies\/[^/]+\/pdf$/.test(request.url())) asked++;
    });
    const row = page.locator("[data-copy]", { hasText: body.user });
    await row.and(page.locator("[data-anchoring=anchored]")).waitFor();
    const share = row.getByRole("button", { name: /^分享/ });
    await share.click();
    await page.getByText("请再按一次").waitFor();
    await share.click();
    await page.waitForFunction("shared.length === 2");
    const [first, second]: [string, string] = await page.evaluate("shared");
    expect(first).to.match(/-加注件-分享样例公司\.pdf application\/pdf %PDF-$/);
    expect(second).to.equal(first);
    expect(asked).to.equal(1);
  });

  it("gives files names that no system refuses, and tells the pending one from the final one", () => {
    expect(copyFileName("许可证", { user: `..\\a/b:c*?"<>|${"长".repeat(60)}`, anchoring: "anchored" })).to.equal(
      `许可证-加注件-abc${"长".repeat(37)}.pdf`,
    );
    expect(copyFileName("许可证", { user: "甲", anchoring: "staged" })).to.equal("许可证-加注件-甲（锚定中）.pdf");
  });
});
