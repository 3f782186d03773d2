// SPDX-License-Identifier: Apache-2.0
import { deflateSync } from "node:zlib";
import { expect } from "chai";
import { canonicalBytes } from "../../src/core/canonical-json.js";
import { createRenderer } from "../../src/render/index.js";
import type { Rerender } from "../../src/verify/index.js";
import { samePdfContent } from "../../src/verify/pdf/compare.js";
import { readLicencePdf } from "../../src/verify/pdf/read-licence-pdf.js";
import { answers, checkOf, notGenuine, remarksOf, undecided } from "./expectations.js";
import { type Issued, makeWorld, type World } from "./fixture.js";
import { partsOf, pdfOf, smallPdf, stream } from "./pdf/pdf-text.js";
import { sealFile, withRoomForSeal } from "./pdf/sealed-pdf.js";

describe("verifyCertificate, of a PDF,", () => {
  const renderer = createRenderer({ verifyHost: "verify.example" });
  let world: World;
  let issued: Issued;
  let pdf: Uint8Array;
  before(() => {
    world = makeWorld();
    issued = world.issueAnchored();
    pdf = draw(issued);
  });
  const draw = ({ certificate, evidence }: Issued, type = world.type) =>
    renderer.render({ certificate, evidence, type });
  const rerender: Rerender = async ({ renderer: name, ...input }) =>
    name === renderer.rendererId(input.type) ? renderer.render(input) : null;
  const verify = (bytes: Uint8Array) => world.verify(bytes, { rerender });

  it("finds the rendered licence valid, with its content compared", async () => {
    const report = await verify(pdf);
    expect(answers(report)).to.deep.equal({
      authenticity: "genuine",
      standing: "in-force",
      verdict: "valid",
      reason: null,
    });
    expect(checkOf(report, "content")).to.deep.equal({ check: "content", outcome: "pass" });
    expect(checkOf(report, "seal")).to.deep.equal({ check: "seal", outcome: "not-applicable", reason: "seal.absent" });
    expect(report.document.form).to.equal("pdf");
  });

  it("says that the content was not compared when it cannot be", async () => {
    const report = await world.verify(pdf);
    expect(report.verdict).to.equal("valid");
    expect(checkOf(report, "content")).to.deep.equal({
      check: "content",
      outcome: "not-applicable",
      reason: "content.not-compared",
    });
    expect(remarksOf(report)).to.deep.equal(["content.not-compared"]);
  });

  it("leaves content undecided for an unknown renderer, and for one that cannot draw it", async () => {
    expect(answers(await world.verify(pdf, { rerender: async () => null }))).to.deep.equal(
      undecided("content.renderer-unknown"),
    );
    expect(
      answers(await world.verify(pdf, { rerender: () => Promise.reject(new Error("a font is missing")) })),
    ).to.deep.equal(undecided("content.not-rendered"));
    expect(answers(await world.verify(pdf, { rerender: async () => pdf.subarray(0, 500) }))).to.deep.equal(
      undecided("content.not-rendered"),
    );
  });

  it("finds a file that is still pending undecided, its content right", async () => {
    const pending = draw(world.issue());
    const report = await verify(pending);
    expect(answers(report)).to.deep.equal(undecided("anchor.pending"));
    expect(checkOf(report, "content").outcome).to.equal("pass");
  });

  it("refuses appended bytes", async () => {
    expect(answers(await verify(Uint8Array.of(...pdf, 10)))).to.deep.equal(notGenuine("format.pdf-refused"));
  });

  it("refuses certificate.json of another licence", async () => {
    const other = world.issueAnchored();
    const swapped = rewrite(pdf, { "certificate.json": canonicalBytes(other.certificate) });
    expect(answers(await verify(swapped))).to.deep.equal(notGenuine("integrity.token-mismatch"));
  });

  it("refuses all three attachments of another licence: the pages then show what nobody signed", async () => {
    const other = world.issueAnchored({ holder: "他人餐饮有限公司" });
    const swapped = rewrite(pdf, {
      "certificate.json": canonicalBytes(other.certificate),
      "evidence.json": canonicalBytes(other.evidence),
    });
    expect(answers(await verify(swapped))).to.deep.equal(notGenuine("content.differs"));
    expect((await world.verify(swapped)).remarks).to.deep.include({ remark: "content.not-compared" });
  });

  it("refuses printed text that was changed, the attachments kept", async () => {
    const changed = rewrite(pdf, {}, (data, entries) => {
      const text = Buffer.from(data).toString("latin1");
      return /FontFile|Length1|EmbeddedFile|Metadata|\/N 3/.test(entries) || !/Tj/.test(text)
        ? data
        : new Uint8Array(Buffer.from(text.replace(/<([0-9a-f]{4})([0-9a-f]{4})/i, "<$2$1"), "latin1"));
    });
    expect(answers(await verify(changed))).to.deep.equal(notGenuine("content.differs"));
  });

  it("does not mind another compression of the same content", async () => {
    const recompressed = rewrite(pdf, {}, (data) => data, 1);
    expect(recompressed.length).to.not.equal(pdf.length);
    expect((await verify(recompressed)).verdict).to.equal("valid");
    expect(samePdfContent(readLicencePdf(pdf, world.crypto), readLicencePdf(recompressed, world.crypto))).to.equal(
      true,
    );
  });

  it("refuses a PDF without one of the attachments, and one with more", async () => {
    expect(answers(await verify(smallPdf()))).to.deep.equal(notGenuine("format.attachment-missing"));
    const names = ["certificate.json", "evidence.json", "extra.json", "type.json"];
    expect(answers(await verify(attaching(names)))).to.deep.equal(notGenuine("format.pdf-refused"));
  });

  it("finds a PDF of other making, and one that only begins as one, not genuine", async () => {
    for (const text of ["%PDF-1.4\n1 0 obj\n<<>>\nendobj\n", "%PDF-", `%PDF-1.7\n${"x".repeat(5_000)}`])
      expect(answers(await verify(new TextEncoder().encode(text)))).to.deep.equal(notGenuine("format.pdf-refused"));
  });

  it("refuses a seal that is none", async () => {
    const report = await verify(sealFile(withRoomForSeal(pdf), () => new Uint8Array(9)));
    expect(answers(report)).to.deep.equal(notGenuine("seal.malformed"));
  });

  it("reads a rendered file fast", () => {
    readLicencePdf(pdf, world.crypto);
    const times = Array.from({ length: 15 }, () => {
      const start = performance.now();
      readLicencePdf(pdf, world.crypto);
      return performance.now() - start;
    });
    // Measured 1 to 2 ms; the bound leaves room for a busy machine.
    expect(Math.min(...times)).to.be.lessThan(10);
  });
});

