// SPDX-License-Identifier: Apache-2.0
import { closeSync, ftruncateSync, openSync, writeSync } from "node:fs";
import { expect } from "chai";
import type { Page, Route } from "playwright-core";
import { until, workspace } from "../main/service-process.js";
import { withBrowser } from "./browser.js";
import { NINE_FOREIGN, pictureHead, pictureOfCodes, pictureOfDamagedCode } from "./picture.js";
import { verifyScene } from "./verify-scene.js";
import {
  answered,
  choose,
  json,
  openPage,
  openVerify,
  paste,
  pdf,
  type VerifyScene,
  verified,
  withBusyWorkers,
  withRegistryFacts,
} from "./verify-states.js";
import { withWorkerClock } from "./worker-clock.js";

const MARKUP = `<img src=x onerror="window.wasHit=1"><script>window.wasHit=1</script>{{constructor}}`;

describe("the verification page, given something hostile", () => {
  let scene: VerifyScene;
  const browser = withBrowser();
  const here = workspace();

  before(async function () {
    this.timeout(180_000);
    scene = await verifyScene();
  });
  after(() => here.remove());

  const title = ".verdict h1";
  const lead = ".verdict-lead";

  it("refuses a file of 300 MB without reading it", async () => {
    const { page } = await browser.page();
    const path = here.path("huge.pdf");
    const file = openSync(path, "w");
    writeSync(file, "%PDF-1.7\n");
    ftruncateSync(file, 300 * 2 ** 20);
    closeSync(file);
    await openVerify(page, scene.service);
    await page.evaluate(`
      const read = Blob.prototype.arrayBuffer;
      window.longestRead = 0;
      Blob.prototype.arrayBuffer = function () { window.longestRead = Math.max(window.longestRead, this.size); return read.call(this); };
    `);
    await page.locator("input[type=file]").setInputFiles(path);
    await answered(page);
    expect(await page.textContent(title)).to.equal("不是可核验的证照文件");
    expect(await page.textContent(lead)).to.contain("超过任何证照的大小");
    expect(await page.evaluate("window.longestRead")).to.be.lessThan(1_000);
  });

  it("stops a document that keeps the verifier busy, says so, and goes on with the next", async () => {
    const { page } = await browser.page();
    await page.clock.install();
    await withBusyWorkers(page, 2);
    await openPage(page, scene.service);
    await choose(page, pdf("hostile.pdf", scene.documents.genuine));
    await page.getByText("正在核验…").waitFor();
    await page.clock.fastForward("00:46");
    await answered(page);
    expect(await page.textContent(title)).to.equal("未核验");
    expect(await page.textContent(lead)).to.contain("时间过长，已停止");

    await page.getByRole("button", { name: "核验另一份" }).click();
    await choose(page, pdf("hostile.pdf", scene.documents.genuine));
    await page.getByText("正在核验…").waitFor();
    // The reader does not wait, and his next document is not stopped with this one.
    await page.getByRole("button", { name: "核验另一份" }).click();
    await choose(page, pdf("genuine.pdf", scene.documents.genuine));
    await page.getByText("正在核验…").waitFor();
    await page.clock.fastForward("00:46");
    await page.getByText("真实，现行有效").first().waitFor();
  });

  it("shows markup as text, in names, fields and claims", async () => {
    const identifier = await scene.service.issue({
      holders: [
        {
          certificateHolder: MARKUP.slice(0, 40),
          certificateHolderCode: "92340199TT00001386",
          certificateHolderType: "001",
        },
      ],
      face: { ...FACE, premises: MARKUP },
    });
    await scene.service.anchored(identifier);
    const genuine = Buffer.from(JSON.stringify(await scene.service.document(identifier)));
    const altered = Buffer.from(genuine.toString().replace("JY2", "JY3"));
    const { page, faults } = await browser.page();
    for (const document of [genuine, altered]) {
      await verified(page, scene.service, json(`${MARKUP.slice(0, 30)}.json`, document));
      await page.evaluate("document.querySelectorAll('details').forEach((each) => { each.open = true; })");
      expect(await page.locator("dd", { hasText: "{{constructor}}" }).textContent()).to.equal(MARKUP);
      expect(await page.locator("main img, main script").count()).to.equal(0);
      expect(await page.evaluate("window.wasHit")).to.equal(undefined);
    }
    expect(faults).to.deep.equal([]);
  });

  for (const [what, file, said] of [
    ["JSON that is nested too deep", () => json("x.json", Buffer.from('{"a":'.repeat(50_000))), "文件损坏或被改动"],
    [
      "JSON with a name twice",
      () => json("x.json", Buffer.from('{"format":"tigertally-licence","format":"x"}')),
      "文件损坏或被改动",
    ],
  ] as const) {
    it(`says what ${what} is not`, async () => {
      const { page } = await browser.page();
      await verified(page, scene.service, file());
      expect(await page.textContent(title)).to.equal("不真实");
      expect(await page.textContent(lead)).to.contain(said);
    });
  }

  it("accuses nobody of a file that no issuing system wrote: a scan of a paper licence, a letter, noise", async () => {
    const { page } = await browser.page();
    await openVerify(page, scene.service);
    const octets = (name: string, buffer: Buffer) => ({ name, mimeType: "application/octet-stream", buffer });
    const files = [
      pdf("扫描件.pdf", SCANNED_PDF),
      octets("证明.docx", LETTER),
      octets("noise", Buffer.alloc(4_096, 7)),
    ];
    await choose(page, ...files);
    await page.getByText("已核验 3 / 3").waitFor();
    const rows = page.locator(".table tbody tr");
    expect(await rows.locator(".badge.unknown").allTextContents()).to.deep.equal(
      Array<string>(3).fill("不是可核验的证照文件"),
    );
    for (const [index, said] of ["不是签发系统生成的文件", "不是本系统的证照文件", "不是本系统的证照文件"].entries()) {
      expect(await rows.nth(index).textContent()).to.contain(said);
      await rows.nth(index).getByRole("button").click();
      expect(await page.textContent(title)).to.equal("不是可核验的证照文件");
      expect(await page.locator(".verdict.unknown").count()).to.equal(1);
      expect(await page.textContent(".steps li")).to.contain("如果这是纸质证照的扫描件或照片，请扫描上面的二维码");
      expect(await page.textContent("main")).not.to.match(/不真实|不通过|伪造的/);
      await page.getByRole("button", { name: "返回结果表" }).click();
    }
    await page.getByRole("button", { name: "English" }).click();
    expect(await rows.nth(0).textContent()).to.contain("Not a verifiable licence file");
    await rows.nth(0).getByRole("button").click();
    expect(await page.textContent(".steps li")).to.equal(
      "If this is a scan or photo of a paper licence, scan its code.",
    );
  });

  for (const [what, buffer, said] of [
    ["of gigantic size in a small file", () => pictureHead(60_000, 60_000), "图片太大，没有读取"],
    ["without a code", () => pictureOfCodes(), "没有找到二维码"],
    ["of nine numbers of other systems", () => pictureOfCodes(...NINE_FOREIGN), "不属于本系统"],
    ["of a code of another system", () => pictureOfCodes("https://pay.example/?id=1"), "不属于本系统"],
    ["of a damaged code", () => pictureOfDamagedCode(scene.documents.code), "没有找到二维码|读不出来"],
    ["that is cut off", () => pictureOfCodes(scene.documents.code).subarray(0, 400), "无法读取该图片|没有找到二维码"],
  ] as const) {
    it(`says what is the matter with a picture ${what}`, async () => {
      const { page } = await browser.page();
      await verified(page, scene.service, { name: "photo.png", mimeType: "image/png", buffer: buffer() });
      expect(await page.textContent(title)).to.equal("未核验");
      expect(await page.textContent(lead)).to.match(new RegExp(said));
    });
  }

  it("finds the one code of ours among ten in a picture, and calls the others what they are", async () => {
    const { page } = await browser.page();
    const buffer = pictureOfCodes(...NINE_FOREIGN, scene.documents.code);
    await verified(page, scene.service, { name: "photo.png", mimeType: "image/png", buffer });
    expect(await page.textContent(title)).to.equal("真实，现行有效");
    expect(await page.textContent(".verdict-subject")).to.equal("photo.png（另有 9 个其他系统的码，未核验）");
  });

  describe("whose patience ends", () => {
    const UNSAID = "不说明证照有问题";
    /** Holds what goes to a path; `wave` gives the requests that wait, once there are some. */
    async function hold(page: Page, path: RegExp) {
      const held: Route[] = [];
      await page.route(path, (route) => void held.push(route));
      return {
        async wave(): Promise<Route[]> {
          await until(() => held.length > 0, 30_000);
          // Those that were asked together come one after the other.
          await page.evaluate("0");
          return held.splice(0);
        },
      };
    }
    const withoutBundle = (page: Page) =>
      page.route("**/v1/trust-bundle", (route) => route.fulfill({ status: 404, body: "" }));

    it("cannot tell when the chain hangs", async () => {
      const { page } = await browser.page({ serviceWorkers: "block" });
      const clock = await withWorkerClock(page);
      await withoutBundle(page);
      await openVerify(page, scene.service);
      const chain = await hold(page, /\/v1\/chain/);
      await choose(page, pdf("licence.pdf", scene.documents.genuine));
      await chain.wave();
      await clock.pass(6_000);
      await answered(page);
      expect(await page.textContent(title)).to.equal("无法判断");
      expect(await page.textContent("main")).to.contain(UNSAID);
    });

    it("cannot tell when the chain takes too long all in all, and blames no document for it", async () => {
      const { page } = await browser.page({ serviceWorkers: "block" });
      const clock = await withWorkerClock(page);
      await withoutBundle(page);
      await openVerify(page, scene.service);
      const chain = await hold(page, /\/v1\/chain/);
      await paste(page, scene.documents.code);
      for (const isAnswered of [true, true, true, true, false]) {
        const wave = await chain.wave();
        // Never so long that one answer is given up.
        await clock.pass(5_000);
        if (isAnswered) await Promise.all(wave.map((route) => route.continue()));
      }
      await answered(page);
      expect(await page.textContent(title)).to.equal("无法判断");
      expect(await page.textContent("main")).to.contain(UNSAID);
    });

    it("goes by its bundle when the chain answers, but slowly", async () => {
      const { page } = await browser.page({ serviceWorkers: "block" });
      const clock = await withWorkerClock(page);
      await openVerify(page, scene.service);
      await page.getByText("离线信任包：").waitFor();
      const chain = await hold(page, /\/v1\/chain/);
      // So long that no earlier look at the head will do.
      await clock.pass(6_000);
      await choose(page, pdf("licence.pdf", scene.documents.genuine));
      for (const isAnswered of [true, true, false]) {
        const wave = await chain.wave();
        await clock.pass(5_000);
        if (isAnswered) await Promise.all(wave.map((route) => route.continue()));
      }
      await answered(page);
      expect(await page.textContent("main"))
        .to.contain("离线核验")
        .and.to.contain("未能连接登记合约，依据");
    });

    it("asks for the file when the mirror hangs", async () => {
      const { page } = await browser.page({ serviceWorkers: "block" });
      const clock = await withWorkerClock(page);
      await openVerify(page, scene.service);
      const mirror = await hold(page, /\/v1\/proofs\//);
      let asked = 0;
      await page.route("**/v1/chain", async (route) => {
        asked += 1;
        await route.fulfill({ response: await route.fetch() });
        asked -= 1;
      });
      await paste(page, scene.documents.code);
      await mirror.wave();
      // In steps, so that no answer of the chain, which is only slow today, is given up with it.
      for (let second = 0; second < 6; second++) {
        await until(() => asked === 0, 30_000);
        await clock.pass(1_000);
      }
      await answered(page);
      expect(await page.textContent(title)).to.equal("无法判断");
      expect(await page.textContent(lead)).to.contain("本地区镜像未能答复");
      expect(await page.getByText(scene.documents.holder).isVisible()).to.equal(false);
    });

    it("cannot tell by a chain that stands still", async () => {
      const { page } = await browser.page({ serviceWorkers: "block" });
      await withoutBundle(page);
      await withRegistryFacts(page, { maxHeadAgeSeconds: 60 });
      await page.route("**/v1/chain", async (route) => {
        const response = await route.fetch();
        const told = (await response.json()) as { result?: { timestamp?: string } };
        if (told.result?.timestamp === undefined) return route.fulfill({ response });
        const anHourAgo = `0x${(Math.floor(Date.now() / 1000) - 3_600).toString(16)}`;
        return route.fulfill({ response, json: { ...told, result: { ...told.result, timestamp: anHourAgo } } });
      });
      await verified(page, scene.service, pdf("licence.pdf", scene.documents.genuine));
      expect(await page.textContent(title)).to.equal("无法判断");
      expect(await page.textContent(lead)).to.contain("区块过旧");
    });
  });

  it("calls nothing genuine while the chain is down or talking nonsense", async () => {
    for (const answer of [
      { status: 503, body: "" },
      { status: 200, body: "<html>" },
      { status: 200, body: '{"jsonrpc":"2.0","id":1,"result":"0x0"}' },
    ]) {
      const { page } = await browser.page({ serviceWorkers: "block" });
      await page.route("**/v1/trust-bundle", (route) => route.fulfill({ status: 404, body: "" }));
      await page.route("**/v1/chain", (route) => route.fulfill(answer));
      await verified(page, scene.service, pdf("licence.pdf", scene.documents.genuine));
      expect(await page.textContent(title)).to.equal("无法判断");
      expect(await page.textContent("main")).to.contain("不说明证照有问题");
      expect(await page.getByText(scene.documents.holder).isVisible()).to.equal(false);
    }
  });
});

/** A page with a picture on it, as the software of a scanner writes it. */
const SCANNED_PDF = Buffer.from(
  `%PDF-1.4
1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj
2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj
3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Resources<</XObject<</I 4 0 R>>>>/Contents 5 0 R>>endobj
4 0 obj<</Type/XObject/Subtype/Image/Width 1/Height 1/ColorSpace/DeviceGray/BitsPerComponent 8/Length 1>>stream
\x80
endstream endobj
5 0 obj<</Length 25>>stream
595 0 0 842 0 0 cm /I Do
endstream endobj
trailer<</Root 1 0 R/Size 6>>
%%EOF
`,
  "latin1",
);
/** The start of a .docx, which is a ZIP file. */
const LETTER = Buffer.concat([
  Buffer.from("PK\x03\x04\x14\0\x06\0\b\0", "latin1"),
  Buffer.alloc(16),
  Buffer.from("[Content_Types].xml"),
]);

const FACE = {
  legalRepresentative: "样例",
  domicile: "安徽省合肥市样例区1号",
  businessForm: "餐饮服务经营者",
  businessItems: "热食类食品制售",
  onlineOperation: true,
  warehouseAddress: null,
};
