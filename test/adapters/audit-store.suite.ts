// SPDX-License-Identifier: Apache-2.0
import { expect } from "chai";
import type { AuditEvent, AuditStore } from "../../src/domain/audit/index.js";

export interface AuditStoreFixture {
  readonly store: AuditStore;
  /** Tries to change, then to remove, the first event behind the port's back; both must be refused. */
  tamper(): Promise<readonly ("refused" | "done")[]>;
  close(): Promise<void>;
}

export function auditStoreSuite(open: () => Promise<AuditStoreFixture>): void {
  let fixture: AuditStoreFixture;
  beforeEach(async () => {
    fixture = await open();
  });
  afterEach(() => fixture.close());

  const whole: AuditEvent = {
    time: 1_700_000_000_123,
    actor: { kind: "token", id: "t1", role: "issuer" },
    action: "certificate-revoked",
    object: "A",
    purpose: "处罚",
    matter: "事项1",
    digestBefore: Uint8Array.of(1, 2),
    digestAfter: Uint8Array.of(3),
    requestId: "r1",
    result: "done",
    detail: { to: "cancelled", count: 2, flag: true, nothing: null },
  };
  const { purpose: _p, matter: _m, digestBefore: _b, digestAfter: _a, detail: _d, ...bare } = whole;

  it("answers events as they were appended, and in order", async () => {
    const first = await fixture.store.append(whole);
    const second = await fixture.store.append({ ...bare, object: "B" });
    expect(second.sequence).to.be.above(first.sequence);
    const events = await fixture.store.list({ order: "oldest-first", limit: 10 });
    expect(events).to.deep.equal([
      { ...whole, sequence: first.sequence },
      { ...bare, object: "B", sequence: second.sequence },
    ]);
  });

  it("lists by object and action, newest first, and beyond a place", async () => {
    for (const [object, action] of [
      ["A", "certificate-issued"],
      ["B", "certificate-issued"],
      ["A", "certificate-suspended"],
      ["A", "certificate-released"],
    ] as const)
      await fixture.store.append({ ...bare, object, action });
    const list = (query: Partial<Parameters<AuditStore["list"]>[0]>) =>
      fixture.store.list({ order: "oldest-first", limit: 10, ...query });

    const ofA = await list({ object: "A" });
    expect(ofA.map(({ action }) => action)).to.deep.equal([
      "certificate-issued",
      "certificate-suspended",
      "certificate-released",
    ]);
    const newest = await list({ object: "A", order: "newest-first", limit: 1 });
    expect(newest).to.deep.equal([ofA[2]]);
    expect(await list({ object: "A", order: "newest-first", beyond: ofA[2]!.sequence, limit: 1 })).to.deep.equal([
      ofA[1],
    ]);
    expect(await list({ object: "A", beyond: ofA[0]!.sequence })).to.deep.equal(ofA.slice(1));
    expect(await list({ action: "certificate-issued" })).to.have.length(2);
    expect(await list({ object: "C" })).to.deep.equal([]);
  });

  it("refuses to change or remove an event", async () => {
    await fixture.store.append(whole);
    expect(await fixture.tamper()).to.deep.equal(["refused", "refused"]);
    expect(await fixture.store.list({ order: "oldest-first", limit: 10 })).to.have.length(1);
  });
}
