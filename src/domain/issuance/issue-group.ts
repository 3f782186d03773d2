// SPDX-License-Identifier: Apache-2.0
import type { CertificateSubject } from "../../core/certificate.js";
import { TallyError } from "../../core/errors.js";
import { type Actor, type AuditEvent, eventBy } from "../audit/index.js";
import type { CompiledType } from "../catalogue/index.js";
import type { AddOutcome, NewCertificate } from "./certificate-store.js";
import type { IssuedCertificate } from "./certificate-view.js";
import { type CheckedClaims, checkClaims } from "./check-claims.js";
import type { IssuanceDependencies } from "./dependencies.js";
import { type IssuingDesk, openDesk } from "./issuing-desk.js";
import { type PrepareItem, prepareCertificates } from "./prepare-certificate.js";
import { refuse } from "./problems.js";
import { readIssueRequest } from "./read-request.js";
import type { StatusIndices } from "./status-indices.js";
import { summaryOfNew } from "./summaries.js";
import { type PrepareContext, subjectOf } from "./unsigned-certificate.js";
import { validityOf } from "./validity-period.js";

/** All but the signatures is computation on the main thread; others get their turn after so many. */
const ITEMS_PER_TURN = 25;

/** Of so many items: the next ones are made ready while the signer is at work on those before. */
const TURNS_AHEAD = 4;

export type Outcome = IssuedCertificate | TallyError;

/** Checked and ready to be signed. */
export interface Draft {
  readonly type: CompiledType;
  readonly claims: CheckedClaims;
  readonly subject: CertificateSubject;
}

/** A group that is checked and signed; nothing of it is stored. */
export interface PreparedGroup {
  readonly drafts: readonly (Draft | TallyError)[];
  /** In the order of the drafts that have no error. */
  readonly ready: readonly { readonly certificate: NewCertificate; readonly event: AuditEvent }[];
}

/**
 * Checks, signs and stores a group in one durable transaction; answers in the order of the requests. An item in error does not
 * touch the others. Rejects, with nothing stored, when the actor may not issue at all or the store fails.
 */
export async function issueGroup(
  deps: IssuanceDependencies & { readonly indices: StatusIndices },
  actor: Actor,
  requests: readonly unknown[],
): Promise<readonly Outcome[]> {
  return storeGroup(deps, await prepareGroup(deps, actor, requests));
}

/** The first half of `issueGroup`: all of the computation. */
export async function prepareGroup(
  deps: IssuanceDependencies & { readonly indices: StatusIndices },
  actor: Actor,
  requests: readonly unknown[],
): Promise<PreparedGroup> {
  const desk = await openDesk(deps, actor);
  const now = deps.now();
  const drafts: (Draft | TallyError)[] = [];
  for (const request of requests) {
    if (drafts.length % ITEMS_PER_TURN === 0) await turn();
    drafts.push(await orError(() => draftOf(deps, desk, request, now)));
  }
  const wanted = drafts.reduce((count, draft) => (draft instanceof TallyError ? count : count + 1), 0);
  const indices = wanted === 0 ? [] : await deps.indices.take(wanted);

  const ready: { certificate: NewCertificate; event: AuditEvent }[] = [];
  const items: PrepareItem[] = [];
  const places: number[] = [];
  for (const [place, draft] of drafts.entries()) {
    if (draft instanceof TallyError) continue;
    const { type, claims, subject } = draft;
    const statusIndex = indices[items.length] as number;
    items.push({ context: contextOf(deps, desk, type, now), claims, subject, statusIndex });
    places.push(place);
  }
  for (const [i, certificate] of (await prepareInTurns(items)).entries()) {
    if (certificate instanceof TallyError) drafts[places[i] as number] = certificate;
    else ready.push({ certificate, event: issuedEvent(actor, certificate, now) });
  }
  return { drafts, ready };
}

async function prepareInTurns(items: readonly PrepareItem[]): Promise<readonly (NewCertificate | TallyError)[]> {
  const turns: Promise<readonly (NewCertificate | TallyError)[]>[] = [];
  for (let done = 0; done < items.length; done += ITEMS_PER_TURN) {
    await turn();
    const preparing = prepareCertificates(items.slice(done, done + ITEMS_PER_TURN));
    // The first that fails is told; those after it must not end the process.
    preparing.catch(() => {});
    turns.push(preparing);
    await turns.at(-TURNS_AHEAD);
  }
  return (await Promise.all(turns)).flat();
}

