// SPDX-License-Identifier: Apache-2.0
// Draws every state of every page into screenshots/ (not in git): wide, narrow, dark, and in English. Look at them.
import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { launchChromium, openPage, type PageOptions } from "../test/web/chromium.js";
import { startDemoService } from "../test/web/demo-service.js";
import { DESK_STATES } from "../test/web/desk-states.js";
import { PICK_UP_STATES } from "../test/web/pick-up-states.js";
import { makeVerifyDocuments } from "../test/web/verify-documents.js";
import { VERIFY_STATES } from "../test/web/verify-states.js";

const FOLDER = fileURLToPath(new URL("../screenshots", import.meta.url));

const LOOKS: Readonly<Record<string, PageOptions>> = {
  wide: { width: 1280 },
  narrow: { width: 360, height: 740 },
  dark: { width: 1280, dark: true },
  "narrow-en": { width: 360, height: 740, language: "en" },
};

const only = process.argv.slice(2);
const browser = await launchChromium();
if (typeof browser === "string") throw new Error(browser);
const data = mkdtempSync(join(tmpdir(), "tally-screenshots-"));
const { service, stop } = await startDemoService(data);
try {
  mkdirSync(FOLDER, { recursive: true });
  const scene = { service, documents: await makeVerifyDocuments(service) };
  const states = [
    ...VERIFY_STATES.map(({ name, show }) => ({ name: `v-${name}`, show })),
    ...PICK_UP_STATES.map(({ name, show }) => ({ name: `c-${name}`, show })),
    ...DESK_STATES.map(({ name, show }) => ({ name: `desk-${name}`, show })),
  ];
  for (const { name, show } of states) {
    for (const [look, options] of Object.entries(LOOKS)) {
      const file = `${name}-${look}.png`;
      if (only.length > 0 && !only.some((part) => file.includes(part))) continue;
      const { page, context, faults } = await openPage(browser, options);
      await show(page, scene);
      await page.screenshot({ path: join(FOLDER, file), fullPage: true });
      console.log(file, ...faults);
      await context.close();
    }
  }
} finally {
  await stop();
  await browser.close();
  rmSync(data, { recursive: true, force: true, maxRetries: 5 });
}
