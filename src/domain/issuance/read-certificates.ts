// SPDX-License-Identifier: Apache-2.0

import type { Evidence } from "../../core/evidence.js";
import { evidenceFor } from "../../core/evidence-reader.js";
import { fromHex } from "../../core/hex.js";
import type { Actor } from "../audit/index.js";
import { mayChange, requireReadable } from "./actor-rights.js";
import type { CertificateRecord } from "./certificate-store.js";
import type { CertificateView, LicenceDocument } from "./certificate-view.js";
import type { IssuanceDependencies } from "./dependencies.js";
import { certificateOf, requireCertificate } from "./find-certificate.js";
import { allowedActs } from "./state-transitions.js";
import { summaryOf } from "./summaries.js";

type Dependencies = Pick<IssuanceDependencies, "certificates" | "catalogue" | "anchors">;

export async function getCertificate(deps: Dependencies, actor: Actor, identifier: string): Promise<CertificateView> {
  const record = await readable(deps, actor, identifier);
  const { definition } = await deps.catalogue.compiledType(record.typeCode, record.typeVersion);
  return {
    ...summaryOf(record),
    stateCode: definition.states[record.state] ?? null,
    acts: mayChange(actor, record) ? allowedActs(record.state, record.resumeState) : [],
    certificate: certificateOf(record),
  };
}

export async function evidenceOf(deps: Dependencies, actor: Actor, identifier: string): Promise<Evidence> {
  return evidence(deps, await readable(deps, actor, identifier));
}

/** The JSON document: certificate, evidence and type, so that a stranger needs nothing else. */
export async function documentOf(deps: Dependencies, actor: Actor, identifier: string): Promise<LicenceDocument> {
  const record = await readable(deps, actor, identifier);
  const { definition } = await deps.catalogue.compiledType(record.typeCode, record.typeVersion);
  return {
    format: "tigertally-licence",
    formatVersion: 1,
    certificate: certificateOf(record),
    evidence: await evidence(deps, record),
    type: definition,
  };
}

async function readable({ certificates }: Dependencies, actor: Actor, identifier: string): Promise<CertificateRecord> {
  const record = await requireCertificate(certificates, identifier);
  requireReadable(actor, record);
  return record;
}

async function evidence({ anchors }: Dependencies, { identifier, token }: CertificateRecord): Promise<Evidence> {
  const proof = await anchors.proofOf(identifier);
  if (proof === null) return evidenceFor(token);
  return evidenceFor(token, { ...proof, path: proof.path.map((hash) => fromHex(hash, "path")) });
}
