// SPDX-License-Identifier: Apache-2.0
import { STATUS_LIST_LENGTH } from "../../core/certificate-reader.js";
import type { Crypto } from "../../core/crypto.js";
import type { StatusIndexStore } from "./status-index-store.js";
import { type Permutation, statusPermutation } from "./status-permutation.js";

/** Hands out status indices (list × 131072 + position), each once across all instances of the region. */
export interface StatusIndices {
  take(count: number): Promise<readonly number[]>;
}

/** Values leased at a time; what a crash loses of them is never used. */
const DEFAULT_LEASE = 512;

export function createStatusIndices({
  store,
  crypto,
  region,
  lease = DEFAULT_LEASE,
}: {
  readonly store: StatusIndexStore;
  readonly crypto: Crypto;
  readonly region: string;
  readonly lease?: number;
}): StatusIndices {
  let key: Uint8Array | undefined;
  let next = 0;
  let end = 0;
  let current: { readonly list: number; readonly permute: Permutation } | undefined;
  let queue: Promise<unknown> = Promise.resolve();

  const indexOf = (value: number): number => {
    const list = Math.floor(value / STATUS_LIST_LENGTH);
    if (current?.list !== list) current = { list, permute: statusPermutation(crypto, key as Uint8Array, region, list) };
    return list * STATUS_LIST_LENGTH + current.permute(value % STATUS_LIST_LENGTH);
  };

  const takeNow = async (count: number): Promise<readonly number[]> => {
    key ??= await store.statusIndexKey(region, crypto.randomBytes(32));
    const taken: number[] = [];
    while (taken.length < count) {
      if (next === end) {
        const size = Math.max(lease, count - taken.length);
        next = (await store.leaseStatusIndices(region, size)).from;
        end = next + size;
      }
      while (next < end && taken.length < count) taken.push(indexOf(next++));
    }
    return taken;
  };

  return {
    // One after another: two callers that both found the lease empty would each drop half of a new one.
    take(count) {
      const turn = queue.then(() => takeNow(count));
      queue = turn.catch(() => undefined);
      return turn;
    },
  };
}
