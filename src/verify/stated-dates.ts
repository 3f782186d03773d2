// SPDX-License-Identifier: Apache-2.0
import { dateInShanghai } from "../core/calendar.js";
import type { LicenceDocument } from "./document.js";
import type { Remark } from "./report.js";
import { toRfc3339 } from "./time.js";

/**
 * An issuer states its dates itself; only the anchor's time is a third party's. When a stated date lies on an earlier calendar
 * day (Asia/Shanghai) than the anchor, the remark gives both. Minutes of batching on one day are not worth telling.
 */
export function laterThanStated(document: LicenceDocument, anchoredAt: number): readonly Remark[] {
  const stated = earliestStated(document);
  return stated.day < dateInShanghai(anchoredAt * 1000)
    ? [{ remark: "anchor.later-than-stated", time: toRfc3339(anchoredAt), stated: stated.text }]
    : [];
}

function earliestStated(document: LicenceDocument): { readonly day: string; readonly text: string } {
  if (document.form === "token") {
    const { issuedAt } = document.token.claims;
    return { day: dateInShanghai(issuedAt * 1000), text: toRfc3339(issuedAt) };
  }
  const { proof, credentialSubject } = document.certificate;
  const createdDay = dateInShanghai(Date.parse(proof.created));
  return credentialSubject.issueDate < createdDay
    ? { day: credentialSubject.issueDate, text: credentialSubject.issueDate }
    : { day: createdDay, text: proof.created };
}
