// SPDX-License-Identifier: Apache-2.0
import { expect } from "chai";
import type { Page } from "playwright-core";
import { generateCitizenId } from "../../src/core/identifiers/citizen-id.js";
import { MIN_PHOTO_SIDE, type Photo, readPhoto } from "../../src/core/photo/photo.js";
import { photoOf } from "../../src/core/photo/take-photo.js";
import { picture, SAMPLE_PICTURE, withSegment, withSize } from "../core/photo/pictures.js";
import { greyPng } from "../grey-png.js";
import { tally } from "../main/service-process.js";
import { accessibilityFaultsInBothSchemes, overflow } from "./axe.js";
import { withBrowser } from "./browser.js";
import { confirm, field, preview, signedIn } from "./desk-scene.js";
import { type DemoService, demoService } from "./service.js";

/** A white picture that a browser opens. */
const strip = (width: number, height: number): Buffer =>
  greyPng(width, height, new Uint8Array(width * height).fill(255));

const DRIVERS = "11100000000019713D071";
const TRANSPORT_AGENCY = "11340100TT0000023X";

describe("a photo at the issuing desk", () => {
  const browser = withBrowser();
  let service: DemoService;
  let token: string;

  before(async function () {
    this.timeout(120_000);
    service = await demoService();
    const { out } = await tally(service.data, "token", "create", TRANSPORT_AGENCY, "--role", "issuer");
    token = /tt_\S+/.exec(out)![0];
  });

  const form = async () => {
    const opened = await browser.page();
    await signedIn(opened.page, { url: service.url, token }, `/desk/issue/${DRIVERS}`);
    await opened.page.locator(".licence-form").waitFor();
    return opened;
  };
  const choose = (page: Page, name: string, bytes: Uint8Array) =>
    field(page, "/face/photo")
      .locator("input[type=file]")
      .setInputFiles({ name, mimeType: "image/jpeg", buffer: Buffer.from(bytes) });
  /** What will be signed. */
  const chosen = async (page: Page): Promise<Photo> => {
    const read = readPhoto((await field(page, "/face/photo").locator("img").getAttribute("src"))!);
    if ("problem" in read) throw new Error(read.problem);
    return read.photo;
  };
  /** Made in the page: this width and height, left half red, right half blue. */
  const drawn = async (page: Page, type: string, width: number, height: number): Promise<Uint8Array> =>
    Uint8Array.from(
      await page.evaluate(
        async ([mime, w, h]) => {
          const canvas = new OffscreenCanvas(w, h);
          const context = canvas.getContext("2d")!;
          context.fillStyle = "#f00";
          context.fillRect(0, 0, w / 2, h);
          context.fillStyle = "#00f";
          context.fillRect(w / 2, 0, w / 2, h);
          return [...new Uint8Array(await (await canvas.convertToBlob({ type: mime })).arrayBuffer())];
        },
        [type, width, height] as const,
      ),
    );

  it("is chosen, seen in the preview, issued, and seen in the certificate, without its metadata", async () => {
    const { page, faults } = await form();
    const code = generateCitizenId({ region: "349901", birthDate: "1990-01-01", sequence: "777" });
    await field(page, "/holders/0/certificateHolder").locator("input").fill("样例·喆");
    await field(page, "/holders/0/certificateHolderCode").locator("input").fill(code);
    await field(page, "/face/sex").locator("input").first().check();
    await field(page, "/face/birthDate").locator("input").fill("1990-01-01");
    await field(page, "/face/qualificationCategories").locator("input").first().check();
    await field(page, "/face/vehicleClass").locator("select").selectOption({ index: 1 });
    await field(page, "/face/firstIssueDate").locator("input").fill("2020-01-01");
    await field(page, "/validUntil").locator(".fill-in").click();
    await preview(page);
    expect(await field(page, "/face/photo").textContent()).to.contain("必填");

    await choose(page, "IMG_0001.JPG", picture("with-location"));
    await field(page, "/face/photo").locator("img").waitFor();
    expect(await accessibilityFaultsInBothSchemes(page)).to.deep.equal([]);
    await page.setViewportSize({ width: 360, height: 740 });
    expect(await overflow(page), "wider than 360 pixels").to.equal(0);
    const { bytes } = await chosen(page);
    expect(Buffer.from(bytes).includes("Camera")).to.equal(false);
    await preview(page);
    await confirm(page).waitFor();
    const src = await page.locator(".sheet-photo").getAttribute("src");
    expect(readPhoto(src!)).to.have.property("photo");
    await confirm(page).click();
    await page.locator("[data-state=issued]").waitFor();
    await page.locator("[data-state=issued] a[href*='/desk/certificate']").first().click();
    await page.locator(".fact-photo").waitFor();
    expect(await page.locator(".fact-photo").getAttribute("src")).to.equal(src);
    const isDecoded = () => document.querySelector<HTMLImageElement>(".fact-photo")!.naturalWidth > 0;
    await page.waitForFunction(isDecoded);
    expect(faults).to.deep.equal([]);
  }).timeout(60_000);

  it("of any size and format that the browser opens is made one that a certificate takes", async () => {
    const { page } = await form();
    for (const [type, width, height] of [
      ["image/png", 2_000, 3_000],
      ["image/webp", 400, 300],
      ["image/jpeg", 3_000, 2_000],
    ] as const) {
      await choose(page, "picture", await drawn(page, type, width, height));
      const expected = width / height;
      await page.waitForFunction((ratio) => {
        const image = document.querySelector<HTMLImageElement>("[data-pointer='/face/photo'] img");
        return image?.complete && Math.abs(image.naturalWidth / image.naturalHeight - ratio) < 0.02;
      }, expected);
      const photo = await chosen(page);
      expect(photo.width).to.be.at.most(537);
      expect(photo.height).to.be.at.most(662);
    }
  });

  it("is turned as EXIF says, since nothing of EXIF is kept", async () => {
    const { page } = await form();
    await choose(page, "turned.jpg", picture("turned"));
    await field(page, "/face/photo").locator("img").waitFor();
    const { width, height } = await chosen(page);
    expect([width, height]).to.deep.equal([220, 179]);
  });

  it("that cannot be used is refused with the way out, and the one before stays", async () => {
    const { page, faults } = await form();
    await choose(page, "good.jpg", SAMPLE_PICTURE);
    await field(page, "/face/photo").locator("img").waitFor();
    for (const [bytes, words] of [
      [Buffer.from("not a picture"), "另存为 JPEG"],
      [withSize(65_535, 65_535), "图片过大"],
      [withSize(40, 40), "图片过小"],
      // Drawn as small as a photo is, nothing would be left of its shorter side.
      [strip(MIN_PHOTO_SIDE, 133_000), "图片过小"],
      [Buffer.alloc(21 * 1024 * 1024, 0xff), "图片过大"],
      [withSegment(SAMPLE_PICTURE.subarray(0, 300), 0xe2, "x".repeat(60_000)), "另存为 JPEG"],
    ] as const) {
      await choose(page, "bad.jpg", bytes);
      await page.waitForFunction(
        (text) => document.querySelector("[data-pointer='/face/photo'] .said")?.textContent?.includes(text),
        words,
      );
      expect(await chosen(page)).to.deep.equal((photoOf(SAMPLE_PICTURE) as { photo: Photo }).photo);
      await choose(page, "good.jpg", SAMPLE_PICTURE);
      await page.waitForFunction(
        () => document.querySelector("[data-pointer='/face/photo'] .said")?.textContent?.trim() === "",
      );
    }
    await field(page, "/face/photo").locator("button").click();
    expect(await field(page, "/face/photo").locator("img").count()).to.equal(0);
    expect(faults).to.deep.equal([]);
  });
});
