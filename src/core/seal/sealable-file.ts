// SPDX-License-Identifier: Apache-2.0
import type { Crypto } from "../crypto.js";
import { TallyError } from "../errors.js";
import { toHex } from "../hex.js";

/** A finished file in which the value of the signature is still zeros. Nothing but that value depends on the seal. */
export interface SealableFile {
  readonly bytes: Uint8Array;
  /** Where the value of /Contents stands, both angle brackets included: all but this is what the seal covers. */
  readonly contents: { readonly start: number; readonly end: number };
}

/** SHA-256 over the byte range: what the seal states as message digest. */
export function sealedDigest(crypto: Pick<Crypto, "sha256">, { bytes, contents }: SealableFile): Uint8Array {
  return crypto.sha256(bytes.subarray(0, contents.start), bytes.subarray(contents.end));
}

/** The file with its seal. Throws `request.too-large` for a CMS that the room left for it does not hold. */
export function fillSeal({ bytes, contents }: SealableFile, cms: Uint8Array): Uint8Array {
  const room = (contents.end - contents.start - 2) / 2;
  if (cms.length > room)
    throw new TallyError(
      "request.too-large",
      `the seal has ${cms.length} bytes, and the file has room for ${room}: render it with more room`,
      { field: "cms" },
    );
  // A copy also of a Buffer, whose slice would share its memory.
  const sealed = new Uint8Array(bytes);
  const hex = toHex(cms);
  for (let i = 0; i < hex.length; i++) sealed[contents.start + 1 + i] = hex.charCodeAt(i);
  return sealed;
}
