// SPDX-License-Identifier: Apache-2.0
import { BoundedCache } from "../../core/bounded-cache.js";
import { LIST_SIZE } from "../anchoring/index.js";
import { statusPermutation } from "../issuance/index.js";
import { type Discrepancy, fault } from "./discrepancy.js";
import type { Examined } from "./examined.js";

/** Half a megabyte each. */
const CACHED_LISTS = 16;

/** The counter of status indices must be beyond every value that was handed out. */
export async function counterOf({
  records,
  statusIndices,
  region,
  crypto,
}: Pick<Examined, "records" | "statusIndices" | "region" | "crypto">) {
  const leased = await statusIndices.leasedStatusIndices(region);
  const key = await records.statusIndexKey(region);
  const lists = new BoundedCache<number, Int32Array>(CACHED_LISTS);
  const valuesOf = (list: number, secret: Uint8Array): Int32Array => {
    const permute = statusPermutation(crypto, secret, region, list);
    const values = new Int32Array(LIST_SIZE);
    for (let value = 0; value < LIST_SIZE; value++) values[permute(value)] = value;
    return values;
  };
  let highest = -1;
  let used = false;
  return {
    use(statusIndex: number): void {
      used = true;
      const list = Math.floor(statusIndex / LIST_SIZE);
      // Of a list that the counter has not come to, no value can have been handed out.
      const value =
        key === null || list * LIST_SIZE >= leased + LIST_SIZE ? 0 : valueIn(list, statusIndex % LIST_SIZE, key);
      highest = Math.max(highest, list * LIST_SIZE + value);
    },
    /** Late leases are of values beyond, so it is asked for again at the end. */
    async *discrepancies(): AsyncGenerator<Discrepancy> {
      if (!used) return;
      const name = `status-index:${region}`;
      const place = { collection: "status_index_keys", key: region, field: "key" };
      const now = await statusIndices.leasedStatusIndices(region);
      const remedy = "stop issuing and restore the store from a backup: positions would be handed out twice";
      if (key === null)
        yield fault(place, { why: "there is none, and certificates have positions made with it", remedy });
      if (highest < now) return;
      const why = "a certificate has a position that was not handed out yet; counter or key is another one";
      const beyond = `above ${highest}`;
      yield fault(
        { collection: "counters", key: name, field: "value" },
        { why, remedy, stored: now, expected: beyond },
      );
      if (key !== null) yield fault(place, { why, remedy });
    },
  };
  function valueIn(list: number, position: number, secret: Uint8Array): number {
    return (lists.get(list) ?? lists.set(list, valuesOf(list, secret)))[position]!;
  }
}
