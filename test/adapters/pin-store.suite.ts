// SPDX-License-Identifier: Apache-2.0
import { expect } from "chai";
import type { PinStore, TrustState } from "../../src/domain/sharing/index.js";

export interface PinStoreHarness {
  readonly store: PinStore;
  /** The same store as a process started later finds it. */
  reopen(): PinStore;
  close(): Promise<void>;
}

const STATE: TrustState = {
  network: { chainId: 20_260, registry: `0x${"Ab".repeat(20)}` },
  pins: ["z6MkhaXgBZDvotDkL5257faiztiGiC2QtKLGpbnnEGta2doK"],
};

/** What every adapter's PinStore promises. */
export function pinStoreSuite(open: () => Promise<PinStoreHarness>): void {
  let harness: PinStoreHarness;
  beforeEach(async () => {
    harness = await open();
  });
  afterEach(() => harness.close());

  it("has nothing at first", async () => {
    expect(await harness.store.read()).to.equal(null);
    expect(await harness.store.newestBundle()).to.equal(null);
    await harness.store.keepBundle(null);
  });

  it("keeps network and pins, replaces them, and loses neither when opened again", async () => {
    await harness.store.write(STATE);
    expect(await harness.reopen().read()).to.deep.equal(STATE);
    const emptied = { network: { ...STATE.network, genesis: `0x${"0c".repeat(32)}` }, pins: [] };
    await harness.store.write(emptied);
    expect(await harness.reopen().read()).to.deep.equal(emptied);
  });

  it("lets one at a time do what must not be disturbed, whoever it is", async () => {
    const steps: string[] = [];
    const other = harness.reopen();
    let second: Promise<void> | undefined;
    await harness.store.exclusively(async () => {
      second = other.exclusively(async () => {
        steps.push("second");
      });
      for (let turn = 0; turn < 20; turn++) await new Promise((resolve) => setImmediate(resolve));
      await harness.store.write(STATE);
      steps.push("first");
    });
    await second;
    expect(steps).to.deep.equal(["first", "second"]);
  });

  it("is free again after a failure, and says what the work says", async () => {
    const failing = harness.store.exclusively(async () => {
      throw new Error("no good");
    });
    expect(await failing.catch((error: Error) => error.message)).to.equal("no good");
    expect(await harness.reopen().exclusively(async () => 7)).to.equal(7);
  });

  it("keeps the bytes of one bundle, and forgets them", async () => {
    const bytes = Uint8Array.from({ length: 70_000 }, (_, i) => i & 255);
    await harness.store.keepBundle(Uint8Array.of(1));
    await harness.store.keepBundle(bytes);
    expect(Buffer.compare((await harness.reopen().newestBundle())!, bytes)).to.equal(0);
    await harness.store.keepBundle(null);
    expect(await harness.reopen().newestBundle()).to.equal(null);
  });
}
