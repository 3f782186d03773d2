// SPDX-License-Identifier: Apache-2.0
import { readFileSync } from "node:fs";
import { expect } from "chai";
import { CONTEXT_DIGESTS } from "../../src/core/contexts/digests.js";
import { readTypeDefinition } from "../../src/core/type-reader.js";
import { vectorJson } from "./vectors.js";

const page = (name: string) => readFileSync(new URL(`../../docs/formats/${name}.md`, import.meta.url), "utf8");
// biome-ignore lint/suspicious/noExplicitAny: each page has its own example.
const example = (name: string): any => JSON.parse(/```json\n([\s\S]*?)```/.exec(page(name))![1]!);

describe("the pages of docs/formats", () => {
  it("show the certificate of the vectors", () => {
    const { certificate } = vectorJson("tigertally/certificate/valid/food-permit.json");
    const shown = example("certificate");
    expect({ ...shown, proof: { ...shown.proof, proofValue: certificate.proof.proofValue } }).to.deep.equal(
      certificate,
    );
  });

  it("show the copy statement of the vectors", () => {
    expect(example("copy")).to.deep.equal(vectorJson("tigertally/copy/valid/county-office.json").statement);
  });

  it("show the evidence of the vectors, its token cut", () => {
    const { evidence } = vectorJson("tigertally/evidence/valid/anchored.json");
    const { token, ...rest } = example("evidence");
    expect({ ...rest, token: evidence.token }).to.deep.equal(evidence);
    expect(evidence.token.startsWith(token.replace("…", ""))).to.equal(true);
  });

  it("show the trust bundle of the vectors", () => {
    const { text } = vectorJson("tigertally/trust-bundle/valid/sample.json");
    expect(example("trust-bundle")).to.deep.equal(JSON.parse(text));
  });

  it("show an entry of the vectors", () => {
    const { entries } = vectorJson("tigertally/entry/valid/batch-of-five.json");
    const shown = /```\n(01 [\s\S]*?)```/.exec(page("entry"))![1]!;
    const bytes = shown
      .split("\n")
      .map((line) => line.split(" ")[0])
      .join("");
    expect(bytes).to.equal(entries[3].entry);
  });

  it("show the digits of the vectors, cut", () => {
    const { digits } = vectorJson("tigertally/token/valid/food-permit.json");
    expect(digits.startsWith(/#([0-9]+)…/.exec(page("qr"))![1]!)).to.equal(true);
  });

  it("take the token of the vectors apart, byte by byte as far as shown", () => {
    const { token } = vectorJson("tigertally/token/valid/food-permit.json");
    const shown = /```\n(d2 [\s\S]*?)```/.exec(page("token"))![1]!;
    let at = 0;
    for (const line of shown.trimEnd().split("\n")) {
      // Bytes first, then two spaces and the explanation.
      for (const piece of line.trim().split(/ {2,}/)[0]!.split(" ")) {
        const found = token.indexOf(piece.replace("…", ""), at);
        expect(found, `${piece} after ${at}`).to.be.at.least(at);
        at = found + piece.replace("…", "").length;
      }
    }
  });

  it("show a type definition that can be read", () => {
    expect(() => readTypeDefinition(example("type-definition"))).not.to.throw();
  });

  it("state the pinned digests of the contexts", () => {
    for (const digest of Object.values(CONTEXT_DIGESTS)) expect(page("certificate")).to.contain(digest);
  });
});
