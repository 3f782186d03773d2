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

/** Every field, row and edit, in whatever store: each is named, or is of those of which nothing tells, and then nothing is. */
export function tamperingSuite(
  store: () => Tampered,
  tables: readonly TamperedTable[],
  more: readonly Tampering[],
): void {
  const check = async ({ told, edit }: Pick<Tampering, "told" | "edit">): Promise<void> => {
    const found = await afterEdit(store(), edit);
    if (told === null) expect(found).to.deep.equal([]);
    else expect(naming(found, told), JSON.stringify(found.slice(0, 5), null, 1)).not.to.deep.equal([]);
  };

  it("finds nothing in a store that nobody edited", async () => {
    const { found, parts } = await store().examine();
    expect(found).to.deep.equal([]);
    for (const part of ["audit-log", "types", "agencies", "certificates", "batches", "status-words", "mirror"])
      expect(parts.find((each) => each.part === part)?.examined, part).to.be.greaterThan(0);
  });

  describe("names what was edited:", () => {
    for (const { fields } of tables)
      for (const field of fields)
        it(field.told === null ? `not ${field.what}: ${field.why}` : field.what, () => check(field));
  });

  for (const { name, removed, added } of tables) {
    it(removed.told === null ? `does not miss a row of ${name}: ${removed.why}` : `misses a row of ${name}`, () =>
      check(removed),
    );
    it(
      added.told === null ? `does not mind one more row of ${name}: ${added.why}` : `sees one more row of ${name}`,
      () => check(added),
    );
  }

  for (const each of more) it(`names ${each.what}`, () => check(each));
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
