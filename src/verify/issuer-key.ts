// SPDX-License-Identifier: Apache-2.0
import { type Finding, findingsOf } from "./finding.js";
import type { KeyRecord } from "./registry.js";
import type { Remark } from "./report.js";
import { toRfc3339 } from "./time.js";

const { pass, fail, unknown } = findingsOf("issuer");

/**
 * Judges a key by when the licence was anchored, not by when it says it was signed: whoever stole the key writes any date.
 * A compromise claim that is still open to veto only disputes; one that has taken effect decides.
 */
export function judgeKey({ interval, compromises }: KeyRecord, anchoredAt: number, headTime: number): Finding {
  const touching = compromises.filter(({ since }) => since <= anchoredAt);
  if (touching.some(({ effectiveAt }) => effectiveAt <= headTime)) return fail("issuer.key-compromised");
  if (anchoredAt < interval.from) return fail("issuer.key-not-active");
  if (interval.until !== null && anchoredAt >= interval.until) return fail("issuer.key-retired");
  if (touching.length > 0) return unknown("issuer.key-disputed");

  const remarks: Remark[] = [];
  if (compromises.length > 0)
    remarks.push({
      remark: "issuer.key-compromised-since",
      time: toRfc3339(Math.min(...compromises.map(({ since }) => since))),
    });
  if (interval.until !== null && interval.until <= headTime)
    remarks.push({ remark: "issuer.key-retired-since", time: toRfc3339(interval.until) });
  return pass(remarks);
}
