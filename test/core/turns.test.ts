// SPDX-License-Identifier: Apache-2.0
import { expect } from "chai";
import { createTurns } from "../../src/core/turns.js";

describe("turns at a lease", () => {
  it("come in the order in which they were asked for, also to who works beside one that never rests", async () => {
    const inTurn = createTurns();
    const done: string[] = [];
    let restless = true;
    const busy = (async () => {
      for (let pass = 1; restless; pass++)
        await inTurn(async () => {
          await new Promise(setImmediate);
          done.push(`busy ${pass}`);
        });
    })();
    await inTurn(async () => void done.push("other"));
    restless = false;
    await busy;
    expect(done.slice(0, 2)).to.deep.equal(["busy 1", "other"]);
  });

  it("come after a failure too, which only who failed is told of", async () => {
    const inTurn = createTurns();
    const failing = inTurn(async () => {
      throw new Error("no chain");
    });
    const next = inTurn(async () => "done");
    expect(await failing.catch(String)).to.equal("Error: no chain");
    expect(await next).to.equal("done");
  });

  it("are refused to who finds as many waiting as may, and given again when one has ended", async () => {
    const inTurn = createTurns({ waiting: 2 });
    let release = (): void => {};
    const held = new Promise<void>((resolve) => {
      release = resolve;
    });
    const working = inTurn(() => held);
    const waiting = [inTurn(async () => "first"), inTurn(() => Promise.reject(new Error("no chain")))];
    expect(await inTurn(async () => "refused").catch((error) => error)).to.include({ code: "request.overloaded" });
    release();
    await working;
    expect((await Promise.allSettled(waiting)).map(({ status }) => status)).to.deep.equal(["fulfilled", "rejected"]);
    expect(await Promise.all([1, 2, 3].map((n) => inTurn(async () => n)))).to.deep.equal([1, 2, 3]);
  });
});
