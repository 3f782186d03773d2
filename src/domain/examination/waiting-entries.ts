// SPDX-License-Identifier: Apache-2.0
import { type Discrepancy, fault, REMEDY } from "./discrepancy.js";
import type { Examined } from "./examined.js";
import type { OutboxRecord } from "./stored-records.js";

const PAGE = 10_000;

export type Outbox = ReadonlyMap<string, readonly OutboxRecord[]>;

/** By certificate, entries of its seals and copies among its own. As large as what waits. */
export async function readOutbox({ records }: Pick<Examined, "records">): Promise<Outbox> {
  const outbox = new Map<string, OutboxRecord[]>();
  for (let after = 0, more = true; more; ) {
    const page = await records.outbox(after, PAGE);
    for (const entry of page) {
      const known = outbox.get(entry.certificateId);
      if (known) known.push(entry);
      else outbox.set(entry.certificateId, [entry]);
    }
    after = page.at(-1)?.seq ?? after;
    more = page.length === PAGE;
  }
  return outbox;
}

/** Entries of certificates that are not here. */
export async function leftOver(
  { records }: Examined,
  outbox: Outbox,
  taken: ReadonlySet<string>,
): Promise<readonly Discrepancy[]> {
  const found: Discrepancy[] = [];
  for (const [identifier, entries] of outbox) {
    if (taken.has(identifier) || (await records.certificateFile(identifier)) !== null) continue;
    const place = { collection: "outbox", key: String(entries[0]!.seq), field: "certificateId" };
    const why = "names a certificate that is not here";
    found.push(fault(place, { why, remedy: REMEDY.restore, stored: identifier }));
  }
  return found;
}
