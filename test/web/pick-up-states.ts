// SPDX-License-Identifier: Apache-2.0
import type { Page } from "playwright-core";
import type { DemoService } from "./demo-service.js";
import type { PageState } from "./verify-states.js";

export interface PickUpScene {
  readonly service: DemoService;
}

/** A link as issuing tells it, on the address of the service under test. */
export interface Told {
  readonly certificate: string;
  readonly link: string;
  readonly url: string;
  readonly code: string;
}

/** A licence of its own, not anchored yet, and a link to it. */
export async function delivered(service: DemoService): Promise<Told> {
  return sent(service, await service.issue());
}

/** A link to a licence that was anchored long ago. */
export const anchored = (service: DemoService): Promise<Told> => sent(service, service.certificate);

/** A new link for a licence; the older ones are void. */
export async function sent(service: DemoService, certificate: string): Promise<Told> {
  const { link, url, code } = await service.api<Omit<Told, "certificate">>(
    "POST",
    `/v1/certificates/${certificate}/pick-up-links`,
    {},
  );
  return { certificate, link, code, url };
}

export const wrong = (code: string): string => (code === "000000" ? "000001" : "000000");

export async function enter(page: Page, code: string): Promise<void> {
  await page.locator("input.code").fill(code);
  await page.locator(".code-go").click();
}

export async function opened(page: Page, told: Told): Promise<void> {
  await page.goto(told.url);
  await enter(page, told.code);
  await page.locator(".sheet").waitFor();
}

/** Shows the licence as if the service said these things of it. */
export async function told(page: Page, changes: () => Record<string, unknown>): Promise<void> {
  await page.route(/\/v1\/pick-up\/[^/]+\/(open|licence)$/, async (route) => {
    const response = await route.fetch();
    const body = (await response.json()) as Record<string, unknown>;
    await route.fulfill({ response, json: response.ok() ? { ...body, ...changes() } : body });
  });
}

/** Has every question about a link refused with this code. */
export async function refusing(page: Page, status: number, code: string): Promise<void> {
  await page.route("**/v1/pick-up/*/look", (route) => {
    const json = { type: "about:blank", title: "x", status, detail: "x", code };
    return route.fulfill({ status, json, contentType: "application/problem+json" });
  });
}

const act = (service: DemoService, { certificate }: Told, action: string, body: object = {}): Promise<unknown> =>
  service.api("POST", `/v1/certificates/${certificate}/${action}`, {
    ...body,
    legalBasis: "《食品安全法》第三十五条",
    documentNumber: "示食监〔2026〕1号",
  });

const acted = (name: string, action: string, body: object = {}): PageState<PickUpScene> => ({
  name,
  async show(page, { service }) {
    const link = await delivered(service);
    await act(service, link, action, body);
    await opened(page, link);
  },
});

const refused = (name: string, status: number, code: string): PageState<PickUpScene> => ({
  name,
  async show(page, { service }) {
    await refusing(page, status, code);
    await page.goto(`${service.url}/c/${"A".repeat(22)}#${"B".repeat(22)}`);
    await page.locator(".outcome").waitFor();
  },
});

const standing = (name: string, changes: Record<string, unknown>): PageState<PickUpScene> => ({
  name,
  async show(page, { service }) {
    const link = await anchored(service);
    await told(page, () => changes);
    await opened(page, link);
  },
});

/** Every look of the holder's page. */
export const PICK_UP_STATES: readonly PageState<PickUpScene>[] = [
  {
    name: "code",
    async show(page, { service }) {
      await page.goto((await delivered(service)).url);
      await page.locator("input.code").waitFor();
    },
  },
  {
    name: "wrong-code",
    async show(page, { service }) {
      const link = await delivered(service);
      await page.goto(link.url);
      await enter(page, wrong(link.code));
      await page.locator(".field.wrong").waitFor();
    },
  },
  {
    name: "valid",
    async show(page, { service }) {
      await opened(page, await anchored(service));
    },
  },
  {
    name: "long-term-many-fields",
    async show(page, { service }) {
      const link = await anchored(service);
      const label = { zh: "经营项目和范围", en: "Items and scope of business" };
      const value = Array.from({ length: 12 }, (_, n) => `热食类食品制售第 ${n + 1} 项`);
      const holders = ["合肥市示例区虎符餐饮管理服务连锁经营有限责任公司第三分公司", "赵样例"];
      await told(page, () => ({ validUntil: null, holders, face: [{ field: "x", label, value }] }));
      await opened(page, link);
    },
  },
  standing("pending", { anchoring: "pending", anchoredAt: null }),
  standing("held", { anchoring: "pending", anchoredAt: null, held: true }),
  standing("not-yet-valid", { standing: "not-yet-valid" }),
  standing("expired-licence", { standing: "expired" }),
  standing("transferred-out", { standing: "transferred-out" }),
  acted("suspended", "suspend"),
  acted("revoked", "revoke", { state: "revoked-penalty" }),
  acted("replaced", "renew", { validUntil: "2030-12-31" }),
  {
    name: "downloaded",
    async show(page, { service }) {
      await opened(page, await anchored(service));
      const download = page.waitForEvent("download");
      await page.locator(".get-button").click();
      await (await download).path();
    },
  },
  {
    name: "used",
    async show(page, { service }) {
      const link = await delivered(service);
      const secret = new URL(link.url).hash.slice(1);
      await service.api("POST", `/v1/pick-up/${link.link}/open`, { secret, code: link.code });
      await page.goto(link.url);
      await page.locator(".outcome").waitFor();
    },
  },
  refused("unknown", 404, "pick-up.unknown"),
  refused("expired", 410, "pick-up.expired"),
  refused("taken-back", 410, "pick-up.revoked"),
  refused("superseded", 410, "pick-up.superseded"),
  refused("locked", 403, "pick-up.locked"),
  {
    name: "incomplete",
    async show(page, { service }) {
      await page.goto(`${service.url}/c/${"A".repeat(22)}`);
      await page.locator(".outcome").waitFor();
    },
  },
  {
    name: "closed",
    async show(page, { service }) {
      await opened(page, await delivered(service));
      await page.locator(".picked button").last().click();
      await page.locator(".outcome").waitFor();
    },
  },
  {
    name: "unreachable",
    async show(page, { service }) {
      await page.route("**/v1/pick-up/**", (route) => route.abort());
      await page.goto(`${service.url}/c/${"A".repeat(22)}#${"B".repeat(22)}`);
      await page.locator(".outcome").waitFor();
    },
  },
];
