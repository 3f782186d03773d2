// SPDX-License-Identifier: Apache-2.0
import { equalBytes } from "../core/bytes.js";
import type { DataIntegrityProof } from "../core/certificate.js";
import type { Crypto } from "../core/crypto.js";
import { keyOfProof } from "../core/data-integrity.js";
import { toHex } from "../core/hex.js";
import { decodeMultikey, keyDigest, keyIdOf } from "../core/multikey.js";
import { type Answer, known, notKnown } from "./answer.js";
import type { Claims } from "./claims.js";
import type { LicenceDocument, TokenDocument } from "./document.js";
import type { AgencyRecord, KeyRecord } from "./registry.js";
import type { RegistryQuestions } from "./registry-questions.js";

/** A public key by which the document is, or claims to be, signed. */
export interface SigningKey {
  readonly publicKey: Uint8Array;
  /** Lower-case hex: its name in the registry. */
  readonly digest: string;
}

/** Who signed, as far as the registry knows. */
export interface IssuerFacts {
  /** The key that the certificate names (a reader's copy: its statement), or the registered key that verifies the token. Null when no such key is registered. */
  readonly signingKey: Answer<SigningKey | null>;
  readonly key: Answer<KeyRecord | null>;
  /** By the code that the document states. */
  readonly agency: Answer<AgencyRecord | null>;
  /** Of the key, else of the agency; never of the evidence. Null when the registry knows neither. */
  readonly region: Answer<string | null>;
}

/** Nearly every check needs these, so they are asked before any of them runs. */
export async function issuerFacts(
  document: LicenceDocument,
  claims: Claims,
  registry: RegistryQuestions,
  crypto: Crypto,
): Promise<IssuerFacts> {
  const signingKey =
    document.form === "token"
      ? await keyOfToken(document, registry, crypto)
      : known(namedKey((document.copy?.statement ?? document.certificate).proof, crypto));
  const [key, agency] = await Promise.all([recordOf(signingKey, registry), registry.findAgency(claims.agencyCode)]);
  return { signingKey, key, agency, region: regionOf(key, agency) };
}

function recordOf(
  signingKey: Answer<SigningKey | null>,
  registry: RegistryQuestions,
): Answer<KeyRecord | null> | Promise<Answer<KeyRecord | null>> {
  if (!signingKey.known) return signingKey;
  return signingKey.value ? registry.findKey(signingKey.value.digest) : known(null);
}

function regionOf(key: IssuerFacts["key"], agency: IssuerFacts["agency"]): Answer<string | null> {
  if (key.known && key.value) return known(key.value.region);
  if (!agency.known) return agency;
  return agency.value || key.known ? known(agency.value?.region ?? null) : key;
}

/** The key in the verification method of a proof. */
export function namedKey(proof: DataIntegrityProof, crypto: Crypto): SigningKey {
  const { publicKey, multikeyBytes } = keyOfProof(proof);
  return { publicKey, digest: toHex(keyDigest(crypto, multikeyBytes)) };
}

/** A key id is eight bytes, and anyone may search for keys that share one: each is tried, so a second key hides nothing. */
async function keyOfToken(
  { token }: TokenDocument,
  registry: RegistryQuestions,
  crypto: Crypto,
): Promise<Answer<SigningKey | null>> {
  const candidates = await registry.findKeysById(toHex(token.kid));
  if (!candidates.known) return candidates;
  let named = false;
  for (const multikey of candidates.value) {
    const digest = keyDigest(crypto, multikey);
    if (!equalBytes(keyIdOf(digest), token.kid)) continue;
    named = true;
    const publicKey = ed25519KeyOf(multikey);
    if (publicKey && crypto.verify(publicKey, token.toBeSigned, token.signature))
      return known({ publicKey, digest: toHex(digest) });
  }
  return named ? notKnown("integrity.token-signature-wrong") : known(null);
}

/** Null for a key of another algorithm, which cannot have signed an EdDSA token. */
function ed25519KeyOf(multikey: Uint8Array): Uint8Array | null {
  try {
    return decodeMultikey(multikey);
  } catch {
    return null;
  }
}
