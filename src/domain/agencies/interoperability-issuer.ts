// SPDX-License-Identifier: Apache-2.0
import { formatUtcInstant } from "../../core/calendar.js";
import { readCredential } from "../../core/credentials/data-model.js";
import { didKeyOf, methodOfDidKey } from "../../core/credentials/did-key.js";
import { looksLikeALicence } from "../../core/credentials/licence-look-alike.js";
import type { Crypto } from "../../core/crypto.js";
import { attachProof, hashData, type Secured } from "../../core/data-integrity.js";
import { TallyError } from "../../core/errors.js";
import type { JsonObject } from "../../core/json.js";
import { parseMultikey } from "../../core/multikey.js";
import { type Actor, type AuditStore, eventBy } from "../audit/index.js";
import type { KeyStore } from "./signer.js";

export interface InteroperabilityIssuerDependencies {
  readonly keys: KeyStore;
  readonly crypto: Crypto;
  readonly audit: Pick<AuditStore, "append">;
  /** Milliseconds since 1970. */
  readonly now: () => number;
}

/**
 * Signs any W3C credential under a did:key, so that public conformity tests have something to look at. Its key is registered nowhere and
 * never will be: a verifier of licences says of what it signs that the issuer is not registered here.
 */
export interface InteroperabilityIssuer {
  did(): Promise<string>;
  /** Rejects with `format.malformed` what does not follow the data model, names another issuer, or looks like a licence. */
  issue(credential: JsonObject): Promise<JsonObject & Secured>;
}

/** Neither an agency's code nor a region's: no look-up for either ever finds the key. */
const OWNER = "interoperability";
const SYSTEM: Actor = { kind: "system", id: OWNER, role: "operator", requestId: OWNER };

export function createInteroperabilityIssuer({
  keys,
  crypto,
  audit,
  now,
}: InteroperabilityIssuerDependencies): InteroperabilityIssuer {
  const makeKey = async () => {
    const key = await keys.createKey(OWNER, "certificate");
    await audit.append(eventBy(SYSTEM, { time: now(), action: "key-created", object: key.keyDigest }));
    return key;
  };
  let key: ReturnType<typeof makeKey> | null = null;
  /** Made once; the first one stays the issuer for ever, since test configurations name it. */
  const ownKey = async () => {
    const known = (await keys.list()).find(({ owner }) => owner === OWNER);
    if (known !== undefined) return known;
    key ??= makeKey().catch((error) => {
      key = null;
      throw error;
    });
    return key;
  };

  return {
    did: async () => didKeyOf(parseMultikey((await ownKey()).multikey)),

    async issue(credential) {
      if (looksLikeALicence(credential)) throw refused("", "a credential that looks like a licence is not signed here");
      if (Object.hasOwn(credential, "proof")) throw refused("/proof", "must not be there before it is signed");
      const { keyDigest, multikey } = await ownKey();
      const did = didKeyOf(parseMultikey(multikey));
      const { issuer } = readCredential(credential);
      if (issuer !== did) throw refused("/issuer", `must be ${did}`);
      const unsigned = credential as JsonObject & { readonly "@context": readonly string[] };
      const options = { created: formatUtcInstant(now()), verificationMethod: methodOfDidKey(did) };
      const { proofValue: _, ...configuration } = attachProof(unsigned, options, new Uint8Array(64)).proof;
      const signer = await keys.open(keyDigest);
      return attachProof(unsigned, options, await signer.sign(hashData(crypto, unsigned, configuration)));
    },
  };
}

function refused(field: string, problem: string): TallyError {
  return new TallyError("format.malformed", `${field === "" ? "" : `${field} `}${problem}`, { field });
}
