// SPDX-License-Identifier: Apache-2.0
import { deflateSync } from "node:zlib";
import { expect } from "chai";
import fc from "fast-check";
import { nodeCrypto } from "../../../src/adapters/node-crypto/index.js";
import { TallyError } from "../../../src/core/errors.js";
import { portableCrypto } from "../../../src/core/portable-crypto.js";
import { readLicencePdf } from "../../../src/verify/pdf/read-licence-pdf.js";
import { smallPdf, stream } from "./pdf-text.js";

const read = (bytes: Uint8Array) => readLicencePdf(bytes, nodeCrypto);

function refusal(bytes: Uint8Array): string {
  try {
    read(bytes);
  } catch (error) {
    if (error instanceof TallyError && error.code === "pdf.refused") return error.message;
    throw error;
  }
  return "accepted";
}

describe("the strict PDF reader", () => {
  it("reads attachments and producer of a file in our form", () => {
    const pdf = read(smallPdf());
    expect(pdf.attachments.map(({ name, bytes }) => [name, Buffer.from(bytes).toString()])).to.deep.equal([
      ["a.json", "{}"],
    ]);
    expect(pdf).to.include({ producer: "tigertally-render/0 test", seal: null });
    expect(pdf.objects.size).to.equal(7);
  });

  it("reads the same with the portable crypto", () => {
    expect(readLicencePdf(smallPdf(), portableCrypto)).to.deep.equal(read(smallPdf()));
  });

  it("reads several pages, and names and strings in all their spellings", () => {
    const more = ["<</Type/Page/Parent 3 0 R/MediaBox [ 0 0 +595 841. ]/Contents[5 0 R]/Resources <<>> >>"];
    const pdf = read(
      smallPdf(
        {
          2: "<</Producer<FEFF864E7B26>/Title(a\\(b\\)\\\\\\101(c))>>",
          3: "<</Type/P#61ges/Kids[4 0 R 8 0 R]/Count 2>>",
        },
        more,
      ),
    );
    expect(pdf.producer).to.equal("虎符");
  });

  const text = Buffer.from(smallPdf()).toString("latin1");
  const edited = (from: string, to: string) => {
    expect(text).to.include(from);
    return new Uint8Array(
      Buffer.from(
        text.replace(from, () => to),
        "latin1",
      ),
    );
  };
  const bomb = deflateSync(Buffer.alloc(40 * 1024 * 1024), { level: 9 });
  const nested = (depth: number) => `${"[".repeat(depth)}${"]".repeat(depth)}`;
  const page = (entries: string) =>
    smallPdf({ 4: `<</Type/Page/Parent 3 0 R/MediaBox[0 0 9 9]/Contents 5 0 R${entries}>>` });
  const catalog = (entries: string, more: readonly (string | Buffer)[] = []) =>
    smallPdf({ 1: `<</Type/Catalog/Pages 3 0 R/Names<</EmbeddedFiles<</Names[(a.json)6 0 R]>>>>${entries}>>` }, more);

  const HOSTILE: readonly [string, () => Uint8Array, RegExp][] = [
    ["an empty file", () => new Uint8Array(), /expected "%PDF/],
    ["another PDF version", () => edited("%PDF-1.7", "%PDF-2.0"), /%PDF-1\.7/],
    ["a text header", () => edited("%\xe2\xe3\xcf\xd3", "%abcd"), /not binary/],
    ["bytes appended", () => new Uint8Array([...smallPdf(), 10]), /does not end/],
    ["a comment appended", () => edited("%%EOF\n", "%%EOF\n% more\n"), /does not end/],
    ["bytes in front", () => new Uint8Array([32, ...smallPdf()]), /expected "%PDF/],
    [
      "an incremental update",
      () =>
        new Uint8Array(
          Buffer.concat([
            smallPdf(),
            Buffer.from("1 0 obj\n<<>>\nendobj\nxref\n0 0\ntrailer\n<</Prev 1>>\nstartxref\n9\n%%EOF\n"),
          ]),
        ),
      /xref/,
    ],
    ["a gap between objects", () => edited("endobj\n2 0 obj", "endobj\n\n2 0 obj"), /gap|expected/],
    ["a comment between objects", () => edited("endobj\n2 0 obj", "endobj\n%x\n2 0 obj"), /gap|expected/],
    ["an object that the table lacks", () => withHiddenObject(), /gap/],
    ["an object that nothing refers to", () => smallPdf({}, ["(hidden)"]), /hidden/],
    ["a second catalog", () => smallPdf({}, ["<</Type/Catalog/Pages 3 0 R>>"]), /hidden/],
    ["another generation", () => edited("4 0 obj", "4 1 obj"), /expected/],
    ["a free entry in the table", () => edited(" 00000 n \n0", " 00000 f \n0"), /not in use/],
    ["two objects at one place", () => samePlace(), /gap|expected/],
    ["a table of the wrong size", () => edited("<</Size 8", "<</Size 9"), /trailer/],
    ["a previous revision", () => smallPdf({}, [], { trailer: "/Root 1 0 R/Info 2 0 R/Prev 9" }), /Prev/],
    [
      "encryption",
      () => smallPdf({}, ["<</Filter/Standard/V 2/R 3>>"], { trailer: "/Root 1 0 R/Info 2 0 R/Encrypt 8 0 R" }),
      /Encrypt/,
    ],
    ["a hybrid table", () => smallPdf({}, [], { trailer: "/Root 1 0 R/Info 2 0 R/XRefStm 9" }), /XRefStm/],
    ["JavaScript", () => catalog("/Names2<</JavaScript<<>>>>"), /Names2/],
    ["an action on opening", () => catalog("/OpenAction<</S/JavaScript/JS(app.alert\\(1\\))>>"), /OpenAction/],
    ["an action on the page", () => page("/AA<<>>"), /AA/],
    ["layers", () => catalog("/OCProperties<<>>"), /OCProperties/],
    ["a link", () => page("/Annots[<</Subtype/Link/A<</S/URI/URI(http://x)>>>>]"), /reference/],
    ["an object stream", () => smallPdf({}, [stream("/Type/ObjStm/N 1/First 4", "9 0 null")]), /hidden/],
    [
      "an object stream in an attachment's place",
      () => smallPdf({ 7: stream("/Type/ObjStm/N 1/First 4", "9 0 null") }),
      /EmbeddedFile|key/,
    ],
    [
      "two attachments of one name",
      () =>
        smallPdf({ 1: "<</Type/Catalog/Pages 3 0 R/Names<</EmbeddedFiles<</Names[(a.json)6 0 R(a.json)8 0 R]>>>>>>" }, [
          "<</Type/Filespec/F(a.json)/UF(a.json)/EF<</F 9 0 R>>>>",
          stream("/Type/EmbeddedFile", "[]"),
        ]),
      /two attachments/,
    ],
    [
      "one attachment under two names",
      () =>
        smallPdf({ 1: "<</Type/Catalog/Pages 3 0 R/Names<</EmbeddedFiles<</Names[(a.json)6 0 R(b.json)6 0 R]>>>>>>" }),
      /several names/,
    ],
    ["an attachment whose names differ", () => edited("/UF(a.json)", "/UF(b.json)"), /several names/],
    [
      "an attachment with two contents",
      () =>
        smallPdf({ 6: "<</Type/Filespec/F(a.json)/UF(a.json)/EF<</F 7 0 R/UF 8 0 R>>>>" }, [
          stream("/Type/EmbeddedFile", "[]"),
        ]),
      /two contents/,
    ],
    [
      "an associated file that is not attached",
      () => catalog("/AF[8 0 R]", ["<</Type/Filespec/F(b)/UF(b)/EF<</F 9 0 R>>>>", stream("/Type/EmbeddedFile", "[]")]),
      /not attached/,
    ],
    [
      "a tree of attachments",
      () => smallPdf({ 1: "<</Type/Catalog/Pages 3 0 R/Names<</EmbeddedFiles<</Kids[]>>>>>>" }),
      /Names|Kids/,
    ],
    ["the same key twice", () => smallPdf({ 3: "<</Type/Pages/Kids[4 0 R]/Count 1/Count 2>>" }), /twice/],
    [
      "the same key twice in another spelling",
      () => smallPdf({ 3: "<</Type/Pages/Kids[4 0 R]/Count 1/#43ount 2>>" }),
      /twice/,
    ],
    [
      "an object in two roles",
      () =>
        smallPdf({
          7: stream("/Type/EmbeddedFile", "{}"),
          4: "<</Type/Page/Parent 3 0 R/MediaBox[0 0 9 9]/Contents 7 0 R>>",
        }),
      /EmbeddedFile|key|roles/,
    ],
    [
      "contents that are an attachment as well",
      () => smallPdf({ 4: "<</Type/Page/Parent 3 0 R/MediaBox[0 0 9 9]/Contents 7 0 R>>", 7: stream("", "{}") }),
      /Type|roles|hidden/,
    ],
    [
      "a reference to nothing",
      () => smallPdf({ 4: "<</Type/Page/Parent 3 0 R/MediaBox[0 0 9 9]/Contents 99 0 R>>" }),
      /does not exist/,
    ],
    ["a reference to itself", () => smallPdf({ 3: "3 0 R" }), /dictionary/],
    ["pages that contain themselves", () => smallPdf({ 3: "<</Type/Pages/Kids[3 0 R]/Count 1>>" }), /two roles/],
    ["forms that contain each other without end", () => formChain(200), /too deeply/],
    ["values nested 10,000 deep", () => smallPdf({ 2: `<</Title ${nested(10_000)}>>` }), /too deeply/],
    [
      "10,000 objects of nonsense",
      () =>
        smallPdf(
          {},
          Array.from({ length: 10_000 }, () => "null"),
        ),
      /objects/,
    ],
    [
      "a million values",
      () => smallPdf({ 2: `<</Title [${`[${"0 ".repeat(19_000)}]`.repeat(12)}]>>` }),
      /too many values/,
    ],
    [
      "a bomb in the page",
      () =>
        smallPdf({
          5: Buffer.concat([
            Buffer.from(`<</Filter/FlateDecode/Length ${bomb.length}>>\nstream\n`),
            bomb,
            Buffer.from("\nendstream"),
          ]),
        }),
      /inflates to more than/,
    ],
    [
      "bytes after a compressed stream's end",
      () => smallPdf({ 5: rawStream(Buffer.concat([deflateSync("BT ET"), Buffer.from("hidden")])) }),
      /after the end of the stream/,
    ],
    ["a broken compressed stream", () => smallPdf({ 5: rawStream(Buffer.from("nonsense")) }), /broken/],
    ["another filter", () => smallPdf({ 5: "<</Filter/LZWDecode/Length 0>>\nstream\n\nendstream" }), /filter/],
    [
      "a chain of filters",
      () => smallPdf({ 5: "<</Filter[/FlateDecode/FlateDecode]/Length 0>>\nstream\n\nendstream" }),
      /filter/,
    ],
    ["a stream in another file", () => smallPdf({ 5: "<</F(other.pdf)/Length 0>>\nstream\n\nendstream" }), /\/F/],
    ["a stream length by reference", () => smallPdf({ 5: "<</Length 8 0 R>>\nstream\n\nendstream" }, ["0"]), /length/],
    ["a stream longer than the file", () => smallPdf({ 5: "<</Length 999999>>\nstream\n\nendstream" }), /longer/],
    [
      "a stream that does not end where it says",
      () => smallPdf({ 5: "<</Length 1>>\nstream\nabc\nendstream" }),
      /endstream/,
    ],
    ["a comment in an object", () => smallPdf({ 2: "<</Title(a)%x\n>>" }), /key/],
    ["a zero byte for a space", () => smallPdf({ 4: "<</Type/Page/Parent\x003 0 R>>" }), /byte|""/],
    ["a form feed for a space", () => smallPdf({ 4: "<</Type/Page/Parent\f3 0 R>>" }), /byte|""/],
    ["a name of 10,000 characters", () => smallPdf({ 2: `<</${"x".repeat(10_000)}(a)>>` }), /too long/],
    ["a string of 1 MB", () => smallPdf({ 2: `<</Title(${"x".repeat(1_000_000)})>>` }), /too long/],
    ["a string without an end", () => smallPdf({ 2: "<</Title(aaa" }), /ends inside/],
    ["an odd hexadecimal string", () => smallPdf({ 2: "<</Title<abc>>>" }), /hexadecimal/],
    ["two seals", () => page("/Annots[8 0 R 9 0 R]"), /elements/],
    ["no page", () => smallPdf({ 3: "<</Type/Pages/Kids[]/Count 0>>" }), /elements/],
  ];
  for (const [what, make, why] of HOSTILE)
    it(`refuses ${what}`, () => expect(refusal(make())).to.match(why).and.not.equal("accepted"));

  it("refuses every file with one byte changed in its structure, or reads other content, and never throws anything else", () => {
    const bytes = smallPdf();
    fc.assert(
      fc.property(fc.nat(bytes.length - 1), fc.integer({ min: 0, max: 255 }), (at, value) => {
        const changed = bytes.slice();
        changed[at] = value;
        refusal(changed);
      }),
      { numRuns: 1_000 },
    );
  });

  it("refuses every truncation", () => {
    const bytes = smallPdf();
    for (let length = 0; length < bytes.length; length += 13)
      expect(refusal(bytes.subarray(0, length))).to.not.equal("accepted");
  });

  it("reads as many objects as it accepts without losing its breath", () => {
    const forms = Array.from({ length: 1_900 }, () => stream("/Type/XObject/Subtype/Form/BBox[0 0 1 1]", "q Q", false));
    const names = forms.map((_, i) => `/F${i} ${8 + i} 0 R`);
    const resources = [0, 1, 2, 3].map(
      (part) => `<</XObject<<${names.slice(part * 475, (part + 1) * 475).join("")}>>>>`,
    );
    const pages = resources.map(
      (entries) => `<</Type/Page/Parent 3 0 R/MediaBox[0 0 9 9]/Contents 5 0 R/Resources${entries}>>`,
    );
    const kids = [1908, 1909, 1910, 1911].map((number) => `${number} 0 R`).join(" ");
    const file = smallPdf({ 3: `<</Type/Pages/Kids[4 0 R ${kids}]/Count 5>>` }, [...forms, ...pages]);
    const times = Array.from({ length: 5 }, () => {
      const start = performance.now();
      expect(read(file).objects.size).to.equal(1_911);
      return performance.now() - start;
    });
    // Measured 5 ms; anything quadratic in the objects takes seconds.
    expect(Math.min(...times)).to.be.lessThan(200);
  });
});

function rawStream(data: Buffer): Buffer {
  return Buffer.concat([
    Buffer.from(`<</Filter/FlateDecode/Length ${data.length}>>\nstream\n`),
    data,
    Buffer.from("\nendstream"),
  ]);
}

/** The last object is in the file but not in the table. */
function withHiddenObject(): Uint8Array {
  const text = Buffer.from(smallPdf({}, ["(hidden)"])).toString("latin1");
  const table = text.indexOf("xref\n");
  const entries = text
    .slice(table)
    .replace("0 9\n", "0 8\n")
    .replace(/\d{10} 00000 n \ntrailer/, "trailer")
    .replace("/Size 9", "/Size 8");
  return new Uint8Array(Buffer.from(text.slice(0, table) + entries, "latin1"));
}

/** Objects 4 and 5 of the table begin at the same byte. */
function samePlace(): Uint8Array {
  const text = Buffer.from(smallPdf()).toString("latin1");
  const offsets = [...text.matchAll(/(\d{10}) 00000 n/g)].map((match) => match[1]!);
  return new Uint8Array(Buffer.from(text.replace(`${offsets[4]} 00000 n`, `${offsets[3]} 00000 n`), "latin1"));
}

function formChain(length: number): Uint8Array {
  const forms = Array.from({ length }, (_, i) =>
    stream(
      `/Type/XObject/Subtype/Form/BBox[0 0 1 1]/Resources<<${i + 1 < length ? `/XObject<</F ${9 + i} 0 R>>` : ""}>>`,
      "/F Do",
    ),
  );
  return smallPdf(
    { 4: "<</Type/Page/Parent 3 0 R/MediaBox[0 0 9 9]/Contents 5 0 R/Resources<</XObject<</F 8 0 R>>>>>>" },
    forms,
  );
}
