// SPDX-License-Identifier: Apache-2.0
import type { Page } from "playwright-core";

/**
 * Gives the worker of the page that opens next a clock that stands still but for `pass`: what it waits for, a test need not wait for,
 * and nothing that is only slow today is given up.
 */
export async function withWorkerClock(page: Page): Promise<{ pass(ms: number): Promise<void> }> {
  await page.route(/\/assets\/worker-[^/]+\.js$/, async (route) => {
    const response = await route.fetch();
    const { "content-encoding": _, "content-length": __, ...headers } = response.headers();
    await route.fulfill({ status: 200, headers, body: `${CLOCK}\n${await response.text()}` });
  });
  return {
    pass: (ms) =>
      page.evaluate(
        `new Promise((resolve) => {
          const clock = new BroadcastChannel("clock");
          clock.onmessage = () => { clock.close(); resolve(); };
          clock.postMessage(${ms});
        })`,
      ),
  };
}

const CLOCK = `{
  let now = 0;
  const due = new Map();
  let timers = 0;
  globalThis.setTimeout = (ring, ms = 0, ...given) => (due.set(++timers, { at: now + ms, ring: () => ring(...given) }), timers);
  globalThis.clearTimeout = (timer) => void due.delete(timer);
  performance.now = () => now;
  AbortSignal.timeout = (ms) => {
    const controller = new AbortController();
    setTimeout(() => controller.abort(new DOMException("the time is over", "TimeoutError")), ms);
    return controller.signal;
  };
  const clock = new BroadcastChannel("clock");
  clock.onmessage = ({ data }) => {
    now += data;
    for (const [timer, { at, ring }] of [...due].sort(([, one], [, other]) => one.at - other.at)) {
      if (at > now) break;
      due.delete(timer);
      ring();
    }
    clock.postMessage("passed");
  };
}`;
