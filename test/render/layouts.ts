// SPDX-License-Identifier: Apache-2.0
import { readdirSync, readFileSync } from "node:fs";
import type { Certificate, CertificateSubject } from "../../src/core/certificate.js";
import type { Evidence } from "../../src/core/evidence.js";
import { parseJson } from "../../src/core/strict-json.js";
import { largestTokenBytes } from "../../src/core/token-budget.js";
import type { TypeDefinition } from "../../src/core/type-definition.js";
import { readTypeDefinition } from "../../src/core/type-reader.js";
import { sampleSubject } from "../../src/render/sample/sample-subject.js";
import { anchoredEvidence, permit } from "./fixture.js";

const CATALOGUE = new URL("../../catalogue/", import.meta.url);

/** Every type of the catalogue by the name of its file. */
export const LAYOUTS: ReadonlyMap<string, TypeDefinition> = new Map(
  readdirSync(CATALOGUE)
    .filter((name) => name.endsWith(".json"))
    .map((name) => [name.replace(/\.json$/, ""), typeIn(name)] as const),
);

function typeIn(file: string): TypeDefinition {
  return readTypeDefinition(parseJson(readFileSync(new URL(file, CATALOGUE))));
}

/** An anchored licence of a type with invented values, as `render/` receives it; `changes` to its subject. */
export function licenceOf(
  type: TypeDefinition,
  changes: Partial<CertificateSubject> = {},
): { certificate: Certificate; evidence: Evidence; type: TypeDefinition } {
  const { subject, validity } = sampleSubject(type);
  const { validUntil: _, ...certificate } = permit();
  const room = largestTokenBytes(type.qr.face.map(({ maxBytes }) => maxBytes));
  const evidence = anchoredEvidence();
  const token = Buffer.from(evidence.token, "base64url").subarray(0, room).toString("base64url");
  return {
    certificate: { ...certificate, ...validity, credentialSubject: { ...subject, ...changes } },
    evidence: { ...evidence, token },
    type,
  };
}

/** The same with so much in every field that flows, and so many holders, that further pages are needed. */
export function longLicenceOf(type: TypeDefinition) {
  const { subject } = sampleSubject(type);
  const face = { ...subject.face };
  for (const { pointer, flow } of type.layout.rows)
    if (flow === true) face[pointer.replace("/face/", "")] = "此处的文字很长，第一页写不下，须接续到附页。".repeat(60);
  const isTable = type.layout.rows.some(({ pointer }) => pointer === "/certificateHolder");
  const [holder] = subject.certificateHolder;
  const certificateHolder = isTable ? Array.from({ length: 40 }, () => holder!) : subject.certificateHolder;
  return licenceOf(type, { face, certificateHolder });
}
