// SPDX-License-Identifier: Apache-2.0
import { expect } from "chai";
import { readCount, readInstant } from "../../src/cli/arguments.js";
import { refusalOf } from "../core/refusal.js";

describe("an argument of a command", () => {
  it("is read as a whole number up to a bound", () => {
    expect(readCount("days", "0", 10)).to.equal(0);
    expect(readCount("days", "10", 10)).to.equal(10);
    for (const text of ["11", "-1", "1.5", "1e1", "0x1", " 1", "", "٣", "ten"]) {
      const { code, field } = refusalOf(() => readCount("days", text, 10));
      expect({ code, field }).to.deep.equal({ code: "request.invalid", field: "days" });
    }
  });

  it("is read as a time with an offset", () => {
    expect(readInstant("since", "1970-01-01T08:00:01+08:00")).to.equal(1);
    expect(readInstant("since", "2026-11-22T00:00:00Z")).to.equal(1_795_305_600);
    for (const text of ["2026-11-22", "2026-11-22T00:00:00", "2026-13-01T00:00:00Z", "yesterday", "1700000000"]) {
      expect(refusalOf(() => readInstant("since", text)).field).to.equal("since");
    }
  });

  it("is no time when the date does not exist", () => {
    for (const text of ["2026-02-30T00:00:00Z", "2025-02-29T00:00:00+08:00", "2026-04-31T23:59:59Z"]) {
      expect(refusalOf(() => readInstant("since", text)).code).to.equal("request.invalid");
    }
  });
});
