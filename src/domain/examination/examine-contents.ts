// SPDX-License-Identifier: Apache-2.0
import { examineAgencies, examineAlarms, examineTokens, examineTypes } from "./administration.js";
import { examineLog, LogFacts } from "./audit-log.js";
import { examineBatches } from "./batches.js";
import type { KnownType } from "./certificate-content.js";
import { type CertificateFacts, examineCertificates } from "./certificate-files.js";
import { examineEvents } from "./chain-events.js";
import { type Discrepancy, fault, REMEDY } from "./discrepancy.js";
import type { Examined } from "./examined.js";
import { examineMirror } from "./mirror.js";
import { examineRequests } from "./requests.js";
import { examineSealCertificates } from "./seals.js";
import { examineStatusWords } from "./status-words.js";

/** In the order in which they are examined: what is learnt of one is used by those after it. */
export const EXAMINED_PARTS = [
  "store",
  "audit-log",
  "types",
  "agencies",
  "tokens",
  "alarm-records",
  "seal-certificates",
  "requests",
  "certificates",
  "batches",
  "chain-events",
  "status-words",
  "mirror",
] as const;
export type ExaminedPart = (typeof EXAMINED_PARTS)[number];

export interface PartResult {
  readonly part: ExaminedPart;
  /** Records, or events and words of the chain. */
  readonly examined: number;
  readonly milliseconds: number;
  /** All of them, told or not. */
  readonly failed: number;
  readonly warnings: number;
  /** What was neither right nor wrong. */
  readonly note: string | null;
}

export interface Listener {
  /** At most `maxTold` of a part. */
  discrepancy(part: ExaminedPart, discrepancy: Discrepancy): void;
  ended(result: PartResult): void;
  /** Often. */
  progress(part: ExaminedPart, examined: number): void;
}

/**
 * Computes everything again that can be: digests, signatures, proofs, roots and status words, and compares store, log and chain with one
 * another, record by record and in bounded memory. Nothing is written. A part that cannot be examined to its end has failed.
 */
export async function examineContents(
  examined: Examined,
  listener: Listener,
  { maxTold = 100 }: { readonly maxTold?: number } = {},
): Promise<void> {
  const log = new LogFacts();
  const types = new Map<string, KnownType>();
  const facts: CertificateFacts = { words: new Set() };
  let underWay = 0;
  const parts: Readonly<Record<ExaminedPart, (count: (n: number) => void) => AsyncIterable<Discrepancy>>> = {
    store: () => examineStore(examined),
    "audit-log": (count) => examineLog(examined, log, count),
    types: (count) => examineTypes(examined, log, types, count),
    agencies: (count) => examineAgencies(examined, log, count),
    tokens: (count) => examineTokens(examined, log, count),
    "alarm-records": (count) =>
      examineAlarms(examined, { alarms: log.alarms, clearedAlarms: log.clearedAlarms }, count),
    "seal-certificates": (count) => examineSealCertificates(examined, log, count),
    requests: (count) => examineRequests(examined, count),
    certificates: (count) => examineCertificates(examined, { types, issued: log.issued, facts, count }),
    batches: (count) => examineBatches(examined, { restored: log.restored, count }),
    "chain-events": (count) => examineEvents(examined, facts, count),
    "status-words": (count) =>
      examineStatusWords(examined, facts.words, (words, open) => {
        underWay += open;
        count(words);
      }),
    mirror: (count) => examineMirror(examined, count),
  };
  for (const part of EXAMINED_PARTS) {
    const began = examined.now();
    let [seen, failed, warnings] = [0, 0, 0];
    const found = parts[part]((n) => {
      seen += n;
      listener.progress(part, seen);
    });
    const told = (discrepancy: Discrepancy): void => {
      const collection = examined.records.nameOf(discrepancy.collection);
      if (failed + warnings < maxTold) listener.discrepancy(part, { ...discrepancy, collection });
      if (discrepancy.weight === "failed") failed += 1;
      else warnings += 1;
    };
    try {
      for await (const discrepancy of found) told(discrepancy);
    } catch (error) {
      // The others may be examined nevertheless.
      const why = `this could not be examined to its end: ${error instanceof Error ? error.message : String(error)}`;
      told(
        fault(
          { collection: part, key: "all", field: "record" },
          { why, remedy: "put right what it says, and examine again" },
        ),
      );
    }
    const note = part === "status-words" && underWay > 0 ? `${underWay} changes are under way` : null;
    listener.ended({ part, examined: seen, milliseconds: examined.now() - began, failed, warnings, note });
  }
}

async function* examineStore({ records }: Pick<Examined, "records">): AsyncGenerator<Discrepancy> {
  for (const { collection, key, field, why } of await records.faults())
    yield fault({ collection, key, field }, { why, remedy: REMEDY.restore });
}
