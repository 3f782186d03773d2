// SPDX-License-Identifier: Apache-2.0
import type { TypeDefinition } from "../../../src/core/type-definition.js";
import { createRenderer } from "../../../src/render/index.js";
import { HOST } from "../fixture.js";
import { LAYOUTS, licenceOf, longLicenceOf } from "../layouts.js";
import { pageCount, type Raster, rasterise } from "../raster.js";
import { sealedLicence } from "../sealed-licence.js";

/** A page that somebody has looked at. `name` is that of its picture in this folder. */
export interface GoldenPage {
  readonly name: string;
  /** Null where the layout has no such page. */
  draw(): Promise<Raster | null>;
}

/** Of a screen: what people first see. */
export const GOLDEN_DPI = 60;

const renderer = createRenderer({ verifyHost: HOST });

/** Of each layout sealed, and the last page of a long licence; on each kind of paper the marks of a sample and of 锚定中. */
export const GOLDEN_PAGES: readonly GoldenPage[] = [
  ...[...LAYOUTS].flatMap(([name, type]) => [
    { name: `${name}.sealed`, draw: async () => drawn(await sealedLicence({}, licenceOf(type))) },
    { name: `${name}.further`, draw: () => lastFurtherPage(renderer.render(longLicenceOf(type))) },
  ]),
  ...["business-licence", "food-business-permit", "road-transport-certificate"].map((name) => ({
    name: `${name}.sample`,
    draw: () => drawn(renderer.preview(LAYOUTS.get(name)!)),
  })),
  {
    name: "road-transport-certificate.pending",
    draw: () => drawn(renderer.render(pending(LAYOUTS.get("road-transport-certificate")!))),
  },
];

const drawn = (pdf: Uint8Array, page = 0): Promise<Raster> => rasterise(pdf, GOLDEN_DPI, page);

function pending(type: TypeDefinition) {
  const input = licenceOf(type);
  return { ...input, evidence: { version: 1 as const, token: input.evidence.token } };
}

async function lastFurtherPage(pdf: Uint8Array): Promise<Raster | null> {
  const pages = await pageCount(pdf);
  return pages > 1 ? drawn(pdf, pages - 1) : null;
}
