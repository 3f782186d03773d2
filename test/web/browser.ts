// SPDX-License-Identifier: Apache-2.0
import type { Browser, BrowserContext } from "playwright-core";
import { launchChromium, type OpenPage, openPage, type PageOptions } from "./chromium.js";

export type { OpenPage, PageOptions };

/**
 * The browser for a file of tests: call in its `describe`. Its tests are skipped when Chromium cannot start here, and the title of
 * the skipped one says what is missing.
 */
export function withBrowser(): { page(options?: PageOptions): Promise<OpenPage> } {
  let browser: Browser | null = null;
  const open: BrowserContext[] = [];

  before("Chromium, with the libraries it needs of the system", async function () {
    this.timeout(180_000);
    const started = await launchChromium();
    if (typeof started !== "string") {
      browser = started;
      return;
    }
    if (this.test !== undefined) this.test.title += ` (${started})`;
    this.skip();
  });

  afterEach(async () => {
    await Promise.all(open.splice(0).map((context) => context.close()));
  });

  after(() => browser?.close());

  return {
    async page(options = {}) {
      if (browser === null) throw new Error("there is no browser");
      const opened = await openPage(browser, options);
      open.push(opened.context);
      return opened;
    },
  };
}