/** Writes the file again, object by object, with attachments replaced and streams changed. */
function rewrite(
  pdf: Uint8Array,
  attachments: Readonly<Record<string, Uint8Array>>,
  change: (data: Uint8Array, entries: string) => Uint8Array = (data) => data,
  level = 6,
): Uint8Array {
  const world = makeWorld();
  const { objects, attachments: old } = readLicencePdf(pdf, world.crypto);
  const { bodies, trailer } = partsOf(pdf);
  const written = bodies.map((body, i) => {
    const object = objects.get(i + 1) as { readonly data?: Uint8Array };
    if (!object.data) return body;
    const entries = body
      .toString("latin1")
      .split("\nstream\n")[0]!
      .replace(/^<</, "")
      .replace(/>>$/, "")
      .replace(/\/Length \d+/, "")
      .replace("/Filter/FlateDecode", "");
    const name = old.find(({ bytes }) => bytes === object.data)?.name ?? "";
    const replaced = attachments[name];
    const data = replaced ?? change(object.data, entries);
    const sized = replaced ? entries.replace(/\/Size \d+/, `/Size ${replaced.length}`) : entries;
    if (!body.includes("/Filter/FlateDecode")) return stream(sized, data, false);
    const bytes = deflateSync(data, { level });
    return Buffer.concat([
      Buffer.from(`<<${sized}/Filter/FlateDecode/Length ${bytes.length}>>\nstream\n`, "latin1"),
      bytes,
      Buffer.from("\nendstream"),
    ]);
  });
  return pdfOf({ objects: written, trailer });
}

function attaching(names: readonly string[]): Uint8Array {
  const first = 8;
  const tree = names.map((name, i) => `(${name})${first + 2 * i} 0 R`).join("");
  const more = names.flatMap((name, i) => [
    `<</Type/Filespec/F(${name})/UF(${name})/EF<</F ${first + 2 * i + 1} 0 R>>>>`,
    stream("/Type/EmbeddedFile", "{}"),
  ]);
  return smallPdf({ 1: `<</Type/Catalog/Pages 3 0 R/Names<</EmbeddedFiles<</Names[(a.json)6 0 R${tree}]>>>>>>` }, more);
}
