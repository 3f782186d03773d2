// SPDX-License-Identifier: Apache-2.0
import { expect } from "chai";
import fc from "fast-check";
import { utf8 } from "../../../src/core/bytes.js";
import { type CsvRecord, csvRecords, MAX_RECORD_LENGTH } from "../../../src/domain/issuance/csv-records.js";

/** The records of a text, fed in pieces of `size` bytes. */
async function read(text: string | Uint8Array, size = 65_536): Promise<CsvRecord[]> {
  const bytes = typeof text === "string" ? utf8(text) : text;
  async function* pieces() {
    for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
  }
  const records: CsvRecord[] = [];
  for await (const record of csvRecords(pieces())) records.push(record);
  return records;
}

const cells = (line: number, ...values: string[]) => ({ line, cells: values });

describe("csvRecords", () => {
  const cases: readonly [string, string, unknown[]][] = [
    ["lines ended by LF", "a,b\nc,d\n", [cells(1, "a", "b"), cells(2, "c", "d")]],
    ["lines ended by CRLF, the last by nothing", "a,b\r\nc,d", [cells(1, "a", "b"), cells(2, "c", "d")]],
    ["a byte order mark", "\ufeffa\nb\n", [cells(1, "a"), cells(2, "b")]],
    ["empty cells, and empty lines between", "a,\n\n\r\n,b\n", [cells(1, "a", ""), cells(4, "", "b")]],
    ["quoted commas and quotes", '"a,b","say ""yes"""\nc,d\n', [cells(1, "a,b", 'say "yes"'), cells(2, "c", "d")]],
    ["quoted line ends", '"a\r\nb",c\nd,e\n', [cells(1, "a\r\nb", "c"), cells(3, "d", "e")]],
    ["a quoted last cell before CRLF", 'a,"b"\r\nc,d\r\n', [cells(1, "a", "b"), cells(2, "c", "d")]],
    ["an empty quoted cell", '"",""\n', [cells(1, "", "")]],
    ["nothing", "", []],
  ];
  for (const [what, text, expected] of cases) {
    it(`reads ${what}`, async () => {
      expect(await read(text)).to.deep.equal(expected);
    });
  }

  const broken: readonly [string, string, RegExp][] = [
    ["text after a closing quote", '"x"y,4', /followed by/],
    ["a quote inside a cell", 'x"y,4', /does not start with one/],
    ["a quote that is never closed", '"x,4', /never closed/],
    ["a row that is too long", `${"z".repeat(MAX_RECORD_LENGTH + 1)},4`, /longer than/],
  ];
  for (const [what, row, problem] of broken) {
    for (const size of [65_536, 7]) {
      it(`tells ${what} and reads on at the next line (pieces of ${size})`, async () => {
        const records = await read(`a,b\n1,2\n${row}\n5,6\n7,8\n`, size);
        expect(records.map(({ line }) => line)).to.deep.equal([1, 2, 3, 4, 5]);
        expect(records[2]).to.have.property("problem").that.matches(problem);
        expect(records.slice(3)).to.deep.equal([cells(4, "5", "6"), cells(5, "7", "8")]);
      });
    }
  }

  it("loses one line, not the file, to a quote that is never closed in a long file", async () => {
    const lines = Array.from({ length: 20_000 }, (_, n) => `${n},value`);
    const records = await read(`${lines.slice(0, 10).join("\n")}\n"open,1\n${lines.slice(10).join("\n")}\n`);
    expect(records.filter((record) => "problem" in record).map(({ line }) => line)).to.deep.equal([11]);
    expect(records.filter((record) => "cells" in record)).to.have.length(20_000);
  });

  it("marks bytes that are not UTF-8", async () => {
    const [record] = await read(Uint8Array.of(0xc4, 0xe3, 0x0a));
    expect(record)
      .to.have.property("cells")
      .that.satisfies(([cell]: string[]) => cell!.includes("\ufffd"));
  });

  it("reads back whatever was written, in pieces of any size", async () => {
    const cell = fc.oneof(fc.string({ maxLength: 8 }), fc.constantFrom('"', ",", "\r\n", "\n", '""', "喆堃", "𬭎"));
    const table = fc.array(fc.array(cell, { minLength: 2, maxLength: 4 }), { minLength: 1, maxLength: 6 });
    await fc.assert(
      fc.asyncProperty(table, fc.integer({ min: 1, max: 20 }), fc.boolean(), async (rows, size, isQuoted) => {
        const written = rows.map((row) => row.map((value) => quoted(value, isQuoted)).join(",")).join("\r\n");
        const records = await read(`${written}\r\n`, size);
        // A byte order mark at the very start is one, whoever wrote it.
        const expected = rows.map((row, i) =>
          i === 0 && !isQuoted ? [row[0]!.replace(/^\ufeff/, ""), ...row.slice(1)] : row,
        );
        expect(records.map((record) => ("cells" in record ? record.cells : record.problem))).to.deep.equal(expected);
      }),
      { numRuns: 300 },
    );
  });
});

function quoted(value: string, always: boolean): string {
  return always || /[",\r\n]/.test(value) ? `"${value.replaceAll('"', '""')}"` : value;
}
