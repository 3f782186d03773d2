// SPDX-License-Identifier: Apache-2.0
import { indicesOf, type LoggedStatusChange, placeOf } from "../anchoring/index.js";
import { type Discrepancy, fault } from "./discrepancy.js";
import type { Examined } from "./examined.js";

/** Looks at a word before it counts as one that changes all the time, which the next examination judges. */
const LOOKS = 3;

/**
 * The words on chain against the changes in the store, which the certificates' histories have been compared with: revoked and suspended
 * bits exactly those expected. A bit with a change under way may show either.
 */
export async function* examineStatusWords(
  { anchoring, chain, region, confirmations }: Pick<Examined, "anchoring" | "chain" | "region" | "confirmations">,
  words: ReadonlySet<string>,
  count: (words: number, underWay: number) => void,
): AsyncGenerator<Discrepancy> {
  for (const name of words) {
    const [list = 0, word = 0] = name.split("/").map(Number);
    for (let look = 0; look < LOOKS; look++) {
      const log = await anchoring.statusLog(list, word);
      const shown = await chain.statusWord(list, word, confirmations);
      if (!sameLog(log, await anchoring.statusLog(list, word))) continue;
      const { revoked, suspended, underWay, open } = expectedOf(log);
      count(1, open);
      for (const [purpose, wanted, is] of [
        ["revoked", revoked, shown.revoked],
        ["suspended", suspended, shown.suspended],
      ] as const)
        for (const index of indicesOf(list, word, (wanted ^ is) & ~underWay)) {
          const bit = (is & placeOf(index).bit) !== 0n;
          const place = { collection: "status_changes", key: `${region}, status index ${index}`, field: "action" };
          const why = bit
            ? `the registry says ${purpose}, and no change in the store ordered it`
            : `the store says ${purpose} and confirmed, and the registry does not`;
          const remedy = bit
            ? "docs/operations.md: unknown revocations; after a restoration give the tally status command again"
            : "restore the store from a backup, or set confirmedAt of the change back to null: it is sent again";
          yield fault(place, { why, remedy, stored: !bit, expected: bit });
        }
      break;
    }
  }
}

function expectedOf(log: readonly LoggedStatusChange[]) {
  let [revoked, suspended, underWay] = [0n, 0n, 0n];
  let open = 0;
  for (const { statusIndex, action, confirmed } of log) {
    const { bit } = placeOf(statusIndex);
    if (!confirmed) {
      underWay |= bit;
      open += 1;
    }
    if (action === "revoke") revoked |= bit;
    else suspended = action === "suspend" ? suspended | bit : suspended & ~bit;
  }
  return { revoked, suspended, underWay, open };
}

function sameLog(a: readonly LoggedStatusChange[], b: readonly LoggedStatusChange[]): boolean {
  return a.length === b.length && a.every(({ confirmed }, i) => confirmed === b[i]!.confirmed);
}
