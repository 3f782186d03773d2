// SPDX-License-Identifier: Apache-2.0
import type { Page } from "playwright-core";
import { mod11Over10 } from "../../src/core/identifiers/iso7064.js";
import type { DemoService } from "./demo-service.js";

export const FOOD_PERMIT = "11340000MB1A2B3CXU001";

let numbers = 0;

/** A printed number of a food permit that no certificate has yet. */
export function freshNumber(): string {
  const digits = `2349901${String(700_000 + ++numbers)}`;
  return `JY${digits}${mod11Over10(digits)}`;
}

/** Signed in with a token that the tab remembers, as after a page load. */
export async function signedIn(page: Page, service: Pick<DemoService, "url" | "token">, path = "/desk"): Promise<void> {
  await page.addInitScript((token) => {
    sessionStorage.setItem("tally.desk.token", JSON.stringify(token));
  }, service.token);
  await page.goto(service.url + path);
  await page.locator(".desk-nav").waitFor();
}

/** Signs in as a person does. */
export async function signIn(page: Page, token: string): Promise<void> {
  await page.locator("input[type=password]").fill(token);
  await page.locator(".sign-in button[type=submit]").click();
}

/** The field at a pointer of the request. */
export const field = (page: Page, pointer: string) => page.locator(`[data-pointer="${pointer}"]`);

/** A food permit filled in as a clerk does, in either language. */
export async function fillPermit(
  page: Page,
  { number = freshNumber(), name = "样例区䶮记小吃店" } = {},
): Promise<string> {
  await field(page, "/holders/0/certificateHolder").locator("input").fill(name);
  await field(page, "/holders/0/certificateHolderCode").locator("input").fill("92340199TT00001386");
  await field(page, "/certificateNumber").locator("input").fill(number);
  await field(page, "/face/legalRepresentative").locator("input").fill("样例·龘");
  await field(page, "/face/domicile").locator("textarea").fill("安徽省合肥市样例区㛃玉路22号");
  await field(page, "/face/premises").locator("textarea").fill("安徽省合肥市样例区㛃玉路22号一层");
  await field(page, "/face/businessForm").locator("input").nth(1).check();
  await field(page, "/face/businessItems").locator("textarea").fill("热食类食品制售，冷食类食品制售");
  await field(page, "/face/onlineOperation").locator("input").first().check();
  await field(page, "/face/warehouseAddress").locator("input[type=checkbox]").check();
  await field(page, "/validUntil").locator(".fill-in").click();
  return number;
}

export const preview = async (page: Page): Promise<void> => {
  await page.locator(".licence-form button[type=submit]").click();
};

/** The button that issues what the preview shows. */
export const confirm = (page: Page) => page.locator("[data-state=preview] .action.primary");

/** From the form to the preview. */
export async function previewed(page: Page, service: DemoService, number?: string): Promise<string> {
  await signedIn(page, service, `/desk/issue/${FOOD_PERMIT}`);
  const filled = await fillPermit(page, number === undefined ? {} : { number });
  await preview(page);
  await confirm(page).waitFor();
  return filled;
}

/** The legal state that the page shows. */
export const legalState = (page: Page, state: string) => page.locator(`[data-legal-state="${state}"]`);

/** Carries out an act in its dialog; `state` where it leads to one of several. */
export async function carryOut(page: Page, button: RegExp, state?: string): Promise<void> {
  await page.getByRole("button", { name: button }).click();
  const dialog = page.locator("dialog");
  if (state !== undefined) await dialog.locator(`input[value="${state}"]`).check();
  await dialog.locator("textarea").fill("《样例条例》第七条");
  await dialog.locator("input:not([type=radio])").fill("样例罚〔2026〕7号");
  await dialog.locator("button[type=submit]").click();
}

/** A certificate of its own for a test, with an act carried out where one is named. */
export async function certificateIn(service: DemoService, act?: "suspend" | "revoke"): Promise<string> {
  const id = await service.issue({ certificateNumber: freshNumber() });
  const paper = { legalBasis: "《样例条例》第七条", documentNumber: "样例罚〔2026〕7号" };
  if (act !== undefined) await service.api("POST", `/v1/certificates/${id}/${act}`, paper);
  return id;
}
