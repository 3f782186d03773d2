// SPDX-License-Identifier: Apache-2.0
import { createHash } from "node:crypto";
import { expect } from "chai";
import { canonicalize } from "../../../src/core/canonical-json.js";
import { toHex } from "../../../src/core/hex.js";
import { CHAIN_START, eventDigest, eventHash, type RecordedEvent } from "../../../src/domain/audit/index.js";

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
    it(`is over the hash before it and the digest of all that it says, as canonical JSON, ${what}`, () => {
      const { digestBefore, digestAfter, ...rest } = event;
      const said = {
        ...rest,
        ...(digestBefore === undefined ? {} : { digestBefore: toHex(digestBefore) }),
        ...(digestAfter === undefined ? {} : { digestAfter: toHex(digestAfter) }),
      };
      const bytes = `tigertally audit event 2\0`;
      const digest = createHash("sha256").update(canonicalize(said)).digest();
      expect(toHex(eventDigest(event))).to.equal(digest.toString("hex"));
      const expected = createHash("sha256").update(bytes).update(DIGEST).update(digest).digest("hex");
      expect(toHex(eventHash(DIGEST, event))).to.equal(expected);
    });

  it("stays what it is, since stores keep it", () => {
    expect(toHex(eventHash(CHAIN_START, EVENT))).to.equal(
      "29a0cde7016e015fc97f4161dccbe449f9717bdbba2cfeacd1a767ade4f030ee",
    );
  });
});
