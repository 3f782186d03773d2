// SPDX-License-Identifier: Apache-2.0
import type { CertificateDocument, LicenceDocument } from "./document.js";
import type { Remark } from "./report.js";
import { toRfc3339 } from "./time.js";

/**
 * An issuer states its dates itself; only the anchor's time is a third party's. When a stated date lies on an earlier calendar
 * day (Asia/Shanghai) than the anchor, the remark gives both. Minutes of batching on one day are not worth telling.
 */
export function laterThanStated(document: LicenceDocument, anchoredAt: number): readonly Remark[] {
  const stated = earliestStated(document);
  return stated.day < dayOf(anchoredAt)
    ? [{ remark: "anchor.later-than-stated", time: toRfc3339(anchoredAt), stated: stated.text }]
    : [];
}

function earliestStated(document: LicenceDocument): { readonly day: number; readonly text: string } {
  const token = document.form === "token" ? document.token : document.copy?.evidence.token;
  if (token) {
    const { issuedAt } = token.claims;
    return { day: dayOf(issuedAt), text: toRfc3339(issuedAt) };
  }
  const { proof, credentialSubject } = (document as CertificateDocument).certificate;
  const created = { day: dayOf(Date.parse(proof.created) / 1000), text: proof.created };
  const issued = { day: Date.parse(credentialSubject.issueDate) / DAY / 1000, text: credentialSubject.issueDate };
  return issued.day < created.day ? issued : created;
}

const DAY = 86_400;
const SHANGHAI_OFFSET = 8 * 3_600;

/** Number of the calendar day in Shanghai. */
function dayOf(seconds: number): number {
  return Math.floor((seconds + SHANGHAI_OFFSET) / DAY);
}
