// SPDX-License-Identifier: Apache-2.0
import { setTimeout as pause } from "node:timers/promises";
import { nodeCrypto } from "../../adapters/node-crypto/index.js";
import { formatUtcInstant } from "../../core/calendar.js";
import type { Certificate, UnsignedCertificate } from "../../core/certificate.js";
import { certificateDigest } from "../../core/certificate-reader.js";
import { attachProof, certificateSigningInput } from "../../core/data-integrity.js";
import { licenceEntry } from "../../core/entry.js";
import type { Evidence } from "../../core/evidence.js";
import { evidenceFor, pendingEvidence } from "../../core/evidence-reader.js";
import { fromHex, toHex } from "../../core/hex.js";
import { buildTree, leafHash } from "../../core/merkle.js";
import { keyIdOf } from "../../core/multikey.js";
import { assembleToken, type TokenClaims, tokenSigningInput } from "../../core/token.js";
import { claimsFor } from "../../core/token-claims.js";
import type { TypeDefinition } from "../../core/type-definition.js";
import type { Signer } from "../../domain/agencies/signer.js";
import type { AnchorChain } from "../../domain/anchoring/index.js";

/** A licence made outside the issuing service. */
export interface MadeLicence {
  readonly certificate: Certificate;
  readonly token: Uint8Array;
  readonly evidence: Evidence;
  readonly type: TypeDefinition;
}

export interface MakeOptions {
  readonly signer: Signer;
  /** Default: the issuer's DID and the signer's key. */
  readonly verificationMethod?: string;
  readonly changeClaims?: (claims: TokenClaims) => TokenClaims;
}

const BACKDATED_MS = 60_000;

/** Signs certificate and token as somebody with the key would, without any of the service's checks. Not anchored. */
export async function makeLicence(
  unsigned: UnsignedCertificate,
  type: TypeDefinition,
  { signer, verificationMethod, changeClaims = (claims) => claims }: MakeOptions,
): Promise<MadeLicence> {
  const proof = {
    // Stated by the forger, so as early as it suits him: before the newest block, whose registry then does not know his key.
    created: formatUtcInstant(Date.now() - BACKDATED_MS),
    verificationMethod: verificationMethod ?? `${unsigned.issuer}#${signer.multikey}`,
  };
  const signature = await signer.sign(certificateSigningInput(nodeCrypto, unsigned, proof));
  const certificate = attachProof(unsigned, proof, signature) as Certificate;
  const claims = changeClaims(claimsFor(certificate, type, certificateDigest(nodeCrypto, certificate)));
  const token = await signToken(claims, signer);
  return { certificate, token, evidence: pendingEvidence(token), type };
}

export async function signToken(claims: TokenClaims, signer: Signer): Promise<Uint8Array> {
  const parts = tokenSigningInput(claims, keyIdOf(fromHex(signer.keyDigest)));
  return assembleToken(parts, await signer.sign(parts.toSign));
}

/** The certificate without its proof, for signing again. */
export function withoutProof({ proof: _, ...unsigned }: Certificate): UnsignedCertificate {
  return unsigned;
}

/** Anchors licences in a batch of their own; with `chain` null the batch is invented and nobody recorded it. */
export async function anchorLicences(
  licences: readonly MadeLicence[],
  region: string,
  chain: AnchorChain | null,
): Promise<readonly MadeLicence[]> {
  const tree = buildTree(nodeCrypto, licences.map(leafOf));
  const batch = { region, root: toHex(tree.root), size: tree.size };
  if (chain !== null) {
    await chain.submitAnchor(batch);
    for (const started = Date.now(); (await chain.findAnchor(batch)) === null; ) {
      if (Date.now() - started > 20_000) throw new Error(`the batch ${batch.root} of the forger was not anchored`);
      await pause(50);
    }
  }
  return licences.map((licence, index) => ({
    ...licence,
    evidence: evidenceFor(licence.token, { batch, index, path: tree.path(index), anchors: [] }),
  }));
}

function leafOf({ certificate, token }: MadeLicence): Uint8Array {
  const entry = licenceEntry(certificateDigest(nodeCrypto, certificate), nodeCrypto.sha256(token));
  return leafHash(nodeCrypto, entry);
}
