// SPDX-License-Identifier: Apache-2.0
import { expect } from "chai";
import { changePrintedText } from "../../src/main/demo/pdf-surgery.js";
import { withBrowser } from "./browser.js";
import { pictureOfCodes } from "./picture.js";
import { verifyScene } from "./verify-scene.js";
import { answered, choose, json, openVerify, paste, pdf, type VerifyScene, verified } from "./verify-states.js";

describe("the verification page", () => {
  let scene: VerifyScene;
  const browser = withBrowser();

  before(async function () {
    this.timeout(180_000);
    scene = await verifyScene();
  });

  const title = ".verdict h1";

  it("says of a genuine PDF what it is, who issued it and when it was anchored", async () => {
    const { page, faults } = await browser.page();
    await verified(page, scene.service, pdf("licence.pdf", scene.documents.genuine));
    expect(await page.textContent(title)).to.equal("真实，现行有效");
    // Its seal vouches for the printed page.
    expect(await page.textContent(".verdict-lead")).to.contain("内容未被改动");
    const text = (await page.textContent("main"))!;
    expect(text).to.contain(scene.documents.number).and.to.contain(scene.documents.holder);
    expect(text).to.contain("合肥市市场监督管理局（样例）").and.to.contain("安徽省");
    expect(text).to.contain("不证明出示人就是持证人");
    // The browser stands in Lisbon; legal times are those of Shanghai.
    expect(text).to.match(/存证（锚定）时间\d{4}\/\d{1,2}\/\d{1,2} \d\d:\d\d:\d\d（北京时间）/);
    expect(await page.locator(".check, .table tbody tr").count()).to.equal(9);
    expect(await page.evaluate("document.activeElement?.textContent")).to.equal("真实，现行有效");
    expect(faults).to.deep.equal([]);
  });

  it("answers in English too, when it is chosen while the answer is shown", async () => {
    const { page } = await browser.page();
    await verified(page, scene.service, json("licence.json", scene.documents.json));
    await page.getByRole("button", { name: "English" }).click();
    expect(await page.textContent(title)).to.equal("Genuine and in force");
    expect(await page.textContent("main")).to.contain("Check who presents it: this proves the paper, not the bearer.");
  });

  it("vouches for the signed fields alone of a PDF whose printed page may say something else", async () => {
    const falsified = Buffer.from(changePrintedText(scene.documents.unsealed));
    expect(falsified.equals(scene.documents.unsealed)).to.equal(false);
    const { page } = await browser.page();
    await verified(page, scene.service, pdf("licence.pdf", falsified));
    expect(await page.textContent(".verdict-lead"))
      .to.contain("未经比对")
      .and.not.to.contain("未被改动");
    // Directly under the answer, in words.
    const notice = page.locator(".verdict + .notice");
    expect(await notice.textContent()).to.contain("只以本页所列「证照内容」为准");
    await page.getByRole("button", { name: "English" }).click();
    expect(await page.textContent(".verdict-lead")).to.contain("believe only the fields below");
    expect(await notice.textContent()).to.contain("The printed page was not compared");
  });

  it("says nothing of a printed page where there is none", async () => {
    const { page } = await browser.page();
    await verified(page, scene.service, json("licence.json", scene.documents.json));
    expect(await page.textContent(".verdict-lead")).to.contain("内容未被改动");
    expect(await page.textContent("main")).not.to.contain("未经比对");
  });

  for (const [what, document, said] of [
    ["revoked", "revoked", "真实，但已吊销、撤销或注销"],
    ["suspended", "suspended", "真实，但已暂扣"],
  ] as const) {
    it(`says that a ${what} licence is genuine, but not in force`, async () => {
      const { page } = await browser.page();
      await verified(page, scene.service, pdf("licence.pdf", scene.documents[document]));
      expect(await page.textContent(title)).to.equal(said);
      expect(await page.locator(".verdict.warn").count()).to.equal(1);
    });
  }

  it("shows what an altered document claims only as claims, and closed", async () => {
    const { page } = await browser.page();
    await verified(page, scene.service, json("licence.json", scene.documents.altered));
    expect(await page.textContent(title)).to.equal("不真实");
    expect(await page.getByText("冒名顶替的店铺").isVisible()).to.equal(false);
    await page.locator("details.claims summary").click();
    expect(await page.getByText("冒名顶替的店铺").isVisible()).to.equal(true);
    expect(await page.locator("details.claims").textContent()).to.contain("不要据此办理");
    expect(await page.getByRole("heading", { name: "证照内容" }).count()).to.equal(0);
  });

  it("opens from a code's link, takes the code out of the address, and warns an official", async () => {
    const { page } = await browser.page();
    const digits = scene.documents.code.split("#")[1]!;
    await page.goto(`${scene.service.url}/v#${digits}`);
    await answered(page);
    expect(await page.textContent(title)).to.equal("真实，现行有效");
    expect(page.url()).to.equal(`${scene.service.url}/v`);
    expect(await page.textContent("main")).to.contain("从本地区官方网站打开核验页面重新扫码");
    // A telephone opens the next code in the same page.
    await page.evaluate(`location.hash = "${digits.slice(0, -1)}${(Number(digits.at(-1)) + 1) % 10}"`);
    await page.getByText("不真实").first().waitFor();
    // A number of another system, or a link that was cut off.
    for (const other of [digits.slice(0, -1), "1".repeat(70), "other"]) {
      await page.evaluate(`location.hash = "${other}"`);
      await page.getByText("未核验").first().waitFor();
      expect(await page.textContent(".verdict-lead")).to.contain("不属于本系统，或内容不完整");
    }
    expect(await page.evaluate("history.length")).to.be.lessThan(8);
  });

  it("takes pasted digits and links of whatever host, also when they were broken into lines", async () => {
    const { page } = await browser.page();
    const digits = scene.documents.code.split("#")[1]!;
    for (const text of [`https://forger.example/v#${digits}`, digits.replace(/(.{60})/g, "$1\n")]) {
      await openVerify(page, scene.service);
      await paste(page, text);
      await answered(page);
      expect(await page.textContent(title)).to.equal("真实，现行有效");
    }
  });

  it("reads the code in a picture, with a decoder from its own origin where the browser has none", async () => {
    const { page, faults } = await browser.page();
    const asked: string[] = [];
    page.on("request", (request) => asked.push(request.url()));
    const buffer = pictureOfCodes(scene.documents.code);
    await verified(page, scene.service, { name: "photo.png", mimeType: "image/png", buffer });
    expect(await page.textContent(title)).to.equal("真实，现行有效");
    expect(asked.filter((url) => !url.startsWith(scene.service.url))).to.deep.equal([]);
    expect(faults).to.deep.equal([]);
  });

  it("takes a file that is dropped anywhere on the page, whatever it shows, and lets no browser open it", async () => {
    const { page } = await browser.page();
    await openVerify(page, scene.service);
    const hold = (text: Buffer) =>
      page.evaluateHandle((content) => {
        const data = new DataTransfer();
        data.items.add(new File([content], "licence.json", { type: "application/json" }));
        return data;
      }, text.toString());
    /** Whether the browser was kept from opening what was dropped. */
    const drop = async (text: Buffer): Promise<boolean> => {
      const dataTransfer = await hold(text);
      await page.evaluate("addEventListener('drop', (event) => { window.isTaken = event.defaultPrevented; })");
      await page.dispatchEvent("footer", "drop", { dataTransfer });
      return page.evaluate("window.isTaken");
    };
    expect(await drop(scene.documents.json)).to.equal(true);
    await answered(page);
    expect(await page.textContent(title)).to.equal("真实，现行有效");

    // On a result: the next verification begins.
    await page.dispatchEvent("footer", "dragover", { dataTransfer: await hold(scene.documents.altered) });
    await page.getByText("松开即核验这些文件").waitFor();
    expect(await drop(scene.documents.altered)).to.equal(true);
    await page.getByText("不真实").first().waitFor();
    expect(await page.getByText("松开即核验这些文件").count()).to.equal(0);

    await page.getByRole("button", { name: "核验另一份" }).click();
    await page.getByRole("button", { name: "扫二维码" }).click();
    await page.locator(".camera").waitFor();
    expect(await drop(scene.documents.json)).to.equal(true);
    await answered(page);
    expect(await page.textContent(title)).to.equal("真实，现行有效");
  });

  it("does everything with the keyboard alone", async () => {
    const { page } = await browser.page();
    await openVerify(page, scene.service);
    const focused = () => page.evaluate("document.activeElement.textContent.trim() || document.activeElement.tagName");
    const stops: unknown[] = [];
    for (let i = 0; i < 6; i++) {
      await page.keyboard.press("Tab");
      stops.push(await focused());
    }
    expect(stops).to.deep.equal(["跳到正文", "English", "选择文件", "扫二维码", "TEXTAREA", "核验"]);
    await page.keyboard.press("Shift+Tab");
    await page.keyboard.insertText(scene.documents.code);
    await page.keyboard.press("Tab");
    await page.keyboard.press("Enter");
    await answered(page);
    expect(await focused()).to.equal("真实，现行有效");
    await page.keyboard.press("Shift+Tab");
    await page.keyboard.press("Shift+Tab");
    expect(await focused()).to.equal("核验另一份");
    await page.keyboard.press("Enter");
    await page.locator(".drop").waitFor();
  });

  it("verifies several files into a table, and gives it as CSV without formulas", async () => {
    const { page } = await browser.page();
    await openVerify(page, scene.service);
    await choose(
      page,
      pdf('=HYPERLINK("https://x.example").pdf', scene.documents.unsealed),
      json("-altered.json", scene.documents.altered),
      {
        name: "two codes.png",
        mimeType: "image/png",
        buffer: pictureOfCodes(scene.documents.code, scene.documents.otherCode),
      },
    );
    await page.getByText("已核验 4 / 4").waitFor();
    const rows = await page.locator(".table tbody tr").allTextContents();
    expect(rows).to.have.length(4);
    const answers = await page.locator(".table .badge").allTextContents();
    expect(answers).to.have.members(["真实，现行有效", "不真实", "真实，现行有效", "真实，但已吊销、撤销或注销"]);
    expect(rows[0]).to.contain("PDF 页面未经比对");
    expect(rows[1]).not.to.contain("冒名顶替的店铺").and.not.to.contain("未经比对");

    const downloading = page.waitForEvent("download");
    await page.getByRole("button", { name: "下载结果表（CSV）" }).click();
    const stream = await (await downloading).createReadStream();
    const text = Buffer.concat(await stream.toArray()).toString("utf8");
    expect(text.startsWith("\ufeff文件,结果,")).to.equal(true);
    expect(text).to.contain(`"'=HYPERLINK(""https://x.example"").pdf"`).and.to.contain(`"'-altered.json"`);
    expect(text).to.contain(scene.documents.number).and.not.to.contain("冒名顶替的店铺");
    const lines = text.trimEnd().split("\r\n");
    expect(lines).to.have.length(5);
    expect(lines[0]).to.match(/,备注$/);
    expect(lines[1]).to.match(/,请将签名字段与纸面比对$/);

    await page
      .getByRole("button", { name: /查看详情/ })
      .nth(1)
      .click();
    expect(await page.textContent(title)).to.equal("不真实");
    await page.getByRole("button", { name: "返回结果表" }).click();
    expect(await page.locator(".table tbody tr").count()).to.equal(4);
  });
});
