// SPDX-License-Identifier: Apache-2.0
import { deflateSync } from "node:zlib";
import { pdfOf, smallPdf, stream } from "./pdf-text.js";

const text = Buffer.from(smallPdf()).toString("latin1");
const edited = (from: string, to: string) => {
  if (!text.includes(from)) throw new Error(`${from} is not there`);
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

/** What the file is, the file, and what the refusal says. */
export const HOSTILE: readonly (readonly [what: string, make: () => Uint8Array, why: RegExp])[] = [
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
  ["a text of 20 MB", () => smallPdf({ 2: `<</Title(${"x".repeat(20_000_000)})>>` }), /too long/],
  ["a text of 20 MB without an end", () => smallPdf({ 2: `<</Title(${"(".repeat(20_000_000)}` }), /too long/],
  ["a name of 20 MB", () => smallPdf({ 2: `<</${"x".repeat(20_000_000)}(a)>>` }), /too long/],
  ["a hexadecimal string of 20 MB", () => smallPdf({ 2: `<</Title<${"0".repeat(20_000_000)}>>>` }), /too long/],
  ["a number of 20 MB", () => smallPdf({ 2: `<</Title ${"1".repeat(20_000_000)}>>` }), /unknown word/],
  ["20 MB of white space", () => smallPdf({ 2: `<</Title${" ".repeat(20_000_000)}7>>` }), /no string/],
  ["as many long names as are read", () => listed(9_000, `/${"x".repeat(90)}`), /no string/],
  ["as many long keys as are read", () => listed(17, `<<${keys(499)}>>`), /no string/],
  ["as many empty texts as are read", () => listed(14_000, "()"), /no string/],
  ["as many empty hexadecimal strings as are read", () => listed(14_000, "<>"), /no string/],
  ["as many filled dictionaries as are read", () => listed(VALUES / 4, "<</A 1>>"), /no string/],
  ["as many arrays as are read", () => listed(VALUES, "[]"), /no string/],
  ["as many filled arrays as are read", () => listed(VALUES / 2, "[1.5]"), /no string/],
  ["as many references as are read", () => listed(VALUES, "4 0 R"), /no string/],
  [
    "as many objects as are read",
    () =>
      smallPdf(
        {},
        Array.from({ length: 7_900 }, () => "<</A 1>>"),
      ),
    /hidden/,
  ],
  ["a plain attachment of 19 MB", () => attached(new Uint8Array(19_000_000), false), /too large/],
];
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

/** As much as is read at all: each just below one of the bounds, or made to cost the most on the way to it. */
export const LARGE: readonly (readonly [what: string, make: () => Uint8Array, why: RegExp])[] = [
  ["300 texts of 64 KB", () => listed(300, `(${"x".repeat(65_000)})`), /no string/],
  ["300 texts of 64 KB with escapes", () => listed(300, `(${"\\(".repeat(32_000)})`), /no string/],
  ["150 hexadecimal strings of 64 KB", () => listed(150, `<${"0".repeat(130_000)}>`), /no string/],
  ["as many dictionaries as are read", () => listed(VALUES / 3, "<<>>"), /no string/],
  ["an attachment of 16 MB, inflated", () => attached(new Uint8Array(16_000_000)), /JSON of 16000000 bytes/],
  ["an attachment of 16 MB with a wrong checksum", () => smallPdf({ 7: rawStream(spoiled(16_000_000)) }), /checksum/],
  [
    "two streams of 16 MB",
    () => smallPdf({ 5: stream("", new Uint8Array(16_000_000)), 7: rawStream(spoiled(16_000_000)) }),
    /inflates to more/,
  ],
  [
    "1,500 streams of 64 KB",
    () =>
      smallPdf(
        {},
        Array.from({ length: 1_500 }, () => stream("", new Uint8Array(65_536))),
      ),
    /inflates to more/,
  ],
  [
    "as many dictionaries as are read, and a stream of 16 MB with a wrong checksum",
    () => listed(VALUES / 3, "<<>>", { 7: rawStream(spoiled(16_000_000)) }),
    /checksum/,
  ],
  ["attachments of 2 MB in empty lists", () => attached(lists("[]")), /110000 values allowed/],
  ["attachments of 2 MB in empty objects", () => attached(lists("{}")), /110000 values allowed/],
  ["attachments of 2 MB in members", () => attached(members()), /110000 values allowed/],
];

const MOST_JSON = 2 * 1024 * 1024;

/** All three attachments with the same content. */
function attached(content: Uint8Array | string, encoded = true): Uint8Array {
  const names = ["certificate.json", "evidence.json", "type.json"];
  const tree = names.map((name, i) => `(${name})${6 + 2 * i} 0 R`).join("");
  const more = names.flatMap((name, i) => [
    `<</Type/Filespec/F(${name})/UF(${name})/EF<</F ${7 + 2 * i} 0 R>>>>`,
    stream("/Type/EmbeddedFile", i === 0 || content.length <= MOST_JSON ? content : "{}", encoded),
  ]);
  return pdfOf({
    objects: [
      `<</Type/Catalog/Pages 3 0 R/Names<</EmbeddedFiles<</Names[${tree}]>>>>>>`,
      "<</Producer(tigertally-render/0 test)>>",
      "<</Type/Pages/Kids[4 0 R]/Count 1>>",
      "<</Type/Page/Parent 3 0 R/MediaBox[0 0 595.28 841.89]/Resources<<>>/Contents 5 0 R>>",
      stream("", "BT ET"),
      ...more,
    ],
  });
}

function lists(element: string): string {
  return `[${`${element},`.repeat(MOST_JSON / (element.length + 1) - 4)}0]`;
}

function members(): string {
  return `{${Array.from({ length: 180_000 }, (_, i) => `"${i}":0`).join(",")}}`;
}

const VALUES = 59_900;

/** An array in the place of a text, in parts that are short enough. */
function listed(count: number, element: string, change: Readonly<Record<number, Buffer>> = {}): Uint8Array {
  const part = 19_000;
  const parts = Array.from(
    { length: Math.ceil(count / part) },
    (_, i) => `[${`${element} `.repeat(Math.min(part, count - i * part))}]`,
  );
  return smallPdf({ 2: `<</Title[${parts.join("")}]>>`, ...change });
}

function keys(count: number): string {
  return Array.from({ length: count }, (_, i) => `/${String(i).padStart(90, "k")} 1`).join("");
}

function spoiled(length: number): Buffer {
  const data = deflateSync(new Uint8Array(length));
  data[data.length - 1]! ^= 1;
  return data;
}
