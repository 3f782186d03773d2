// SPDX-License-Identifier: Apache-2.0
import type { CheckContext } from "../context.js";
import { type Finding, findingsOf } from "../finding.js";

const { pass, fail } = findingsOf("validity");

/** Passes within the validity period at `at`. The last second belongs to it, the printed end date being inclusive. A reader's copy has its own period within it. */
export function checkValidity({ document, claims, at }: CheckContext): Finding {
  if (claims.validUntil !== null && Math.floor(at) > claims.validUntil) return fail("validity.expired");
  if (at < claims.validFrom) return fail("validity.not-yet-valid");
  const copy = document.form === "token" ? null : document.copy;
  if (copy) {
    const { issuedAt, expires } = copy.evidence.token.claims;
    if (Math.floor(at) > expires) return fail("copy.expired");
    if (at < issuedAt) return fail("copy.not-yet-made");
  }
  return pass();
}
