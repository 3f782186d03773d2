// SPDX-License-Identifier: Apache-2.0
import type { CopyStatement } from "../../core/copy/copy-statement.js";
import { COPY_LABELS, HOLDERS_CAUSE } from "../../core/copy/copy-texts.js";
import { missingGlyph, type RenderProblem } from "../fit-values.js";
import type { FontStack } from "../font/font-stack.js";
import { breakLines } from "../layout/line-breaking.js";
import type { PageGeometry } from "../layout/page-geometry.js";
import { mm } from "../pdf/canvas.js";
import type { PageStrip } from "../strip/page-strip.js";

/** What marks every page of a reader's copy: lines above the page, and words across it. */
export interface CopyMark {
  readonly strip: PageStrip;
  readonly watermark: CopyWatermark;
}

/** Centred lines of one size, turned, behind the licence's text. */
export interface CopyWatermark {
  readonly size: number;
  readonly lines: readonly string[];
}

/** Problems of user and matter, or their mark on pages of this geometry. Nothing is cut: what takes too many lines is refused. */
export function fitCopyMark(
  statement: CopyStatement,
  geometry: PageGeometry,
  fonts: FontStack,
): CopyMark | readonly RenderProblem[] {
  const { user, matter } = statement;
  const problems = Object.entries({ user, matter }).flatMap(([name, text]) =>
    fonts.missing(text).map((character) => ({ field: `/${name}`, message: missingGlyph(character) })),
  );
  if (problems.length > 0) return problems;
  const { lead, first, further, maxLines } = geometry.band < mm(3) ? CARD : SHEET;
  const widthOf = (codePoint: number) => fonts.widthOf(codePoint) ?? 0;
  const room = geometry.width - 2 * mm(5);
  const set = (text: string, size: number) =>
    breakLines(text, (room * 1000) / size, widthOf).lines.map((line) => ({ text: line, size }));
  const until = onTheWall(statement.certificateCopyExpiringTime);
  const made = onTheWall(statement.certificateCopyCreationTime);
  const how = statement.certificateCopyCause === HOLDERS_CAUSE ? COPY_LABELS.madeForHolder : COPY_LABELS.made;
  const [about, period] = [
    `${COPY_LABELS.matter} 「${matter}」`,
    `${COPY_LABELS.until} ${until}  ${how} ${made} (UTC+8)`,
  ];
  const together = set(`${about}  ${period}`, first.size);
  const apart = [...set(about, first.size), ...set(period, first.size)];
  const lines = [
    ...set(`${COPY_LABELS.copy}  ${COPY_LABELS.user} 「${user}」`, lead),
    // The period is better read on a line of its own, where that costs none.
    ...(apart.length > together.length ? together : apart),
  ];
  if (lines.length > maxLines) {
    const [field, length] = user.length >= matter.length ? ["/user", user.length] : ["/matter", matter.length];
    const message = `${length} characters do not go into the mark of ${maxLines} lines; make it shorter, or use a larger page`;
    return [{ field, message }];
  }
  const strip = {
    height: further * (lines.length - 2) + first.height,
    lines: lines.map((line, i) => ({ ...line, baseline: first.baseline + i * further })),
  };
  return { strip, watermark: fitWatermark(user, geometry, fonts) };
}

/** `height` is by how much two lines lower the page; every further line takes `further`. */
const SHEET = {
  lead: 10,
  first: { size: 8, baseline: mm(6.4), height: mm(4) },
  further: mm(3.9),
  maxLines: 9,
} as const;
const CARD = {
  lead: 6.5,
  first: { size: 6, baseline: mm(3), height: mm(4.6) },
  further: mm(2.3),
  maxLines: 3,
} as const;

/** As a clock on the wall shows it, from a time written in its offset: 2026-05-01 23:59:59. */
const onTheWall = (time: string): string => `${time.slice(0, 10)} ${time.slice(11, 19)}`;

export const WATERMARK_LEADING = 1.3;
const MAX_WATERMARK_SIZE = 38;
const MAX_WATERMARK_LINES = 8;
/** More would be a grey grid; the mark above the page has the whole name. */
const MAX_WATERMARK_CHARACTERS = 40;

/** The words and the beginning of the user's name over as many lines as make them largest in one frame. */
function fitWatermark(name: string, { frames }: PageGeometry, fonts: FontStack): CopyWatermark {
  const [{ width, height }] = frames as [PageGeometry["frames"][number]];
  const side = Math.min(width, height);
  const words = COPY_LABELS.copy;
  const characters = [...name];
  const isCut = characters.length > MAX_WATERMARK_CHARACTERS;
  const user = isCut ? `${characters.slice(0, MAX_WATERMARK_CHARACTERS - 1).join("")}…` : name;
  const widthOf = (codePoint: number) => fonts.widthOf(codePoint) ?? 0;
  let best: CopyWatermark = { size: 0, lines: [] };
  for (let count = 1; count <= MAX_WATERMARK_LINES; count++) {
    // A little more than its part, since lines break between words.
    const { lines } = breakLines(user, (fonts.textWidth(user) / count) * 1.15 + 1, widthOf);
    const all = [words, ...lines];
    const widest = Math.max(...all.map((line) => fonts.textWidth(line))) / 1000;
    const size = Math.min(MAX_WATERMARK_SIZE, (side * 0.84) / widest, (side * 0.6) / (all.length * WATERMARK_LEADING));
    if (size > best.size) best = { size, lines: all };
  }
  return best;
}
