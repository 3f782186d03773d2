// SPDX-License-Identifier: Apache-2.0
import type { Page } from "playwright-core";

/** What the verification page promises (docs/pages.md); on a machine with two cores and nothing else to do. */
export const PAGE_BOUNDS = {
  answerMs: 300,
  firstPaintMs: 1_000,
  /** JavaScript over the wire, before a code reader is needed. */
  scriptBytes: 120 * 1024,
  layoutShift: 0.05,
} as const;

/** Adds up how far things move by themselves in the page that opens next. */
export async function watchLayoutShift(page: Page): Promise<void> {
  await page.addInitScript(`
    window.shift = 0;
    new PerformanceObserver((list) => {
      for (const entry of list.getEntries()) if (!entry.hadRecentInput) window.shift += entry.value;
    }).observe({ type: "layout-shift", buffered: true });
  `);
}

export const layoutShift = (page: Page): Promise<number> => page.evaluate("window.shift");

export async function firstPaintMs(page: Page): Promise<number> {
  await page.waitForFunction("performance.getEntriesByName('first-contentful-paint').length > 0");
  return page.evaluate("performance.getEntriesByName('first-contentful-paint')[0].startTime");
}

/** From the moment a file is dropped on the page to the moment its answer is there. */
export function answerMs(page: Page, pdf: Buffer): Promise<number> {
  return page.evaluate(`new Promise((resolve) => {
    const file = new File([Uint8Array.from(atob("${pdf.toString("base64")}"), (c) => c.charCodeAt(0))], "licence.pdf");
    const data = new DataTransfer();
    data.items.add(file);
    const before = document.querySelector(".verdict");
    const began = performance.now();
    new MutationObserver((_, observer) => {
      const answer = document.querySelector(".verdict");
      if (answer === null || answer === before) return;
      observer.disconnect();
      resolve(performance.now() - began);
    }).observe(document.body, { childList: true, subtree: true });
    dispatchEvent(new DragEvent("drop", { dataTransfer: data }));
  })`);
}

/** One question to the chain through the service, of which a verification needs four, one after the other. */
export const ROUND_TRIPS = 4;
export async function roundTripMs(page: Page): Promise<number> {
  const all: number = await page.evaluate(`(async () => {
    const began = performance.now();
    for (let id = 1; id <= ${ROUND_TRIPS}; id++) {
      const body = JSON.stringify({ jsonrpc: "2.0", id, method: "eth_chainId", params: [] });
      await (await fetch("/v1/chain", { method: "POST", headers: { "content-type": "application/json" }, body })).json();
    }
    return performance.now() - began;
  })()`);
  return all / ROUND_TRIPS;
}

/** How soon a page of one word is painted that comes from nowhere. */
export async function plainPaintMs(page: Page, url: string): Promise<number> {
  const address = `${url}/plain`;
  await page.route(address, (route) => route.fulfill({ contentType: "text/html", body: "<!doctype html><p>虎符" }));
  await page.goto(address);
  return firstPaintMs(page);
}

/** The scripts that the page has loaded, the worker's among them; over plain http browsers take gzip, over https they take less. */
export async function loadedScripts(
  page: Page,
): Promise<{ readonly addresses: readonly string[]; readonly bytes: number }> {
  const addresses: string[] = await page.evaluate(
    "performance.getEntriesByType('resource').map(({ name }) => name).filter((name) => name.endsWith('.js'))",
  );
  const sizes = await Promise.all(addresses.map(gzippedBytes));
  return { addresses, bytes: sizes.reduce((sum, each) => sum + each, 0) };
}

async function gzippedBytes(address: string): Promise<number> {
  const answer = await fetch(address, { method: "HEAD", headers: { "accept-encoding": "gzip" } });
  if (answer.headers.get("content-encoding") !== "gzip") throw new Error(`${address} comes uncompressed`);
  return Number(answer.headers.get("content-length"));
}
