// SPDX-License-Identifier: Apache-2.0
import { fromBase58, toBase58 } from "./base58.js";
import { concatBytes, utf8 } from "./bytes.js";
import { canonicalBytes, canonicalize } from "./canonical-json.js";
import type { Certificate, DataIntegrityProof, UnsignedCertificate } from "./certificate.js";
import type { Crypto } from "./crypto.js";
import { parseMultikey } from "./multikey.js";

/** W3C Data Integrity EdDSA Cryptosuites 1.0, section 3.3: `eddsa-jcs-2022`. */
export interface ProofOptions {
  /** RFC 3339 in UTC, whole seconds. */
  readonly created: string;
  /** The issuer's DID, `#` and the key's Multikey text. */
  readonly verificationMethod: string;
}

/** A document secured with exactly one proof. */
export interface Secured {
  readonly proof: DataIntegrityProof;
}

/** The 64 bytes to sign: SHA-256 of the canonical proof configuration, then SHA-256 of the canonical document (section 3.3.4). */
export function hashData(crypto: Crypto, document: object, proofConfiguration: object): Uint8Array {
  return concatBytes(crypto.sha256(canonicalBytes(proofConfiguration)), crypto.sha256(canonicalBytes(document)));
}

/** A document that is to be secured; one without context has a proof without context. */
export interface Securable {
  readonly "@context"?: readonly string[];
  readonly issuer?: unknown;
}

/** What the issuer's key signs of a certificate. */
export function certificateSigningInput(
  crypto: Crypto,
  unsigned: UnsignedCertificate,
  options: ProofOptions,
): Uint8Array {
  return proofSigningInput(crypto, unsigned, options);
}

/** The same of any document. */
export function proofSigningInput(crypto: Crypto, unsigned: Securable, options: ProofOptions): Uint8Array {
  return hashData(crypto, unsigned, proofConfigurationOf(unsigned, options));
}

/** The document with its proof; `signature` are 64 bytes over `proofSigningInput` with the same options. */
export function attachProof<T extends Securable>(
  unsigned: T,
  options: ProofOptions,
  signature: Uint8Array,
): T & Secured {
  const proof = { ...proofConfigurationOf(unsigned, options), proofValue: `z${toBase58(signature)}` };
  return { ...unsigned, proof };
}

/** A document on its way to being signed, canonicalized once: most of the work of issuing is canonical JSON. */
export interface Securing<T> {
  /** The same bytes as `hashData` over document and proof configuration. */
  readonly toSign: Uint8Array;
  /** The document with its proof, and its canonical bytes. */
  secured(signature: Uint8Array): { readonly document: T & Secured; readonly bytes: Uint8Array };
}

/** Like `certificateSigningInput`, `attachProof` and `canonicalBytes` one after another. */
export function securing<T extends { readonly "@context": readonly string[] }>(
  crypto: Crypto,
  unsigned: T,
  options: ProofOptions,
): Securing<T> {
  // Members are sorted, so the proof goes between two runs of members that it does not change; likewise its value.
  const [before, after] = canonicalHalves(unsigned, "proof");
  const { start, end, text } = canonicalConfiguration(unsigned, options);
  const bytes = utf8(`${before},${after}`);
  return {
    toSign: concatBytes(crypto.sha256(utf8(text)), crypto.sha256(bytes)),
    secured(signature) {
      const document = attachProof(unsigned, options, signature);
      // Base58 has no character that JSON escapes.
      const proof = utf8(`,"proof":${start},"proofValue":"${document.proof.proofValue}",${end}`);
      const place = bytes.length - 1 - utf8Length(after);
      return { document, bytes: concatBytes(bytes.subarray(0, place), proof, bytes.subarray(place)) };
    },
  };
}

interface CanonicalConfiguration extends ProofOptions {
  readonly context: readonly string[];
  readonly start: string;
  readonly end: string;
  readonly text: string;
}

/** Certificates of one group differ in nothing of it. */
let lastConfiguration: CanonicalConfiguration | undefined;

function canonicalConfiguration(
  unsigned: { readonly "@context": readonly string[] },
  options: ProofOptions,
): CanonicalConfiguration {
  const { created, verificationMethod } = options;
  const context = unsigned["@context"];
  const last = lastConfiguration;
  if (
    last?.created === created &&
    last.verificationMethod === verificationMethod &&
    last.context.length === context.length &&
    last.context.every((each, i) => each === context[i])
  )
    return last;
  const [start, end] = canonicalHalves(proofConfigurationOf(unsigned, options), "proofValue");
  lastConfiguration = { created, verificationMethod, context: [...context], start, end, text: `${start},${end}` };
  return lastConfiguration;
}

