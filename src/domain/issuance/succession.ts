// SPDX-License-Identifier: Apache-2.0
import { dateInShanghai } from "../../core/calendar.js";
import { TallyError } from "../../core/errors.js";
import { toHex } from "../../core/hex.js";
import { nextVersionOf } from "../../core/identifiers/certificate-identifier.js";
import { type Actor, type AuditAction, type AuditDetail, type AuditEvent, eventBy } from "../audit/index.js";
import { requireOwn } from "./actor-rights.js";
import type { CertificateRecord, InForceState, NewCertificate } from "./certificate-store.js";
import type { IssuedCertificate } from "./certificate-view.js";
import { checkClaims } from "./check-claims.js";
import type { IssuanceDependencies } from "./dependencies.js";
import { certificateOf, requireCertificate } from "./find-certificate.js";
import { conflictError, contextOf, requireRenderable } from "./issue-group.js";
import type { IssueRequest, SuccessorRequest } from "./issue-request.js";
import { type IssuingDesk, openDesk } from "./issuing-desk.js";
import { prepareCertificate } from "./prepare-certificate.js";
import { refuse } from "./problems.js";
import { readSuccessorRequest } from "./read-request.js";
import type { StatusIndices } from "./status-indices.js";
import { summaryOfNew } from "./summaries.js";
import { subjectOf } from "./unsigned-certificate.js";

export type SuccessionKind = "renewal" | "correction";

const ACTIONS = {
  renewal: "certificate-renewed",
  correction: "certificate-corrected",
} satisfies Record<SuccessionKind, AuditAction>;

/**
 * Issues the next version of a certificate: same lineage, version + 1, its predecessor named, and the predecessor `replaced`, all in
 * one transaction. A correction never edits. A suspension goes over to the new version.
 */
export async function issueSuccessor(
  deps: IssuanceDependencies & { readonly indices: StatusIndices },
  kind: SuccessionKind,
  actor: Actor,
  identifier: string,
  input: unknown,
): Promise<IssuedCertificate> {
  const desk = await openDesk(deps, actor);
  const { legalBasis, documentNumber, ...changes } = readSuccessorRequest(input);
  const predecessor = await requireCertificate(deps.certificates, identifier);
  requireOwn(actor, predecessor);
  const state = requireInForce(predecessor);
  requireReason(kind, changes, predecessor, desk);

  const now = deps.now();
  const request = mergedRequest(kind, changes, predecessor, now);
  const type = await desk.typeFor(request.typeCode, request.typeVersion);
  const claims = checkClaims(request, type, desk.agency.code, now);
  const subject = subjectOf({ crypto: deps.crypto, type, agency: desk.agency }, claims, nextVersionOf(identifier));
  requireRenderable(deps, { type, claims, subject });

  const [index = Number.NaN] = await deps.indices.take(1);
  const succession = { identifier: subject.certificateIdentifier, predecessor: identifier, state };
  const context = contextOf(deps, desk, type, now);
  const certificate = await prepareCertificate(context, claims, subject, index, succession);
  const paper = { ...(legalBasis && { legalBasis }), ...(documentNumber && { documentNumber }) };
  const events = eventsOf(kind, actor, certificate, predecessor, paper, now);
  const outcome = await deps.certificates.addSuccessor(
    { certificate, event: events.successor },
    { predecessor: identifier, expected: state, event: events.predecessor },
  );
  if (!outcome.stored) throw conflictError(outcome, certificate);
  return { ...summaryOfNew(certificate), warnings: claims.warnings };
}

function requireInForce({ identifier, state, successor }: CertificateRecord): InForceState {
  if (state === "valid" || state === "suspended") return state;
  const instead = successor === null ? "" : `; its successor is ${successor}`;
  throw new TallyError(
    "certificate.state-conflict",
    `${identifier} is ${state} and cannot be followed by a new version${instead}`,
  );
}

/** A version that says nothing new is a slip, unless it brings an unprotected certificate under another key. */
function requireReason(
  kind: SuccessionKind,
  changes: SuccessorRequest,
  predecessor: CertificateRecord,
  desk: IssuingDesk,
): void {
  if (kind === "renewal") {
    if (changes.validUntil !== undefined || changes.validFrom !== undefined) return;
    refuse("request.invalid", "the renewal", [
      { field: "/validUntil", message: "is required: a renewal has a new period" },
    ]);
  }
  const isReissue = predecessor.held || !sameKey(predecessor, desk);
  if (Object.keys(changes).length > 0 || isReissue) return;
  // What the same request may do when the key was lost; so it is not the request that is malformed.
  refuse("certificate.claims-invalid", "the correction", [{ field: "", message: "must change at least one member" }]);
}

function sameKey({ keyDigest }: CertificateRecord, { signer }: IssuingDesk): boolean {
  return toHex(keyDigest) === signer.keyDigest;
}

/** What is absent is taken from the predecessor; the new version is issued today, and a renewal starts then. */
function mergedRequest(
  kind: SuccessionKind,
  changes: SuccessorRequest,
  predecessor: CertificateRecord,
  now: number,
): IssueRequest {
  const { credentialSubject: subject, validFrom, validUntil } = certificateOf(predecessor);
  const issueDate = changes.issueDate ?? dateInShanghai(now);
  return {
    typeCode: predecessor.typeCode,
    ...(changes.typeVersion === undefined ? {} : { typeVersion: changes.typeVersion }),
    certificateNumber: changes.certificateNumber ?? subject.certificateNumber,
    holders: changes.holders ?? subject.certificateHolder,
    issueDate,
    validFrom: changes.validFrom ?? (kind === "renewal" ? issueDate : validFrom.slice(0, 10)),
    validUntil: changes.validUntil === undefined ? (validUntil?.slice(0, 10) ?? null) : changes.validUntil,
    ...areaOf(changes.areaCode ?? subject.certificateAreaCode),
    face: changes.face ?? subject.face,
  };
}

function areaOf(areaCode: string | undefined): { areaCode?: string } {
  return areaCode === undefined ? {} : { areaCode };
}

function eventsOf(
  kind: SuccessionKind,
  actor: Actor,
  certificate: NewCertificate,
  predecessor: CertificateRecord,
  paper: AuditDetail,
  now: number,
): { readonly successor: AuditEvent; readonly predecessor: AuditEvent } {
  const digests = { digestBefore: predecessor.digest, digestAfter: certificate.digest };
  return {
    successor: eventBy(actor, {
      ...{ time: now, action: ACTIONS[kind], object: certificate.identifier, ...digests },
      detail: {
        predecessor: predecessor.identifier,
        state: certificate.state,
        type: `${certificate.typeCode}/${certificate.typeVersion}`,
        ...paper,
      },
    }),
    predecessor: eventBy(actor, {
      ...{ time: now, action: "certificate-replaced", object: predecessor.identifier, ...digests },
      detail: { from: predecessor.state, to: "replaced", successor: certificate.identifier, ...paper },
    }),
  };
}
