// SPDX-License-Identifier: Apache-2.0
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import type { Page } from "playwright-core";

const AXE = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

/** The first rows of a long table speak for the others, which are as many as a reader chooses files. */
const FURTHER_ROWS = "tbody > tr:nth-child(n + 21)";

interface Violation {
  readonly id: string;
  readonly help: string;
  readonly nodes: readonly { readonly html: string; readonly failureSummary: string }[];
}

/**
 * One sentence for each thing that axe-core finds wrong with the page as it is (WCAG 2.2 AA and its best practices), and with its
 * contrast in the other of light and dark.
 */
export async function accessibilityFaultsInBothSchemes(page: Page): Promise<string[]> {
  const faults = await accessibilityFaults(page);
  const isDark = await page.evaluate("matchMedia('(prefers-color-scheme: dark)').matches");
  await page.emulateMedia({ colorScheme: isDark ? "light" : "dark" });
  // No colour fades into the other where motion is reduced, as in every page of these tests.
  await page.evaluate("new Promise((done) => requestAnimationFrame(done))");
  return [...faults, ...(await accessibilityFaults(page, ["color-contrast"]))];
}

/** The same of the page in one scheme; of all rules, or of some. */
export async function accessibilityFaults(page: Page, rules?: readonly string[]): Promise<string[]> {
  // Through the debugger, which a page's policy does not bind.
  if (!(await page.evaluate("'axe' in window"))) await page.evaluate(AXE);
  const context = { include: [["html"]], exclude: [[FURTHER_ROWS]] };
  const options = { resultTypes: ["violations"], ...(rules === undefined ? {} : { runOnly: rules }) };
  const violations = (await page.evaluate(
    `axe.run(${JSON.stringify(context)}, ${JSON.stringify(options)}).then(({ violations }) => violations)`,
  )) as Violation[];
  return violations.flatMap(({ id, help, nodes }) =>
    nodes.map(({ html, failureSummary }) => `${id}: ${help}: ${html.slice(0, 160)}: ${failureSummary}`),
  );
}

/** How much wider than the window the page is. */
export function overflow(page: Page): Promise<number> {
  return page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth");
}
