// SPDX-License-Identifier: Apache-2.0
import type { FontLibrary } from "../font/font-library.js";
import { FontStack } from "../font/font-stack.js";
import type { FontSubset } from "../font/font-subset.js";
import { number as n, textString } from "../pdf/syntax.js";

/** What a seal's picture shows. */
export interface SealLook {
  /** The agency that seals, 4 to 40 characters: set along the ring. */
  readonly name: string;
  /** The seal's own number, 4 to 20 letters and digits: at the foot of the ring. */
  readonly code: string;
  /** A five-pointed star in the middle, or nothing. */
  readonly star: boolean;
}

export const SEAL_NAME_LENGTH = { min: 4, max: 40 } as const;
export const SEAL_CODE = /^[0-9A-Z]{4,20}$/;

/** What all seals on licences are for, below the star. */
export const SEAL_PURPOSE = "电子证照专用章";

/** The red of seal paste, as 公章 are struck in. */
const RED = "0.85 0.06 0.08";

// All lengths are parts of the seal's radius, all angles radians from the top, clockwise.
const RING = 0.058;
/** Outer edge of the name's characters. */
const NAME_EDGE = 0.885;
const NAME_HEIGHT = 0.27;
/** How narrow a character may be set for its height, as seals do, and how far apart characters may stand. */
const NARROWEST = 0.62;
const WIDEST = 0.82;
const NAME_SPAN = 4.36;
const NAME_STEP = 0.42;
const STAR = { radius: 0.34, height: 0.05 } as const;
const PURPOSE = { size: 0.108, baseline: -0.6, pitch: 1.03 } as const;
const CODE = { size: 0.105, radius: 0.86, span: 1.6, step: 0.098 } as const;
/** What a character's baseline is raised over the foot of its em box, and its box's height, as parts of the size. */
const FOOT = 0.12;

/** The fonts of a seal: that of titles, then the fallback fonts for what it lacks. */
export function sealFonts(fonts: Pick<FontLibrary, "title" | "value">): FontStack {
  return new FontStack([...fonts.title.fonts, ...fonts.value.fonts.slice(1)]);
}

/**
 * The electronic seal (电子印章) as operators of a form `size` points wide and high: ring, name along it, star, purpose, code. Fonts are
 * the resources S0, S1… in the order of `subsets`; GS is a graphics state that multiplies, so that what stands below stays readable.
 */
export function drawSealPicture(
  look: SealLook,
  size: number,
  stack: FontStack,
  subsets: readonly FontSubset[],
): string {
  const radius = size / 2;
  const pen = new SealPen(radius, stack, subsets);
  pen.raw(`q /GS gs ${RED} rg ${RED} RG 1 0 0 1 ${n(radius)} ${n(radius)} cm`);
  pen.raw(`${n(RING * radius)} w ${circle((1 - RING / 2) * radius)} S`);
  if (look.star) pen.raw(`${star(radius)} f`);
  // Read as one piece by whoever extracts text, not as single characters in a circle.
  pen.raw(`/Span<</ActualText${textString(`${look.name} ${SEAL_PURPOSE} ${look.code}`)}>> BDC`);
  drawName(pen, look.name);
  drawPurpose(pen);
  drawCode(pen, look.code);
  return pen.raw("EMC Q").operators;
}

/** The longer a name, the narrower its characters and then the lower; it never reaches round to the code. */
function drawName(pen: SealPen, name: string): void {
  const characters = Array.from(name);
  const step = Math.min(NAME_STEP, NAME_SPAN / (characters.length - 1));
  // The arc is shorter at the feet of the characters than at their heads, and there they must not touch.
  const room = (height: number) => (NAME_EDGE - height * 0.85) * step * 0.96;
  let height: number = NAME_HEIGHT;
  while (room(height) < height * NARROWEST && height > 0.1) height -= 0.005;
  const width = Math.min(room(height), height * WIDEST);
  characters.forEach((character, i) => {
    const angle = (i - (characters.length - 1) / 2) * step;
    pen.onRing(character, { angle, radius: NAME_EDGE - height, width, height });
  });
}

function drawPurpose(pen: SealPen): void {
  const { size, baseline, pitch } = PURPOSE;
  const characters = Array.from(SEAL_PURPOSE);
  characters.forEach((character, i) => {
    pen.upright(character, { x: (i - (characters.length - 1) / 2) * size * pitch, y: baseline, size });
  });
}

