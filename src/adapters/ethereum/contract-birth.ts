// SPDX-License-Identifier: Apache-2.0
import { type JsonRpcProvider, toQuantity } from "ethers";

/** The first block of `low`…`high` with code at the address, by halving; `high` must have it. */
export async function firstBlockWithCode(
  provider: JsonRpcProvider,
  address: string,
  low: number,
  high: number,
): Promise<number> {
  let [first, last] = [low, high];
  while (first < last) {
    const middle = Math.floor((first + last) / 2);
    if ((await provider.send("eth_getCode", [address, toQuantity(middle)])) !== "0x") last = middle;
    else first = middle + 1;
  }
  return last;
}
