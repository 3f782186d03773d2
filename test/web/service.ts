// SPDX-License-Identifier: Apache-2.0
import { workspace } from "../main/service-process.js";
import { type DemoService, startDemoService } from "./demo-service.js";

export type { DemoService };

const here = workspace();
let starting: ReturnType<typeof startDemoService> | null = null;

/** The one service with demo data that all tests of pages in this process share; it ends with the process. */
export async function demoService(): Promise<DemoService> {
  starting ??= started();
  return (await starting).service;
}

// Not a hook: a process of tests runs several files, and a hook would belong to the first of them alone.
async function started(): ReturnType<typeof startDemoService> {
  const demo = await startDemoService(here.path("demo"));
  demo.letGo();
  process.once("exit", () => {
    demo.killNow();
    here.remove();
  });
  return demo;
}
