// SPDX-License-Identifier: Apache-2.0
import { number as n } from "../pdf/syntax.js";

/** A closed line that swings around a circle: r(θ) = radius + swing · sin(lobes · θ). */
export interface Ribbon {
  readonly radius: number;
  readonly swing: number;
  readonly lobes: number;
  /** How many copies, each turned a little further, braid the ring. */
  readonly strands: number;
}

/** The rings of the rosette 团花, from the outside inwards; lengths as parts of its radius. */
export const RIBBONS: readonly Ribbon[] = [
  { radius: 0.86, swing: 0.13, lobes: 24, strands: 6 },
  { radius: 0.62, swing: 0.17, lobes: 16, strands: 8 },
  { radius: 0.33, swing: 0.2, lobes: 12, strands: 8 },
];

/** One strand around the origin, as a path with Bézier segments that follow its tangents; not yet painted. */
export function ribbonPath({ radius, swing, lobes }: Ribbon, size: number): string {
  const segments = lobes * SEGMENTS_PER_LOBE;
  const step = (2 * Math.PI) / segments;
  const at = (theta: number) => {
    const r = (radius + swing * Math.sin(lobes * theta)) * size;
    const dr = swing * lobes * Math.cos(lobes * theta) * size;
    const [cos, sin] = [Math.cos(theta), Math.sin(theta)];
    return { x: r * cos, y: r * sin, dx: dr * cos - r * sin, dy: dr * sin + r * cos };
  };
  let from = at(0);
  let path = `${n1(from.x)} ${n1(from.y)} m`;
  for (let i = 1; i <= segments; i++) {
    const to = at(i * step);
    const reach = step / 3;
    path +=
      ` ${n1(from.x + from.dx * reach)} ${n1(from.y + from.dy * reach)} ${n1(to.x - to.dx * reach)} ${n1(to.y - to.dy * reach)}` +
      ` ${n1(to.x)} ${n1(to.y)} c`;
    from = to;
  }
  return `${path} h`;
}

/** By how much strand `index` is turned: the strands share one lobe between them. */
export function strandAngle({ lobes, strands }: Ribbon, index: number): number {
  return (2 * Math.PI * index) / (lobes * strands);
}

const SEGMENTS_PER_LOBE = 4;

/** A tenth of a point: the eye follows the braid, not a strand. */
const n1 = (value: number): string => n(Math.round(value * 10) / 10);

/** One wave line from x = 0 to `width`, for the ground of the page. */
export function wavePath(width: number, height: number, waves: number): string {
  const step = width / (waves * 2);
  let path = "0 0 m";
  for (let i = 0; i < waves * 2; i++) {
    const bow = i % 2 === 0 ? height : -height;
    path += ` ${n((i + 0.36) * step)} ${n(bow)} ${n((i + 0.64) * step)} ${n(bow)} ${n((i + 1) * step)} 0 c`;
  }
  return path;
}
