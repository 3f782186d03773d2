// SPDX-License-Identifier: Apache-2.0
import { concatBytes, utf8 } from "../core/bytes.js";
import type { Crypto } from "../core/crypto.js";

export interface SignedDigests {
  /** SHA-256 of the whole, proof included: the certificate's name. */
  readonly certificateDigest: Uint8Array;
  /** What the proof signs, as `hashData` gives it: SHA-256 of the proof without its value, then of the certificate without proof. */
  readonly toBeSigned: Uint8Array;
}

/**
 * The digests of a certificate that `readCertificate` has passed, out of its canonical text. What is signed is that text with pieces
 * cut out: the reader has bounded the values in the proof and behind it (`type` and the period), so that they hold neither braces
 * nor quotes nor anything but ASCII, and what is found last is what it looks like.
 */
export function signedDigests(canonicalText: string, crypto: Crypto): SignedDigests {
  const bytes = utf8(canonicalText);
  // Names and values before the proof may hold any character, so places in the bytes are counted from the end.
  const beyond = bytes.length - canonicalText.length;
  const comma = canonicalText.lastIndexOf(PROOF);
  const proof = comma + PROOF.length - 1;
  const proofEnd = canonicalText.indexOf("}", proof) + 1;
  const value = canonicalText.indexOf(PROOF_VALUE, proof);
  const valueEnd = canonicalText.indexOf(",", value) + 1;
  const configuration = crypto.sha256(
    bytes.subarray(proof + beyond, value + beyond),
    bytes.subarray(valueEnd + beyond, proofEnd + beyond),
  );
  const document = crypto.sha256(bytes.subarray(0, comma + beyond), bytes.subarray(proofEnd + beyond));
  return { certificateDigest: crypto.sha256(bytes), toBeSigned: concatBytes(configuration, document) };
}

const PROOF = ',"proof":{';
const PROOF_VALUE = '"proofValue":';
