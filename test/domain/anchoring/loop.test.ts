// SPDX-License-Identifier: Apache-2.0
import { expect } from "chai";
import fc from "fast-check";
import { type AnchoringEvent, createLoop, delayAfter, pause } from "../../../src/domain/anchoring/index.js";

const BACKOFF = { baseMs: 100, capMs: 1_000 };

describe("delayAfter", () => {
  it("doubles up to the cap, half of it certain and half of it chance", () => {
    const range = (failures: number) => [
      delayAfter(failures, BACKOFF, () => 0),
      delayAfter(failures, BACKOFF, () => 1),
    ];
    expect([1, 2, 3, 4, 5, 60].map(range)).to.deep.equal([
      [50, 100],
      [100, 200],
      [200, 400],
      [400, 800],
      [500, 1_000],
      [500, 1_000],
    ]);
  });

  it("is never zero, negative or beyond the cap", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 10_000 }),
        fc.double({ min: 0, max: 1, noNaN: true }),
        (failures, chance) => {
          const delay = delayAfter(failures, BACKOFF, () => chance);
          expect(delay).to.be.within(BACKOFF.baseMs / 2, BACKOFF.capMs);
        },
      ),
    );
  });
});

describe("a loop", () => {
  /** Runs a loop over scripted passes, records its waits, and stops it when the script is over. */
  async function run(script: readonly (() => { more: boolean })[]) {
    const waits: number[] = [];
    const events: AnchoringEvent[] = [];
    let passes = 0;
    let over = () => {};
    const done = new Promise<void>((resolve) => {
      over = resolve;
    });
    const loop = createLoop({
      name: "test",
      idleMs: 7,
      backoff: BACKOFF,
      random: () => 1,
      onEvent: (event) => events.push(event),
      pause: async (ms, signal) => {
        if (signal?.aborted) return;
        waits.push(ms);
        // The last wait lasts until stop.
        if (passes === script.length) {
          over();
          await pause(60_000, signal);
        }
      },
      pass: async () => script[passes++]!(),
    });
    loop.start();
    loop.start();
    await done;
    await loop.stop();
    return { waits, events, passes };
  }

  const idle = () => ({ more: false });
  const busy = () => ({ more: true });
  const broken = () => {
    throw new Error("down");
  };

  it("waits only when there is nothing to do, and runs once although started twice", async () => {
    expect(await run([busy, busy, idle]))
      .to.include({ passes: 3 })
      .and.deep.include({ waits: [7] });
  });

  it("waits longer after each failure in a row, and starts over after a success", async () => {
    const { waits, events } = await run([broken, broken, broken, busy, broken, idle]);
    expect(waits).to.deep.equal([100, 200, 400, 100, 7]);
    expect(events.map((event) => event.event === "pass-failed" && event.failures)).to.deep.equal([1, 2, 3, 1]);
  });

  it("lets a running pass finish when stopped, and starts no other", async () => {
    let finish = () => {};
    let passes = 0;
    const loop = createLoop({
      ...{ name: "test", idleMs: 7, backoff: BACKOFF, random: () => 0, onEvent: () => {}, pause },
      pass: async () => {
        passes++;
        await new Promise<void>((resolve) => {
          finish = resolve;
        });
        return { more: true };
      },
    });
    loop.start();
    let stopped = false;
    const stopping = loop.stop().then(() => {
      stopped = true;
    });
    // Whatever does not wait for the pass is through by now.
    for (let turn = 0; turn < 3; turn++) await new Promise((resolve) => setImmediate(resolve));
    expect(stopped).to.equal(false);
    finish();
    await stopping;
    expect(passes).to.equal(1);
  });

  it("can be stopped when it never started, and started afterwards, and again", async () => {
    let passes = 0;
    let passed = () => {};
    const settings = { name: "test", idleMs: 60_000, backoff: BACKOFF, random: () => 0, onEvent: () => {}, pause };
    const pass = async () => {
      passes++;
      passed();
      return { more: false };
    };
    const loop = createLoop({ ...settings, pass });
    await loop.stop();
    expect(passes).to.equal(0);
    for (const expected of [1, 2]) {
      const once = new Promise<void>((resolve) => {
        passed = resolve;
      });
      loop.start();
      await once;
      await loop.stop();
      expect(passes).to.equal(expected);
    }
  });

  describe("that is woken", () => {
    /** A loop whose waits end only when it is woken or stopped, with what it did so far. */
    function woken(pass: (n: number) => Promise<{ more: boolean }>) {
      const did: string[] = [];
      let passes = 0;
      const reached = new Map<string, () => void>();
      const note = (what: string): void => {
        did.push(what);
        reached.get(what)?.();
      };
      const loop = createLoop({
        ...{ name: "test", idleMs: 60_000, backoff: BACKOFF, random: () => 1, onEvent: () => {} },
        pause: (ms, signal) => {
          note(`wait ${ms}`);
          return pause(60_000, signal);
        },
        pass: () => {
          note(`pass ${++passes}`);
          return pass(passes);
        },
      });
      const until = (what: string) => new Promise<void>((resolve) => reached.set(what, resolve));
      return { loop, did, until };
    }

    it("passes at once instead of waiting on", async () => {
      const { loop, did, until } = woken(async () => ({ more: false }));
      const idle = until("wait 60000");
      loop.start();
      await idle;
      const again = until("pass 2");
      loop.wake();
      await again;
      await loop.stop();
      expect(did.slice(0, 3)).to.deep.equal(["pass 1", "wait 60000", "pass 2"]);
    });

    it("does not miss what happened during a pass", async () => {
      const { loop, did, until } = woken(async (n) => {
        if (n === 1) loop.wake();
        return { more: false };
      });
      const idle = until("wait 60000");
      loop.start();
      await idle;
      await loop.stop();
      expect(did).to.deep.equal(["pass 1", "pass 2", "wait 60000"]);
    });

    it("keeps its distance after a failure", async () => {
      const { loop, did, until } = woken(() => Promise.reject(new Error("down")));
      const backingOff = until("wait 100");
      loop.start();
      await backingOff;
      loop.wake();
      for (let turn = 0; turn < 3; turn++) await new Promise((resolve) => setImmediate(resolve));
      expect(did).to.deep.equal(["pass 1", "wait 100"]);
      await loop.stop();
    });
  });
});
