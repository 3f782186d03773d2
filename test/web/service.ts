// SPDX-License-Identifier: Apache-2.0
import { workspace } from "../main/service-process.js";
import { type DemoService, startDemoService } from "./demo-service.js";

export type { DemoService };

const here = workspace();
let starting: ReturnType<typeof startDemoService> | null = null;

/** The one service with demo data that all tests of pages share. */
export async function demoService(): Promise<DemoService> {
  starting ??= startDemoService(here.path("demo"));
  return (await starting).service;
}

// One service a process of tests, whichever files use it.
after(async function () {
  this.timeout(60_000);
  await (await starting?.catch(() => null))?.stop();
  here.remove();
});
