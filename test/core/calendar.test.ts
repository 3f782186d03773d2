// SPDX-License-Identifier: Apache-2.0
import { expect } from "chai";
import fc from "fast-check";
import {
  dateInShanghai,
  endOfDayShanghai,
  formatUtcInstant,
  isCalendarDate,
  parseShanghaiInstant,
  parseUtcInstant,
  requireCalendarDate,
  startOfDayShanghai,
} from "../../src/core/calendar.js";
import { expectRefusal } from "./refusal.js";

describe("a calendar date", () => {
  it("exists on every day that Date knows, and on no other", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1900, max: 2200 }), fc.nat(14), fc.nat(33), (year, month, day) => {
        const text = `${year}-${String(month).padStart(2, "0")}-${String(day).padStart(2, "0")}`;
        const date = new Date(Date.UTC(year, month - 1, day));
        expect(isCalendarDate(text)).to.equal(date.toISOString().startsWith(text));
      }),
      { numRuns: 1000 },
    );
  });

  for (const text of [
    "2026-02-30",
    "2100-02-29",
    "2026-00-01",
    "2026-13-01",
    "2026-1-1",
    "20260101",
    "2026-01-01 ",
    "2026/01/01",
    "0001-01-01",
    "",
    "２０２６-01-01",
    null,
    7,
  ])
    it(`is refused: ${JSON.stringify(text)}`, () => {
      expect(isCalendarDate(text)).to.equal(false);
      expect(expectRefusal("request.invalid", () => requireCalendarDate(text as string, "validUntil")).field).to.equal(
        "validUntil",
      );
    });

  it("starts and ends in Shanghai", () => {
    expect(startOfDayShanghai("2026-03-01")).to.equal("2026-03-01T00:00:00+08:00");
    expect(endOfDayShanghai("2028-02-29")).to.equal("2028-02-29T23:59:59+08:00");
    expectRefusal("request.invalid", () => endOfDayShanghai("2026-02-29"));
    expect(dateInShanghai(Date.UTC(2026, 1, 28, 15, 59, 59))).to.equal("2026-02-28");
    expect(dateInShanghai(Date.UTC(2026, 1, 28, 16))).to.equal("2026-03-01");
  });
});

describe("an instant", () => {
  it("is read from Shanghai time and from UTC", () => {
    expect(parseShanghaiInstant("2026-03-01T00:00:00+08:00")).to.equal(Date.UTC(2026, 1, 28, 16));
    expect(parseUtcInstant("2026-03-01T00:00:00Z")).to.equal(Date.UTC(2026, 2, 1));
  });

  it("is written in whole seconds of UTC and read back", () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 4e12 }), (ms) => {
        expect(parseUtcInstant(formatUtcInstant(ms))).to.equal(Math.floor(ms / 1000) * 1000);
      }),
    );
  });

  for (const text of [
    "2026-02-30T00:00:00Z",
    "2026-03-01T24:00:00Z",
    "2026-03-01T00:60:00Z",
    "2026-03-01T23:59:60Z",
    "2026-03-01T00:00:00",
    "2026-03-01t00:00:00z",
    "2026-03-01 00:00:00Z",
    "2026-03-01T00:00:00.000Z",
    null,
  ])
    it(`is refused: ${JSON.stringify(text)}`, () => {
      expect(parseUtcInstant(text)).to.equal(null);
      expect(
        parseShanghaiInstant(typeof text === "string" ? text.replace("Z", "+08:00").replace("z", "+08:00") : text),
      ).to.equal(null);
    });
});
