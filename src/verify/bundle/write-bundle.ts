// SPDX-License-Identifier: Apache-2.0
import { toBase58 } from "../../core/base58.js";
import { toBase64Url } from "../../core/base64.js";
import { canonicalBytes } from "../../core/canonical-json.js";
import type { Crypto } from "../../core/crypto.js";
import { hashData } from "../../core/data-integrity.js";
import type { Multikey } from "../../core/multikey.js";
import type { Interval } from "../registry.js";
import { didKeyMethod } from "./envelope.js";
import {
  BUNDLE_FORMAT,
  BUNDLE_VERSION,
  type BundleAgency,
  type BundleAnchor,
  type BundleHead,
  type BundleKey,
  type BundleRegion,
  type BundleState,
  type BundleType,
  REVOCATION_LISTS,
  type TrustBundle,
} from "./trust-bundle.js";

/** A bundle on its way to being signed. */
export interface UnsignedBundle {
  readonly toSign: Uint8Array;
  /** The file, with the 64 bytes of the signature over `toSign`. */
  signed(signature: Uint8Array): Uint8Array;
}

/** The other side of `readTrustBundle`, beside it so that the format has one home. Lists may come in any order. */
export function unsignedBundle(
  crypto: Crypto,
  head: BundleHead,
  { state, revocationLists }: Pick<TrustBundle, "state" | "revocationLists">,
  signer: Multikey,
): UnsignedBundle {
  const document = {
    ...head,
    format: BUNDLE_FORMAT,
    formatVersion: BUNDLE_VERSION,
    state: stateJson(state),
    [REVOCATION_LISTS]: [...new Set(revocationLists.map(toBase64Url))].sort(compare),
  };
  const proof = {
    type: "DataIntegrityProof",
    cryptosuite: "eddsa-jcs-2022",
    created: head.issuedAt,
    verificationMethod: didKeyMethod(signer),
    proofPurpose: "assertionMethod",
  };
  return {
    toSign: hashData(crypto, document, proof),
    signed: (signature) => canonicalBytes({ ...document, proof: { ...proof, proofValue: `z${toBase58(signature)}` } }),
  };
}

function stateJson({ agencies, keys, regions, types }: BundleState): object {
  return {
    agencies: sorted(agencies.map(agencyJson), ({ agency }) => agency),
    keys: sorted(keys.map(keyJson), ({ multikey }) => multikey),
    regions: sorted(regions.map(regionJson), ({ region }) => region),
    types: types
      .map(typeJson)
      .sort((one, other) => compare(one.typeCode, other.typeCode) || one.version - other.version),
  };
}

function agencyJson(record: BundleAgency) {
  const { agency, region, did, activeFrom, removedAt, suspensions, authorisations, sealDelegations } = record;
  const allowed = authorisations.map(({ typeCode, intervals }) => ({ typeCode, intervals: intervals.map(pair) }));
  return {
    agency,
    region,
    did,
    activeFrom,
    removedAt,
    suspensions: suspensions.map(pair),
    authorisations: sorted(allowed, ({ typeCode }) => typeCode),
    sealDelegations: sorted(
      sealDelegations.map(({ sealer, intervals }) => ({ sealer, intervals: intervals.map(pair) })),
      ({ sealer }) => sealer,
    ),
  };
}

function keyJson({ multikey, agency, region, purpose, interval, compromises }: BundleKey) {
  return {
    multikey: toBase64Url(multikey),
    agency,
    region,
    purpose,
    activeFrom: interval.from,
    retiredAt: interval.until,
    compromises: compromises.map(({ since, effectiveAt }) => [since, effectiveAt]),
  };
}

function regionJson({ region, addedAt, suspensions, anchors, statusLists }: BundleRegion) {
  return {
    region,
    addedAt,
    suspensions: suspensions.map(pair),
    anchors: [...anchors].sort((one, other) => compare(one.root, other.root) || one.size - other.size).map(anchorJson),
    statusLists: [...statusLists]
      .sort((one, other) => one.list - other.list)
      .map(({ list, revoked, suspended }) => ({
        list,
        revoked: toBase64Url(revoked),
        suspended: toBase64Url(suspended),
      })),
  };
}

function anchorJson({ root, size, anchoredAt, disowned }: BundleAnchor): readonly (string | number)[] {
  return disowned ? [root, size, anchoredAt, disowned.effectiveAt] : [root, size, anchoredAt];
}

function typeJson({ typeCode, version, digest, publishedAt }: BundleType) {
  return { typeCode, version, digest, publishedAt };
}

function pair({ from, until }: Interval): readonly [number, number | null] {
  return [from, until];
}

function sorted<T>(items: readonly T[], nameOf: (item: T) => string): readonly T[] {
  return [...items].sort((one, other) => compare(nameOf(one), nameOf(other)));
}

/** By UTF-16 code units, as the reader compares. */
function compare(one: string, other: string): number {
  return one < other ? -1 : one > other ? 1 : 0;
}
