// SPDX-License-Identifier: Apache-2.0
import { expect } from "chai";
import { openDatabase } from "../../../src/adapters/sqlite/database.js";
import { sqliteIdempotencyStore } from "../../../src/adapters/sqlite/idempotency-store.js";
import { utf8 } from "../../../src/core/bytes.js";
import { type ErrorCode, TallyError } from "../../../src/core/errors.js";
import { createIdempotency, type Idempotency } from "../../../src/domain/issuance/idempotency.js";

const DAY = 86_400_000;
const RESPONSE = { status: 201, body: utf8("made") };

describe("idempotency", () => {
  let idempotency: Idempotency;
  let clock: number;
  let carriedOut: { plan: string; mayHaveHappened: boolean }[];

  const request = (hash = 1) => ({
    scope: "token POST /v1/certificates",
    key: "k-1",
    requestHash: new Uint8Array(32).fill(hash),
    plan: `plan ${carriedOut.length}`,
  });
  const carryOut = async (attempt: { plan: string; mayHaveHappened: boolean }) => {
    carriedOut.push(attempt);
    return RESPONSE;
  };
  const codeOf = (work: Promise<unknown>): Promise<ErrorCode | "none"> =>
    work.then(
      () => "none" as const,
      (error: TallyError) => error.code,
    );

  beforeEach(() => {
    clock = 1_000_000;
    carriedOut = [];
    const store = sqliteIdempotencyStore(openDatabase(":memory:"));
    idempotency = createIdempotency({ store, now: () => clock, abandonedAfterMs: 1_000 });
  });

  it("carries a request out once and repeats its response", async () => {
    expect(await idempotency.once(request(), carryOut)).to.deep.equal({ response: RESPONSE, replayed: false });
    expect(await idempotency.once(request(), carryOut)).to.deep.equal({ response: RESPONSE, replayed: true });
    expect(carriedOut).to.deep.equal([{ plan: "plan 0", mayHaveHappened: false }]);
  });

  it("refuses another request under the same key", async () => {
    await idempotency.once(request(1), carryOut);
    expect(await codeOf(idempotency.once(request(2), carryOut))).to.equal("request.idempotency-mismatch");
  });

  it("refuses a repeat while the first is under way", async () => {
    let finish: () => void = () => undefined;
    const first = idempotency.once(request(), async (attempt) => {
      await new Promise<void>((resolve) => {
        finish = resolve;
      });
      return carryOut(attempt);
    });
    await Promise.resolve();
    expect(await codeOf(idempotency.once(request(), carryOut))).to.equal("request.conflict");
    finish();
    expect((await first).replayed).to.equal(false);
    expect(carriedOut).to.have.length(1);
  });

  it("takes over at once what a dead process began, when it is alone, and nothing of its own", async () => {
    const store = sqliteIdempotencyStore(openDatabase(":memory:"));
    const dead = createIdempotency({ store, now: () => clock });
    await dead.once(request(), () => Promise.reject(new Error("killed"))).catch(() => {});
    clock += 1;
    const alone = createIdempotency({ store, now: () => clock, aloneSince: clock });
    const stuck = createIdempotency({ store, now: () => clock });
    expect(await codeOf(stuck.once(request(), carryOut))).to.equal("request.conflict");
    await alone.once(request(), () => Promise.reject(new Error("failed"))).catch(() => {});
    // Also not when the clock is set back.
    for (const step of [0, -10_000]) {
      clock += step;
      expect(await codeOf(alone.once(request(), carryOut))).to.equal("request.conflict");
    }
    const next = createIdempotency({ store, now: () => clock, aloneSince: clock + 20_000 });
    expect((await next.once(request(), carryOut)).replayed).to.equal(false);
    expect(carriedOut).to.deep.equal([{ plan: "plan 0", mayHaveHappened: true }]);
  });

  it("frees the key when the request was refused", async () => {
    const refuse = () => Promise.reject(new TallyError("certificate.claims-invalid", "no"));
    expect(await codeOf(idempotency.once(request(1), refuse))).to.equal("certificate.claims-invalid");
    expect(await idempotency.once(request(2), carryOut)).to.deep.equal({ response: RESPONSE, replayed: false });
  });

  it("keeps the key when nobody knows what came of it, and tells the next attempt so", async () => {
    const plan = "plan 0";
    const crash = () => Promise.reject(new TallyError("store.failed", "disk gone"));
    expect(await codeOf(idempotency.once(request(), crash))).to.equal("store.failed");
    expect(await codeOf(idempotency.once(request(), carryOut))).to.equal("request.conflict");
    clock += 1_001;
    await idempotency.once({ ...request(), plan: "another plan" }, carryOut);
    expect(carriedOut).to.deep.equal([{ plan, mayHaveHappened: true }]);
  });

  it("forgets after a day", async () => {
    await idempotency.once(request(1), carryOut);
    clock += DAY + 1;
    expect(await idempotency.once(request(2), carryOut)).to.deep.equal({ response: RESPONSE, replayed: false });
    clock += DAY + 1;
    expect(await idempotency.purge()).to.equal(1);
  });
});
