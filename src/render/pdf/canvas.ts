// SPDX-License-Identifier: Apache-2.0
import type { StructureType } from "./structure.js";
import { number as n } from "./syntax.js";

/** Red, green, blue in 0…1. */
export type Colour = readonly [number, number, number];

/** Points of the page, origin at its lower left corner, y up: what PDF draws in. */
export interface Point {
  readonly x: number;
  readonly y: number;
}

export const POINTS_PER_MM = 72 / 25.4;
export const mm = (length: number): number => length * POINTS_PER_MM;

/**
 * Collects the operators of a content stream (ISO 32000-1 annex A). Positions are points from the upper left corner with y
 * down, as one thinks of a page; the canvas turns them over.
 */
export class Canvas {
  #operators = "";
  #font = "";

  constructor(readonly height: number) {}

  get operators(): string {
    return this.#operators;
  }

  raw(operators: string): this {
    this.#operators += `${operators}\n`;
    return this;
  }

  /** Content that a structure element names (ISO 32000-1 section 14.6); `id` as the structure tree allotted it. */
  marked(type: StructureType, id: number, draw: () => void): this {
    this.raw(`/${type}<</MCID ${id}>>BDC`);
    draw();
    return this.raw("EMC");
  }

  /** Content that is not read: ornament, rules, and what every page repeats. */
  artifact(draw: () => void): this {
    this.raw("/Artifact BMC");
    draw();
    return this.raw("EMC");
  }

  /** Operators that another canvas collected; they may have chosen another font. */
  embed(operators: string): this {
    this.#operators += operators;
    this.#font = "";
    return this;
  }

  fill([r, g, b]: Colour): this {
    return this.raw(`${n3(r)} ${n3(g)} ${n3(b)} rg`);
  }

  stroke([r, g, b]: Colour, width: number): this {
    return this.raw(`${n3(r)} ${n3(g)} ${n3(b)} RG ${n(width)} w`);
  }

  line(x1: number, y1: number, x2: number, y2: number): this {
    return this.raw(`${n(x1)} ${this.#y(y1)} m ${n(x2)} ${this.#y(y2)} l S`);
  }

  /** `paint`: S strokes, f fills. */
  rectangle(x: number, y: number, width: number, height: number, paint: "S" | "f"): this {
    return this.raw(`${n(x)} ${this.#y(y + height)} ${n(width)} ${n(height)} re ${paint}`);
  }

  polyline(points: readonly Point[]): this {
    const path = points.map(({ x, y }, i) => `${n(x)} ${this.#y(y)} ${i === 0 ? "m" : "l"}`);
    return this.raw(`${path.join(" ")} S`);
  }

  circle(x: number, y: number, radius: number, paint: "S" | "f"): this {
    const k = radius * CIRCLE_HANDLE;
    const at = (dx: number, dy: number) => `${n(x + dx)} ${this.#y(y + dy)}`;
    const r = radius;
    return this.raw(
      `${at(r, 0)} m ${at(r, k)} ${at(k, r)} ${at(0, r)} c ${at(-k, r)} ${at(-r, k)} ${at(-r, 0)} c ` +
        `${at(-r, -k)} ${at(-k, -r)} ${at(0, -r)} c ${at(k, -r)} ${at(r, -k)} ${at(r, 0)} c h ${paint}`,
    );
  }

  /** Draws a form or image XObject; the matrix is that of the operator `cm`, in the page's own coordinates. */
  place(name: string, a: number, b: number, c: number, d: number, x: number, y: number): this {
    return this.raw(`q ${n5(a)} ${n5(b)} ${n5(c)} ${n5(d)} ${n(x)} ${this.#y(y)} cm /${name} Do Q`);
  }

  /** Shows encoded text with its baseline starting at (x, y). `spacing` is added after every character. */
  text(font: string, size: number, x: number, y: number, hex: string, spacing = 0): this {
    const selected = `/${font} ${n(size)} Tf`;
    const select = this.#font === selected ? "" : ` ${selected}`;
    this.#font = selected;
    const [on, off] = spacing === 0 ? ["", ""] : [` ${n(spacing)} Tc`, " 0 Tc"];
    return this.raw(`BT${select}${on} ${n(x)} ${this.#y(y)} Td <${hex}> Tj${off} ET`);
  }

  /** As `text`, turned counter-clockwise about its start by `angle` radians. */
  turnedText(font: string, size: number, x: number, y: number, hex: string, angle: number): this {
    this.#font = "";
    const [cos, sin] = [Math.cos(angle), Math.sin(angle)];
    return this.raw(
      `BT /${font} ${n(size)} Tf ${n5(cos)} ${n5(sin)} ${n5(-sin)} ${n5(cos)} ${n(x)} ${this.#y(y)} Tm <${hex}> Tj ET`,
    );
  }

  #y(y: number): string {
    return n(this.height - y);
  }
}

/** How far the handles of a quarter circle's Bézier reach, as a part of the radius. */
const CIRCLE_HANDLE = 0.5522847498;

const n3 = (value: number): string => String(Math.round(value * 1000) / 1000);
const n5 = (value: number): string => String(Math.round(value * 100000) / 100000);
