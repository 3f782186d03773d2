// SPDX-License-Identifier: Apache-2.0
import { expect } from "chai";
import type { Page } from "playwright-core";
import { withBrowser } from "./browser.js";
import { isCameraStopped, see, withCamera, withFailingCamera } from "./camera.js";
import { NINE_FOREIGN, pictureOfCodes, pictureOfDamagedCode } from "./picture.js";
import { verifyScene } from "./verify-scene.js";
import { answered, openVerify, type VerifyScene } from "./verify-states.js";

describe("the camera of the verification page", () => {
  let scene: VerifyScene;
  const browser = withBrowser();

  before(async function () {
    this.timeout(180_000);
    scene = await verifyScene();
  });

  const scan = async (page: Page) => {
    await openVerify(page, scene.service);
    await page.getByRole("button", { name: "扫二维码" }).click();
  };

  it("says that there is none, and what else can be done", async () => {
    const { page } = await browser.page();
    await scan(page);
    const notice = await page.locator(".camera [role=alert]").textContent();
    expect(notice).to.contain("没有找到摄像头").and.to.contain("选择二维码照片");
    await page.keyboard.press("Escape");
    await page.locator(".drop").waitFor();
  });

  it("says that it was refused, and how to allow it", async () => {
    const { page } = await browser.page();
    await withFailingCamera(page, "NotAllowedError");
    await scan(page);
    expect(await page.locator(".camera [role=alert]").textContent())
      .to.contain("许可")
      .and.to.contain("地址栏");
  });

  it("says that it does not work when another program has it, and tries again", async () => {
    const { page } = await browser.page();
    await withFailingCamera(page, "NotReadableError");
    await scan(page);
    const notice = page.locator(".camera [role=alert]");
    expect(await notice.textContent())
      .to.contain("摄像头无法使用")
      .and.to.contain("被其他程序占用");
    await page.evaluate("navigator.mediaDevices.getUserMedia = () => new Promise(() => {})");
    await page.getByRole("button", { name: "再试一次" }).click();
    await page.getByText("正在打开摄像头").waitFor();
    expect(await notice.count()).to.equal(0);
  });

  it("passes over other systems' codes, damaged ones and several of ours, and takes the one that is ours among ten", async () => {
    const { page } = await browser.page();
    await withCamera(page);
    await scan(page);
    await see(page, pictureOfCodes("https://pay.example/?id=1"));
    await page.getByText("不属于本系统").waitFor();
    await see(page, pictureOfDamagedCode(scene.documents.code));
    await page.getByText("看到了二维码，但读不出来").waitFor();
    await see(page, pictureOfCodes(scene.documents.code, scene.documents.otherCode));
    await page.getByText("有多个证照二维码").waitFor();
    await see(page, pictureOfCodes(...NINE_FOREIGN, scene.documents.code));
    await answered(page);
    expect(await page.textContent(".verdict h1")).to.equal("真实，现行有效");
    expect(await isCameraStopped(page)).to.equal(true);
  });
});
