// SPDX-License-Identifier: Apache-2.0
import { chainFailure } from "./chain-failure.js";
import { type ProviderOptions, providerFor } from "./provider.js";

/** In wei, as of the newest block. Rejects with a `chain.*` error. */
export async function accountBalance(options: ProviderOptions, address: string): Promise<bigint> {
  try {
    return BigInt((await providerFor(options).send("eth_getBalance", [address, "latest"])) as string);
  } catch (error) {
    throw chainFailure(`reading the balance of ${address}`, error);
  }
}
