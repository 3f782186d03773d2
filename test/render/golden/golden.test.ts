// SPDX-License-Identifier: Apache-2.0
import { readdirSync, statSync } from "node:fs";
import { expect } from "chai";
import type { Raster } from "../raster.js";
import { differenceOf, keptPicture } from "./compare.js";
import { GOLDEN_PAGES } from "./pages.js";

const LOOK =
  "If that was not meant, mend it. Else run `npm run golden`, look at each picture that it names beside the committed one, " +
  "raise RENDERER_VERSION if this is the first change since the last release, and commit the pictures with the change.";

describe("pages as a person has seen them", () => {
  for (const { name, draw } of GOLDEN_PAGES)
    it(`look as before: ${name}`, async () => {
      const now = await draw();
      const kept = keptPicture(name);
      if (!now) {
        expect(kept, `test/render/golden/${name}.png is of a page that there is no more; remove it`).to.equal(null);
        return;
      }
      expect(kept, `test/render/golden/${name}.png is not there. ${LOOK}`).not.to.equal(null);
      const difference = differenceOf(kept!, now);
      expect(difference, `${name}: ${difference}. ${LOOK}`).to.equal(null);
    });

  it("are all of pages that are still drawn, and small", () => {
    const folder = new URL(".", import.meta.url);
    const pictures = readdirSync(folder).filter((file) => file.endsWith(".png"));
    const names = GOLDEN_PAGES.map(({ name }) => `${name}.png`);
    expect(pictures.filter((picture) => !names.includes(picture))).to.deep.equal([]);
    const size = pictures.reduce((sum, picture) => sum + statSync(new URL(picture, folder)).size, 0);
    expect(size).to.be.lessThan(700_000);
  });
});

describe("the comparison of pictures", () => {
  const kept = keptPicture("business-licence.sealed")!;
  const changed = (change: (picture: Raster) => void): Raster => {
    const picture = { ...kept, grey: kept.grey.slice() };
    change(picture);
    return picture;
  };

  it("finds nothing in the same picture, nor in a shade less", () => {
    expect(differenceOf(kept, kept)).to.equal(null);
    const darker = changed(({ grey }) => {
      for (const [i, value] of grey.entries()) grey[i] = Math.max(0, value - 9);
    });
    expect(differenceOf(kept, darker)).to.equal(null);
  });

  it("finds a digit that is gone, and says where", () => {
    // Of the code of the enterprise, on its line.
    const erased = changed(({ grey, width }) => {
      for (let y = 131; y < 143; y++) grey.fill(255, y * width + 160, y * width + 166);
    });
    expect(differenceOf(kept, erased)).to.match(
      /^\d+ pixels differ, 6[78] to 70 mm from the left, 5[56] to \d\d mm from the top$/,
    );
  });

  it("finds another size of the page", () => {
    expect(differenceOf(kept, { ...kept, width: kept.width - 1 })).to.contain("instead of");
  });
});
