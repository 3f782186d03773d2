// SPDX-License-Identifier: Apache-2.0
import { type Discrepancy, fault, REMEDY } from "./discrepancy.js";
import type { Examined } from "./examined.js";

const PAGE = 10_000;

/** Records that belong to no certificate, and events of certificates that are not here. */
export async function countsDiffer(
  { records }: Examined,
  seen: Readonly<
    Record<"certificates" | "holders" | "statusChanges" | "pickUpLinks" | "seals" | "sealEntries" | "copies", number>
  >,
  issued: number,
): Promise<readonly Discrepancy[]> {
  const { certificates, holders, statusChanges, pickUpLinks, seals, sealEntries, copies } = await records.counts();
  const found: Discrepancy[] = [];
  // Others may have issued meanwhile, so only what no writing explains is told.
  if (certificates < issued) {
    const why = `the log tells of ${issued} certificates and ${certificates} are here; the first that is missing follows`;
    const place = { collection: "certificates", key: "all", field: "record" };
    found.push(fault(place, { why, remedy: REMEDY.restore, stored: certificates, expected: issued }));
    found.push(...(await missingCertificates(records)));
  }
  if (certificates !== seen.certificates) return found;
  for (const [collection, all, reached] of [
    ["holders", holders, seen.holders],
    ["status_changes", statusChanges, seen.statusChanges],
    ["pick_up_links", pickUpLinks, seen.pickUpLinks],
    ["seals", seals, seen.seals],
    ["seal_entries", sealEntries, seen.sealEntries],
    ["copies", copies, seen.copies],
  ] as const) {
    if (all <= reached) continue;
    const why = `${all - reached} of ${all} belong to no certificate`;
    found.push(fault({ collection, key: "all", field: "certificate" }, { why, remedy: REMEDY.restore }));
  }
  return found;
}

/** Only when there is one: a look for every event of the log. */
async function missingCertificates(records: Examined["records"]): Promise<readonly Discrepancy[]> {
  for (let after = 0, more = true; more; ) {
    const page = await records.auditEvents(after, PAGE);
    for (const { event } of page) {
      after = event.sequence;
      if (!event.action.startsWith("certificate-") || event.digestAfter === undefined) continue;
      if ((await records.certificateFile(event.object)) !== null) continue;
      const why = "the log tells that it was issued, and it is not here";
      const place = { collection: "certificates", key: event.object, field: "record" };
      return [fault(place, { why, remedy: REMEDY.restore, expected: event.digestAfter })];
    }
    more = page.length === PAGE;
  }
  return [];
}
