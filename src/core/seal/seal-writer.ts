// SPDX-License-Identifier: Apache-2.0
import { concatBytes, equalBytes } from "../bytes.js";
import type { Crypto } from "../crypto.js";
import { contextConstructed, DER } from "../der/read-der.js";
import {
  encode,
  inSetOrder,
  integer,
  objectIdentifier,
  octetString,
  sequence,
  setOf,
  smallInteger,
} from "../der/write-der.js";
import { TallyError } from "../errors.js";
import { fromHex } from "../hex.js";
import { isLowSignature, lowSignature } from "../p256.js";
import { OID } from "./object-identifiers.js";
import { readSealCaCertificate, readSealCertificate } from "./read-seal-certificate.js";

/** Signs with one P-256 key and SHA-256. Where the key lives (file, KMS, HSM) is the adapter's business. */
export interface SealSigner {
  /** r ‖ s, 32 bytes each (IEEE P1363), over SHA-256 of the message. */
  sign(message: Uint8Array): Uint8Array | Promise<Uint8Array>;
}

/** The CMS of seals under one certificate (docs/formats/seal.md): all that they have in common is encoded once. */
export interface SealWriter {
  /** What is signed: the signed attributes of a file with this SHA-256 over its byte range, as the DER of a SET. */
  signedAttributes(digest: Uint8Array): Uint8Array;
  /**
   * ContentInfo with SignedData, detached. `attributes` are of `signedAttributes`, `signature` is their signature value,
   * `timestamp` an RFC 3161 token over that signature.
   */
  assemble(attributes: Uint8Array, signature: Uint8Array, timestamp?: Uint8Array | null): Uint8Array;
}

/** Asks for the RFC 3161 token over a signature value. */
export type StampSignature = (signature: Uint8Array) => Promise<Uint8Array>;

/**
 * Both certificates are DER, that of the seal issued by the other. Throws `format.malformed` for what is not of the profile, `key.refused` for a
 * certificate of another authority.
 */
export function createSealWriter(
  crypto: Pick<Crypto, "sha256">,
  { certificate, authority }: { readonly certificate: Uint8Array; readonly authority: Uint8Array },
): SealWriter {
  const seal = readSealCertificate(certificate);
  if (!equalBytes(seal.issuer.encoded, readSealCaCertificate(authority).subject.encoded))
    throw new TallyError("key.refused", "the seal's certificate was issued by another authority than the one given", {
      field: "authority",
    });
  const issuer = seal.issuer.encoded;
  const serial = integer(fromHex(seal.serial));
  const attributes = attributesTemplate(crypto, { certificate, issuer, serial });
  const signedDataHead = concatBytes(
    smallInteger(1),
    setOf(SHA256),
    sequence(objectIdentifier(OID.data)),
    encode(contextConstructed(0), ...inSetOrder([certificate, authority])),
  );
  const signerHead = concatBytes(smallInteger(1), sequence(issuer, serial), SHA256);
  return {
    signedAttributes: attributes,
    assemble(signed, signature, timestamp = null) {
      // Signed as a SET, stored under the tag [0] (RFC 5652 section 5.4).
      const stored = signed.slice();
      stored[0] = contextConstructed(0);
      const unsigned =
        timestamp === null ? EMPTY : encode(contextConstructed(1), attribute(SIGNATURE_TIME_STAMP, timestamp));
      const signer = sequence(signerHead, stored, ECDSA_WITH_SHA256, octetString(signature), unsigned);
      return sequence(SIGNED_DATA, encode(contextConstructed(0), sequence(signedDataHead, encode(DER.set, signer))));
    },
  };
}

/** The CMS of one seal. */
export async function writeSeal(
  writer: SealWriter,
  digest: Uint8Array,
  signer: SealSigner,
  stamp: StampSignature | null = null,
): Promise<Uint8Array> {
  const attributes = writer.signedAttributes(digest);
  const signature = signatureValue(await signer.sign(attributes));
  return writer.assemble(attributes, signature, stamp === null ? null : await stamp(signature));
}

/** Bytes of the largest CMS without a timestamp: the signature value of another may have a few less. */
export function largestCms(writer: SealWriter): number {
  const half = new Uint8Array(32).fill(0xff);
  return writer.assemble(writer.signedAttributes(new Uint8Array(DIGEST_LENGTH)), sequence(integer(half), integer(half)))
    .length;
}

/**
 * ECDSA-Sig-Value (RFC 3279 section 2.2.3) with the lower of the two s that verify: a file must not have two seals that differ in nothing
 * else. Throws `key.refused` for what cannot be a signature.
 */
export function signatureValue(signature: Uint8Array): Uint8Array {
  const low = lowSignature(signature);
  if (!isLowSignature(low))
    throw new TallyError(
      "key.refused",
      `the signer gave ${signature.length} bytes that are not r and s, 32 bytes each`,
    );
  return sequence(integer(low.subarray(0, 32)), integer(low.subarray(32)));
}

const EMPTY = new Uint8Array(0);
const SHA256 = sequence(objectIdentifier(OID.sha256));
const ECDSA_WITH_SHA256 = sequence(objectIdentifier(OID.ecdsaWithSha256));
const SIGNED_DATA = objectIdentifier(OID.signedData);
const SIGNATURE_TIME_STAMP = objectIdentifier(OID.signatureTimeStampToken);
const DIGEST_LENGTH = 32;

const attribute = (type: Uint8Array, value: Uint8Array): Uint8Array => sequence(type, setOf(value));

/** Only the message digest differs from seal to seal, and its length never does. */
function attributesTemplate(
  crypto: Pick<Crypto, "sha256">,
  { certificate, issuer, serial }: { certificate: Uint8Array; issuer: Uint8Array; serial: Uint8Array },
): (digest: Uint8Array) => Uint8Array {
  const directoryName = encode(contextConstructed(4), issuer);
  // The hash algorithm of ESSCertIDv2 is SHA-256 by default, and DER leaves defaults out.
  const identifier = sequence(octetString(crypto.sha256(certificate)), sequence(sequence(directoryName), serial));
  const messageDigest = attribute(objectIdentifier(OID.messageDigest), octetString(new Uint8Array(DIGEST_LENGTH)));
  const members = inSetOrder([
    attribute(objectIdentifier(OID.contentType), objectIdentifier(OID.data)),
    attribute(objectIdentifier(OID.signingCertificateV2), sequence(sequence(identifier))),
    messageDigest,
  ]);
  const template = encode(DER.set, ...members);
  let end = template.length;
  for (const member of members.slice(members.indexOf(messageDigest) + 1)) end -= member.length;
  return (digest) => {
    if (digest.length !== DIGEST_LENGTH)
      throw new RangeError(`a digest has ${DIGEST_LENGTH} bytes, not ${digest.length}`);
    const attributes = template.slice();
    attributes.set(digest, end - DIGEST_LENGTH);
    return attributes;
  };
}
