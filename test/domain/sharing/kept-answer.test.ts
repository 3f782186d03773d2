// SPDX-License-Identifier: Apache-2.0
import { expect } from "chai";
import { keptAnswer } from "../../../src/domain/sharing/kept-answer.js";

function scene() {
  const state = { now: 0, asked: 0, fails: false, isUsable: true };
  const ask = keptAnswer<number>({
    async ask(last) {
      state.asked += 1;
      if (state.fails) throw new Error("no answer");
      return (last ?? 0) + 1;
    },
    isUsable: () => state.isUsable,
    freshMs: 100,
    now: () => state.now,
  });
  return { state, ask };
}

const failureOf = (promise: Promise<unknown>): Promise<unknown> =>
  promise.then(
    () => "nothing failed",
    (error: Error) => error.message,
  );

describe("an answer that is kept", () => {
  it("is asked for once, however many want it, until it is no longer fresh", async () => {
    const { state, ask } = scene();
    const answers = await Promise.all([ask(), ask(), ask()]);
    expect(answers.map(({ answer }) => answer)).to.deep.equal([1, 1, 1]);
    state.now = 99;
    await ask();
    expect(state.asked).to.equal(1);
    state.now = 100;
    expect(await ask()).to.deep.equal({ answer: 2, checkedAt: 100 });
  });

  it("stays, with its age, while nobody answers", async () => {
    const { state, ask } = scene();
    await ask();
    state.fails = true;
    state.now = 500;
    expect(await ask()).to.deep.equal({ answer: 1, checkedAt: 0 });
    expect(await ask()).to.deep.equal({ answer: 1, checkedAt: 0 });
    expect(state.asked).to.equal(2);
    state.fails = false;
    state.now = 600;
    expect(await ask()).to.deep.equal({ answer: 2, checkedAt: 600 });
  });

  it("is refused with the failure when it may not be given any more, or never was", async () => {
    const { state, ask } = scene();
    state.fails = true;
    expect(await failureOf(ask())).to.equal("no answer");
    state.fails = false;
    state.now = 100;
    await ask();
    state.fails = true;
    state.isUsable = false;
    state.now = 200;
    expect(await failureOf(ask())).to.equal("no answer");
  });
});
