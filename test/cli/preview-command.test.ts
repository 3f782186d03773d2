// SPDX-License-Identifier: Apache-2.0
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { PDFiumLibrary } from "@hyzyla/pdfium";
import { expect } from "chai";
import { runCommand } from "../../src/main/run-command.js";

const CATALOGUE = fileURLToPath(new URL("../../catalogue/", import.meta.url));

describe("tally preview", () => {
  let folder: string;
  before(() => {
    folder = mkdtempSync(join(tmpdir(), "tally-preview-"));
  });
  after(() => rmSync(folder, { recursive: true, force: true }));

  async function tally(...argv: string[]) {
    let out = "";
    let said = "";
    const code = await runCommand(argv, {
      environment: { TALLY_DATA: join(folder, "none") },
      stdout: { write: (text) => (out += text) },
      stderr: { write: (text) => (said += text) },
    });
    return { code, out, said };
  }

  for (const name of ["business-licence", "real-estate-certificate", "road-transport-certificate"])
    it(`draws ${name} of a file without a deployment, as a sample`, async () => {
      const pdf = join(folder, `${name}.pdf`);
      const { code, out, said } = await tally("preview", join(CATALOGUE, `${name}.json`), "--pdf", pdf);
      expect(code, said).to.equal(0);
      expect(out).to.equal(`${pdf}\n`);
      const { name: label } = JSON.parse(readFileSync(join(CATALOGUE, `${name}.json`), "utf8"));
      expect(said).to.contain(label.zh);
      for (const page of await textsOf(readFileSync(pdf))) expect(page).to.contain("样本").and.contain("SAMPLE");
      const verified = await tally("verify", pdf);
      expect(verified.code).not.to.equal(0);
    });

  it("says what is wrong with a definition, and writes nothing", async () => {
    const file = join(folder, "wrong.json");
    const type = JSON.parse(readFileSync(join(CATALOGUE, "business-licence.json"), "utf8"));
    writeFileSync(file, JSON.stringify({ ...type, layout: { ...type.layout, seal: { x: 0, y: 0, size: 30 } } }));
    const pdf = join(folder, "wrong.pdf");
    const { code, said } = await tally("preview", file, "--pdf", pdf);
    expect(code).not.to.equal(0);
    expect(said).to.contain("/layout/seal");
    expect(() => readFileSync(pdf)).to.throw();
  });
});

async function textsOf(pdf: Uint8Array): Promise<string[]> {
  const library = await PDFiumLibrary.init();
  const document = await library.loadDocument(pdf);
  const texts: string[] = [];
  for (const page of document.pages()) texts.push(page.getText());
  document.destroy();
  return texts;
}
