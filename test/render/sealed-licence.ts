// SPDX-License-Identifier: Apache-2.0
import { sign } from "node:crypto";
import { nodeCrypto } from "../../src/adapters/node-crypto/index.js";
import { createSealWriter, writeSeal } from "../../src/core/seal/seal-writer.js";
import { fillSeal, sealedDigest } from "../../src/core/seal/sealable-file.js";
import { createRenderer, type RenderInput, type SealStatement } from "../../src/render/index.js";
import { openSealOffice, type SealOffice } from "../core/seal/office.js";
import { anchoredEvidence, HOST, permit, permitType } from "./fixture.js";

export const STATEMENT: SealStatement = {
  name: "合肥市样例市场监督管理局",
  code: "3401000012345",
  star: true,
  time: "2026-11-22T03:10:00Z",
  reason: "电子证照签发",
  room: 2048,
};

const FROM = Date.UTC(2026, 10, 1) / 1000;
export const OFFICE = openSealOffice({ agency: "11340100MB00000000", title: STATEMENT.name, from: FROM });

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
  { seal: own, ca }: SealOffice = OFFICE,
): Promise<Uint8Array> {
  const file = sealable(seal, input);
  const writer = createSealWriter(nodeCrypto, { certificate: own.certificate, authority: ca.certificate });
  const key = { key: own.key.privateKey, dsaEncoding: "ieee-p1363" } as const;
  const signer = { sign: (message: Uint8Array) => new Uint8Array(sign("sha256", message, key)) };
  return fillSeal(file, await writeSeal(writer, sealedDigest(nodeCrypto, file), signer));
}
