// SPDX-License-Identifier: Apache-2.0
import { DER, type DerReader } from "../der/read-der.js";
import { TallyError } from "../errors.js";
import { P256_KEY_BYTES, P256_SIGNATURE_BYTES } from "../p256.js";
import { OID } from "./object-identifiers.js";

/** Throws `format.algorithm-unsupported` for any digest but SHA-256. Writers differ about its parameters: absent, or NULL where that is let pass. */
export function expectSha256(
  reader: DerReader,
  name: string,
  parameters: "absent" | "absent-or-null" = "absent",
): void {
  const algorithm = reader.sequence(name);
  expectAlgorithm(algorithm, OID.sha256, "SHA-256");
  if (parameters === "absent-or-null" && algorithm.isNext(DER.null)) algorithm.null("parameters");
  algorithm.expectEnd();
}

/** Throws `format.algorithm-unsupported` for any signature algorithm but ECDSA with SHA-256. */
export function expectEcdsaSha256(reader: DerReader, name: string): void {
  const algorithm = reader.sequence(name);
  expectAlgorithm(algorithm, OID.ecdsaWithSha256, "ECDSA with SHA-256");
  algorithm.expectEnd();
}

/** The uncompressed point of a SubjectPublicKeyInfo (RFC 5480). Throws `format.algorithm-unsupported` for any key but one of P-256. */
export function readP256Key(reader: DerReader, name: string): Uint8Array {
  const info = reader.sequence(name);
  const algorithm = info.sequence("algorithm");
  expectAlgorithm(algorithm, OID.ecPublicKey, "a key of an elliptic curve");
  expectAlgorithm(algorithm, OID.p256, "a key of the curve P-256");
  algorithm.expectEnd();
  const point = info.bytesOfBits("point");
  if (point.length !== P256_KEY_BYTES || point[0] !== 4) info.refuse("no uncompressed point", "point");
  info.expectEnd();
  return point;
}

/** Ecdsa-Sig-Value (RFC 3279 section 2.2.3) as r and s, 32 bytes each. */
export function readEcdsaSignature(reader: DerReader): Uint8Array {
  const value = reader.sequence("signature");
  const signature = new Uint8Array(P256_SIGNATURE_BYTES);
  for (const [name, end] of [
    ["r", 32],
    ["s", 64],
  ] as const) {
    const number = value.unsigned(name, 32);
    signature.set(number, end - number.length);
  }
  value.expectEnd();
  reader.expectEnd();
  return signature;
}

function expectAlgorithm(reader: DerReader, expected: string, what: string): void {
  const found = reader.objectIdentifier("algorithm");
  if (found !== expected)
    throw new TallyError("format.algorithm-unsupported", `${reader.path}: ${found} is not ${what} (${expected})`, {
      field: reader.path,
    });
}
