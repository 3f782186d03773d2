// SPDX-License-Identifier: Apache-2.0
import { getAddress } from "ethers";
import { TallyError } from "../../core/errors.js";

/** The address in EIP-55 form; `request.invalid` for anything else, a mistyped checksum among it. */
export function addressOf(text: string): string {
  try {
    return getAddress(text);
  } catch {
    throw new TallyError(
      "request.invalid",
      `"${text}" is not an address: 0x and 40 hex digits, upper and lower case as given`,
      { field: "address" },
    );
  }
}
