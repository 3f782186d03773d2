// SPDX-License-Identifier: Apache-2.0
import { expect } from "chai";
import { TallyError } from "../../../src/core/errors.js";
import { readinessOf } from "../../../src/main/monitoring/readiness.js";

describe("readiness", () => {
  it("says of each part that it is ok, what it failed with, or that it does not answer", async () => {
    const parts = {
      chain: async () => 7,
      store: async () => Promise.reject(new TallyError("store.failed", "no primary answers")),
      other: async () => Promise.reject(new RangeError("x")),
      mute: () => new Promise(() => {}),
    };
    expect(await readinessOf(parts, { answerMs: 50 })).to.deep.equal({
      ...{ chain: "ok", store: "store.failed", other: "RangeError" },
      mute: "no answer within 0.05 seconds",
    });
  });
});
