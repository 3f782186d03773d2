// SPDX-License-Identifier: Apache-2.0
import { expect } from "chai";
import { withBrowser } from "./browser.js";
import { type DemoService, demoService } from "./service.js";

describe("the pages", () => {
  let service: DemoService;

  before(async function () {
    this.timeout(120_000);
    service = await demoService();
  });

  for (const path of ["/v", "/c/an-unknown-link", "/desk", "/desk/certificates/1"]) {
    it(`are served at ${path} under a policy that lets nothing else in`, async () => {
      const answer = await fetch(service.url + path);
      expect([answer.status, answer.headers.get("content-type")]).to.deep.equal([200, "text/html; charset=utf-8"]);
      const policy = answer.headers.get("content-security-policy")!;
      expect(policy).to.contain("default-src 'none'").and.to.contain("connect-src 'self'");
      expect(policy).not.to.match(/unsafe-inline|'unsafe-eval'|\*|https?:/);
      expect(answer.headers.get("cache-control")).to.equal("no-cache");
      expect(await answer.text()).not.to.match(/<script(?![^>]* src=)|<style|\son\w+=/);
    });
  }

  it("send their files small, for ever, and no others", async () => {
    const html = await (await fetch(`${service.url}/v`)).text();
    const script = /src="(\/assets\/[^"]+\.js)"/.exec(html)![1]!;
    const answer = await fetch(service.url + script, { headers: { "accept-encoding": "gzip, br" } });
    expect(answer.headers.get("content-encoding")).to.equal("br");
    expect(answer.headers.get("cache-control")).to.equal("public, max-age=31536000, immutable");
    const tag = answer.headers.get("etag")!;
    const again = await fetch(service.url + script, {
      headers: { "accept-encoding": "gzip, br", "if-none-match": tag, "cache-control": "max-age=0" },
    });
    expect(again.status).to.equal(304);
    for (const path of ["/assets/none.js", "/assets/..%2fv.html", "/v.html", "/c", "/.web.stamp"]) {
      expect((await fetch(service.url + path)).status, path).to.equal(404);
    }
    expect((await fetch(`${service.url}/v`, { method: "POST" })).status).to.equal(405);
  });

  it("lead from the front door to the verification page", async () => {
    const answer = await fetch(`${service.url}/`, { redirect: "manual" });
    expect([answer.status, answer.headers.get("location")]).to.deep.equal([302, "/v"]);
  });

  describe("in a browser", () => {
    const browser = withBrowser();

    it("are drawn with Chinese characters, not with boxes for them", async () => {
      const { page } = await browser.page();
      await page.goto(`${service.url}/v`);
      const drawn = (character: string) =>
        page.evaluate(`(() => {
          const context = document.createElement("canvas").getContext("2d");
          context.font = "40px " + getComputedStyle(document.body).fontFamily;
          context.fillText("${character}", 10, 60);
          return context.getImageData(0, 0, 80, 80).data.join();
        })()`);
      expect((await drawn("证")) === (await drawn("照"))).to.equal(false);
      // By the font that this project ships, whatever the machine has.
      const width = (font: string) =>
        page.evaluate(`(() => {
          const context = document.createElement("canvas").getContext("2d");
          context.font = '40px ${font}';
          return context.measureText("mmmmiiii").width;
        })()`);
      expect(await width('"Noto Sans SC", monospace')).not.to.equal(await width("monospace"));
    });

    it("speak the browser's language, and remember another that was chosen", async () => {
      const { page, faults } = await browser.page({ language: "en-GB" });
      await page.goto(`${service.url}/v`);
      expect(await page.getAttribute("html", "lang")).to.equal("en");
      await page.getByRole("button", { name: "中文" }).click();
      expect(await page.getAttribute("html", "lang")).to.equal("zh-CN");
      await page.reload();
      expect(await page.getAttribute("html", "lang")).to.equal("zh-CN");
      expect(await page.title()).to.equal("证照核验 · 虎符");
      expect(faults).to.deep.equal([]);
    });
  });
});
