// SPDX-License-Identifier: Apache-2.0
import { WATERMARK_LEADING } from "./copy/copy-mark.js";
import type { DocumentContent } from "./document.js";
import type { FontStack } from "./font/font-stack.js";
import type { FontSubset } from "./font/font-subset.js";
import type { StaticWords } from "./ground/ground.js";
import { CONTINUED, goesOnText, IDENTIFIER_LABEL, pageNumberText } from "./ground/standing-text.js";
import { WATERMARK_ANGLE } from "./ground/watermark.js";
import { type ContinuedRow, continuedLabelHeight } from "./layout/further-pages.js";
import type { PageGeometry } from "./layout/page-geometry.js";
import { type FittedEntry, NOTICE_HEIGHT, type PlacedLine, type PlacedRow } from "./layout/place-rows.js";
import { type ColumnPlan, headerHeight, type LabelPlan, type RowPlan } from "./layout/row-plan.js";
import { ascent, LEADING } from "./layout/type-sizes.js";
import { PALETTES, type Palette, PRINTED_GREY, SMALL_PRINT, TEXT_INK } from "./ornament/palettes.js";
import { Canvas } from "./pdf/canvas.js";
import { alternative, columnHeader, rowHeader, type StructureElement, StructureTree } from "./pdf/structure.js";
import { drawPhoto, drawPhotoFrame, fittedPhoto } from "./photo/photo-image.js";
import { loweredPage, type PageStrip } from "./strip/page-strip.js";
import type { Template } from "./template.js";

export interface DrawnPage {
  readonly geometry: PageGeometry;
  readonly operators: string;
}

export interface DrawnPages {
  readonly pages: readonly DrawnPage[];
  readonly structure: StructureTree;
  /** The element that stands for the seal's field, in a file that is sealed. */
  readonly seal: StructureElement | null;
}

const QR_ALTERNATIVE = alternative("二维码：扫码核对本证照。QR code: scan to verify.");
const PHOTO_ALTERNATIVE = alternative("持证人照片。Photo of the holder.");
const SEAL_ALTERNATIVE = alternative("加盖电子印章处。Place of the electronic seal.");

/** Draws what the document says on every page, and what of it is read aloud in which order. */
export function drawPages(
  template: Template,
  content: DocumentContent,
  stack: FontStack,
  subsets: readonly FontSubset[],
): DrawnPages {
  const structure = new StructureTree();
  const press = new Press(template, content, stack, subsets, structure);
  return { pages: press.pages(), structure, seal: press.seal };
}

/** One document being drawn: its pages share fonts, structure and the cells in which long values go on. */
class Press {
  readonly #palette: Palette;
  readonly #bilingual: boolean;
  /** The cells of rows that go on, by row. */
  readonly #cells = new Map<RowPlan, StructureElement>();
  #canvas: Canvas;
  #page = 0;
  #seal: StructureElement | null = null;

  constructor(
    private readonly template: Template,
    private readonly content: DocumentContent,
    private readonly stack: FontStack,
    private readonly subsets: readonly FontSubset[],
    private readonly structure: StructureTree,
  ) {
    const { layout } = template.type;
    this.#palette = PALETTES[layout.palette ?? "vermilion"];
    this.#bilingual = layout.bilingual !== false;
    this.#canvas = new Canvas(template.geometry.height);
  }

  get seal(): StructureElement | null {
    return this.#seal;
  }

  pages(): DrawnPage[] {
    const { strip } = this.content;
    // Read before all else.
    const mark = strip && this.structure.root.add("P");
    const pages = this.#licence();
    return strip && mark ? pages.map((page, i) => this.#underStrip(page, i, strip, mark)) : pages;
  }

  #licence(): DrawnPage[] {
    const first = this.#firstPage();
    const further = this.content.further.pages.map((rows, i) => {
      this.#page = i + 1;
      this.#canvas = new Canvas(this.template.further.geometry.height);
      return this.#furtherPage(rows);
    });
    return [first, ...further];
  }

