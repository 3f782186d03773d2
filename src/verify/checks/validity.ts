// SPDX-License-Identifier: Apache-2.0
import type { CheckContext } from "../context.js";
import { isReadersCopy } from "../document.js";
import { type Finding, findingsOf } from "../finding.js";

const { pass, fail } = findingsOf("validity");

/** Passes within the period of the licence, or of a reader's copy of it, at `at`. The last second belongs to it, the printed end date being inclusive. */
export function checkValidity({ document, claims, at }: CheckContext): Finding {
  const isCopy = isReadersCopy(document);
  if (claims.validUntil !== null && Math.floor(at) > claims.validUntil)
    return fail(isCopy ? "copy.expired" : "validity.expired");
  if (at < claims.validFrom) return fail(isCopy ? "copy.not-yet-made" : "validity.not-yet-valid");
  return pass();
}
