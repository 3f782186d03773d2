// SPDX-License-Identifier: Apache-2.0
import type { RegistrySnapshot } from "../../verify/registry.js";
import { compared, type Discrepancy, fault, guardedEach, REMEDY } from "./discrepancy.js";
import type { Examined } from "./examined.js";
import type { BatchRecord } from "./stored-records.js";
import { examineTiles, keyOf, OWN, tilesOf } from "./tiles.js";

const PAGE = 100;

/** The batches of this region: state, leaves, roots, size, entries, and what the registry says of them. */
export async function* examineBatches(
  examined: Examined,
  { restored, count }: { readonly restored: boolean; readonly count: (batches: number) => void },
): AsyncGenerator<Discrepancy> {
  const { records, registry } = examined;
  for await (const batches of pagesOf(records)) {
    const snapshot = await registry.snapshot();
    for (const batch of batches) {
      yield* guardedEach(
        { collection: OWN.batches, key: keyOf(batch) },
        examineBatch(examined, batch, { snapshot, restored }),
      );
    }
    count(batches.length);
  }
  // Counted first: what is staged meanwhile makes the second figure larger.
  const { batchTiles } = await records.counts();
  let tiles = 0;
  for await (const batches of pagesOf(records)) for (const { size } of batches) tiles += tilesOf(size);
  if (batchTiles <= tiles) return;
  const why = `${batchTiles - tiles} of ${batchTiles} belong to no batch`;
  yield fault({ collection: OWN.tiles, key: "all", field: "batchId" }, { why, remedy: REMEDY.restore });
}

async function* examineBatch(
  { anchoring, region, crypto }: Examined,
  batch: BatchRecord,
  { snapshot, restored }: { readonly snapshot: RegistrySnapshot; readonly restored: boolean },
): AsyncGenerator<Discrepancy> {
  const { id, root, size, anchoredAt, state } = batch;
  const place = (field: string) => ({ collection: OWN.batches, key: keyOf(batch), field });
  yield* compared(place("region"), batch.region, region, { why: "is not the region served", remedy: REMEDY.restore });
  yield* examineState(batch);
  yield* examineTiles(OWN, batch, { crypto, tileAt: (tile) => anchoring.batchTile(id, tile) });
  yield* examineSize(batch, restored);
  if (state !== "anchored") return;
  const record = await snapshot.findAnchor(batch.region, root, size);
  const words = { why: "is not what the registry says", remedy: REMEDY.fromChain };
  if (record === null) yield fault(place("state"), { ...words, stored: state, expected: "not anchored" });
  else yield* compared(place("anchoredAt"), anchoredAt, record.anchoredAt, words);
}

async function* pagesOf(records: Examined["records"]): AsyncGenerator<readonly BatchRecord[]> {
  for (let after = 0, more = true; more; ) {
    const page = await records.batches(after, PAGE);
    yield page;
    after = page.at(-1)?.id ?? after;
    more = page.length === PAGE;
  }
}

/** Which fields are there, by state. A batch that was found on chain may never have recorded its submission. */
const FIELDS: Readonly<Record<string, Partial<Record<"submittedAt" | "tx" | "block" | "anchoredAt", boolean>>>> = {
  staged: { submittedAt: false, tx: false, block: false, anchoredAt: false },
  submitted: { submittedAt: true, tx: true, block: false, anchoredAt: false },
  anchored: { tx: true, block: true, anchoredAt: true },
};

function examineState(batch: BatchRecord): readonly Discrepancy[] {
  const place = (field: string) => ({ collection: OWN.batches, key: keyOf(batch), field });
  const { state, tx } = batch;
  const remedy = REMEDY.fromChain;
  const rules = FIELDS[state];
  if (rules === undefined) return [fault(place("state"), { why: "is no state of a batch", remedy, stored: state })];
  const wrong = Object.entries(rules).filter(
    ([field, there]) => (batch[field as keyof BatchRecord] !== null) !== there,
  );
  const found = wrong.map(([field, there]) =>
    fault(place(`${field}, state`), {
      why: `${field} is ${there ? "missing from" : "there in"} a batch that is ${state}`,
      remedy,
    }),
  );
  if (tx !== null && !/^0x[0-9a-f]{64}$/.test(tx))
    found.push(fault(place("tx"), { why: "is no transaction hash", remedy, stored: tx }));
  return found;
}

function examineSize(batch: BatchRecord, restored: boolean): readonly Discrepancy[] {
  const { size, entries, auditHead } = batch;
  // The one entry of a head is compared with the log (`examineLog`).
  const expected = auditHead === null ? size : 0;
  if (entries === expected) return [];
  const place = { collection: OWN.batches, key: keyOf(batch), field: "entries" };
  // A batch that was found again after a restoration may hold what was issued after the backup.
  const isInnocent = entries < expected && restored;
  const why = isInnocent
    ? `it holds what came after the backup and is not in the store: certificates, seals or copies${size === 1 ? ", or a head of the audit log" : ""}`
    : "as many certificates, seals and copies are stored as being in it";
  const remedy = isInnocent ? "issue them again, or keep the holders' files as evidence" : REMEDY.restore;
  const weight = isInnocent ? "warning" : "failed";
  return [fault(place, { why, remedy, weight, stored: entries, expected })];
}
