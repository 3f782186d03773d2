// SPDX-License-Identifier: Apache-2.0
import { expect } from "chai";
import type { Page, Request } from "playwright-core";
import { withBrowser } from "./browser.js";
import { pictureOfCodes } from "./picture.js";
import { verifyScene } from "./verify-scene.js";
import { answered, choose, json, openVerify, paste, pdf, type VerifyScene, verified } from "./verify-states.js";

describe("a document on the verification page", () => {
  let scene: VerifyScene;
  const browser = withBrowser();

  before(async function () {
    this.timeout(180_000);
    scene = await verifyScene();
  });

  const sent = (request: Request) => `${request.url().split("#")[0]}\n${request.postData() ?? ""}`;

  const NAME = "私密文件名";

  for (const [form, give] of [
    ["PDF", (page) => verified(page, scene.service, pdf(`${NAME}.pdf`, scene.documents.genuine))],
    ["JSON document", (page) => verified(page, scene.service, json(`${NAME}.json`, scene.documents.json))],
    ["altered document", (page) => verified(page, scene.service, json(`${NAME}.json`, scene.documents.altered))],
    ["picture of a code", (page) => verified(page, scene.service, png(scene.documents.code))],
    [
      "pasted digits",
      async (page) => {
        await openVerify(page, scene.service);
        await paste(page, digitsOf(scene.documents.code));
        await answered(page);
      },
    ],
    [
      "link of a code",
      async (page) => {
        await page.goto(`${scene.service.url}/v#${digitsOf(scene.documents.code)}`);
        await answered(page);
      },
    ],
    [
      "several files",
      async (page) => {
        await openVerify(page, scene.service);
        const { genuine, json: document, otherCode } = scene.documents;
        await choose(page, pdf(`${NAME}.pdf`, genuine), json(`${NAME}.json`, document), png(otherCode));
        await page.getByText("已核验 3 / 3").waitFor();
      },
    ],
  ] satisfies [string, (page: Page) => Promise<void>][]) {
    it(`never leaves the browser: ${form}`, async () => {
      const { page, context } = await browser.page();
      const requests: Request[] = [];
      context.on("request", (request) => requests.push(request));
      await give(page);

      expect(
        requests.filter((request) => request.method() !== "GET").map((request) => new URL(request.url()).pathname),
      ).to.satisfy((paths: string[]) => paths.length > 0 && paths.every((path) => path === "/v1/chain"));
      expect(requests.filter((request) => new URL(request.url()).origin !== scene.service.url)).to.deep.equal([]);
      // Of the page's own address a browser sends what stands before `#`.
      const everything = requests.map(sent).join("\n");
      const { number, holder, code, otherCode } = scene.documents;
      const secrets = [
        number,
        holder,
        encodeURIComponent(holder),
        NAME,
        encodeURIComponent(NAME),
        "certificateHolder",
        "%PDF",
      ];
      const pieces = [code, otherCode].flatMap((text) => piecesOf(digitsOf(text)));
      for (const secret of [...secrets, ...pieces]) expect(everything).not.to.contain(secret);
      // A question about a licence is a few words of the contract's; no piece of a file fits in.
      for (const request of requests) expect((request.postData() ?? "").length).to.be.lessThan(1_000);
    });
  }

  const png = (code: string) => ({ name: `${NAME}.png`, mimeType: "image/png", buffer: pictureOfCodes(code) });
});

const digitsOf = (code: string): string => code.split("#")[1]!;

/** Even a part of the digits would say which code it was. */
const piecesOf = (digits: string): string[] => digits.match(/.{20}/g) ?? [];
