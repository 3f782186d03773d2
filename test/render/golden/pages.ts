// SPDX-License-Identifier: Apache-2.0

import { HOLDERS_CAUSE } from "../../../src/core/copy/copy-texts.js";
import type { TypeDefinition } from "../../../src/core/type-definition.js";
import { createRenderer } from "../../../src/render/index.js";
import { anchoredCopyOf, copyOf } from "../copies.js";
import { HOST } from "../fixture.js";
import { LAYOUTS, licenceOf, longLicenceOf } from "../layouts.js";
import { pageCount, type Raster, rasterise } from "../raster.js";
import { sealedCopy, sealedLicence } from "../sealed-licence.js";

/** A page that somebody has looked at. `name` is that of its picture in this folder. */
export interface GoldenPage {
  readonly name: string;
  /** Null where the layout has no such page. */
  draw(): Promise<Raster | null>;
}

/** Of a screen: what people first see. */
export const GOLDEN_DPI = 60;

const renderer = createRenderer({ verifyHost: HOST });

/** Of each layout sealed, and the last page of a long licence; on each kind of paper the marks of a sample, of 锚定中 and of a reader's copy. */
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
  {
    name: "road-transport-certificate.copy",
    draw: async () =>
      drawn(await sealedCopy({}, anchoredCopyOf(licenceOf(LAYOUTS.get("road-transport-certificate")!), BY_HOLDER))),
  },
  {
    name: "business-licence.copy",
    draw: () => lastFurtherPage(renderer.renderCopy(copyOf(longLicenceOf(LAYOUTS.get("business-licence")!), LONG))),
  },
];

/** Over several lines of the mark. */
const LONG = {
  user: "样例省样例自治州样例市人民政府行政审批服务局",
  matter: "食品经营许可、道路运输经营许可与不动产登记事项".repeat(4),
};

/** The longer of the two things that the mark says of the making. */
const BY_HOLDER = { certificateCopyCause: HOLDERS_CAUSE };

const drawn = (pdf: Uint8Array, page = 0): Promise<Raster> => rasterise(pdf, GOLDEN_DPI, page);

function pending(type: TypeDefinition) {
  const input = licenceOf(type);
  return { ...input, evidence: { version: 1 as const, token: input.evidence.token } };
}

async function lastFurtherPage(pdf: Uint8Array): Promise<Raster | null> {
  const pages = await pageCount(pdf);
  return pages > 1 ? drawn(pdf, pages - 1) : null;
}
