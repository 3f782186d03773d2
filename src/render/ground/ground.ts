// SPDX-License-Identifier: Apache-2.0
import type { Layout } from "../../core/type-definition.js";
import type { FontLibrary } from "../font/font-library.js";
import type { PageGeometry } from "../layout/page-geometry.js";
import { PALETTES } from "../ornament/palettes.js";
import { Canvas } from "../pdf/canvas.js";
import { drawQrCaption, drawQrPlate } from "./code-plate.js";
import { drawFurtherTitle, drawTitle } from "./heading.js";
import type { Look } from "./look.js";
import { drawOrnament } from "./paper.js";
import { Pen, type StaticFonts } from "./pen.js";
import { drawStampBox, drawStampWords } from "./pending-stamp.js";
import { drawPreamble } from "./preamble.js";
import { drawIssuerLabel, drawSealPlace } from "./seal-place.js";
import { watermarksOf } from "./watermark.js";

/** Words of a page as operators, by the part they play when the page is read aloud. Null where a page has none. */
export interface StaticWords {
  readonly title: string;
  readonly preamble: string | null;
  /** Each of the large words across the page. */
  readonly watermarks: readonly string[];
  /** The code's quiet zone, and the stamp's: white, so drawn over the watermarks. Not read. */
  readonly plates: string;
  readonly stamp: string | null;
  readonly sealPlace: string | null;
  readonly issuer: string | null;
  readonly caption: string;
}

/** What stands still on a page: `ornament` is looked at, `words` are read. */
export interface Ground {
  readonly ornament: string;
  readonly words: StaticWords;
}

/** Draws everything on a page, the first or a further one, that does not depend on the certificate. Only the first has seal, issuer and stamp. */
export function drawGround(
  layout: Layout,
  geometry: PageGeometry,
  look: Look,
  fonts: FontLibrary,
  subsets: StaticFonts,
): Ground {
  const palette = PALETTES[layout.palette ?? "vermilion"];
  const words = (draw: (pen: Pen) => void): string => drawnBy(geometry, fonts, subsets, draw);
  const drawHeading = geometry.further ? drawFurtherTitle : drawTitle;
  const preamble = geometry.further ? undefined : layout.preamble;
  const isStamped = look === "pending" && !geometry.further;
  return {
    ornament: words(({ canvas }) => drawOrnament(canvas, geometry, palette)),
    words: {
      title: words((pen) => drawHeading(pen, layout, geometry, palette)),
      preamble: preamble ? words((pen) => drawPreamble(pen, preamble, geometry, fonts)) : null,
      watermarks: watermarksOf(layout, geometry, look, words),
      plates: words(({ canvas }) => {
        drawQrPlate(canvas, geometry, palette);
        if (isStamped) drawStampBox(canvas, geometry.stamp);
      }),
      stamp: isStamped ? words((pen) => drawStampWords(pen, geometry.stamp)) : null,
      sealPlace: geometry.further ? null : words(({ canvas }) => drawSealPlace(canvas, geometry.seal, palette)),
      issuer: geometry.further ? null : words((pen) => drawIssuerLabel(pen, layout, geometry, palette)),
      caption: words((pen) => drawQrCaption(pen, geometry, palette)),
    },
  };
}

function drawnBy(geometry: PageGeometry, fonts: FontLibrary, subsets: StaticFonts, draw: (pen: Pen) => void): string {
  const pen = new Pen(new Canvas(geometry.height), fonts, subsets);
  draw(pen);
  return pen.canvas.operators;
}
