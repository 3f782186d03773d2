// SPDX-License-Identifier: Apache-2.0
import { createHash } from "node:crypto";
import { getBytes } from "ethers";

/** SHA-256 of a contract's runtime code (0x…), lower-case hex: how this product names code. */
export function codeDigest(code: string): string {
  return createHash("sha256").update(getBytes(code)).digest("hex");
}
