// SPDX-License-Identifier: Apache-2.0
import { TallyError } from "../../core/errors.js";
import type { LegalState } from "../../core/type-definition.js";
import { type Actor, type AuditAction, eventBy } from "../audit/index.js";
import { issuingAgencyOf, requireOwn } from "./actor-rights.js";
import type { CertificateRecord } from "./certificate-store.js";
import type { CertificateSummary } from "./certificate-view.js";
import { type ChangeRequest, readChangeRequest } from "./change-request.js";
import type { IssuanceDependencies } from "./dependencies.js";
import { requireCertificate } from "./find-certificate.js";
import { findTransition, resumeStateAfter } from "./state-transitions.js";
import { summaryOf } from "./summaries.js";

const ACTIONS = {
  suspend: "certificate-suspended",
  release: "certificate-released",
  revoke: "certificate-revoked",
} satisfies Record<ChangeRequest["action"], AuditAction>;

/**
 * Carries out a legal act: state, status bit and event in one transaction. An act that is already carried out (same action, state,
 * basis and document) changes nothing.
 */
export async function changeState(
  { certificates, audit, now }: Pick<IssuanceDependencies, "certificates" | "audit" | "now">,
  actor: Actor,
  identifier: string,
  input: unknown,
): Promise<CertificateSummary & { readonly changed: boolean }> {
  issuingAgencyOf(actor);
  const request = readChangeRequest(input);
  const record = await requireCertificate(certificates, identifier);
  requireOwn(actor, record);

  const to = targetOf(request, record);
  const transition = findTransition(request.action, record.state, to);
  if (transition === null) {
    if (await isCarriedOut(audit, record, request)) return { ...summaryOf(record), changed: false };
    throw new TallyError(
      "certificate.state-conflict",
      `${identifier} is ${record.state}: it cannot go ${request.action} to ${to}`,
    );
  }

  const at = now();
  const { legalBasis, documentNumber } = request;
  const detail = { from: record.state, to, legalBasis, documentNumber };
  const event = eventBy(actor, { time: at, action: ACTIONS[request.action], object: identifier, detail });
  const resumeState = resumeStateAfter(record.state, to);
  const outcome = await certificates.changeState({
    ...{ identifier, from: record.state, to, resumeState, statusAction: transition.status, at, event },
  });
  if (outcome === "changed") return { ...summaryOf({ ...record, state: to }), changed: true };
  throw new TallyError(
    "certificate.state-conflict",
    outcome === "stale"
      ? `${identifier} has changed meanwhile; look at it again`
      : `${identifier} cannot be in force again: another certificate has its number ${record.number}`,
  );
}

function targetOf({ action, state }: ChangeRequest, record: CertificateRecord): LegalState {
  switch (action) {
    case "suspend":
      return state ?? "suspended";
    case "revoke":
      return state ?? "cancelled";
    case "release":
      return record.state === "transferred-out" ? record.resumeState : "valid";
  }
}

/** Whether the act that led to the present state is this very one, sent again. */
async function isCarriedOut(
  audit: IssuanceDependencies["audit"],
  record: CertificateRecord,
  { action, state, legalBasis, documentNumber }: ChangeRequest,
): Promise<boolean> {
  // By action, because reads of the certificate are in the log as well.
  const query = { object: record.identifier, action: ACTIONS[action], order: "newest-first", limit: 1 } as const;
  const [last] = await audit.list(query);
  const detail = last?.detail;
  return (
    detail?.to === record.state &&
    (state === undefined || state === record.state) &&
    detail.legalBasis === legalBasis &&
    detail.documentNumber === documentNumber
  );
}