/** Canonical members up to the place of `name`, brace included, and from there on. Both halves have members. */
function canonicalHalves(document: object, name: string): [string, string] {
  const halves: [Record<string, unknown>, Record<string, unknown>] = [{}, {}];
  for (const [each, value] of Object.entries(document)) halves[each < name ? 0 : 1][each] = value;
  return [canonicalize(halves[0]).slice(0, -1), canonicalize(halves[1]).slice(1)];
}

/** Without making the bytes where it can. */
function utf8Length(text: string): number {
  for (let i = 0; i < text.length; i++) if (text.charCodeAt(i) > 0x7f) return utf8(text).length;
  return text.length;
}

/** Signs in one go; `sign` may be a key store that answers later. */
export async function secureCertificate(
  crypto: Crypto,
  unsigned: UnsignedCertificate,
  { sign, ...options }: ProofOptions & { readonly sign: (message: Uint8Array) => Uint8Array | Promise<Uint8Array> },
): Promise<Certificate> {
  return attachProof(unsigned, options, await sign(certificateSigningInput(crypto, unsigned, options)));
}

/**
 * Whether the one proof of the document was made by `publicKey` (32 bytes). The proof's `@context` must be the document's own, so
 * that nobody can give its terms another meaning. Which key counts is not decided here. `toBeSigned` is what `hashData` gives,
 * for callers that have it.
 */
export function verifyProof(
  crypto: Crypto,
  secured: Secured & { readonly "@context"?: unknown },
  publicKey: Uint8Array,
  toBeSigned?: Uint8Array,
): boolean {
  const signature = proofSignature(secured);
  if (signature === null) return false;
  return crypto.verify(publicKey, toBeSigned ?? hashDataOf(crypto, secured), signature);
}

/** The 64 bytes of the proof; null when it is not one of ours, or gives the document's terms another meaning. */
export function proofSignature(secured: Secured & { readonly "@context"?: unknown }): Uint8Array | null {
  const { proof } = secured;
  if (proof.type !== "DataIntegrityProof" || proof.cryptosuite !== "eddsa-jcs-2022") return null;
  if (!sameContexts(proof["@context"], secured["@context"])) return null;
  const { proofValue } = proof;
  const signature =
    typeof proofValue === "string" && proofValue.startsWith("z") ? fromBase58(proofValue.slice(1)) : null;
  return signature?.length === 64 ? signature : null;
}

function hashDataOf(crypto: Crypto, { proof, ...document }: Secured): Uint8Array {
  const { proofValue: _, ...configuration } = proof;
  return hashData(crypto, document, configuration);
}

/** The key that the verification method names after `#`; throws as `parseMultikey`. */
export function keyOfProof({ verificationMethod }: Pick<DataIntegrityProof, "verificationMethod">): {
  readonly controller: string;
  readonly publicKey: Uint8Array;
  readonly multikeyBytes: Uint8Array;
} {
  const hash = verificationMethod.indexOf("#");
  const { bytes } = parseMultikey(verificationMethod.slice(hash + 1));
  return {
    controller: verificationMethod.slice(0, Math.max(hash, 0)),
    publicKey: bytes.slice(2),
    multikeyBytes: bytes,
  };
}

/** Section 3.3.1: a document with a context hands it to its proof, so that it is signed with it. */
function proofConfigurationOf({ "@context": context }: Securable, { created, verificationMethod }: ProofOptions) {
  return {
    ...(context === undefined ? {} : { "@context": context }),
    type: "DataIntegrityProof",
    cryptosuite: "eddsa-jcs-2022",
    created,
    verificationMethod,
    proofPurpose: "assertionMethod",
  } as const;
}

function sameContexts(ofProof: unknown, ofDocument: unknown): boolean {
  if (!Array.isArray(ofProof) || !Array.isArray(ofDocument)) return ofProof === undefined && ofDocument === undefined;
  return (
    ofProof.length === ofDocument.length &&
    ofProof.every((context, i) => typeof context === "string" && context === ofDocument[i])
  );
}
