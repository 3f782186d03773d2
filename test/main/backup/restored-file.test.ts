// SPDX-License-Identifier: Apache-2.0
import { mkdtempSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "chai";
import { restoredFile } from "../../../src/main/backup/restored-file.js";
import { restorationStoreSuite } from "../../adapters/restoration-store.suite.js";
import { workspace } from "../service-process.js";

describe("the file of a restored data directory", () => {
  const here = workspace();
  after(() => here.remove());
  const root = () => mkdtempSync(here.path("data-"));

  restorationStoreSuite(async () => {
    const directory = { root: root() };
    return { store: restoredFile(directory), elsewhere: restoredFile(directory) };
  });

  it("is never taken for none when it is damaged", async () => {
    for (const content of ["", "{", '{"restoredAt":"soon"}', "x".repeat(70_000)]) {
      const directory = { root: root() };
      writeFileSync(join(directory.root, "restored.json"), content);
      const read = restoredFile(directory).unfinishedRestoration();
      const error = await read.then(
        () => null,
        (reason: Error) => reason,
      );
      expect(error?.message).to.include("restored.json");
    }
  });
});
