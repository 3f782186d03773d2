// SPDX-License-Identifier: Apache-2.0
import { readdirSync, readFileSync } from "node:fs";
import { expect } from "chai";
import type { TypeDefinition } from "../../src/core/type-definition.js";
import { createRenderer } from "../../src/render/index.js";
import { HOST } from "./fixture.js";

const catalogue = new URL("../../catalogue/", import.meta.url);

describe("every type of the catalogue", () => {
  const renderer = createRenderer({ verifyHost: HOST });
  for (const file of readdirSync(catalogue).filter((name) => name.endsWith(".json")))
    it(`has a layout that prints well: ${file}`, () => {
      const type = JSON.parse(readFileSync(new URL(file, catalogue), "utf8")) as TypeDefinition;
      expect(renderer.checkLayout(type)).to.deep.equal([]);
      expect(renderer.rendererId(type)).to.match(/^tigertally-render\//);
    });
});
