// SPDX-License-Identifier: Apache-2.0
import { nodeCrypto } from "../../../src/adapters/node-crypto/index.js";
import { VC_CONTEXT } from "../../../src/core/certificate.js";
import { didKeyOf, methodOfDidKey } from "../../../src/core/credentials/did-key.js";
import { attachProof, hashData } from "../../../src/core/data-integrity.js";
import { encodeMultikey } from "../../../src/core/multikey.js";

/** A credential of somebody who has nothing to do with licences. */
export type Sample = Record<string, unknown> & { "@context": unknown[]; issuer: unknown };

export interface Stranger {
  readonly did: string;
  /** Signed by `eddsa-jcs-2022`; the issuer is the stranger unless the credential names one. */
  sign(credential: Sample, options?: { readonly verificationMethod?: string; readonly created?: string }): Sample;
}

export function sample(changes: Record<string, unknown> = {}): Sample {
  const credential: Record<string, unknown> = {
    "@context": [VC_CONTEXT],
    type: ["VerifiableCredential"],
    issuer: "did:example:issuer",
    credentialSubject: { id: "did:example:subject" },
    ...changes,
  };
  for (const [name, value] of Object.entries(credential)) if (value === undefined) delete credential[name];
  return credential as Sample;
}

export function newStranger(): Stranger {
  const seed = nodeCrypto.randomBytes(32);
  const did = didKeyOf(encodeMultikey(nodeCrypto.publicKey(seed)));
  return {
    did,
    sign(credential, { verificationMethod = methodOfDidKey(did), created = "2026-03-01T00:00:00Z" } = {}) {
      const unsigned = { ...credential, "@context": credential["@context"] as string[] };
      const options = { created, verificationMethod };
      const configuration = attachProof(unsigned, options, new Uint8Array(64)).proof;
      const { proofValue: _, ...signed } = configuration;
      return attachProof(
        unsigned,
        options,
        nodeCrypto.sign(seed, hashData(nodeCrypto, unsigned, signed)),
      ) as unknown as Sample;
    },
  };
}
