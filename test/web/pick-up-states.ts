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

/** Opens the form for a reader's copy and fills it in; what is left out stays as the form has it. */
export async function fillCopy(
  page: Page,
  words: { readonly user?: string; readonly matter?: string; readonly until?: string } = {},
): Promise<void> {
  await page.locator(".copy-begin").click();
  const { user = "合肥样例物业管理有限公司", matter = "租赁合同备案", until } = words;
  await page.locator("input[name=user]").fill(user);
  await page.locator("input[name=matter]").fill(matter);
  if (until !== undefined) await page.locator("input[name=until]").fill(until);
}

export const makeCopy = (page: Page): Promise<void> => page.locator(".copying button[type=submit]").click();

/** Shows the copies as if the service listed these; each is a real one of the licence with changes. */
export async function listing(page: Page, changes: readonly Record<string, unknown>[]): Promise<void> {
  const numbered = (index: number) => `${String(index).padStart(21, "A")}A`;
  const copy = {
    ...{ user: "合肥样例物业管理有限公司", matter: "租赁合同备案", anchoring: "anchored" },
    ...{ madeAt: "2026-03-01T09:00:00+08:00", until: "2099-03-31T23:59:59+08:00" },
  };
  const copies = changes.map((each, index) => ({ copyNumber: numbered(index), ...copy, ...each }));
  await page.route("**/v1/*/*/copies?*", (route) => route.fulfill({ json: { copies, next: null } }));
}

/** Has the making of a copy refused. */
export async function refusingCopies(page: Page, status: number, code: string): Promise<void> {
  await page.route("**/v1/pick-up/*/copies", (route) => {
    const json = { type: "about:blank", title: "x", status, detail: "x", code };
    return route.fulfill({ status, json, contentType: "application/problem+json" });
  });
}

/** Whether this browser can share files is not for the machine that tests to decide. */
export const sharingBrowser = (page: Page): Promise<void> =>
  page.addInitScript("navigator.canShare = () => true; navigator.share = async () => {};");

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
    name: "copy-faults",
    async show(page, { service }) {
      await opened(page, await anchored(service));
      await fillCopy(page, { user: "", matter: "长".repeat(201), until: "2199-12-31" });
      await makeCopy(page);
      await page.locator(".copying .field.wrong").nth(2).waitFor();
    },
  },
  {
    name: "copy-made",
    async show(page, { service }) {
      await opened(page, await anchored(service));
      await fillCopy(page);
      // On its way to the chain for as long as the page looks.
      await page.route("**/v1/pick-up/*/copies?*", (route) => route.abort());
      await makeCopy(page);
      await page.locator(".copy-said").waitFor();
    },
  },
  {
    name: "copies",
    async show(page, { service }) {
      await sharingBrowser(page);
      await listing(page, [
        ...[{}, {}, { user: "赵样例" }, { until: "2026-03-31T23:59:59+08:00" }, { anchoring: "pending" }],
        { user: "合肥市示例区虎符餐饮管理服务连锁经营有限责任公司第三分公司".repeat(3), matter: "食".repeat(200) },
        { user: "A long name without any place to break it ".replaceAll(" ", "").repeat(4) },
      ]);
      await opened(page, await anchored(service));
      await page.locator("[data-copy]").first().waitFor();
    },
  },
  {
    name: "copies-no-more",
    async show(page, { service }) {
      await listing(page, [{}]);
      await refusingCopies(page, 409, "copy.limit-reached");
      await opened(page, await anchored(service));
      await fillCopy(page);
      await makeCopy(page);
      await page.getByText(/已达到持证人|as many copies/).waitFor();
    },
  },
  {
    name: "copies-unknown",
    async show(page, { service }) {
      await page.route("**/v1/pick-up/*/copies*", (route) => route.abort());
      await opened(page, await anchored(service));
      await page.locator(".copying .notice").waitFor();
      await fillCopy(page);
      await makeCopy(page);
      await page.locator(".copying form .notice").waitFor();
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
