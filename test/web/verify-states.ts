// SPDX-License-Identifier: Apache-2.0
import type { Page } from "playwright-core";
import { see, withCamera } from "./camera.js";
import type { DemoService } from "./demo-service.js";
import { pictureOfCodes } from "./picture.js";
import type { VerifyDocuments } from "./verify-documents.js";

/** What a page's states are made of. */
export interface VerifyScene {
  readonly service: DemoService;
  readonly documents: VerifyDocuments;
}

/** One look of a page: how to get there. Tests judge each, and `npm run screenshots` draws it. */
export interface PageState<Scene> {
  readonly name: string;
  show(page: Page, scene: Scene): Promise<void>;
}

export const VERIFY_STATES: readonly PageState<VerifyScene>[] = [
  { name: "start", show: (page, { service }) => openVerify(page, service) },
  {
    name: "valid",
    show: (page, { service, documents }) => verified(page, service, pdf("食品经营许可证.pdf", documents.genuine)),
  },
  {
    name: "valid-code",
    async show(page, { service, documents }) {
      await page.goto(`${service.url}/v#${documents.code.split("#")[1]}`);
      await answered(page);
    },
  },
  {
    name: "revoked",
    show: (page, { service, documents }) => verified(page, service, pdf("许可证.pdf", documents.revoked)),
  },
  {
    name: "suspended",
    show: (page, { service, documents }) => verified(page, service, pdf("许可证.pdf", documents.suspended)),
  },
  {
    name: "page-not-compared",
    show: (page, { service, documents }) => verified(page, service, pdf("食品经营许可证.pdf", documents.unsealed)),
  },
  { name: "seal-not-judged", show: (page, scene) => sealNotJudged(page, scene) },
  {
    name: "not-genuine",
    async show(page, { service, documents }) {
      await verified(page, service, json("许可证.json", documents.altered));
      await page.locator("details.claims summary").click();
    },
  },
  {
    name: "cannot-tell",
    async show(page, { service, documents }) {
      await page.route("**/v1/chain", (route) => route.abort());
      await verified(page, service, pdf("许可证.pdf", documents.genuine));
    },
  },
  {
    name: "no-licence-file",
    show: (page, { service }) =>
      verified(page, service, pdf("扫描件.pdf", Buffer.from("%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\n%%EOF\n"))),
  },
  {
    name: "offline",
    async show(page, { service }) {
      await openWithBundle(page, service);
      await page.context().setOffline(true);
      await page.locator(".footing .notice").waitFor();
    },
  },
  {
    name: "by-bundle",
    async show(page, { service, documents }) {
      await openWithBundle(page, service);
      await page.context().setOffline(true);
      await choose(page, pdf("许可证.pdf", documents.genuine));
      await answered(page);
    },
  },
  {
    name: "by-stale-bundle",
    async show(page, { service, documents }) {
      await withRegistryFacts(page, { bundleMaxAgeSeconds: -1_000 });
      await openWithBundle(page, service);
      await page.route("**/v1/chain", (route) => route.abort());
      await choose(page, pdf("许可证.pdf", documents.genuine));
      await answered(page);
    },
  },
  {
    name: "refused-bundle",
    async show(page, { service }) {
      await page.route("**/v1/trust-bundle", async (route) => {
        const response = await route.fetch();
        const altered = (await response.text()).replace(/"sequence":\d+/, '"sequence":999999');
        await route.fulfill({ response, body: altered });
      });
      await openVerify(page, service);
      await page.locator(".footing .notice").waitFor();
    },
  },
  {
    name: "network-changed",
    async show(page, { service, documents }) {
      await openVerify(page, service);
      await withRegistryFacts(page, { registry: `0x${"ab".repeat(20)}` });
      await page.reload();
      await page.locator(".changed-network").waitFor();
      await choose(page, pdf("许可证.pdf", documents.genuine));
      await answered(page);
    },
  },
  {
    name: "several",
    async show(page, { service, documents }) {
      await openVerify(page, service);
      await choose(
        page,
        pdf("张三的许可证.pdf", documents.genuine),
        pdf("旧证.pdf", documents.revoked),
        json("转发.json", documents.altered),
        { name: "风景.png", mimeType: "image/png", buffer: pictureOfCodes("https://other.example/pay?id=1") },
        { name: "扫描.png", mimeType: "image/png", buffer: pictureOfCodes(documents.code) },
      );
      await page.locator(".table-progress:has-text('5 / 5'), .table-progress:has-text('5 of 5')").waitFor();
    },
  },
  {
    name: "no-camera",
    async show(page, { service }) {
      await openVerify(page, service);
      await page.locator(".drop-actions button").nth(1).click();
      await page.locator(".camera [role=alert]").waitFor();
    },
  },
  {
    name: "camera",
    async show(page, { service, documents }) {
      await withCamera(page);
      await openVerify(page, service);
      await page.locator(".drop-actions button").nth(1).click();
      await page.locator(".viewfinder").waitFor();
      await see(page, pictureOfCodes(documents.code, documents.otherCode));
      await page.getByText(/有多个证照二维码|Several licence codes are in view/).waitFor();
    },
  },
  {
    name: "wrong-paste",
    async show(page, { service }) {
      await openVerify(page, service);
      await page.locator(".paste textarea").fill("这不是码");
      await page.locator(".paste button").click();
      await page.locator(".field.wrong").waitFor();
    },
  },
  {
    name: "not-verified",
    async show(page, { service }) {
      const buffer = pictureOfCodes("https://other.example/pay?id=1");
      await verified(page, service, { name: "收款码.png", mimeType: "image/png", buffer });
    },
  },
  {
    name: "too-slow",
    async show(page, { service, documents }) {
      await page.clock.install();
      await withBusyWorkers(page, 1);
      await openPage(page, service);
      await choose(page, pdf("许可证.pdf", documents.genuine));
      await page.locator(".working").waitFor();
      await page.clock.fastForward("00:46");
      await answered(page);
    },
  },
  {
    name: "busy",
    async show(page, { service, documents }) {
      await openVerify(page, service);
      await page.route("**/v1/chain", () => undefined);
      await choose(page, pdf("许可证.pdf", documents.genuine));
      await page.locator(".working").waitFor();
    },
  },
  {
    name: "too-many-files",
    async show(page, { service }) {
      await openVerify(page, service);
      // The first keeps the others waiting.
      await page.route("**/v1/chain", () => undefined);
      const note = Buffer.from("no licence");
      await choose(
        page,
        ...Array.from({ length: 201 }, (_, i) => ({ name: `${i}.txt`, mimeType: "text/plain", buffer: note })),
      );
      await page.locator(".notice[role=alert]").waitFor();
    },
  },
  {
    name: "held-over",
    async show(page, { service, documents }) {
      await verified(page, service, json("许可证.json", documents.json));
      await holdOver(page);
    },
  },
];

