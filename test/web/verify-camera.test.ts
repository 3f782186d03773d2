// SPDX-License-Identifier: Apache-2.0
import { expect } from "chai";
import type { Page } from "playwright-core";
import { withBrowser } from "./browser.js";
import { NINE_FOREIGN, pictureOfCodes } from "./picture.js";
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
    await page.addInitScript(
      "navigator.mediaDevices.getUserMedia = async () => { throw new DOMException('no', 'NotAllowedError'); };",
    );
    await scan(page);
    expect(await page.locator(".camera [role=alert]").textContent())
      .to.contain("许可")
      .and.to.contain("地址栏");
  });

  it("passes over other systems' codes and several of ours, and takes the one that is ours among ten", async () => {
    const { page } = await browser.page();
    await page.addInitScript(CAMERA);
    const views = [
      pictureOfCodes("https://pay.example/?id=1"),
      pictureOfCodes(scene.documents.code, scene.documents.otherCode),
      pictureOfCodes(...NINE_FOREIGN, scene.documents.code),
    ].map((picture) => `data:image/png;base64,${picture.toString("base64")}`);
    await scan(page);
    const see = (view: number) => page.evaluate(`window.see(${JSON.stringify(views[view])})`);
    await see(0);
    await page.getByText("不属于本系统").waitFor();
    await see(1);
    await page.getByText("有多个证照二维码").waitFor();
    await see(2);
    await answered(page);
    expect(await page.textContent(".verdict h1")).to.equal("真实，现行有效");
    expect(await page.evaluate("window.isStopped()")).to.equal(true);
  });
});

/** A camera that sees whatever it is told to. */
const CAMERA = `
  const canvas = document.createElement("canvas");
  const context = canvas.getContext("2d");
  let picture = null;
  let stream = null;
  setInterval(() => { if (picture) context.drawImage(picture, 0, 0); }, 50);
  window.see = async (address) => {
    const next = new Image();
    next.src = address;
    await next.decode();
    canvas.width = next.width;
    canvas.height = next.height;
    picture = next;
  };
  window.isStopped = () => stream.getTracks().every((track) => track.readyState === "ended");
  navigator.mediaDevices.getUserMedia = async () => (stream = canvas.captureStream(10));
`;
