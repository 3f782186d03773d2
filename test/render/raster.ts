// SPDX-License-Identifier: Apache-2.0
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { type PDFiumDocument, PDFiumLibrary } from "@hyzyla/pdfium";
import { prepareZXingModule, readBarcodes } from "zxing-wasm/reader";

/** A page in grey: 0 black … 255 white, row by row. */
export interface Raster {
  readonly width: number;
  readonly height: number;
  readonly grey: Uint8Array;
}

let pdfium: Promise<PDFiumLibrary> | undefined;

/** Draws a page with PDFium, which shares no code with ours. */
export async function rasterise(pdf: Uint8Array, dpi: number, page = 0): Promise<Raster> {
  return withDocument(pdf, async (document) => {
    const { width, height, data } = await document
      .getPage(page)
      .render({ scale: dpi / 72, render: "bitmap", renderFormFields: true });
    const grey = new Uint8Array(width * height);
    for (let i = 0; i < grey.length; i++)
      grey[i] = (data[i * 4]! * 77 + data[i * 4 + 1]! * 150 + data[i * 4 + 2]! * 29) >> 8;
    return { width, height, grey };
  });
}

/** The text layer, as a reader would copy it. */
export async function textOf(pdf: Uint8Array, page = 0): Promise<string> {
  return withDocument(pdf, async (document) => document.getPage(page).getText());
}

export async function pageCount(pdf: Uint8Array): Promise<number> {
  return withDocument(pdf, async (document) => document.getPageCount());
}

async function withDocument<T>(pdf: Uint8Array, use: (document: PDFiumDocument) => Promise<T>): Promise<T> {
  pdfium ??= PDFiumLibrary.init();
  const document = await (await pdfium).loadDocument(pdf);
  try {
    return await use(document);
  } finally {
    document.destroy();
  }
}

/** A part of a raster, given in millimetres. */
export function crop(raster: Raster, dpi: number, x: number, y: number, width: number, height: number): Raster {
  const px = (length: number) => Math.round((length / 25.4) * dpi);
  const [left, top, w, h] = [px(x), px(y), px(width), px(height)];
  const grey = new Uint8Array(w * h);
  for (let row = 0; row < h; row++)
    grey.set(raster.grey.subarray((top + row) * raster.width + left, (top + row) * raster.width + left + w), row * w);
  return { width: w, height: h, grey };
}

/** Part of the raster darker than half, 0…1. */
export function ink({ grey }: Raster): number {
  return grey.reduce((sum, value) => sum + (value < 128 ? 1 : 0), 0) / grey.length;
}

let zxing: Promise<unknown> | undefined;

/** Texts of all QR codes in the picture, read by ZXing. */
export async function readQrCodes({ width, height, grey }: Raster): Promise<string[]> {
  zxing ??= prepareZXing();
  await zxing;
  const data = new Uint8ClampedArray(width * height * 4);
  for (let i = 0; i < grey.length; i++) {
    data[i * 4] = data[i * 4 + 1] = data[i * 4 + 2] = grey[i]!;
    data[i * 4 + 3] = 255;
  }
  const codes = await readBarcodes({ width, height, data, colorSpace: "srgb" } as ImageData, {
    formats: ["QRCode"],
    tryHarder: true,
  });
  return codes.map(({ text }) => text);
}

async function prepareZXing(): Promise<void> {
  // It would fetch its wasm from the network by default.
  const wasm = readFileSync(createRequire(import.meta.url).resolve("zxing-wasm/reader/zxing_reader.wasm"));
  await prepareZXingModule({
    overrides: { wasmBinary: wasm.buffer.slice(wasm.byteOffset, wasm.byteOffset + wasm.length) as ArrayBuffer },
    fireImmediately: true,
  });
}
