// SPDX-License-Identifier: Apache-2.0
import type { Box, PageGeometry } from "../layout/page-geometry.js";
import { mm } from "../pdf/canvas.js";

/**
 * What a photo must keep clear of besides heading, rows, code and seal: what is set for each document, and is as wide as its words. By what
 * they are called in messages.
 */
export function photoObstacles({
  issuer,
  sizes,
  stamp,
  identifier,
  identifierAt,
  pageNumber,
}: PageGeometry): (readonly [name: string, box: Box])[] {
  const { align, x, width, labelAt, end } = issuer;
  const top = labelAt - sizes.zh;
  const agency = { x: align === "right" ? x - width : x - width / 2, y: top, width, height: end - top };
  return [
    ["the mark of a file that is not anchored yet", stamp],
    ["the name of the issuing agency", agency],
    ["the identifier", { ...identifier, y: identifierAt - mm(3), height: mm(4) }],
    ["the page number", { x: pageNumber.x - mm(25), y: pageNumber.y - mm(3), width: mm(50), height: mm(4) }],
  ];
}
