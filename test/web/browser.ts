// SPDX-License-Identifier: Apache-2.0
import type { Browser, BrowserContext } from "playwright-core";
import { skip } from "../skip.js";
import { launchChromium, type OpenPage, openPage, type PageOptions } from "./chromium.js";

export type { OpenPage, PageOptions };

/** Shared by the files of tests of a worker, which a browser does not keep from ending; alone each file has its own. */
const isWorker = process.env.MOCHA_WORKER_ID !== undefined;
let shared: Browser | null = null;

/**
 * The browser for a file of tests: call in its `describe`. Its tests are skipped when Chromium cannot start here, and the title of
 * the skipped one says what is missing.
 */
export function withBrowser(): { page(options?: PageOptions): Promise<OpenPage> } {
  let browser: Browser | null = null;
  const open: BrowserContext[] = [];

  before("Chromium, with the libraries it needs of the system", async function () {
    this.timeout(180_000);
    const started = shared?.isConnected() ? shared : await launchChromium();
    if (typeof started !== "string") {
      browser = started;
      if (isWorker) shared = started;
      return;
    }
    skip(this, started);
  });

  afterEach(async () => {
    await Promise.all(open.splice(0).map((context) => context.close()));
  });

  after(async () => {
    if (browser !== shared) await browser?.close();
  });

  return {
    async page(options = {}) {
      if (browser === null) throw new Error("there is no browser");
      const opened = await openPage(browser, options);
      open.push(opened.context);
      return opened;
    },
  };
}
