// SPDX-License-Identifier: Apache-2.0
import { execFileSync } from "node:child_process";
import { mkdirSync } from "node:fs";
import { fileURLToPath } from "node:url";
import type { Browser, BrowserContext, BrowserContextOptions, Page } from "playwright-core";

/** Where Chromium is unpacked; it reuses what lies there, so the folder belongs to this project alone and is not in git. */
const UNPACKED = fileURLToPath(new URL("../../.chromium/143.0.4", import.meta.url));

/** Written for single-process sandboxes of a cloud; a browser with workers and service workers needs its processes. */
const UNWANTED = new Set(["--single-process", "--no-zygote"]);
const WANTED = [
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
  "--disable-quic",
  "--no-first-run",
];

let starting: Promise<Browser | string> | null = null;

/** The one browser of this process, or in words why there is none. */
function startedBrowser(): Promise<Browser | string> {
  starting ??= start();
  return starting;
}

async function start(): Promise<Browser | string> {
  const { default: chromium } = await import("@sparticuz/chromium");
  const { chromium: driver } = await import("playwright-core");
  mkdirSync(UNPACKED, { recursive: true });
  const executablePath = await unpacked(chromium);
  const missing = missingLibraries(executablePath);
  if (missing !== null) return missing;
  return driver.launch({
    executablePath,
    headless: true,
    args: [...chromium.args.filter((each) => !UNWANTED.has(each)), ...WANTED],
    env: { ...process.env, TMPDIR: UNPACKED },
    timeout: 120_000,
  });
}

/** The package asks for the temporary folder once, while unpacking. */
async function unpacked(chromium: { executablePath(): Promise<string> }): Promise<string> {
  const usual = process.env.TMPDIR;
  process.env.TMPDIR = UNPACKED;
  try {
    return await chromium.executablePath();
  } finally {
    if (usual === undefined) delete process.env.TMPDIR;
    else process.env.TMPDIR = usual;
  }
}

/** Chromium needs a few libraries of the system (Debian: libnss3, libexpat1). */
function missingLibraries(executablePath: string): string | null {
  const told = execFileSync("ldd", [executablePath], { encoding: "utf8" });
  const missing = [...told.matchAll(/^\s*(\S+) => not found$/gm)].map(([, name]) => name);
  return missing.length === 0 ? null : `Chromium lacks ${missing.join(", ")}`;
}

/**
 * The browser for a file of tests: call in its `describe`. Its tests are skipped when Chromium cannot start here, and the title of
 * the skipped one says what is missing.
 */
export function withBrowser(): { page(options?: PageOptions): Promise<OpenPage> } {
  let browser: Browser | null = null;
  const open: BrowserContext[] = [];

  before("Chromium, with the libraries it needs of the system", async function () {
    this.timeout(180_000);
    const started = await startedBrowser();
    if (typeof started !== "string") browser = started;
    else if (this.test === undefined) this.skip();
    else {
      this.test.title += ` (${started})`;
      this.skip();
    }
  });

  afterEach(async () => {
    await Promise.all(open.splice(0).map((context) => context.close()));
  });

  return {
    async page(options = {}) {
      if (browser === null) throw new Error("there is no browser");
      const { dark = false, width = 1280, height = 900, language = "zh-CN", ...rest } = options;
      const context = await browser.newContext({
        viewport: { width, height },
        locale: language,
        timezoneId: "Europe/Lisbon",
        colorScheme: dark ? "dark" : "light",
        reducedMotion: "reduce",
        ...rest,
      });
      context.setDefaultTimeout(30_000);
      open.push(context);
      const page = await context.newPage();
      const faults: string[] = [];
      // What a policy refuses and what a script throws are faults of ours, in every test.
      page.on("pageerror", (error) => faults.push(String(error)));
      page.on("console", (message) => {
        if (message.type() === "error" && !/Failed to load resource/.test(message.text())) faults.push(message.text());
      });
      return { page, context, faults };
    },
  };
}

export interface PageOptions extends BrowserContextOptions {
  readonly dark?: boolean;
  readonly width?: number;
  readonly height?: number;
  /** Of the browser, as a BCP 47 tag. */
  readonly language?: string;
}

export interface OpenPage {
  readonly page: Page;
  readonly context: BrowserContext;
  /** Script errors and refusals by policy so far. */
  readonly faults: readonly string[];
}

// One browser a process of tests, whichever files use it.
after(async () => {
  const started = await starting;
  if (started !== null && typeof started !== "string") await started.close();
});
