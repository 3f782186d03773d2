// SPDX-License-Identifier: Apache-2.0
import type { CheckContext } from "../context.js";
import { isReadersCopy } from "../document.js";
import type { Remark } from "../report.js";
import { toRfc3339 } from "../time.js";

/** A genuine copy says of itself that not everybody may use it. The verdict does not: it is `valid`, and whoever accepts documents has to look for this remark. */
export function limitedUse({ document, claims }: Pick<CheckContext, "document" | "claims">): readonly Remark[] {
  return isReadersCopy(document) ? [{ remark: "copy.limited-use", time: toRfc3339(claims.validUntil as number) }] : [];
}
