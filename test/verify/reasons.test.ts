// SPDX-License-Identifier: Apache-2.0
import { readdirSync, readFileSync } from "node:fs";
import { expect } from "chai";
import { REASON_CODES, REMARK_CODES } from "../../src/verify/index.js";

const root = new URL("../../", import.meta.url);
const page = readFileSync(new URL("docs/reasons.md", root), "utf8");
const [reasons, remarks] = page.split("## Remarks") as [string, string];
const rowsOf = (text: string) => [...text.matchAll(/^\| `([a-z.-]+)` \|/gm)].map((match) => match[1]!);

describe("docs/reasons.md", () => {
  it("explains every reason once and no other", () =>
    expect(rowsOf(reasons))
      .to.have.members([...REASON_CODES])
      .and.to.have.length(REASON_CODES.length));

  it("explains every remark once and no other", () =>
    expect(rowsOf(remarks))
      .to.have.members([...REMARK_CODES])
      .and.to.have.length(REMARK_CODES.length));
});

describe("the reason codes", () => {
  it("follow one grammar", () => {
    for (const code of [...REASON_CODES, ...REMARK_CODES]) expect(code).to.match(/^[a-z]+\.[a-z]+(-[a-z]+)*$/);
  });

  it("are each given somewhere in the library", () => {
    const folder = new URL("src/verify/", root);
    const files = readdirSync(folder, { recursive: true, encoding: "utf8" }).filter(
      (name) => name.endsWith(".ts") && name !== "reasons.ts",
    );
    const source = files.map((name) => readFileSync(new URL(name, folder), "utf8")).join("\n");
    expect([...REASON_CODES, ...REMARK_CODES].filter((code) => !source.includes(`"${code}"`))).to.deep.equal([]);
  });
});
