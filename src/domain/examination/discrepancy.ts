// SPDX-License-Identifier: Apache-2.0
import { equalBytes } from "../../core/bytes.js";
import { TallyError } from "../../core/errors.js";
import { toHex } from "../../core/hex.js";
import { RegistryError } from "../../verify/registry.js";

/** One thing that is stored otherwise than it should be. No personal data: digests, codes and times, else `WITHHELD`. */
export interface Discrepancy {
  /** Table or collection. */
  readonly collection: string;
  /** Which record of it. */
  readonly key: string;
  /** Of the record, or `record` where it is there at all and should not be, or is missing. */
  readonly field: string;
  readonly stored: string | null;
  /** Null where nothing should be there, or where it cannot be said. */
  readonly expected: string | null;
  readonly why: string;
  readonly remedy: string;
  /** `warning`: it may have an innocent cause, which `why` names. */
  readonly weight: "failed" | "warning";
}

export type Value = string | number | boolean | Uint8Array | null | undefined;

/** Where the value is personal, or may be. */
export const WITHHELD = "(not shown)";

export const REMEDY = {
  fromCertificate:
    "the signed certificate is whole: put the field back as it says, or restore the store from a backup, and find out who wrote there",
  fromLog: "put it back as the audit log says, or restore the store from a backup, and find out who wrote there",
  fromChain: "put it back as the registry says, or restore the store from a backup, and find out who wrote there",
  restore: "restore the store from a backup made before (docs/operations.md), and find out who wrote there",
} as const;

/** The discrepancy of a field, as a list of one, or none when both are the same. */
export function compared(
  place: Pick<Discrepancy, "collection" | "key" | "field">,
  stored: Value,
  expected: Value,
  { why, remedy, personal = false }: { readonly why: string; readonly remedy: string; readonly personal?: boolean },
): readonly Discrepancy[] {
  if (same(stored, expected)) return [];
  const text = (value: Value): string | null => (personal && value !== null ? WITHHELD : shown(value));
  return [{ ...place, stored: text(stored), expected: text(expected), why, remedy, weight: "failed" }];
}

/** A discrepancy that is no comparison. */
export function fault(
  place: Pick<Discrepancy, "collection" | "key" | "field">,
  {
    why,
    remedy,
    stored,
    expected,
    weight = "failed",
  }: Pick<Discrepancy, "why" | "remedy"> & {
    readonly stored?: Value;
    readonly expected?: Value;
    readonly weight?: Discrepancy["weight"];
  },
): Discrepancy {
  return { ...place, stored: shown(stored), expected: shown(expected), why, remedy, weight };
}

/** What the examination of one record finds; what keeps it from being examined to its end is a discrepancy of the record itself. */
export async function guarded(
  place: Pick<Discrepancy, "collection" | "key">,
  examine: () => Promise<readonly Discrepancy[]>,
): Promise<readonly Discrepancy[]> {
  try {
    return await examine();
  } catch (error) {
    return [notExaminable(place, error)];
  }
}

/** The same, one after another. */
export async function* guardedEach(
  place: Pick<Discrepancy, "collection" | "key">,
  found: AsyncIterable<Discrepancy>,
): AsyncGenerator<Discrepancy> {
  try {
    yield* found;
  } catch (error) {
    yield notExaminable(place, error);
  }
}

function notExaminable({ collection, key }: Pick<Discrepancy, "collection" | "key">, error: unknown): Discrepancy {
  // Neither store nor chain could be asked: that is no fault of the record.
  if (error instanceof TallyError && /^(?:chain|store)\./.test(error.code)) throw error;
  if (error instanceof RegistryError && error.reason !== "registry.garbage") throw error;
  const words = error instanceof TallyError ? error.code : error instanceof Error ? error.name : typeof error;
  const why = `it cannot be examined to its end: ${words}`;
  return fault({ collection, key, field: "record" }, { why, remedy: REMEDY.restore });
}

function same(a: Value, b: Value): boolean {
  if (a instanceof Uint8Array && b instanceof Uint8Array) return equalBytes(a, b);
  return (a ?? null) === (b ?? null);
}

const LONGEST_BYTES = 32;
const LONGEST_TEXT = 120;

function shown(value: Value): string | null {
  if (value === null || value === undefined) return null;
  if (!(value instanceof Uint8Array)) return String(value).slice(0, LONGEST_TEXT);
  return value.length > LONGEST_BYTES ? `${value.length} bytes` : toHex(value);
}
