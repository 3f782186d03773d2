// SPDX-License-Identifier: Apache-2.0
import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { Browser, BrowserContext, BrowserContextOptions, Page } from "playwright-core";

/** Where Chromium is unpacked; it reuses what lies there, so the folder belongs to this project alone and is not in git. */
const UNPACKED = fileURLToPath(new URL("../../.chromium/143.0.4", import.meta.url));

/**
 * Written for single-process sandboxes of a cloud: a browser with workers and service workers needs its processes, and a graphics card
 * imitated in software costs several times what drawing without one does.
 */
const UNWANTED = new Set([
  "--single-process",
  "--no-zygote",
  "--ignore-gpu-blocklist",
  "--in-process-gpu",
  "--use-gl=angle",
  "--use-angle=swiftshader",
  "--enable-unsafe-swiftshader",
]);
const WANTED = [
  "--disable-gpu",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
  "--disable-quic",
  "--no-first-run",
];

/** A browser, or in words why there is none. */
export async function launchChromium(): Promise<Browser | string> {
  const { default: chromium } = await import("@sparticuz/chromium");
  const { chromium: driver } = await import("playwright-core");
  const executablePath = await unpacked(chromium);
  const missing = missingLibraries(executablePath);
  if (missing !== null) return missing;
  return driver.launch({
    executablePath,
    headless: true,
    args: [...chromium.args.filter((each) => !UNWANTED.has(each)), ...WANTED],
    env: { ...process.env, TMPDIR: UNPACKED, FONTCONFIG_FILE: fontConfiguration() },
    timeout: 120_000,
  });
}

/**
 * Unpacked beside its place and moved there whole: several processes of tests may start at once, and one killed half-way leaves
 * nothing that looks finished. The package asks for the temporary folder once, while unpacking.
 */
async function unpacked(chromium: { executablePath(): Promise<string> }): Promise<string> {
  const executable = join(UNPACKED, "chromium");
  if (existsSync(executable)) return executable;
  const apart = `${UNPACKED}-${process.pid}`;
  mkdirSync(apart, { recursive: true });
  const usual = process.env.TMPDIR;
  process.env.TMPDIR = apart;
  try {
    await chromium.executablePath();
    renameSync(apart, UNPACKED);
  } catch (error) {
    rmSync(apart, { recursive: true, force: true });
    // Another process was first.
    if (!existsSync(executable)) throw error;
  } finally {
    if (usual === undefined) delete process.env.TMPDIR;
    else process.env.TMPDIR = usual;
  }
  return executable;
}

/** Chinese as it looks for those who have a font for it: on a bare machine it would be boxes, on pictures and in tests. */
function fontConfiguration(): string {
  const folders = ["noto-sans-sc", "noto-serif-sc"].flatMap((name) =>
    ["400Regular", "700Bold"].map((face) => fileURLToPath(new URL(`${FONTS}/${name}/${face}`, import.meta.url))),
  );
  const configuration = `<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "urn:fontconfig:fonts.dtd">
<fontconfig>
${folders.map((folder) => `  <dir>${escaped(folder)}</dir>`).join("\n")}
  <cachedir>${escaped(join(UNPACKED, "font-cache"))}</cachedir>
  <include ignore_missing="yes">/etc/fonts/fonts.conf</include>
  <alias binding="same"><family>Noto Sans CJK SC</family><prefer><family>Noto Sans SC</family></prefer></alias>
  <alias binding="same"><family>Noto Serif CJK SC</family><prefer><family>Noto Serif SC</family></prefer></alias>
</fontconfig>
`;
  const file = join(UNPACKED, "fonts.conf");
  if (existsSync(file) && readFileSync(file, "utf8") === configuration) return file;
  writeFileSync(`${file}-${process.pid}`, configuration);
  renameSync(`${file}-${process.pid}`, file);
  return file;
}

const FONTS = "../../node_modules/@expo-google-fonts";

const escaped = (path: string): string => path.replaceAll("&", "&amp;").replaceAll("<", "&lt;");

/** Chromium needs a few libraries of the system (Debian: libnss3, libexpat1). */
function missingLibraries(executablePath: string): string | null {
  const told = execFileSync("ldd", [executablePath], { encoding: "utf8" });
  const missing = [...told.matchAll(/^\s*(\S+) => not found$/gm)].map(([, name]) => name);
  return missing.length === 0 ? null : `Chromium lacks ${missing.join(", ")}`;
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

/** An empty page in a context of its own, far from China, so that a page that shows local time is found out. */
export async function openPage(browser: Browser, options: PageOptions = {}): Promise<OpenPage> {
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
  const page = await context.newPage();
  const faults: string[] = [];
  // What a policy refuses and what a script throws are faults of ours, in every test.
  page.on("pageerror", (error) => faults.push(String(error)));
  page.on("console", (message) => {
    if (message.type() === "error" && !/Failed to load resource/.test(message.text())) faults.push(message.text());
  });
  return { page, context, faults };
}
