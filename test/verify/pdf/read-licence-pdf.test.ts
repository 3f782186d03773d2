// SPDX-License-Identifier: Apache-2.0
import { expect } from "chai";
import fc from "fast-check";
import { nodeCrypto } from "../../../src/adapters/node-crypto/index.js";
import { TallyError } from "../../../src/core/errors.js";
import { portableCrypto } from "../../../src/core/portable-crypto.js";
import { createRenderer } from "../../../src/render/index.js";
import { readLicencePdf } from "../../../src/verify/pdf/read-licence-pdf.js";
import { PdfStream } from "../../../src/verify/pdf/values.js";
import { LAYOUTS, licenceOf } from "../../render/layouts.js";
import { HOSTILE } from "./hostile-files.js";
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

  describe("the largest files that are made:", () => {
    const renderer = createRenderer({ verifyHost: "verify.example" });
    const type = LAYOUTS.get("real-estate-certificate")!;
    const row = type.layout.rows.findIndex(({ pointer }) => pointer === "/face/remarks");
    const { face } = licenceOf(type).certificate.credentialSubject;

    it("a table on twenty pages, each cell an element to be read aloud", () => {
      const columns = [1, 2, 3, 4, 5, 6].map((n) => ({
        label: { zh: `第${n}项`, en: `Item ${n}` },
        member: `item${n}`,
        width: 1,
      }));
      const { flow: _, words: __, ...rest } = type.layout.rows[row]!;
      const rows = type.layout.rows.with(row, { ...rest, columns });
      const list = Array.from({ length: 600 }, (_, i) =>
        Object.fromEntries(columns.map(({ member }, j) => [member, `${i}.${j}`])),
      );
      const table = { ...type, layout: { ...type.layout, rows } };
      const { objects } = read(renderer.render(licenceOf(table, { face: { ...face, remarks: list } })));
      expect(objects.size).to.be.greaterThan(4_000);
    });

    it("every character of the font", () => {
      const from = (first: number, last: number) => Array.from({ length: last - first }, (_, i) => first + i);
      const characters = String.fromCodePoint(...from(0x4e00, 0x9fa6), ...from(0x3400, 0x4d00));
      const { objects } = read(renderer.render(licenceOf(type, { face: { ...face, remarks: characters } })));
      const decoded = [...objects.values()].map((object) => (object instanceof PdfStream ? object.data.length : 0));
      expect(Math.max(...decoded)).to.be.greaterThan(10_000_000);
    });
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
