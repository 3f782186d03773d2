// SPDX-License-Identifier: Apache-2.0
import { sign } from "node:crypto";
import { nodeCrypto } from "../../src/adapters/node-crypto/index.js";
import {
  createSealWriter,
  type SealSigner,
  type SealWriter,
  type StampSignature,
  writeSeal,
} from "../../src/core/seal/seal-writer.js";
import { fillSeal, sealedDigest } from "../../src/core/seal/sealable-file.js";
import { createRenderer, type RenderInput, type SealStatement } from "../../src/render/index.js";
import { openSealOffice } from "../core/seal/office.js";
import { anchoredEvidence, HOST, permit, permitType } from "./fixture.js";

export const STATEMENT: SealStatement = {
  name: "合肥市样例市场监督管理局",
  code: "3401000012345",
  star: true,
  time: "2026-11-22T03:10:00Z",
  reason: "电子证照签发",
  room: 2048,
};

/** Who seals: a key, and the writer with its certificates. */
export interface Sealer {
  readonly key: SealSigner;
  readonly writer: SealWriter;
}

const FROM = Date.UTC(2026, 10, 1) / 1000;
const office = openSealOffice({ agency: "11340100MB00000000", title: STATEMENT.name, from: FROM });
const secret = { key: office.seal.key.privateKey, dsaEncoding: "ieee-p1363" } as const;
export const SEALER: Sealer = {
  key: { sign: (message) => new Uint8Array(sign("sha256", message, secret)) },
  writer: createSealWriter(nodeCrypto, { certificate: office.seal.certificate, authority: office.ca.certificate }),
};

const renderer = createRenderer({ verifyHost: HOST });

export const sealable = (seal: Partial<SealStatement> = {}, input: Partial<RenderInput> = {}) =>
  renderer.renderSealed({
    ...{ certificate: permit(), evidence: anchoredEvidence(), type: permitType },
    ...input,
    seal: { ...STATEMENT, ...seal },
  });

/** A sealed file, as a service makes one. */
export async function sealedLicence(
  seal: Partial<SealStatement> = {},
  input: Partial<RenderInput> = {},
  { writer, key }: Sealer = SEALER,
  stamp: StampSignature | null = null,
): Promise<Uint8Array> {
  const file = sealable(seal, input);
  return fillSeal(file, await writeSeal(writer, sealedDigest(nodeCrypto, file), key, stamp));
}
