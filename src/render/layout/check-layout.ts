// SPDX-License-Identifier: Apache-2.0
import type { Label, Layout } from "../../core/type-definition.js";
import type { FontLibrary } from "../font/font-library.js";
import type { FontStack } from "../font/font-stack.js";
import { setPreamble } from "../ground/preamble.js";
import { issuerLabel } from "../ground/seal-place.js";
import { mm } from "../pdf/canvas.js";
import { photoObstacles } from "../photo/check-photo-place.js";
import { type Box, furtherPageGeometry, type PageGeometry, pageGeometry } from "./page-geometry.js";
import { type LinePlan, planRows, tallest } from "./row-plan.js";
import { LEADING } from "./type-sizes.js";

/** What is wrong with a layout; `field` is a pointer into the type definition. */
export interface LayoutProblem {
  readonly field: string;
  readonly message: string;
}

/** A printed module is read reliably from this size on: that of a code of 85 modules (version 17) that is 38 mm wide. */
export const MIN_MODULE_MM = 38 / 85;
/** Of captions and identifier under the code. */
const UNDER_CODE = mm(12);

/**
 * Says what would overlap, leave the page or not be readable, for the longest values that the layout itself allows. `codeModules`:
 * modules a side of the largest code.
 */
export function checkLayout(layout: Layout, fonts: FontLibrary, codeModules: number): LayoutProblem[] {
  const geometry = pageGeometry(layout);
  const lines = planRows(layout, geometry, fonts.label);
  return [
    ...checkRows(layout, geometry, lines),
    ...checkCode(layout, codeModules),
    ...checkPlaces(layout, geometry),
    ...checkFurtherPages(layout),
    ...checkWords(layout, geometry, fonts),
  ];
}

function checkRows(layout: Layout, { rows, sizes }: PageGeometry, lines: readonly LinePlan[]): LayoutProblem[] {
  const problems: LayoutProblem[] = [];
  const needed = tallest(lines, sizes, layout.bilingual !== false);
  if (needed > rows.height)
    problems.push({
      field: "/layout/rows",
      message: `need ${inMm(needed)} mm when every value takes all its lines; there are ${inMm(rows.height)} mm for them`,
    });
  for (const { row, valueWidth, columns } of lines.flat()) {
    const field = `/layout/rows/${layout.rows.indexOf(row)}`;
    if (valueWidth < sizes.minValueWidth)
      problems.push({
        field,
        message: `leaves less than ${inMm(sizes.minValueWidth)} mm for the value; make it a full row`,
      });
    for (const [i, { width }] of columns.entries())
      if (width < sizes.text[0] * MIN_COLUMN_EMS)
        problems.push({
          field: `${field}/columns/${i}/width`,
          message: "makes the column narrower than four characters",
        });
  }
  return problems;
}

const MIN_COLUMN_EMS = 4;

function checkCode({ qr }: Layout, modules: number): LayoutProblem[] {
  const smallest = Math.ceil(modules * MIN_MODULE_MM * 10) / 10;
  if (qr.size >= smallest) return [];
  const message = `must be at least ${smallest} mm: the largest code has ${modules} modules; or lower the budgets of /qr/face`;
  return [{ field: "/layout/qr/size", message }];
}