/** Along the foot of the ring, read from left to right: heads inwards. */
function drawCode(pen: SealPen, code: string): void {
  const { size, radius, span, step } = CODE;
  const characters = Array.from(code);
  const pitch = Math.min(step, span / characters.length);
  characters.forEach((character, i) => {
    const angle = Math.PI - (i - (characters.length - 1) / 2) * pitch;
    pen.underRing(character, { angle, radius, width: pitch * (radius - size / 2) * 0.92, height: size });
  });
}

function circle(radius: number): string {
  const [r, k] = [n(radius), n(radius * 0.5522847498)];
  return `${r} 0 m ${r} ${k} ${k} ${r} 0 ${r} c -${k} ${r} -${r} ${k} -${r} 0 c -${r} -${k} -${k} -${r} 0 -${r} c ${k} -${r} ${r} -${k} ${r} 0 c h`;
}

/** The proportions of the flag's star: the inner corners lie on the lines between the points. */
function star(radius: number): string {
  const inner = Math.sin(Math.PI / 10) / Math.sin((7 * Math.PI) / 10);
  const corners = Array.from({ length: 10 }, (_, i) => {
    const reach = STAR.radius * radius * (i % 2 === 0 ? 1 : inner);
    const angle = (i * Math.PI) / 5;
    const [x, y] = [reach * Math.sin(angle), reach * Math.cos(angle) + STAR.height * radius];
    return `${n(x)} ${n(y)} ${i === 0 ? "m" : "l"}`;
  });
  return `${corners.join(" ")} h`;
}

interface Place {
  readonly angle: number;
  readonly radius: number;
  readonly width: number;
  readonly height: number;
}

/** Sets single characters, each with a matrix of its own. Lengths are parts of the radius, the origin is the seal's centre. */
class SealPen {
  #operators = "";

  constructor(
    private readonly scale: number,
    private readonly stack: FontStack,
    private readonly subsets: readonly FontSubset[],
  ) {}

  get operators(): string {
    return this.#operators;
  }

  raw(operators: string): this {
    this.#operators += `${operators}\n`;
    return this;
  }

  /** Head outwards, the foot of its box on the circle, centred on the angle. */
  onRing(character: string, { angle, radius, width, height }: Place): void {
    const [sin, cos] = [Math.sin(angle), Math.cos(angle)];
    // Along the ring clockwise, and outwards.
    this.#set(character, { along: [cos, -sin], up: [sin, cos], at: [sin * radius, cos * radius], width, height });
  }

  /** Head inwards, the foot of its box on the circle. */
  underRing(character: string, { angle, radius, width, height }: Place): void {
    const [sin, cos] = [Math.sin(angle), Math.cos(angle)];
    this.#set(character, { along: [-cos, sin], up: [-sin, -cos], at: [sin * radius, cos * radius], width, height });
  }

  upright(character: string, { x, y, size }: { readonly x: number; readonly y: number; readonly size: number }): void {
    this.#set(character, { along: [1, 0], up: [0, 1], at: [x, y], width: size, height: size });
  }

  /** `at` is the middle of the foot of the box; a character is made as wide as `width` says, whatever its advance. */
  #set(character: string, { along, up, at, width, height }: Setting): void {
    const font = Math.max(0, this.stack.fontFor(character.codePointAt(0) as number));
    const advance = Math.max(0.3, this.stack.textWidth(character) / 1000);
    // A narrow character (a digit) keeps its shape: it is set no wider than it would be at this height.
    const stretch = Math.min(width / advance, height * WIDEST_STRETCH);
    const [half, foot] = [(advance * stretch) / 2, height * FOOT];
    const x = at[0] - along[0] * half + up[0] * foot;
    const y = at[1] - along[1] * half + up[1] * foot;
    const k = this.scale;
    const matrix = [along[0] * stretch * k, along[1] * stretch * k, up[0] * height * k, up[1] * height * k].map(n3);
    const hex = (this.subsets[font] as FontSubset).encode(character);
    this.raw(`BT /S${font} 1 Tf ${matrix.join(" ")} ${n(x * k)} ${n(y * k)} Tm <${hex}> Tj ET`);
  }
}

const WIDEST_STRETCH = 1.15;

interface Setting {
  readonly along: readonly [number, number];
  readonly up: readonly [number, number];
  readonly at: readonly [number, number];
  readonly width: number;
  readonly height: number;
}

const n3 = (value: number): string => {
  const rounded = Math.round(value * 1000) / 1000;
  return Object.is(rounded, -0) ? "0" : String(rounded);
};
