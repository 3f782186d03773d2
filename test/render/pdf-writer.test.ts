// SPDX-License-Identifier: Apache-2.0
import { expect } from "chai";
import { PdfWriter } from "../../src/render/pdf/pdf-writer.js";
import { srgbProfile } from "../../src/render/pdf/srgb-profile.js";
import { asciiString, date, number, ref, textString } from "../../src/render/pdf/syntax.js";

const id = "ab".repeat(16);

function file(head?: ReturnType<PdfWriter["asHead"]>): string {
  const writer = new PdfWriter(head);
  const root = writer.add("<</Type/Catalog>>");
  const info = writer.addStream("/N 1", Uint8Array.of(255, 0, 10));
  return Buffer.from(writer.finish({ root, info, id: [id, id] })).toString("latin1");
}

describe("the PDF writer", () => {
  it("writes ascending objects without gaps and a table that points at each", () => {
    const text = file();
    expect(text.startsWith("%PDF-1.7\n%")).to.equal(true);
    const offsets = [...text.matchAll(/^(\d{10}) 00000 n $/gm)].map((match) => Number(match[1]));
    offsets.forEach((offset, i) => {
      expect(text.slice(offset).startsWith(`${i + 1} 0 obj\n`)).to.equal(true);
    });
    expect(offsets).to.have.length(2);
    expect(offsets[0]).to.equal(15);
    expect(text.slice(Number(/startxref\n(\d+)\n%%EOF\n$/.exec(text)?.[1])).startsWith("xref\n0 3\n")).to.equal(true);
  });

  it("begins other files with what one writer wrote", () => {
    const first = new PdfWriter();
    first.add("<</Shared true>>");
    const text = file(first.asHead());
    expect(text).to.contain("1 0 obj\n<</Shared true>>\nendobj\n2 0 obj\n<</Type/Catalog>>");
    expect(text).to.contain("/Size 4/Root 2 0 R/Info 3 0 R");
    expect(file(first.asHead())).to.equal(text);
  });

  it("tells the numbers of objects to come", () => {
    const writer = new PdfWriter();
    const [next, afterNext] = [writer.upcoming(), writer.upcoming(1)];
    expect([writer.add("<<>>"), writer.add("<<>>")]).to.deep.equal([next, afterNext]);
    expect(ref(next)).to.equal("1 0 R");
  });

  it("grows with what is written", () => {
    const writer = new PdfWriter();
    const data = new Uint8Array(300_000).fill(65);
    const root = writer.addStream("", data);
    const bytes = writer.finish({ root, info: root, id: [id, id] });
    expect(bytes.length).to.be.greaterThan(300_000);
    expect(Buffer.from(bytes).includes(Buffer.from(data))).to.equal(true);
  });

  it("refuses syntax that is not ASCII: every offset after it would be wrong", () => {
    expect(() => new PdfWriter().add("<</Title(证)>>")).to.throw(RangeError);
  });
});

describe("PDF syntax", () => {
  it("writes numbers with at most two decimals and no exponent", () => {
    expect([0.004, -0.001, 1 / 3, 100, -2.5].map(number)).to.deep.equal(["0", "0", "0.33", "100", "-2.5"]);
  });

  it("escapes strings, and writes other alphabets as UTF-16", () => {
    expect(asciiString("a(b)\\")).to.equal("(a\\(b\\)\\\\)");
    expect(textString("plain")).to.equal("(plain)");
    expect(textString("证𬭎")).to.equal("<feff8bc1d872df4e>");
  });

  it("writes dates in UTC", () => {
    expect(date(new Date("2026-11-22T03:04:05Z"))).to.equal("(D:20261122030405Z)");
  });
});

describe("the colour profile", () => {
  it("states its own size, version 2 and RGB, and maps white to white", () => {
    const profile = srgbProfile();
    const view = new DataView(profile.buffer);
    expect(view.getUint32(0)).to.equal(profile.length);
    expect(profile[8]).to.equal(2);
    expect(Buffer.from(profile.subarray(12, 24)).toString()).to.equal("mntrRGB XYZ ");
    const sum = [0, 1, 2].map((axis) => {
      const columns = ["rXYZ", "gXYZ", "bXYZ"].map((tag) => view.getInt32(offsetOf(view, tag) + 8 + axis * 4) / 65536);
      return columns.reduce((a, b) => a + b, 0);
    });
    [0.9642, 1, 0.8249].forEach((white, axis) => {
      expect(sum[axis]).to.be.closeTo(white, 0.0005);
    });
  });
});

function offsetOf(profile: DataView, tag: string): number {
  for (let entry = 132; entry < 132 + profile.getUint32(128) * 12; entry += 12)
    if ([0, 1, 2, 3].every((i) => profile.getUint8(entry + i) === tag.charCodeAt(i)))
      return profile.getUint32(entry + 4);
  throw new Error(`no tag ${tag}`);
}
