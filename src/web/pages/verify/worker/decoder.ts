// SPDX-License-Identifier: Apache-2.0
import { prepareZXingModule, readBarcodes } from "zxing-wasm/reader";
import wasm from "zxing-wasm/reader/zxing_reader.wasm?url";

/** Codes that one picture may hold. */
const MOST_CODES = 32;

let prepared: Promise<unknown> | null = null;

/** Reads QR codes where the browser cannot; loaded when it is first needed, from our own origin. */
export async function decode(
  picture: ImageData,
  { thorough }: { readonly thorough: boolean },
): Promise<{ readonly text: string; readonly isValid: boolean }[]> {
  prepared ??= prepareZXingModule({ overrides: { locateFile: () => wasm }, fireImmediately: true });
  await prepared;
  const codes = await readBarcodes(picture, {
    formats: ["QRCode"],
    tryHarder: thorough,
    tryDenoise: thorough,
    returnErrors: true,
    maxNumberOfSymbols: MOST_CODES,
  });
  return codes.map(({ text, isValid }) => ({ text, isValid }));
}
