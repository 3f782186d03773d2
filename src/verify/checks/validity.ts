// SPDX-License-Identifier: Apache-2.0
import type { CheckContext } from "../context.js";
import { type Finding, findingsOf } from "../finding.js";

const { pass, fail } = findingsOf("validity");

/** Passes within the validity period at `at`. The last second belongs to it, the printed end date being inclusive. */
export function checkValidity({ claims, at }: CheckContext): Finding {
  if (claims.validUntil !== null && Math.floor(at) > claims.validUntil) return fail("validity.expired");
  if (at < claims.validFrom) return fail("validity.not-yet-valid");
  return pass();
}
