// SPDX-License-Identifier: Apache-2.0
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Browser } from "playwright-core";
import { launchChromium, openPage } from "../test/web/chromium.js";
import { startDemoService } from "../test/web/demo-service.js";
import {
  answerMs,
  firstPaintMs,
  layoutShift,
  loadedScripts,
  PAGE_BOUNDS,
  plainPaintMs,
  ROUND_TRIPS,
  roundTripMs,
  watchLayoutShift,
} from "../test/web/page-figures.js";
import { openVerify } from "../test/web/verify-states.js";
import type { BenchRow } from "./main.js";
import { PeakRss } from "./peak-rss.js";

const VISITS = 9;

/**
 * What a reader of `/v` waits for, in a headless Chromium with the service on the same machine: medians over visits with an empty
 * cache. `page-answer` is a PDF from its drop to the answer, beside the questions to the chain alone that it needs one after the
 * other; `page-first-paint` the first contentful paint, beside that of a page of one word. Peak RSS is this process's, not the browser's.
 */
export async function run(_options: { readonly json: boolean }): Promise<BenchRow[]> {
  const browser = await launchChromium();
  if (typeof browser === "string") throw new Error(browser);
  const data = mkdtempSync(join(tmpdir(), "tally-bench-page-"));
  const { service, stop } = await startDemoService(data);
  try {
    const licence = await service.issue();
    await service.anchored(licence);
    return await measured(browser, service, await service.pdf(licence));
  } finally {
    await stop();
    await browser.close();
    rmSync(data, { recursive: true, force: true, maxRetries: 5 });
  }
}

async function measured(browser: Browser, service: { readonly url: string }, pdf: Buffer): Promise<BenchRow[]> {
  const memory = new PeakRss();
  const seen = { answer: [] as number[], asking: [] as number[], paint: [] as number[], plain: [] as number[] };
  let shift = 0;
  let bytes = 0;
  for (let visit = 0; visit < VISITS; visit++) {
    const { page, context } = await openPage(browser, { serviceWorkers: "block" });
    seen.plain.push(await plainPaintMs(page, service.url));
    await watchLayoutShift(page);
    await openVerify(page, service);
    await page.getByText("离线信任包：").waitFor();
    seen.paint.push(await firstPaintMs(page));
    shift = Math.max(shift, await layoutShift(page));
    // The first of a visit: code that the browser has not compiled yet, and nothing asked before.
    seen.answer.push(await answerMs(page, pdf));
    seen.asking.push(ROUND_TRIPS * (await roundTripMs(page)));
    ({ bytes } = await loadedScripts(page));
    memory.look();
    await context.close();
  }
  const [answer, asking, paint, plain] = [seen.answer, seen.asking, seen.paint, seen.plain].map(median) as [
    number,
    number,
    number,
    number,
  ];
  const row = (bench: string, n: number, ours: number, baseline: number, figures: BenchRow["figures"]): BenchRow => ({
    bench,
    n,
    perSecond: 1_000 / ours,
    baselinePerSecond: 1_000 / baseline,
    ratio: baseline / ours,
    peakRssMb: memory.megabytes,
    ...(figures === undefined ? {} : { figures }),
  });
  return [
    row("page-answer", seen.answer.length, answer, asking, { answerMs: [answer, PAGE_BOUNDS.answerMs] }),
    row("page-first-paint", VISITS, paint, plain, {
      firstPaintMs: [paint, PAGE_BOUNDS.firstPaintMs],
      scriptBytes: [bytes, PAGE_BOUNDS.scriptBytes],
      layoutShift: [shift, PAGE_BOUNDS.layoutShift],
    }),
  ];
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[values.length >> 1]!;
}
