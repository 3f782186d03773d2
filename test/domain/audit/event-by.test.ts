// SPDX-License-Identifier: Apache-2.0
import { expect } from "chai";
import { type Actor, eventBy } from "../../../src/domain/audit/index.js";

const actor: Actor = { kind: "token", id: "t", role: "issuer", agency: "A", types: ["*"], requestId: "r" };

describe("eventBy", () => {
  it("names actor and request, and nothing of the actor's scope", () => {
    expect(eventBy(actor, { time: 1, action: "type-published", object: "T/1" })).to.deep.equal({
      time: 1,
      actor: { kind: "token", id: "t", role: "issuer" },
      action: "type-published",
      object: "T/1",
      requestId: "r",
      result: "done",
    });
  });

  it("keeps a result that was given", () => {
    expect(eventBy(actor, { time: 1, action: "type-retired", object: "T/1", result: "refused" }).result).to.equal(
      "refused",
    );
  });
});
