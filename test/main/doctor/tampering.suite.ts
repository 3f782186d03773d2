// SPDX-License-Identifier: Apache-2.0
import { expect } from "chai";
import type { Discrepancy } from "../../../src/domain/examination/index.js";
import type { Examination } from "./filled-deployment.js";

/** One edit behind the back of a deployment, and what the examination tells of it. */
export interface Tampering {
  readonly what: string;
  /** `collection.field` that a finding must name; null: nothing is told, for the reason `why`. */
  readonly told: string | null;
  readonly why?: string;
  edit(): void | Promise<void>;
}

/** Of one table or collection. */
export interface TamperedTable {
  readonly name: string;
  readonly fields: readonly Tampering[];
  readonly removed: Omit<Tampering, "what">;
  readonly added: Omit<Tampering, "what">;
}

export interface Tampered {
  examine(): Promise<Examination>;
  /** As it was before every edit. */
  restore(): void | Promise<void>;
}

export interface TamperingOptions {
  /** So many edits before one examination, of different collections and told under different ones: where an examination is slow. */
  readonly together?: number;
}

/** Every field, row and edit, in whatever store: each is named, or is of those of which nothing tells, and then nothing is. */
export function tamperingSuite(
  store: () => Tampered,
  tables: readonly TamperedTable[],
  more: readonly Tampering[],
  { together = 1 }: TamperingOptions = {},
): void {
  const check = async (edits: readonly Pick<Tampering, "told" | "edit">[]): Promise<void> => {
    const found = await afterEdit(store(), async () => {
      for (const { edit } of edits) await edit();
    });
    if (edits.every(({ told }) => told === null)) return void expect(found).to.deep.equal([]);
    const untold = edits.filter(({ told }) => told !== null && naming(found, told).length === 0);
    if (untold.length === 0) return;
    const [{ told } = { told: "" }] = edits;
    if (edits.length === 1) expect.fail(`${told}: ${JSON.stringify(found.slice(0, 5), null, 1)}`);
    // What is looked at together with a record is not looked at where another edit has spoilt that: with fewer edits, at last with one.
    if (untold.length < edits.length) await check(untold);
    else for (const each of untold) await check([each]);
  };
  const checkAll = (tamperings: readonly Tampering[]): void => {
    const said = ({ what, told, why }: Tampering) => (told === null ? `not ${what}: ${why}` : what);
    for (const group of grouped(tamperings, together)) it(group.map(said).join("; "), () => check(group));
  };

  it("finds nothing in a store that nobody edited", async () => {
    const { found, parts } = await store().examine();
    expect(found).to.deep.equal([]);
    const filled = [
      "audit-log",
      "types",
      "agencies",
      "seal-certificates",
      "certificates",
      "batches",
      "status-words",
      "mirror",
    ];
    for (const part of filled) expect(parts.find((each) => each.part === part)?.examined, part).to.be.greaterThan(0);
  });

  describe("names what was edited:", () => checkAll(tables.flatMap(({ fields }) => fields)));
  describe("misses a row of:", () => checkAll(tables.map(({ name, removed }) => ({ ...removed, what: name }))));
  describe("sees one more row of:", () => checkAll(tables.map(({ name, added }) => ({ ...added, what: name }))));

  for (const each of more) it(`names ${each.what}`, () => check([each]));
}

/** What nothing tells of may all be edited at once; of the rest no two that are edited, or told, in one place. */
function grouped(tamperings: readonly Tampering[], together: number): readonly (readonly Tampering[])[] {
  if (together === 1) return tamperings.map((each) => [each]);
  const placesOf = ({ what, told }: Tampering) => [what, told ?? ""].map((place) => place.split(".")[0]);
  const silent = tamperings.filter(({ told }) => told === null);
  const groups: Tampering[][] = [];
  for (const each of tamperings) {
    if (each.told === null) continue;
    const places = placesOf(each);
    const isFree = (group: Tampering[]): boolean =>
      group.length < together && !group.flatMap(placesOf).some((place) => places.includes(place));
    const group = groups.find(isFree);
    if (group === undefined) groups.push([each]);
    else group.push(each);
  }
  return silent.length === 0 ? groups : [silent, ...groups];
}

export async function afterEdit(store: Tampered, edit: Tampering["edit"]): Promise<readonly Discrepancy[]> {
  try {
    await edit();
    return (await store.examine()).found;
  } finally {
    await store.restore();
  }
}

export function naming(found: readonly Discrepancy[], place: string): readonly Discrepancy[] {
  return found.filter(({ collection, field }) => field.split(", ").some((each) => `${collection}.${each}` === place));
}
