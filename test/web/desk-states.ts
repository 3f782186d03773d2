// SPDX-License-Identifier: Apache-2.0
import type { DemoService } from "./demo-service.js";
import { certificateIn, confirm, FOOD_PERMIT, fillPermit, preview, previewed, signedIn, signIn } from "./desk-scene.js";
import { listing } from "./pick-up-states.js";
import type { PageState } from "./verify-states.js";

export interface DeskScene {
  readonly service: DemoService;
}

const DRIVERS = "11100000000019713D071";

/** Every look of the issuing desk. */
export const DESK_STATES: readonly PageState<DeskScene>[] = [
  {
    name: "sign-in",
    async show(page, { service }) {
      await page.goto(`${service.url}/desk`);
      await page.locator(".sign-in").waitFor();
    },
  },
  {
    name: "sign-in-refused",
    async show(page, { service }) {
      await page.goto(`${service.url}/desk`);
      await signIn(page, `tt_${"0".repeat(16)}_${"0".repeat(64)}`);
      await page.locator(".field.wrong").waitFor();
    },
  },
  {
    name: "service-down",
    async show(page, { service }) {
      await page.route("**/v1/token", (route) => route.abort());
      await page.goto(`${service.url}/desk`);
      await signIn(page, service.token);
      await page.locator(".notice").waitFor();
    },
  },
  {
    name: "types",
    async show(page, { service }) {
      await signedIn(page, service);
      await page.locator(".type-card").first().waitFor();
    },
  },
  {
    name: "form-faults",
    async show(page, { service }) {
      await signedIn(page, service, `/desk/issue/${FOOD_PERMIT}`);
      await preview(page);
      await page.locator(".to-mend").waitFor();
    },
  },
  {
    name: "form-filled",
    async show(page, { service }) {
      await signedIn(page, service, `/desk/issue/${FOOD_PERMIT}`);
      await fillPermit(page);
    },
  },
  {
    name: "form-lists",
    async show(page, { service }) {
      // The demo agency does not issue this type; its form is worth a look all the same.
      await page.route("**/v1/token", async (route) => {
        const answer = await route.fetch();
        const issuable = [{ typeCode: DRIVERS, version: 2, name: { zh: "从业资格证", en: "Qualification" } }];
        await route.fulfill({ response: answer, json: { ...(await answer.json()), issuable } });
      });
      await signedIn(page, service, `/desk/issue/${DRIVERS}`);
      await page.locator(".licence-form").waitFor();
    },
  },
  { name: "preview", show: async (page, { service }) => void (await previewed(page, service)) },
  {
    name: "no-answer",
    async show(page, { service }) {
      await previewed(page, service);
      await page.route("**/v1/certificates", (route) => route.abort());
      await confirm(page).click();
      await page.locator("[data-state=preview] .notice").waitFor();
    },
  },
  {
    name: "issued",
    async show(page, { service }) {
      await previewed(page, service);
      await confirm(page).click();
      await page.locator("[data-state=issued]").waitFor();
    },
  },
  {
    name: "expired",
    async show(page, { service }) {
      await previewed(page, service);
      const problem = { type: "x:y", title: "t", status: 401, detail: "d", code: "request.unauthenticated" };
      await page.route("**/v1/certificates", (route) => route.fulfill({ status: 401, json: problem }));
      await confirm(page).click();
      await page.locator("dialog .sign-in").waitFor();
    },
  },
  {
    name: "search",
    async show(page, { service }) {
      await certificateIn(service, "revoke");
      await signedIn(page, service, "/desk/certificates");
      await page.locator("form[role=search] button[type=submit]").click();
      await page.locator("[data-state=results] .table").waitFor();
    },
  },
  {
    name: "search-none",
    async show(page, { service }) {
      await signedIn(page, service, "/desk/certificates");
      await page.locator("form[role=search] input").nth(1).fill("JY0");
      await page.locator("form[role=search] button[type=submit]").click();
      await page.locator("[data-state=results]").waitFor();
    },
  },
  {
    name: "certificate",
    async show(page, { service }) {
      await signedIn(page, service, `/desk/certificates/${service.certificate}`);
      await page.locator(".history li").first().waitFor();
      await page.getByText("20260 0x").waitFor();
    },
  },
  {
    name: "act",
    async show(page, { service }) {
      await signedIn(page, service, `/desk/certificates/${service.certificate}`);
      await page.locator(".acts .danger").click();
      await page.locator("dialog input[value=revoked-penalty]").check();
      await page.locator("dialog button[type=submit]").click();
      await page.locator("dialog .field.wrong").first().waitFor();
    },
  },
  {
    name: "suspended",
    async show(page, { service }) {
      await signedIn(page, service, `/desk/certificates/${await certificateIn(service, "suspend")}`);
      await page.locator(".history li").nth(1).waitFor();
    },
  },
  {
    name: "correct",
    async show(page, { service }) {
      await signedIn(page, service, `/desk/certificates/${service.certificate}/correct`);
      await preview(page);
      await page.locator(".licence-form .notice").waitFor();
    },
  },
  {
    name: "new-link",
    async show(page, { service }) {
      await signedIn(page, service, `/desk/certificates/${await certificateIn(service)}`);
      await page.getByRole("button", { name: /领取链接|pick-up link/ }).click();
      await page.locator("dialog .action.primary").click();
      await page.locator(".slip").waitFor();
    },
  },
  {
    name: "copy-faults",
    async show(page, { service }) {
      await signedIn(page, service, `/desk/certificates/${service.certificate}`);
      await page.locator(".copies-panel .action").last().click();
      await page.locator("dialog button[type=submit]").click();
      await page.locator("dialog .field.wrong").nth(1).waitFor();
    },
  },
  {
    name: "copies",
    async show(page, { service }) {
      await listing(page, [{}, { until: "2026-03-31T23:59:59+08:00" }, { anchoring: "pending" }, { user: "赵样例" }]);
      await signedIn(page, service, `/desk/certificates/${service.certificate}`);
      await page.locator("[data-copy]").first().waitFor();
    },
  },
  {
    name: "unknown-certificate",
    async show(page, { service }) {
      const id = service.certificate.replace(/\.[0-9A-Z]+\.001\.[0-9A-Z]$/, ".00000000000000000000.001.0");
      await signedIn(page, service, `/desk/certificates/${id}`);
      await page.locator(".notice").waitFor();
    },
  },
];