export interface ChosenFile {
  readonly name: string;
  readonly mimeType: string;
  readonly buffer: Buffer;
}

export const pdf = (name: string, buffer: Buffer): ChosenFile => ({ name, mimeType: "application/pdf", buffer });
export const json = (name: string, buffer: Buffer): ChosenFile => ({ name, mimeType: "application/json", buffer });

/** The page, which may not know yet what it works with. */
export async function openPage(page: Page, { url }: Pick<DemoService, "url">): Promise<void> {
  await page.goto(`${url}/v`);
  await page.locator(".drop").waitFor();
}

/** The page, ready to take a document. */
/** A sealed file where neither a bundle nor the service has a revocation list of its CA. */
export async function sealNotJudged(page: Page, { service, documents }: VerifyScene): Promise<void> {
  await page.route("**/v1/trust-bundle", (route) => route.abort());
  await page.route("**/v1/seal-authorities/**", (route) => route.abort());
  await verified(page, service, pdf("食品经营许可证.pdf", documents.genuine));
}

export async function openVerify(page: Page, service: Pick<DemoService, "url">): Promise<void> {
  await openPage(page, service);
  await page.locator(".footing").waitFor({ state: "attached" });
}

export async function choose(page: Page, ...files: readonly ChosenFile[]): Promise<void> {
  await page.locator("input[type=file]").setInputFiles([...files]);
}

/** The page with what it needs for the time without a connection. */
async function openWithBundle(page: Page, service: Pick<DemoService, "url">): Promise<void> {
  await openVerify(page, service);
  await page.getByText(/离线信任包：|Trust bundle of/).waitFor();
}

/** Changes what the service says of its network. */
export async function withRegistryFacts(page: Page, facts: Readonly<Record<string, unknown>>): Promise<void> {
  await page.route("**/v1/registry", async (route) => {
    const response = await route.fetch();
    await route.fulfill({ response, json: { ...(await response.json()), ...facts } });
  });
}

/** The first `count` workers of the page that opens next are kept busy for ever by whatever they are to verify. */
export async function withBusyWorkers(page: Page, count: number): Promise<void> {
  let left = count;
  await page.route(/\/assets\/worker-[^/]+\.js$/, async (route) => {
    if (left-- <= 0) return route.continue();
    const response = await route.fetch();
    const { "content-encoding": _, "content-length": __, ...headers } = response.headers();
    const body = "onmessage = ({ data }) => { if (data.kind === 'verify') for (;;); };";
    await route.fulfill({ status: 200, headers, body });
  });
}

/** Holds a file over the page, not letting go. */
async function holdOver(page: Page): Promise<void> {
  const dataTransfer = await page.evaluateHandle(() => {
    const data = new DataTransfer();
    data.items.add(new File(["{}"], "licence.json", { type: "application/json" }));
    return data;
  });
  await page.dispatchEvent("footer", "dragover", { dataTransfer });
  await page.locator(".held-over").waitFor();
}

/** Gives the page the text of a code. */
export async function paste(page: Page, text: string): Promise<void> {
  await page.locator(".paste textarea").fill(text);
  await page.locator(".paste button").click();
}

/** Waits for an answer about one document. */
export async function answered(page: Page): Promise<void> {
  await page.locator(".verdict").waitFor();
}

export async function verified(page: Page, service: Pick<DemoService, "url">, file: ChosenFile): Promise<void> {
  await openVerify(page, service);
  await choose(page, file);
  await answered(page);
}
