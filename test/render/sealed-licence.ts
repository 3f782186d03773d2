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
import { fillSeal, type SealableFile, sealedDigest } from "../../src/core/seal/sealable-file.js";
import { type CopyRenderInput, createRenderer, type RenderInput, type SealStatement } from "../../src/render/index.js";
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
  sealer: Sealer = SEALER,
  stamp: StampSignature | null = null,
): Promise<Uint8Array> {
  return filled(sealable(seal, input), sealer, stamp);
}

/** The same of a reader's copy. */
export async function sealedCopy(
  seal: Partial<SealStatement>,
  input: CopyRenderInput,
  sealer: Sealer = SEALER,
): Promise<Uint8Array> {
  return filled(renderer.renderSealedCopy({ ...input, seal: { ...STATEMENT, ...seal } }), sealer, null);
}

async function filled(file: SealableFile, { writer, key }: Sealer, stamp: StampSignature | null): Promise<Uint8Array> {
  return fillSeal(file, await writeSeal(writer, sealedDigest(nodeCrypto, file), key, stamp));
}
