// SPDX-License-Identifier: Apache-2.0
import { toHex } from "../../core/hex.js";
import type { BatchAnchoredEvent, ChainEvent } from "../anchoring/index.js";
import type { CertificateFacts } from "./certificate-files.js";
import { compared, type Discrepancy, fault, REMEDY } from "./discrepancy.js";
import type { Examined } from "./examined.js";
import type { MirroredBatchRecord } from "./stored-records.js";
import { keyOf, MIRRORED, OWN } from "./tiles.js";

const RANGE = 2_000;
const PAGE = 500;
const MOST_ALARMS = 100_000;

/**
 * Everything that the registry's events say of this region's batches, against the store, and of every region's batches, against the
 * mirror. Words of the status lists are collected in `facts`.
 */
export async function* examineEvents(
  examined: Examined,
  facts: CertificateFacts,
  count: (events: number) => void,
): AsyncGenerator<Discrepancy> {
  const { records, anchoring, chain, region, confirmations } = examined;
  const cursors = new Map((await records.cursors()).map(({ name, block }) => [name, block]));
  const head = await chain.head();
  yield* examineCursors(cursors, region, head.block);
  const alarms = await anchoring.alarms({ includeCleared: true, limit: MOST_ALARMS });
  const known = new Map(
    alarms.filter(({ kind }) => kind === "unknown-batch").map(({ object, clearedAt }) => [object, clearedAt !== null]),
  );
  const mirror = new MirrorMatch(records, cursors.get("mirror") ?? -1);
  const last = head.block - confirmations;
  for (let from = await chain.firstBlock(); from <= last; from += RANGE) {
    const events = await chain.events({ fromBlock: from, toBlock: Math.min(last, from + RANGE - 1) });
    for (const event of events) {
      if (event.kind === "status-changed" && event.region === region) facts.words.add(`${event.list}/${event.word}`);
      if (event.kind === "type-definition-published") yield* mirror.type(event);
      if (event.kind !== "batch-anchored") continue;
      if (event.region === region) yield* await examineAnchor(examined, event, known);
      yield* mirror.anchored(event);
    }
    yield* mirror.catchUp();
    count(events.length);
  }
  yield* mirror.end(last);
}

async function examineAnchor(
  { anchoring, registry }: Pick<Examined, "anchoring" | "registry">,
  { region, root, size, block, time, tx }: BatchAnchoredEvent,
  /** Alarms about batches that are not here, and whether they are cleared. */
  known: ReadonlyMap<string, boolean>,
): Promise<readonly Discrepancy[]> {
  const batch = await anchoring.findBatchByName({ region, root, size });
  if (batch === null) {
    const isCleared = known.get(`${root}/${size}`);
    // Then an open alarm tells of it, and says what to do.
    if (isCleared === false) return [];
    const place = { collection: OWN.batches, key: `${region}/${root}/${size}`, field: "record" };
    if (isCleared) {
      // Whoever takes a batch away can put a cleared alarm in its place, but he cannot disown it.
      if ((await (await registry.snapshot()).findAnchor(region, root, size))?.disowned) return [];
      const why = `it was anchored in block ${block} (${tx}) and is not here; its alarm was cleared, and it is not disowned`;
      const remedy = `if it was never ours, disown it (docs/operations.md: unknown batch); else what it holds${size === 1 ? ", perhaps a head of the audit log," : ""} is lost here`;
      return [fault(place, { why, remedy, weight: "warning" })];
    }
    const why = `it was anchored in block ${block} (${tx}), and is not here`;
    return [
      fault(place, { why, remedy: `${REMEDY.restore}; if it was never ours, docs/operations.md: unknown batch` }),
    ];
  }
  // Not attached yet: the worker does that.
  if (batch.anchor === null) return [];
  const place = (field: string) => ({ collection: OWN.batches, key: keyOf(batch), field });
  const words = { why: "is not what the registry's event says", remedy: REMEDY.fromChain };
  return [
    ...compared(place("block"), batch.anchor.block, block, words),
    ...compared(place("anchoredAt"), batch.anchor.time, time, words),
    ...compared(place("tx"), batch.anchor.tx, tx, words),
  ];
}

