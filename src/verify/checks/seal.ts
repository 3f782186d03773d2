// SPDX-License-Identifier: Apache-2.0
import type { CheckContext } from "../context.js";
import { type Finding, findingsOf } from "../finding.js";

const { notApplicable } = findingsOf("seal");

/**
 * Passes when the seal covers the whole file as it is, was made with a certificate that the CA of the agency's region issued to the
 * issuing agency, or to one that seals for it, and counted when it was made. Without a seal a file is judged by its signatures alone, and so it is with
 * one of which no revocation list says whether it counts.
 */
export async function checkSeal(context: CheckContext): Promise<Finding> {
  const { document } = context;
  if (document.form === "token" || !document.pdf) return notApplicable();
  const { seal } = document.pdf;
  if (!seal) return notApplicable("seal.absent");
  const { judgeSeal } = await import("../seal/judge-seal.js");
  return judgeSeal(seal, document, context);
}
