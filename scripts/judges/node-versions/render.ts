// SPDX-License-Identifier: Apache-2.0
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { createRenderer } from "../../../src/render/index.js";
import { HOST } from "../../../test/render/fixture.js";
import { LAYOUTS, licenceOf, longLicenceOf } from "../../../test/render/layouts.js";
import { STATEMENT } from "../../../test/render/sealed-licence.js";

/** Writes files of every layout into the directory that it is given: short and long, unsealed and made to be sealed. */
const [directory] = process.argv.slice(2) as [string];
const renderer = createRenderer({ verifyHost: HOST });
for (const [name, type] of LAYOUTS)
  for (const [length, input] of [
    ["short", licenceOf(type)],
    ["long", longLicenceOf(type)],
  ] as const) {
    writeFileSync(join(directory, `${name}-${length}.pdf`), renderer.render(input));
    writeFileSync(
      join(directory, `${name}-${length}-sealed.pdf`),
      renderer.renderSealed({ ...input, seal: STATEMENT }).bytes,
    );
  }
