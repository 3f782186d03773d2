// SPDX-License-Identifier: Apache-2.0
import type { CheckContext } from "../context.js";
import { type Finding, findingsOf } from "../finding.js";

const { unknown, notApplicable } = findingsOf("seal");

/** A file without a seal is judged by its signatures alone. A seal is not checked by this version, so it is never taken as good. */
export function checkSeal({ document }: CheckContext): Finding {
  if (document.form === "token" || !document.pdf) return notApplicable();
  return document.pdf.seal ? unknown("seal.not-checked") : notApplicable("seal.absent");
}
