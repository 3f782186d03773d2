// SPDX-License-Identifier: Apache-2.0
import type { Page } from "playwright-core";
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
];

export interface ChosenFile {
  readonly name: string;
  readonly mimeType: string;
  readonly buffer: Buffer;
}

export const pdf = (name: string, buffer: Buffer): ChosenFile => ({ name, mimeType: "application/pdf", buffer });
export const json = (name: string, buffer: Buffer): ChosenFile => ({ name, mimeType: "application/json", buffer });

/** The page, ready to take a document. */
export async function openVerify(page: Page, { url }: Pick<DemoService, "url">): Promise<void> {
  await page.goto(`${url}/v`);
  await page.locator(".drop").waitFor();
  await page.locator(".footing").waitFor({ state: "attached" });
}

export async function choose(page: Page, ...files: readonly ChosenFile[]): Promise<void> {
  await page.locator("input[type=file]").setInputFiles([...files]);
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
