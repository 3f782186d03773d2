// SPDX-License-Identifier: Apache-2.0
import { assembleToken, type TokenClaims, tokenSigningInput } from "./token.js";

/** Size of the largest token that a type with these face budgets can give an identifier with one of our serials. */
export function largestTokenBytes(faceBudgets: readonly number[]): number {
  const claims: TokenClaims = {
    ...LARGEST,
    face: faceBudgets.map((bytes) => "x".repeat(bytes)),
    truncated: 2 ** faceBudgets.length - 1,
  };
  return assembleToken(tokenSigningInput(claims, new Uint8Array(8)), new Uint8Array(64)).length;
}

/** Every value at its longest; the identifier has the 20-character serial that we issue, imported ones are checked when issued. */
const LARGEST = {
  issuedAt: 0xffff_ffff,
  notBefore: 0xffff_ffff,
  expires: 253_402_300_799,
  certificateIdentifier: "1.2.156.3005.2.11100000000013338W011.11430000006122244L.ZZZZZZZZZZZZZZZZZZZZ.999.9",
  typeCode: "11100000000013338W011",
  agencyCode: "11430000006122244L",
  typeVersion: 0xffff_ffff,
  certificateDigest: new Uint8Array(32),
  statusIndex: 2 ** 49,
} as const;
