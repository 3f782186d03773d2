// SPDX-License-Identifier: Apache-2.0
import type { CheckContext } from "./context.js";
import type { Finding, findingsOf } from "./finding.js";
import type { ReasonCode } from "./reasons.js";

/**
 * What it means that the registry lacks something without which the document could not have been signed: nothing, when the
 * registry is seen at a block that is not later than the signature (by default that of the certificate), and that it never was there otherwise.
 */
export function absent(
  context: CheckContext,
  { fail, unknown, unanswered }: ReturnType<typeof findingsOf>,
  reason: ReasonCode,
  signedAt = context.claims.signedAt,
): Finding {
  const { head } = context.registry;
  if (!head.known) return unanswered(head);
  return head.value.time > signedAt ? fail(reason) : unknown("registry.behind");
}
