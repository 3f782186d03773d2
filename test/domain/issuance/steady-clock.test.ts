// SPDX-License-Identifier: Apache-2.0
import { expect } from "chai";
import { TallyError } from "../../../src/core/errors.js";
import { createSteadyClock } from "../../../src/domain/issuance/steady-clock.js";

const NOON = Date.UTC(2026, 10, 29, 12);

describe("the clock of what is signed", () => {
  function clockFrom(newest: number, time: number) {
    const wall = { time, newest };
    const deps = { now: () => wall.time, newest: () => wall.newest, toleranceMs: 300_000 };
    return { wall, now: createSteadyClock(deps) };
  }

  it("is the clock of the machine as long as that goes on", () => {
    const { wall, now } = clockFrom(0, NOON);
    expect(now()).to.equal(NOON);
    wall.time += 5;
    expect(now()).to.equal(NOON + 5);
  });

  it("lets a clock be behind another machine's a little", () => {
    const { wall, now } = clockFrom(NOON, NOON - 300_000);
    expect(now()).to.equal(NOON - 300_000);
    wall.time -= 1;
    expect(now).to.throw(TallyError).with.property("code", "clock.behind");
  });

  it("refuses a clock that was set back while it ran, says both times and the way out, and goes on when it is right", () => {
    const { wall, now } = clockFrom(0, NOON);
    // Something is recorded then, here or by another instance.
    wall.newest = now();
    wall.time -= 86_400_000;
    expect(now).to.throw(
      /says 2026-11-28T12:00:00Z, 86400 seconds before .* \(2026-11-29T12:00:00Z\).*Set the clock right.*TALLY_CLOCK_TOLERANCE/s,
    );
    wall.time = NOON + 1;
    expect(now()).to.equal(NOON + 1);
  });

  it("takes nothing amiss that was ahead for a moment and recorded nothing", () => {
    const { wall, now } = clockFrom(NOON, NOON);
    wall.time += 3_600_000;
    now();
    wall.time -= 3_600_000;
    expect(now()).to.equal(NOON);
  });
});