/** A reader of the chain that claims to have come further than the chain would leave out what comes. */
function examineCursors(cursors: ReadonlyMap<string, number>, region: string, head: number): readonly Discrepancy[] {
  return [...cursors].flatMap(([key, block]) => {
    const place = (field: string) => ({ collection: "cursors", key, field });
    if (!KNOWN_CURSOR.test(key) && key !== `watch:${region}`)
      return [fault(place("name"), { why: "is of no reader of ours", remedy: "delete it", weight: "warning" })];
    if (block >= 0 && (block <= head || key.startsWith("published"))) return [];
    const remedy = "set it back to a block before the edit; what was seen already is seen again, without harm";
    return [fault(place("block"), { why: `the chain ends at block ${head}`, remedy, stored: block })];
  });
}

const KNOWN_CURSOR = /^(?:mirror|published-beginning|published:\d+)$/;

/**
 * Events and mirrored batches side by side. Both come in the order of the chain, so only what has no counterpart yet is held.
 */
class MirrorMatch {
  readonly #events = new Map<string, BatchAnchoredEvent>();
  readonly #rows = new Map<string, MirroredBatchRecord>();
  readonly #types: Promise<ReadonlyMap<string, { readonly digest: Uint8Array }>>;
  #seen = 0;
  #read = 0;
  #after = 0;
  #more = true;

  constructor(
    private readonly records: Examined["records"],
    /** The last block that the mirror has dealt with. */
    private readonly cursor: number,
  ) {
    this.#types = records.mirroredTypes().then((types) => {
      return new Map(types.map(({ typeCode, version, digest }) => [`${typeCode}/${version}`, { digest }]));
    });
  }

  *anchored(event: BatchAnchoredEvent): Generator<Discrepancy> {
    this.#seen += 1;
    const row = this.#rows.get(nameOf(event));
    if (row === undefined) this.#events.set(nameOf(event), event);
    else {
      this.#rows.delete(nameOf(event));
      yield* differences(row, event);
    }
  }

  async *type({
    typeCode,
    version,
    digest,
    block,
  }: ChainEvent & { kind: "type-definition-published" }): AsyncGenerator<Discrepancy> {
    if (block > this.cursor) return;
    const row = (await this.#types).get(`${typeCode}/${version}`);
    const place = { collection: "mirrored_types", key: `${typeCode}/${version}`, field: "record" };
    const remedy = "set the cursor mirror back: docs/operations.md";
    if (row === undefined) yield fault(place, { why: `it was published in block ${block}, and is not here`, remedy });
    else {
      const words = { why: "is not what the registry's event says", remedy: REMEDY.fromChain };
      yield* compared({ ...place, field: "digest" }, toHex(row.digest), digest, words);
    }
  }

  /** Reads as many mirrored batches as there were events. */
  async *catchUp(): AsyncGenerator<Discrepancy> {
    while (this.#more && this.#read < this.#seen) yield* this.#page();
  }

  async *end(lastBlock: number): AsyncGenerator<Discrepancy> {
    while (this.#more) yield* this.#page();
    const place = (key: string) => ({ collection: MIRRORED.batches, key, field: "record" });
    for (const [key, { block }] of this.#events) {
      if (block > this.cursor) continue;
      const why = `it was anchored in block ${block}, and the mirror does not know it`;
      yield fault(place(key), { why, remedy: "set the cursor mirror back: docs/operations.md" });
    }
    for (const row of this.#rows.values()) {
      // Seen by a running service since.
      if (row.block > lastBlock && row.block <= this.cursor + RANGE) continue;
      const why = "the registry has no event of it";
      yield fault({ ...place(keyOf(row)), field: "region, root, size" }, { why, remedy: REMEDY.restore });
    }
  }

  async *#page(): AsyncGenerator<Discrepancy> {
    const page = await this.records.mirroredBatches(this.#after, PAGE);
    for (const row of page) {
      const event = this.#events.get(nameOf(row));
      if (event === undefined) this.#rows.set(nameOf(row), row);
      else {
        this.#events.delete(nameOf(row));
        yield* differences(row, event);
      }
    }
    this.#read += page.length;
    this.#after = page.at(-1)?.id ?? this.#after;
    this.#more = page.length === PAGE;
  }
}

function differences(row: MirroredBatchRecord, { block, time }: BatchAnchoredEvent): readonly Discrepancy[] {
  const place = (field: string) => ({ collection: MIRRORED.batches, key: keyOf(row), field });
  const words = { why: "is not what the registry's event says", remedy: REMEDY.fromChain };
  return [
    ...compared(place("block"), row.block, block, words),
    ...compared(place("anchoredAt"), row.anchoredAt, time, words),
  ];
}

const nameOf = ({ region, root, size }: { readonly region: string; readonly root: string; readonly size: number }) =>
  `${region}/${root}/${size}`;
