// SPDX-License-Identifier: Apache-2.0
import { nodeCrypto } from "../../src/adapters/node-crypto/index.js";
import { utf8 } from "../../src/core/bytes.js";
import { toHex } from "../../src/core/hex.js";
import { digestTiles, type TiledLeaves } from "../../src/domain/anchoring/index.js";
import type { AuditEvent } from "../../src/domain/audit/index.js";
import type { CertificateStore, NewCertificate, StatusAction } from "../../src/domain/issuance/index.js";

export const REGION = "340000";

/** A digest that is the same for the same words. */
export function digestOf(...words: readonly (string | number)[]): Uint8Array {
  return nodeCrypto.sha256(utf8(words.join("/")));
}

export function keyDigestOf(key: string): string {
  return toHex(digestOf("key", key));
}

export function identifierOf(n: number): string {
  return `${lineageOf(n)}.001.A`;
}

function lineageOf(n: number): string {
  return `licence-${String(n).padStart(7, "0")}`;
}

/** Certificate number `n` as issuance would hand it to a store; only what stores look at is true to life. */
export function newCertificate(
  n: number,
  { key = "first", at = n }: { key?: string; at?: number } = {},
): NewCertificate {
  return {
    identifier: identifierOf(n),
    lineage: lineageOf(n),
    version: 1,
    digest: digestOf("certificate", n),
    tokenDigest: digestOf("token", n),
    leafHash: leafOf(n),
    region: REGION,
    agency: "11340000MB1234567X",
    typeCode: "11340000MB1234567X001",
    typeVersion: 1,
    number: `No. ${n}`,
    keyDigest: digestOf("key", key),
    statusIndex: n,
    issueDate: "2026-01-05",
    validFrom: 0,
    validUntil: null,
    predecessor: null,
    certificate: utf8(`{"n":${n}}`),
    token: utf8(`token ${n}`),
    issuedAt: at,
    holders: [],
    state: "valid",
  };
}

/** Leaves with the tile roots that belong to them. */
export async function tiled(leaves: Uint8Array): Promise<TiledLeaves> {
  return { leaves, tileRoots: (await digestTiles(nodeCrypto, leaves)).tileRoots };
}

export function leafOf(n: number): Uint8Array {
  return digestOf("leaf", n);
}

/** Of the seal with this ordinal; only that it is another than that of any certificate is true to life. */
export function sealLeafOf(ordinal: number): Uint8Array {
  return digestOf("seal leaf", ordinal);
}

/** Issues certificates first … first + count − 1; each has the status index of its number. */
export async function issue(
  certificates: CertificateStore,
  count: number,
  { first = 0, key = "first", at = 0 }: { first?: number; key?: string; at?: number } = {},
): Promise<void> {
  const items = Array.from({ length: count }, (_, i) => ({
    certificate: newCertificate(first + i, { key, at }),
    event: eventAbout(identifierOf(first + i), at),
  }));
  const outcomes = await certificates.addIssued(items);
  if (!outcomes.every(({ stored }) => stored)) throw new Error("the fixture could not issue its certificates");
}

/** Queues a state change as issuance does. */
export async function change(certificates: CertificateStore, n: number, action: StatusAction, at = 0): Promise<void> {
  const [from, to] = (
    { revoke: ["valid", "revoked-penalty"], suspend: ["valid", "suspended"], release: ["suspended", "valid"] } as const
  )[action];
  const outcome = await certificates.changeState({
    ...{ identifier: identifierOf(n), from, to, resumeState: "valid", statusAction: action, at },
    event: eventAbout(identifierOf(n)),
  });
  if (outcome !== "changed") throw new Error(`the fixture could not ${action} certificate ${n}: ${outcome}`);
}

export function eventAbout(object: string, time = 0): AuditEvent {
  const actor = { kind: "system", id: "test", role: "operator" } as const;
  return { time, actor, action: "certificate-issued", object, requestId: "test", result: "done" };
}
