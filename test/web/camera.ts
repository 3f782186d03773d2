// SPDX-License-Identifier: Apache-2.0
import type { Page } from "playwright-core";

/** Gives the page that opens next a camera that sees whatever `see` shows it. */
export async function withCamera(page: Page): Promise<void> {
  await page.addInitScript(CAMERA);
}

/** Holds a PNG in front of the camera. */
export async function see(page: Page, picture: Buffer): Promise<void> {
  await page.evaluate(`window.see("data:image/png;base64,${picture.toString("base64")}")`);
}

/** Whether the page let go of the camera. */
export const isCameraStopped = (page: Page): Promise<boolean> => page.evaluate("window.isStopped()");

/** Gives the page that opens next a camera that fails, with the name of a `DOMException`. */
export async function withFailingCamera(page: Page, name: string): Promise<void> {
  await page.addInitScript(
    `navigator.mediaDevices.getUserMedia = async () => { throw new DOMException("no", "${name}"); };`,
  );
}

const CAMERA = `
  const canvas = document.createElement("canvas");
  const context = canvas.getContext("2d");
  let picture = null;
  let stream = null;
  setInterval(() => { if (picture) context.drawImage(picture, 0, 0); }, 50);
  window.see = async (address) => {
    const next = new Image();
    next.src = address;
    await next.decode();
    canvas.width = next.width;
    canvas.height = next.height;
    picture = next;
  };
  window.isStopped = () => stream.getTracks().every((track) => track.readyState === "ended");
  navigator.mediaDevices.getUserMedia = async () => (stream = canvas.captureStream(10));
`;
