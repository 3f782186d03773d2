// SPDX-License-Identifier: Apache-2.0

/** `BarcodeDetector` of the Shape Detection API, as far as it is used. */
interface Detector {
  detect(picture: ImageBitmap): Promise<readonly { readonly rawValue: string }[]>;
}

interface DetectorClass {
  new (options: { formats: string[] }): Detector;
  getSupportedFormats(): Promise<readonly string[]>;
}

/** A reader that has not answered by then is not waited for again. */
const DETECT_LIMIT_MS = 3_000;

let detector: Promise<Detector | null> | null = null;

/** Whether this browser has a reader of QR codes of its own. */
export async function hasOwnReader(): Promise<boolean> {
  return (await ownDetector()) !== null;
}

/**
 * The texts of the QR codes that the browser's own reader sees, "" for one that it cannot read; null when there is no such reader. Many
 * systems have the class and no service behind it: one that fails or does not answer is not asked again.
 */
export async function readByBrowser(picture: ImageBitmap): Promise<readonly string[] | null> {
  const own = await ownDetector();
  if (own === null) return null;
  try {
    return (await inTime(own.detect(picture))).map(({ rawValue }) => rawValue);
  } catch {
    detector = Promise.resolve(null);
    return null;
  }
}

function ownDetector(): Promise<Detector | null> {
  detector ??= makeDetector().catch(() => null);
  return detector;
}

async function makeDetector(): Promise<Detector | null> {
  const { BarcodeDetector } = globalThis as { BarcodeDetector?: DetectorClass };
  if (BarcodeDetector === undefined) return null;
  const formats = await inTime(BarcodeDetector.getSupportedFormats());
  return formats.includes("qr_code") ? new BarcodeDetector({ formats: ["qr_code"] }) : null;
}

function inTime<T>(answer: Promise<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error("the browser's code reader does not answer")), DETECT_LIMIT_MS);
    answer.then(resolve, reject).finally(() => clearTimeout(timer));
  });
}
