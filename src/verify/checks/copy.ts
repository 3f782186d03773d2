// SPDX-License-Identifier: Apache-2.0
import type { CheckContext } from "../context.js";
import { type Finding, findingsOf } from "../finding.js";

const { notApplicable } = findingsOf("copy");

/**
 * Passes when the statement of a reader's copy is of this licence, and it and its token are signed by one key and say the same. Whose key that is, and
 * when the copy was anchored, is for the checks `issuer` and `anchor` to say, and when it may no longer be used for `validity`, as of any licence.
 */
export async function checkCopy(context: CheckContext): Promise<Finding> {
  const { document } = context;
  if (document.form === "token" || !document.copy) return notApplicable();
  const { judgeCopy } = await import("../copy/judge-copy.js");
  return judgeCopy(document.copy, document, context);
}
