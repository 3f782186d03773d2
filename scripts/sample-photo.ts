// SPDX-License-Identifier: Apache-2.0
import jpeg from "jpeg-js";
import { photoOf } from "../src/core/photo/take-photo.js";

/** As GA 461-2004 has it. */
const [WIDTH, HEIGHT] = [358, 441];
const QUALITY = 70;
/** From edge to edge of a shape, in pixels: a hard edge costs more bytes than it is worth. */
const SOFT = 2.5;

const PAPER = [226, 232, 238] as const;
const CLOTH = [96, 110, 128] as const;
const HEAD = [132, 146, 163] as const;

/** The module that holds the picture: the outline of nobody, as the data URL of a certificate. */
export function samplePhotoModule(): string {
  return [
    "// SPDX-License-Identifier: Apache-2.0",
    "",
    "/** The outline of nobody, which samples have for a photo; written by `scripts/sample-photo.ts`. */",
    `export const SAMPLE_PHOTO =\n  "${samplePhoto()}";`,
    "",
  ].join("\n");
}

function samplePhoto(): string {
  const data = Buffer.alloc(WIDTH * HEIGHT * 4, 255);
  for (let y = 0; y < HEIGHT; y++)
    for (let x = 0; x < WIDTH; x++) {
      const middle = x - WIDTH / 2;
      const shoulders = roundness(middle, y - 470, 158, 172);
      const neck = roundness(middle, y - 268, 46, 84);
      const head = roundness(middle, y - 182, 84, 112);
      const cloth = mixed(PAPER, CLOTH, shoulders);
      const skin = mixed(cloth, HEAD, Math.max(neck, head));
      data.set(skin.map(Math.round), (y * WIDTH + x) * 4);
    }
  const result = photoOf(jpeg.encode({ width: WIDTH, height: HEIGHT, data }, QUALITY).data);
  if ("problem" in result) throw new Error(`the sample photo ${result.problem}`);
  return result.text;
}

/** Distance from the edge of an ellipse, roughly in pixels; more than 0 inside. */
function roundness(x: number, y: number, across: number, down: number): number {
  return (1 - Math.sqrt((x / across) ** 2 + (y / down) ** 2)) * Math.min(across, down);
}

function mixed(under: readonly number[], over: readonly number[], distance: number): number[] {
  const part = Math.min(1, Math.max(0, distance / SOFT + 0.5));
  return under.map((value, i) => value + ((over[i] as number) - value) * part);
}
