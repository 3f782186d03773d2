// SPDX-License-Identifier: Apache-2.0
import type { Box, PageGeometry } from "../layout/page-geometry.js";
import { mm } from "../pdf/canvas.js";

/**
 * What a photo must keep clear of besides heading, rows, code and seal: what is set for each document, and is as wide as its words. By what
 * they are called in messages.
 */
export function photoObstacles({
  frames,
  seal,
  stamp,
  identifier,
  identifierAt,
  pageNumber,
}: PageGeometry): (readonly [name: string, box: Box])[] {
  const middle = seal.x + seal.width / 2;
  const half = frames.find(({ x, width }) => middle >= x && middle <= x + width) ?? (frames[0] as Box);
  return [
    ["the mark of a file that is not anchored yet", stamp],
    ["the name of the issuing agency, beside the seal", { ...half, y: seal.y, height: seal.height }],
    ["the identifier", { ...identifier, y: identifierAt - mm(3), height: mm(4) }],
    ["the page number", { x: pageNumber.x - mm(25), y: pageNumber.y - mm(3), width: mm(50), height: mm(4) }],
  ];
}
