// SPDX-License-Identifier: Apache-2.0
import { generateKeyPairSync, sign } from "node:crypto";
import { nodeCrypto } from "../../../src/adapters/node-crypto/index.js";
import { x509Authority } from "../../../src/adapters/x509/index.js";
import { fromHex, toHex } from "../../../src/core/hex.js";
import { encodeP256Multikey, keyDigest } from "../../../src/core/multikey.js";
import { createSealWriter, type SealWriter } from "../../../src/core/seal/seal-writer.js";
import type { AuthorityKey, CertificateValidity, SealKey } from "../../../src/domain/seals/index.js";

/** A P-256 key in memory. */
export function newSealKey(): SealKey {
  const { privateKey, publicKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
  const point = new Uint8Array(publicKey.export({ format: "der", type: "spki" }).subarray(-65));
  const { bytes, text } = encodeP256Multikey(point);
  return {
    keyDigest: toHex(keyDigest(nodeCrypto, bytes)),
    multikey: text,
    publicKey: point,
    sign: (message) => new Uint8Array(sign("sha256", message, { key: privateKey, dsaEncoding: "ieee-p1363" })),
  };
}

export const instant = (text: string): number => Date.parse(text) / 1000;

export const AGENCY = { agency: "11340100MB00000000", agencyName: "合肥市样例市场监督管理局" } as const;
const VALIDITY: CertificateValidity = { from: instant("2026-11-01T00:00:00Z"), until: instant("2029-10-31T23:59:59Z") };
const AUTHORITY_VALIDITY = { from: instant("2026-01-01T00:00:00Z"), until: instant("2045-12-31T23:59:59Z") };

export async function newAuthority(regionName = "样例省", key = newSealKey()): Promise<AuthorityKey> {
  const terms = { serial: fromHex("01f3"), validity: AUTHORITY_VALIDITY };
  return { key, certificate: await x509Authority.certifyAuthority(key, { regionName }, terms) };
}

/** A seal that can be set: its key, its certificate and that of its authority. */
export interface TestSeal {
  readonly key: SealKey;
  readonly certificate: Uint8Array;
  readonly authority: AuthorityKey;
  readonly writer: SealWriter;
}

export async function newSeal({
  authority,
  agency = AGENCY.agency,
  agencyName = AGENCY.agencyName,
  validity = VALIDITY,
  serial = "6b1d00c7a4e2955f10c3b2a1908f7e6d",
  key = newSealKey(),
  revocationListUrl,
}: {
  readonly authority?: AuthorityKey;
  readonly agency?: string;
  readonly agencyName?: string;
  readonly validity?: CertificateValidity;
  readonly serial?: string;
  readonly key?: SealKey;
  readonly revocationListUrl?: string;
} = {}): Promise<TestSeal> {
  const issuer = authority ?? (await newAuthority());
  const subject = { agency, agencyName, publicKey: key.publicKey };
  const terms = {
    serial: fromHex(serial),
    validity,
    ...(revocationListUrl === undefined ? {} : { revocationListUrl }),
  };
  const certificate = await x509Authority.certifySeal(issuer, subject, terms);
  const writer = createSealWriter(nodeCrypto, { certificate, authority: issuer.certificate });
  return { key, certificate, authority: issuer, writer };
}
