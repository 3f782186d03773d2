// SPDX-License-Identifier: Apache-2.0
import { expect } from "chai";
import type { Page } from "playwright-core";
import { until } from "../main/service-process.js";
import { withBrowser } from "./browser.js";
import { isCameraStopped, see, withCamera } from "./camera.js";
import { NINE_FOREIGN, pictureOfCodes } from "./picture.js";
import { verifyScene } from "./verify-scene.js";
import { answered, choose, openVerify, type VerifyScene } from "./verify-states.js";

/** What the browser's own reader does when it is asked, as bodies of functions. */
interface Reader {
  readonly formats?: string;
  readonly construct?: string;
  readonly detect?: string;
}

const FINE = { formats: `return ["ean_13", "qr_code"];`, construct: "", detect: "" } satisfies Reader;
const EMPTY = pictureOfCodes();

describe("the verification page in a browser with a code reader of its own", () => {
  let scene: VerifyScene;
  const browser = withBrowser();

  before(async function () {
    this.timeout(180_000);
    scene = await verifyScene();
  });

  /**
   * The page with a `BarcodeDetector` (Shape Detection API) in its worker, since headless Chromium has none. It sees what
   * `show` tells it, says how often it was asked, and otherwise does what the standard says.
   */
  async function withReader(reader: Reader) {
    const { page, context } = await browser.page({ serviceWorkers: "block" });
    const decoders: string[] = [];
    page.on("request", (request) => {
      if (/zxing|decoder/.test(request.url())) decoders.push(request.url());
    });
    await context.route(/\/assets\/worker-[^/]+\.js$/, async (route) => {
      const answer = await route.fetch();
      const { "content-encoding": _, "content-length": __, ...headers } = answer.headers();
      await route.fulfill({ status: 200, headers, body: `${detectorOf(reader)}${await answer.text()}` });
    });
    await withCamera(page);
    await page.addInitScript(VIEW);
    await openVerify(page, scene.service);
    return { page, decoders, show: (...codes: string[]) => page.evaluate(`window.show(${JSON.stringify(codes)})`) };
  }

  const scan = async (page: Page, picture: Buffer) => {
    await page.getByRole("button", { name: "扫二维码" }).click();
    await see(page, picture);
  };
  const valid = async (page: Page) => {
    await answered(page);
    expect(await page.textContent(".verdict h1")).to.equal("真实，现行有效");
  };
  const asked = (page: Page) => page.evaluate("window.asked") as Promise<number>;
  const chosen = (page: Page, buffer: Buffer) => choose(page, { name: "扫描.png", mimeType: "image/png", buffer });

  it("takes from the camera what that reader sees, and fetches no other", async () => {
    const { page, decoders, show } = await withReader(FINE);
    // The camera itself shows nothing: whatever is found, the browser's reader has found.
    await scan(page, EMPTY);
    await show("https://pay.example/?id=1");
    await page.getByText("不属于本系统").waitFor();
    await show("");
    await page.getByText("读不出来").waitFor();
    await show(scene.documents.code, scene.documents.otherCode);
    await page.getByText("有多个证照二维码").waitFor();
    await show(...NINE_FOREIGN, scene.documents.code);
    await valid(page);
    expect(await isCameraStopped(page)).to.equal(true);
    expect(decoders).to.deep.equal([]);
  });

  it("verifies each code of ours in a picture that it sees", async () => {
    const { page, decoders, show } = await withReader(FINE);
    await show(...NINE_FOREIGN.slice(1), scene.documents.code, scene.documents.otherCode);
    await chosen(page, EMPTY);
    await page.locator(".table-progress:has-text('2 / 2')").waitFor();
    expect(decoders).to.deep.equal([]);
  });

  it("has a picture in which that reader sees nothing looked at again by the other one", async () => {
    const { page, decoders } = await withReader(FINE);
    await chosen(page, pictureOfCodes(scene.documents.code));
    await valid(page);
    expect(await asked(page)).to.equal(1);
    expect(decoders).to.not.deep.equal([]);
  });

  const USELESS: Record<string, Reader> = {
    "does not read QR codes": { formats: `return ["ean_13"];`, construct: "asked(); asked();" },
    "cannot say what it reads": { formats: "throw new DOMException('no service', 'UnknownError');" },
    "does not answer what it reads": { formats: "return new Promise(() => {});" },
    "cannot be made": { construct: "throw new TypeError('unsupported');" },
    "throws when it looks": { detect: "throw new DOMException('no service', 'NotSupportedError');" },
    "does not answer when it looks": { detect: "return new Promise(() => {});" },
  };
  for (const [what, reader] of Object.entries(USELESS))
    it(`scans with the other one where that reader ${what}, which is not asked again`, async () => {
      const { page, decoders } = await withReader({ ...FINE, ...reader });
      const looks = reader.detect === undefined ? 0 : 1;
      await scan(page, pictureOfCodes("https://pay.example/?id=1"));
      await page.getByText("不属于本系统").waitFor();
      expect(await asked(page)).to.equal(looks);
      await see(page, pictureOfCodes(scene.documents.code));
      await valid(page);
      expect(await asked(page)).to.equal(looks);
      expect(decoders).to.not.deep.equal([]);
    });

  it("keeps the other one for the time without a connection where that reader does not read QR codes", async function () {
    this.timeout(60_000);
    const { page } = await browser.page();
    await page.addInitScript(`window.BarcodeDetector = class { static async getSupportedFormats() { return []; } };`);
    await openVerify(page, scene.service);
    const kept = () =>
      page.evaluate(`(async () => {
        const caches_ = await Promise.all((await caches.keys()).map((name) => caches.open(name)));
        const requests = (await Promise.all(caches_.map((cache) => cache.keys()))).flat();
        return requests.some(({ url }) => url.endsWith(".wasm"));
      })()`) as Promise<boolean>;
    await until(kept, 30_000);
  });
});

/** In the page: what the worker's reader sees, told again and again since it may not be listening yet, and how often it was asked. */
const VIEW = `
  const channel = new BroadcastChannel("view");
  let codes = [];
  window.asked = 0;
  window.show = (next) => { codes = next; };
  setInterval(() => channel.postMessage(codes), 20);
  channel.onmessage = ({ data }) => { if (typeof data === "number") window.asked = data; };
`;

const detectorOf = ({ formats, construct, detect }: Reader): string => `
  {
    const channel = new BroadcastChannel("view");
    let codes = [];
    let count = 0;
    channel.onmessage = ({ data }) => { if (Array.isArray(data)) codes = data; };
    const asked = () => channel.postMessage(++count);
    globalThis.BarcodeDetector = class BarcodeDetector {
      static async getSupportedFormats() { ${formats} }
      constructor({ formats = [] } = {}) {
        if (formats.length !== 1 || formats[0] !== "qr_code") throw new TypeError("these formats were not asked for");
        ${construct}
      }
      async detect(picture) {
        asked();
        if (!(picture instanceof ImageBitmap) || picture.width === 0) throw new DOMException("no picture", "InvalidStateError");
        ${detect}
        return codes.map((rawValue, i) => ({
          rawValue,
          format: "qr_code",
          boundingBox: DOMRectReadOnly.fromRect({ x: 10 * i, y: 0, width: 10, height: 10 }),
          cornerPoints: [[0, 0], [10, 0], [10, 10], [0, 10]].map(([x, y]) => ({ x: 10 * i + x, y })),
        }));
      }
    };
  }
`;
