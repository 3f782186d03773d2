// SPDX-License-Identifier: Apache-2.0
// axe-core must find nothing wrong with any state of a page, wide and narrow, light and dark, in Chinese and in English.
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { tsImport } from "tsx/esm/api";

const require = createRequire(import.meta.url);
const { version } = JSON.parse(readFileSync(require.resolve("axe-core/package.json"), "utf8"));
const load = (path) => tsImport(`../../test/web/${path}`, import.meta.url);

const PAGES = [
  { page: "/v", file: "verify-states.ts", states: "VERIFY_STATES" },
  { page: "/c", file: "pick-up-states.ts", states: "PICK_UP_STATES" },
  { page: "/desk", file: "desk-states.ts", states: "DESK_STATES" },
];

const LOOKS = [
  { name: "wide, in Chinese", options: {} },
  { name: "narrow, in English, dark", options: { width: 360, height: 740, dark: true, language: "en" } },
];

export async function run() {
  const { launchChromium, openPage } = await load("chromium.ts");
  const { startDemoService } = await load("demo-service.ts");
  const { accessibilityFaultsInBothSchemes } = await load("axe.ts");
  const browser = await launchChromium();
  if (typeof browser === "string") return [{ judge: "axe", skipped: browser }];
  const data = mkdtempSync(join(tmpdir(), "tally-axe-"));
  const { service, stop } = await startDemoService(data);
  try {
    const { makeVerifyDocuments } = await load("verify-documents.ts");
    const scene = { service, documents: await makeVerifyDocuments(service) };
    const lines = [];
    for (const { page: path, file, states } of PAGES) {
      for (const { name, show } of (await load(file))[states]) {
        for (const look of LOOKS) {
          const { page, context } = await openPage(browser, look.options);
          const subject = `${path}: ${name}, ${look.name}`;
          try {
            await show(page, scene);
            lines.push(line(subject, await accessibilityFaultsInBothSchemes(page)));
          } catch (error) {
            // One state that does not come about leaves the others to be judged.
            lines.push(line(subject, [`it could not be shown: ${error}`]));
          }
          await context.close();
        }
      }
    }
    return lines;
  } finally {
    await stop();
    await browser.close();
    rmSync(data, { recursive: true, force: true, maxRetries: 5 });
  }
}

function line(subject, faults) {
  const got = faults.length === 0 ? "no violation" : faults.join("; ");
  return { judge: "axe", version, subject, expected: "no violation", got, ok: faults.length === 0 };
}
