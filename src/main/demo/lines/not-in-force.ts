// SPDX-License-Identifier: Apache-2.0
import { type Line, notInForce } from "../line.js";
import type { Props } from "./props.js";

/** What is genuine and must not be accepted all the same. */
export function notInForceLines({ rehearsed, shanghai }: Props): Line[] {
  return [
    {
      step: "suspended",
      expected: notInForce("suspended", "status.suspended"),
      verify: () => shanghai.json(rehearsed.suspended.document),
    },
    {
      step: "revoked",
      expected: notInForce("revoked", "status.revoked"),
      verify: () => shanghai.json(rehearsed.revoked.document),
    },
    {
      step: "not yet valid",
      expected: notInForce("not-yet-valid", "validity.not-yet-valid"),
      verify: () => shanghai.json(rehearsed.notYetValid.document),
    },
    {
      step: "expired (--at 2099-01-01)",
      expected: notInForce("expired", "validity.expired"),
      verify: () => shanghai.json(rehearsed.genuine.document, "2099-01-01T00:00:00Z"),
    },
    {
      step: "reader's copy past its last day",
      expected: notInForce("expired", "copy.expired"),
      verify: () => shanghai.pdf(rehearsed.copied.pdf, rehearsed.copied.over),
    },
  ];
}
