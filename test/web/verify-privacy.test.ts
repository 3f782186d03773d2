// SPDX-License-Identifier: Apache-2.0
import { expect } from "chai";
import type { Request } from "playwright-core";
import { withBrowser } from "./browser.js";
import { verifyScene } from "./verify-scene.js";
import { json, pdf, type VerifyScene, verified } from "./verify-states.js";

describe("a document on the verification page", () => {
  let scene: VerifyScene;
  const browser = withBrowser();

  before(async function () {
    this.timeout(180_000);
    scene = await verifyScene();
  });

  const sent = (request: Request) => `${request.url()}\n${request.postData() ?? ""}`;

  for (const [form, file] of [
    ["PDF", () => pdf("私密文件名.pdf", scene.documents.genuine)],
    ["JSON document", () => json("私密文件名.json", scene.documents.json)],
    ["altered document", () => json("私密文件名.json", scene.documents.altered)],
  ] as const) {
    it(`never leaves the browser: ${form}`, async () => {
      const { page, context } = await browser.page();
      const requests: Request[] = [];
      context.on("request", (request) => requests.push(request));
      await verified(page, scene.service, file());

      expect(
        requests.filter((request) => request.method() !== "GET").map((request) => new URL(request.url()).pathname),
      ).to.satisfy((paths: string[]) => paths.length > 0 && paths.every((path) => path === "/v1/chain"));
      expect(requests.filter((request) => new URL(request.url()).origin !== scene.service.url)).to.deep.equal([]);
      const everything = requests.map(sent).join("\n");
      const { number, holder } = scene.documents;
      for (const secret of [number, holder, encodeURIComponent(holder), "私密文件名", "certificateHolder", "%PDF"])
        expect(everything).not.to.contain(secret);
      // A question about a licence is a few words of the contract's; no piece of a file fits in.
      for (const request of requests) expect((request.postData() ?? "").length).to.be.lessThan(1_000);
    });
  }
});
