// SPDX-License-Identifier: Apache-2.0
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import fontkit from "fontkit";
import { PDFDocument, type PDFFont, rgb } from "pdf-lib";
import QRCode from "qrcode";
import { canonicalBytes } from "../src/core/canonical-json.js";
import type { RenderInput } from "../src/render/index.js";
import { printedValue } from "../src/render/text/printed-value.js";

const require = createRequire(import.meta.url);

/** Parsed once and shared by all documents: the quick way to use pdf-lib with a Chinese font. */
function sharedFont(file: string): { create(): never } {
  const font = fontkit.create(readFileSync(require.resolve(file)));
  return { create: () => font as never };
}

/** The page of a licence as one draws it with pdf-lib's high-level calls: no ornament, no PDF/A parts. */
export function plainRenderer(verifyText: (token: string) => string): (input: RenderInput) => Promise<Uint8Array> {
  const serif = sharedFont("@expo-google-fonts/noto-serif-sc/400Regular/NotoSerifSC_400Regular.ttf");
  const sans = sharedFont("@expo-google-fonts/noto-sans-sc/500Medium/NotoSansSC_500Medium.ttf");
  return async ({ certificate, evidence, type }) => {
    const document = await PDFDocument.create();
    const embed = async (font: { create(): never }): Promise<PDFFont> => {
      document.registerFontkit(font);
      return document.embedFont(new Uint8Array(0), { subset: true });
    };
    const [label, value] = [await embed(sans), await embed(serif)];
    const page = document.addPage([595.28, 841.89]);
    const ink = rgb(0.03, 0.33, 0.25);
    page.drawRectangle({ x: 25, y: 25, width: 545.28, height: 791.89, borderColor: ink, borderWidth: 1.6 });
    const title = type.layout.title.zh;
    page.drawText(title, {
      x: (595 - value.widthOfTextAtSize(title, 34)) / 2,
      y: 710,
      size: 34,
      font: value,
      color: ink,
    });
    page.drawText(type.layout.title.en, { x: 240, y: 685, size: 9, font: label, color: ink });
    let y = 640;
    for (const row of type.layout.rows) {
      page.drawText(row.label.zh, { x: 74, y, size: 10.5, font: label, color: ink });
      page.drawText(row.label.en, { x: 74, y: y - 9, size: 6, font: label });
      const text = printedValue(row, certificate.credentialSubject, certificate);
      const lines = text.match(/.{1,26}/gsu) ?? [""];
      for (const [i, line] of lines.entries()) page.drawText(line, { x: 192, y: y - i * 17, size: 12.5, font: value });
      y -= 20 + lines.length * 17;
      page.drawLine({ start: { x: 74, y: y + 20 }, end: { x: 522, y: y + 20 }, thickness: 0.4 });
    }
    const { credentialSubject: subject } = certificate;
    page.drawText(subject.issueDept, { x: 370, y: 160, size: 12.5, font: value });
    page.drawText(subject.certificateIdentifier, { x: 74, y: 80, size: 6.4, font: label });
    page.drawSvgPath(qrPath(verifyText(evidence.token)), { x: 82, y: 215, scale: 113 / 77, color: rgb(0, 0, 0) });
    const files = { "certificate.json": certificate, "evidence.json": evidence, "type.json": type };
    for (const [name, json] of Object.entries(files))
      await document.attach(canonicalBytes(json), name, { mimeType: "application/json" });
    return document.save({ useObjectStreams: false });
  };
}

/** Runs of dark modules as rectangles: quicker than a PNG, which pdf-lib decodes in JavaScript. */
function qrPath(text: string): string {
  const hash = text.indexOf("#") + 1;
  const { modules } = QRCode.create(
    [
      { mode: "byte", data: new TextEncoder().encode(text.slice(0, hash)) },
      { mode: "numeric", data: text.slice(hash) },
    ],
    { errorCorrectionLevel: "M" },
  );
  let path = "";
  for (let y = 0; y < modules.size; y++)
    for (let x = 0, end = 0; x < modules.size; x = end + 1) {
      for (end = x; end < modules.size && modules.get(y, end); end++);
      if (end > x) path += `M${x} ${y}h${end - x}v1h${x - end}z`;
    }
  return path;
}
