// SPDX-License-Identifier: Apache-2.0
import { createHash } from "node:crypto";
import { expect } from "chai";
import { canonicalize } from "../../../src/core/canonical-json.js";
import { toHex } from "../../../src/core/hex.js";
import { CHAIN_START, eventHash, type RecordedEvent } from "../../../src/domain/audit/index.js";

const EVENT: RecordedEvent = {
  ...{ sequence: 7, time: 1_000, action: "certificate-issued", object: "证照 1", requestId: "r", result: "done" },
  actor: { kind: "cli", id: "somebody", role: "operator" },
};
const DIGEST = new Uint8Array(32).fill(5);

describe("the hash of an event", () => {
  for (const [what, event] of [
    ["with what every one has", EVENT],
    [
      "with everything",
      { ...EVENT, purpose: "p", matter: "m", digestBefore: DIGEST, digestAfter: DIGEST, detail: { b: 1, a: null } },
    ],
    [
      "with members that are undefined",
      { ...EVENT, purpose: undefined, detail: undefined } as unknown as RecordedEvent,
    ],
    [
      "with members that nobody knows yet",
      { ...EVENT, aaa: 1, zzz: [2], actor: { ...EVENT.actor, agency: "x" } } as RecordedEvent,
    ],
  ] as const)
    it(`is over the hash before it and all that it says, as canonical JSON, ${what}`, () => {
      const { digestBefore, digestAfter, ...rest } = event;
      const said = {
        ...rest,
        ...(digestBefore === undefined ? {} : { digestBefore: toHex(digestBefore) }),
        ...(digestAfter === undefined ? {} : { digestAfter: toHex(digestAfter) }),
      };
      const bytes = `tigertally audit event 1\0`;
      const expected = createHash("sha256").update(bytes).update(DIGEST).update(canonicalize(said)).digest("hex");
      expect(toHex(eventHash(DIGEST, event))).to.equal(expected);
    });

  it("is what it was in the first version", () => {
    expect(toHex(eventHash(CHAIN_START, EVENT))).to.equal(
      "b4d03ce45b6a5831cf07360cf13bf81eb275994d4d3442702508be1d10356637",
    );
  });
});
