// SPDX-License-Identifier: Apache-2.0
import { expect } from "chai";
import type { StatusIndexStore } from "../../src/domain/issuance/index.js";

export interface StatusIndexStoreFixture {
  readonly store: StatusIndexStore;
  /** A second instance on the same data, as another process would have it. */
  readonly another: StatusIndexStore;
  close(): Promise<void>;
}

export function statusIndexStoreSuite(open: () => Promise<StatusIndexStoreFixture>): void {
  let fixture: StatusIndexStoreFixture;
  beforeEach(async () => {
    fixture = await open();
  });
  afterEach(() => fixture.close());

  it("leases ranges that never overlap, whichever instance asks", async () => {
    const { store, another } = fixture;
    const leases = await Promise.all(
      Array.from({ length: 40 }, async (_, i) => {
        const count = 1 + (i % 7);
        const { from } = await (i % 2 === 0 ? store : another).leaseStatusIndices("340000", count);
        return Array.from({ length: count }, (_each, offset) => from + offset);
      }),
    );
    const values = leases.flat().sort((a, b) => a - b);
    expect(values).to.deep.equal(Array.from({ length: values.length }, (_, i) => i));
  });

  it("tells how many values were leased, without leasing any", async () => {
    const { store, another } = fixture;
    expect(await store.leasedStatusIndices("340000")).to.equal(0);
    await store.leaseStatusIndices("340000", 5);
    await another.leaseStatusIndices("340000", 7);
    expect(await store.leasedStatusIndices("340000")).to.equal(12);
    expect(await another.leasedStatusIndices("340000")).to.equal(12);
    expect(await store.leasedStatusIndices("310000")).to.equal(0);
  });

  it("moves the counter on, for a restored store, and never back", async () => {
    const { store, another } = fixture;
    await store.leaseStatusIndices("340000", 5);
    expect(await store.skipStatusIndices("340000", 1_000)).to.equal(1_000);
    expect(await another.skipStatusIndices("340000", 10)).to.equal(1_000);
    expect(await another.leaseStatusIndices("340000", 5)).to.deep.equal({ from: 1_000 });
    expect(await store.skipStatusIndices("310000", 7)).to.equal(7);
    expect(await store.leaseStatusIndices("310000", 1)).to.deep.equal({ from: 7 });
  });

  it("counts every region for itself", async () => {
    await fixture.store.leaseStatusIndices("340000", 5);
    expect(await fixture.store.leaseStatusIndices("310000", 5)).to.deep.equal({ from: 0 });
  });

  it("keeps the first key that was proposed for a region", async () => {
    const first = new Uint8Array(32).fill(1);
    const second = new Uint8Array(32).fill(2);
    expect(await fixture.store.statusIndexKey("340000", first)).to.deep.equal(first);
    expect(await fixture.another.statusIndexKey("340000", second)).to.deep.equal(first);
    expect(await fixture.another.statusIndexKey("310000", second)).to.deep.equal(second);
  });
}