  #underStrip(page: DrawnPage, i: number, strip: PageStrip, mark: StructureElement): DrawnPage {
    const { geometry } = page;
    this.#page = i;
    this.#canvas = new Canvas(geometry.height).embed(loweredPage(geometry, strip, page.operators));
    const draw = () => {
      this.#canvas.fill(TEXT_INK);
      for (const { text, size, baseline } of strip.lines)
        this.#value(text, size, (geometry.width - (this.stack.textWidth(text) * size) / 1000) / 2, baseline);
    };
    if (i === 0) this.#marked(mark, draw);
    else this.#canvas.artifact(draw);
    return { geometry, operators: this.#canvas.operators };
  }

  #firstPage(): DrawnPage {
    const { geometry, words } = this.template;
    const { root } = this.structure;
    this.#canvas.artifact(() => this.#canvas.place("G", 1, 0, 0, 1, 0, geometry.height));
    for (const watermark of words.watermarks) this.#staticWords(root.add("P"), watermark);
    this.#canvas.artifact(() => {
      this.#copyWatermark(geometry);
      this.#canvas.embed(words.plates);
    });
    this.#staticWords(root.add("H1"), words.title);
    if (words.stamp) this.#staticWords(root.add("P"), words.stamp);
    if (words.preamble) this.#staticWords(root.add("P"), words.preamble);

    this.#photo(root);
    const table = root.add("Table");
    for (const { rows } of this.content.lines) for (const row of rows) this.#row(table, row);
    this.#canvas.artifact(() => this.#rules());

    const issuer = root.add("P");
    this.#sealPlace(root, words);
    if (words.issuer) this.#staticWords(issuer, words.issuer);
    this.#marked(issuer, () => this.#issuer());
    this.#code(geometry);
    this.#marked(root.add("P"), () => this.#identifier(geometry, this.content.identifierSize.first));
    this.#canvas.artifact(() => this.#pageNumber(geometry));
    return { geometry, operators: this.#canvas.operators };
  }

  /** Pages after the first repeat heading, code and identifier for whoever holds a single sheet; they are read once. */
  #furtherPage(rows: readonly ContinuedRow[]): DrawnPage {
    const { geometry, words } = this.template.further;
    this.#canvas.artifact(() => {
      this.#canvas.place("G", 1, 0, 0, 1, 0, geometry.height);
      for (const watermark of words.watermarks) this.#canvas.embed(watermark);
      this.#copyWatermark(geometry);
      this.#canvas.embed(words.plates).embed(words.title).embed(words.caption);
      this.#identifier(geometry, this.content.identifierSize.further);
      this.#qr(geometry);
      this.#pageNumber(geometry);
    });
    for (const row of rows) this.#continued(row, geometry);
    return { geometry, operators: this.#canvas.operators };
  }

  #marked(element: StructureElement, draw: () => void): void {
    this.#canvas.marked(element.type, this.structure.mark(element, this.#page), draw);
  }

  #staticWords(element: StructureElement, operators: string): void {
    this.#marked(element, () => this.#canvas.embed(operators));
  }

  /** Whom a reader's copy is for, across every frame. Not read: the lines above the page say it. */
  #copyWatermark({ frames }: PageGeometry): void {
    const { watermark } = this.content;
    if (!watermark) return;
    const { size, lines } = watermark;
    const [cos, sin] = [Math.cos(WATERMARK_ANGLE), Math.sin(WATERMARK_ANGLE)];
    this.#canvas.fill(PRINTED_GREY);
    for (const { x, y, width, height } of frames)
      for (const [i, line] of lines.entries()) {
        // Down from the middle, across the baseline; then back along it.
        const down = ((i - (lines.length - 1) / 2) * WATERMARK_LEADING + 0.35) * size;
        let along = (this.stack.textWidth(line) * size) / -2000;
        for (const { font, text } of this.stack.runs(line)) {
          const hex = (this.subsets[font] as FontSubset).encode(text);
          const startX = x + width / 2 + cos * along + sin * down;
          const startY = y + height / 2 - sin * along + cos * down;
          this.#canvas.turnedText(`V${font}`, size, startX, startY, hex, WATERMARK_ANGLE);
          along += (this.stack.textWidth(text) * size) / 1000;
        }
      }
  }

  #row(table: StructureElement, { plan, fitted, top, baseline }: PlacedRow): void {
    const line = table.add("TR");
    this.#marked(line.add("TH", rowHeader), () => this.#label(plan.label, baseline));
    const cell = line.add("TD");
    const goesOnAt = this.content.further.goesOnAt.get(plan);
    if (goesOnAt !== undefined) this.#cells.set(plan, cell);
    const { sizes } = this.template.geometry;
    let end = baseline - ascent(sizes);
    if (plan.columns.length > 0) {
      const list = cell.add("Table");
      this.#cells.set(plan, list);
      end = this.#entries(list, plan.columns, fitted.entries, top, true);
    } else {
      const { lines, size } = fitted.text;
      if (lines.length > 0) this.#marked(cell, () => this.#lines(lines, size, plan.valueX, baseline));
      end = top + lines.length * size * LEADING;
    }
    if (goesOnAt === undefined) return;
    this.#canvas.artifact(() => {
      this.#canvas.fill(SMALL_PRINT);
      this.#small(goesOnText(goesOnAt), sizes.zh * 0.76, plan.valueX, end + sizes.zh * NOTICE_HEIGHT * 0.62);
    });
  }

  /** Returns the lower edge. Heads that a further page repeats are not read again. */
  #entries(
    list: StructureElement,
    columns: readonly ColumnPlan[],
    entries: readonly FittedEntry[],
    top: number,
    readHeads: boolean,
  ): number {
    const { sizes } = this.template.geometry;
    const headAt = top + sizes.zh * 0.86;
    if (readHeads) {
      const heads = list.add("TR");
      for (const { label } of columns) this.#marked(heads.add("TH", columnHeader), () => this.#label(label, headAt));
    } else
      this.#canvas.artifact(() => {
        for (const { label } of columns) this.#label(label, headAt);
      });
    let y = top + headerHeight(sizes, this.#bilingual);
    const edges: number[] = [y];
    for (const { cells, height } of entries) {
      const line = list.add("TR");
      for (const [i, { size, lines }] of cells.entries())
        this.#marked(line.add("TD"), () => this.#lines(lines, size, (columns[i] as ColumnPlan).x, y + size * 1.08));
      y += height;
      edges.push(y);
    }
    const [first, last] = [columns[0] as ColumnPlan, columns.at(-1) as ColumnPlan];
    this.#canvas.artifact(() => {
      this.#canvas.stroke(this.#palette.rule, 0.3);
      for (const edge of edges.slice(0, -1)) this.#canvas.line(first.x, edge - 1, last.x + last.width, edge - 1);
    });
    return y;
  }

  #continued(row: ContinuedRow, geometry: PageGeometry): void {
    const { plan, top, textTop, size, lines, columns, entries } = row;
    const cell = this.#cells.get(plan) as StructureElement;
    const { sizes, rows } = geometry;
    this.#canvas.artifact(() => {
      const baseline = top + continuedLabelHeight(geometry) * 0.62;
      this.#canvas.fill(this.#palette.ink);
      const words = `${plan.row.label.zh}${CONTINUED.zh}`;
      this.#small(words, sizes.zh, rows.x, baseline);
      if (!this.#bilingual) return;
      this.#canvas.fill(SMALL_PRINT);
      const x = rows.x + (this.template.labels.widthOf(words) * sizes.zh) / 1000 + sizes.zh * 0.6;
      this.#small(`${plan.row.label.en} (${CONTINUED.en})`, sizes.en, x, baseline);
    });
    if (lines.length > 0) this.#marked(cell, () => this.#lines(lines, size, rows.x, textTop + size * 1.08));
    if (entries.length > 0) this.#entries(cell, columns, entries, textTop, false);
  }

  #label({ zh, en, x, zhSize, zhSpacing, enSize }: LabelPlan, baseline: number): void {
    const { labels } = this.template;
    this.#canvas.fill(this.#palette.ink).text("L", zhSize, x, baseline, labels.encode(zh), zhSpacing);
    if (en === "") return;
    this.#canvas.fill(SMALL_PRINT).text("L", enSize, x, baseline + zhSize * 0.22 + enSize * 1.05, labels.encode(en));
  }

  #lines(lines: readonly string[], size: number, x: number, baseline: number): void {
    this.#canvas.fill(TEXT_INK);
    for (const [i, line] of lines.entries()) this.#value(line, size, x, baseline + i * size * LEADING);
  }

  /** Sets a value, changing fonts where the first one lacks a character. */
  #value(text: string, size: number, x: number, y: number): void {
    let at = x;
    for (const { font, text: piece } of this.stack.runs(text)) {
      this.#canvas.text(`V${font}`, size, at, y, (this.subsets[font] as FontSubset).encode(piece));
      at += (this.stack.textWidth(piece) * size) / 1000;
    }
  }

  #small(text: string, size: number, x: number, y: number): void {
    this.#canvas.text("L", size, x, y, this.template.labels.encode(text));
  }

  #issuer(): void {
    const { issuer: place, sizes } = this.template.geometry;
    const { issuer, issueDate } = this.content;
    const leading = issuer.size * LEADING;
    const before = place.align === "right" ? 1 : 0.5;
    const set = (text: string, size: number, y: number): void =>
      this.#value(text, size, place.x - (this.stack.textWidth(text) * size * before) / 1000, y);
    this.#canvas.fill(TEXT_INK);
    let y = place.nameAt;
    for (const line of issuer.lines) {
      set(line, issuer.size, y);
      y += leading;
    }
    set(issueDate, sizes.values[1] ?? sizes.values[0], y + sizes.values[0] * 0.16);
  }

  /** The place of the seal; where there is one, its field is read instead. */
  #sealPlace(root: StructureElement, { sealPlace }: StaticWords): void {
    const { seal } = this.content;
    if (seal) this.#seal = root.add("Form", alternative(`${seal.name}电子印章。Electronic seal.`));
    if (sealPlace === null) return;
    if (seal) this.#canvas.artifact(() => this.#canvas.embed(sealPlace));
    else this.#staticWords(root.add("Figure", SEAL_ALTERNATIVE), sealPlace);
  }

  #photo(root: StructureElement): void {
    const { photo } = this.content;
    const { photo: box } = this.template.geometry;
    if (!photo || !box) return;
    const place = fittedPhoto(photo, box);
    this.#marked(root.add("Figure", PHOTO_ALTERNATIVE), () => drawPhoto(this.#canvas, place));
    this.#canvas.artifact(() => drawPhotoFrame(this.#canvas, place, this.#palette.rule));
  }

  #code(geometry: PageGeometry): void {
    const { root } = this.structure;
    this.#marked(root.add("Figure", QR_ALTERNATIVE), () => this.#qr(geometry));
    this.#staticWords(root.add("Caption"), this.template.words.caption);
  }

  #qr({ qr }: PageGeometry): void {
    this.#canvas.place("QR", qr.width, 0, 0, qr.height, qr.x, qr.y + qr.height);
  }

  #identifier({ identifier: { x }, identifierAt }: PageGeometry, size: number): void {
    this.#canvas.fill(SMALL_PRINT);
    this.#small(`${IDENTIFIER_LABEL} ${this.content.metadata.identifier}`, size, x, identifierAt);
  }

  #pageNumber({ pageNumber: { x, y }, sizes }: PageGeometry): void {
    const text = pageNumberText(this.#page + 1, this.content.further.pages.length + 1);
    const size = sizes.small;
    this.#canvas.fill(SMALL_PRINT);
    this.#small(text, size, x - (this.template.labels.widthOf(text) * size) / 2000, y);
  }

  /** A line under each row, or the lines of a ruled table. */
  #rules(): void {
    const { geometry, type } = this.template;
    const { x, width } = geometry.rows;
    const { lines } = this.content;
    this.#canvas.stroke(this.#palette.rule, 0.4);
    for (const { bottom } of lines.slice(0, type.layout.grid === "cells" ? -1 : lines.length))
      this.#canvas.line(x, bottom, x + width, bottom);
    if (type.layout.grid === "cells") this.#cellRules(lines);
  }

  #cellRules(lines: readonly PlacedLine[]): void {
    const { rows, sizes } = this.template.geometry;
    for (const { rows: cells, top, bottom } of lines)
      for (const [i, { plan }] of cells.entries()) {
        const before = plan.valueX - sizes.labelGap / 2;
        this.#canvas.line(before, top, before, bottom);
        const between = plan.label.x - sizes.columnGap / 2;
        if (i > 0) this.#canvas.line(between, top, between, bottom);
      }
    this.#canvas.stroke(this.#palette.ink, 0.9).rectangle(rows.x, rows.y, rows.width, rows.height, "S");
  }
}