/** The second half. What changed at the agency since the first is noticed by the store. */
export async function storeGroup(
  { certificates }: Pick<IssuanceDependencies, "certificates">,
  { drafts, ready }: PreparedGroup,
): Promise<readonly Outcome[]> {
  const outcomes = ready.length === 0 ? [] : await certificates.addIssued(ready);
  let stored = 0;
  return drafts.map((draft) => {
    if (draft instanceof TallyError) return draft;
    const at = stored++;
    const certificate = (ready[at] as { certificate: NewCertificate }).certificate;
    const outcome = outcomes[at] as AddOutcome;
    return outcome.stored
      ? { ...summaryOfNew(certificate), warnings: draft.claims.warnings }
      : conflictError(outcome, certificate);
  });
}

/** Judges one request completely; nothing is signed yet. */
export async function draftOf(
  deps: Pick<IssuanceDependencies, "crypto" | "checkRenderable">,
  desk: IssuingDesk,
  input: unknown,
  now: number,
): Promise<Draft> {
  const request = readIssueRequest(input);
  const type = await desk.typeFor(request.typeCode, request.typeVersion);
  const claims = checkClaims(request, type, desk.agency.code, now);
  const subject = subjectOf({ crypto: deps.crypto, type, agency: desk.agency }, claims);
  requireRenderable(deps, { type, claims, subject });
  return { type, claims, subject };
}

export function requireRenderable(
  { checkRenderable }: Pick<IssuanceDependencies, "checkRenderable">,
  { type, claims, subject }: Draft,
): void {
  const problems = checkRenderable(subject, validityOf(claims.period), type.definition).map(({ field, message }) => ({
    // The renderer knows the certificate; whoever asked knows the request, in which the holders have another name.
    field: field.replace(/^\/certificateHolder(?=\/|$)/, "/holders"),
    message,
  }));
  refuse("certificate.not-renderable", "the certificate cannot be printed", problems);
}

export function contextOf(
  { crypto, region, publicUrl }: IssuanceDependencies,
  { agency, signer }: IssuingDesk,
  type: CompiledType,
  now: number,
): PrepareContext {
  const statusListUrl = (purpose: string, list: number) => `${publicUrl}/v1/status/${region}/${purpose}/${list}`;
  return { crypto, type, agency, signer, now, statusListUrl };
}

/** What stood in the way of storing, as the caller is told it. */
export function conflictError(outcome: AddOutcome, certificate: NewCertificate): TallyError {
  if (outcome.stored) return new TallyError("internal", "a stored certificate has no conflict");
  const { conflict, existing } = outcome;
  switch (conflict) {
    case "identifier":
      return new TallyError("certificate.exists", `${certificate.identifier}: this version is stored as ${existing}`, {
        field: "/identifier",
      });
    case "number":
      return new TallyError(
        "certificate.exists",
        `number ${certificate.number} is in force as ${existing}; renew, correct or revoke that one`,
        { field: "/certificateNumber" },
      );
    case "predecessor":
      return new TallyError("certificate.state-conflict", `${existing} has changed meanwhile; look at it again`);
    case "key":
      return new TallyError("key.retired", "the agency's key was changed while this was being signed; send it again");
    case "agency": {
      const { agency, typeCode } = certificate;
      return new TallyError(
        "agency.not-authorised",
        `agency ${agency} was suspended, or may no longer issue type ${typeCode}, by the time this was to be stored`,
      );
    }
    case "status-index":
      return new TallyError("store.failed", `status index ${certificate.statusIndex} is taken by ${existing}`);
  }
}

function issuedEvent(actor: Actor, certificate: NewCertificate, now: number): AuditEvent {
  return eventBy(actor, {
    time: now,
    action: "certificate-issued",
    object: certificate.identifier,
    digestAfter: certificate.digest,
    detail: { agency: certificate.agency, type: `${certificate.typeCode}/${certificate.typeVersion}` },
  });
}

async function orError<T>(work: () => Promise<T>): Promise<T | TallyError> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof TallyError && !STOPS_THE_GROUP.has(error.code)) return error;
    throw error;
  }
}

/** These say something about the deployment, not about one item. */
const STOPS_THE_GROUP: ReadonlySet<string> = new Set(["store.failed", "internal"]);

function turn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