/** Everything stands inside one border, and nothing on something else. */
function checkPlaces(layout: Layout, geometry: PageGeometry): LayoutProblem[] {
  const { heading, rows, qr, issuer } = geometry;
  const seal = { ...geometry.seal, height: Math.max(geometry.seal.height, issuer.end - geometry.seal.y) };
  const quiet = mm(3);
  const plate = {
    x: qr.x - quiet,
    y: qr.y - quiet,
    width: qr.width + 2 * quiet,
    height: qr.height + quiet + UNDER_CODE,
  };
  const places: (readonly [name: string, box: Box])[] = [
    ["heading", heading],
    ["body", rows],
    ["qr", plate],
    ["seal", seal],
  ];
  if (layout.preamble) places.push(["preamble", inPoints(layout.preamble)]);
  if (geometry.photo) places.push(["photo", geometry.photo]);
  const problems: LayoutProblem[] = [];
  for (const [name, box] of places)
    if (box.height <= 0 || !geometry.frames.some((frame) => isInside(box, frame, geometry)))
      problems.push({ field: `/layout/${name}`, message: "must stand inside the border, with its captions" });
  for (const [i, [name, box]] of places.entries())
    for (const [other, otherBox] of places.slice(0, i))
      if (overlap(box, otherBox, name === "seal" && other === "qr" ? mm(3) : 0))
        problems.push({
          field: `/layout/${name}`,
          message: `must not touch ${other === "body" ? "the rows" : `the ${other}`}`,
        });
  for (const [name, box] of geometry.photo ? photoObstacles(geometry) : [])
    if (overlap(geometry.photo as Box, box, 0))
      problems.push({ field: "/layout/photo", message: `must not touch ${name}` });
  return problems;
}

/** Values that go on elsewhere need a page on which a few lines of them have room. */
function checkFurtherPages(layout: Layout): LayoutProblem[] {
  const { rows, sizes, besideCode } = furtherPageGeometry(layout);
  const needed = sizes.zh * 2 + MIN_FURTHER_LINES * sizes.text[0] * LEADING;
  if (rows.height >= needed && (besideCode?.width ?? rows.width) >= 2 * sizes.minValueWidth) return [];
  return [{ field: "/layout/qr/size", message: "leaves no room for text on further pages" }];
}

const MIN_FURTHER_LINES = 6;

function checkWords(layout: Layout, { sizes }: PageGeometry, fonts: FontLibrary): LayoutProblem[] {
  const problems: LayoutProblem[] = [];
  const need = (field: string, font: FontStack, text: string): void => {
    for (const character of font.missing(text))
      problems.push({
        field,
        message: `the fonts have no glyph for "${character}" (U+${character.codePointAt(0)!.toString(16).toUpperCase()})`,
      });
  };
  const labels = (field: string, { zh, en }: Label): void => need(field, fonts.label, zh + en);
  need("/layout/title", fonts.title, layout.title.zh);
  need("/layout/title", fonts.label, layout.title.en.toUpperCase());
  if (layout.subtitle) labels("/layout/subtitle", layout.subtitle);
  if (layout.watermark) need("/layout/watermark", fonts.title, layout.watermark.zh);
  labels("/layout/issuerLabel", issuerLabel(layout));
  for (const [i, row] of layout.rows.entries()) {
    labels(`/layout/rows/${i}/label`, row.label);
    for (const [c, { label }] of (row.columns ?? []).entries()) labels(`/layout/rows/${i}/columns/${c}/label`, label);
    for (const format of [row, ...(row.columns ?? [])])
      for (const { zh } of [...Object.values(format.words ?? {}), ...Object.values(format.codes ?? {})])
        need(`/layout/rows/${i}`, fonts.value, zh);
  }
  if (!layout.preamble) return problems;
  need("/layout/preamble/text/zh", fonts.value, layout.preamble.text.zh);
  need("/layout/preamble/text/en", fonts.label, layout.preamble.text.en);
  if (!setPreamble(layout.preamble, sizes.values[0], fonts))
    problems.push({ field: "/layout/preamble", message: "has more words than its box has room for" });
  return problems;
}

const inPoints = ({ x, y, width, height }: Box): Box => ({ x: mm(x), y: mm(y), width: mm(width), height: mm(height) });

function isInside({ x, y, width, height }: Box, frame: Box, { band, lane }: PageGeometry): boolean {
  const edge = band + 2 * lane;
  return (
    x >= frame.x + edge &&
    y >= frame.y + edge &&
    x + width <= frame.x + frame.width - edge &&
    y + height <= frame.y + frame.height - edge
  );
}

function overlap(a: Box, b: Box, distance: number): boolean {
  return (
    a.x < b.x + b.width + distance &&
    b.x < a.x + a.width + distance &&
    a.y < b.y + b.height + distance &&
    b.y < a.y + a.height + distance
  );
}

const inMm = (points: number): string => (points / mm(1)).toFixed(0);
