// SPDX-License-Identifier: Apache-2.0
import type { LayoutPalette } from "../../core/type-definition.js";
import type { Colour } from "../pdf/canvas.js";

export interface Palette {
  /** Title, labels, border. */
  readonly ink: Colour;
  /** Meanders, dividers. */
  readonly gold: Colour;
  /** Between the rows. */
  readonly rule: Colour;
  /** Rosette. */
  readonly pale: Colour;
  /** Waves of the ground. */
  readonly faint: Colour;
  readonly paper: Colour;
}

export const PALETTES = {
  vermilion: {
    ink: [0.6, 0.11, 0.09],
    gold: [0.72, 0.55, 0.24],
    rule: [0.84, 0.74, 0.57],
    pale: [0.957, 0.898, 0.84],
    faint: [0.973, 0.945, 0.91],
    paper: [0.996, 0.99, 0.976],
  },
  jade: {
    ink: [0.03, 0.33, 0.25],
    gold: [0.66, 0.56, 0.28],
    rule: [0.68, 0.77, 0.68],
    pale: [0.86, 0.925, 0.885],
    faint: [0.918, 0.955, 0.93],
    paper: [0.986, 0.995, 0.988],
  },
  indigo: {
    ink: [0.09, 0.19, 0.42],
    gold: [0.62, 0.55, 0.33],
    rule: [0.7, 0.74, 0.82],
    pale: [0.87, 0.9, 0.95],
    faint: [0.925, 0.942, 0.972],
    paper: [0.988, 0.991, 0.998],
  },
} as const satisfies Record<LayoutPalette, Palette>;

export const TEXT_INK: Colour = [0.08, 0.08, 0.09];
export const SMALL_PRINT: Colour = [0.4, 0.4, 0.42];
/** The mark of a licence that is not yet anchored. */
export const AMBER: Colour = [0.8, 0.4, 0.02];
export const PALE_AMBER: Colour = [0.984, 0.91, 0.8];
export const PALE_GREY: Colour = [0.885, 0.885, 0.9];
/** Of what is no licence: told at a glance on every ground. */
export const PALE_RED: Colour = [0.957, 0.8, 0.79];
/** Of the words 打印件: seen on paper at a glance, and lighter than any text. */
export const PRINTED_GREY: Colour = [0.8, 0.8, 0.83];
