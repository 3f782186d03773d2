// SPDX-License-Identifier: Apache-2.0
import { equalBytes } from "../../core/bytes.js";
import type { LegalState } from "../../core/type-definition.js";
import type { RecordedEvent } from "../audit/index.js";
import {
  findTransition,
  type InForceState,
  resumeStateAfter,
  type StatusAction,
  type Transition,
} from "../issuance/index.js";
import { compared, type Discrepancy, fault, REMEDY } from "./discrepancy.js";
import { type CertificateFile, FIRST_ACTIONS } from "./stored-records.js";

/** What the log says a certificate has come to. */
interface Outcome {
  readonly state: LegalState;
  readonly resumeState: InForceState;
  readonly successor: string | null;
  readonly changes: readonly { readonly action: StatusAction; readonly at: number }[];
}

const ACTS = {
  "certificate-suspended": "suspend",
  "certificate-released": "release",
  "certificate-revoked": "revoke",
} as const;

/** A seal and a copy change nothing of the certificate. */
const BESIDE_IT: ReadonlySet<string> = new Set(["certificate-sealed", "certificate-copied"]);

/** Compares state, links, time of issue and changes of the status bits with what the log tells, event after event. */
export function examineHistory({ certificate, statusChanges, history }: CertificateFile): readonly Discrepancy[] {
  const { identifier: key, digest, issuedAt } = certificate;
  const place = (field: string) => ({ collection: "certificates", key, field });
  const events = history.filter(({ action }) => action.startsWith("certificate-") && !BESIDE_IT.has(action));
  const [first, ...later] = events;
  const isFirst = (event: RecordedEvent | undefined): boolean =>
    event !== undefined && (FIRST_ACTIONS as readonly string[]).includes(event.action);
  if (first === undefined || !isFirst(first) || later.some(isFirst)) {
    const why = "the log does not tell that it was issued, once and before all else";
    return [fault(place("record"), { why, remedy: REMEDY.restore })];
  }
  const found: Discrepancy[] = [];
  const why = "is not what the log tells";
  const remedy = REMEDY.fromLog;
  if (first.digestAfter === undefined || !equalBytes(first.digestAfter, digest))
    found.push(fault(place("digest"), { why, remedy, stored: digest, expected: first.digestAfter ?? null }));
  found.push(...compared(place("issuedAt"), issuedAt, first.time, { why, remedy }));
  const outcome = replayed(first, later);
  if (outcome === null) {
    const gap = "the log tells a change of state that does not follow from the one before";
    return [...found, fault(place("state"), { why: gap, remedy: REMEDY.restore, stored: certificate.state })];
  }
  for (const field of ["state", "resumeState", "successor"] as const)
    found.push(...compared(place(field), certificate[field], outcome[field], { why, remedy }));
  return [...found, ...examineChanges(key, statusChanges, outcome.changes)];
}

function replayed(first: RecordedEvent, later: readonly RecordedEvent[]): Outcome | null {
  const begun = first.detail?.state === "suspended" ? "suspended" : "valid";
  const changes: { action: StatusAction; at: number }[] = [];
  if (begun === "suspended") changes.push({ action: "suspend", at: first.time });
  let state: LegalState = begun;
  let resumeState: InForceState = "valid";
  let successor: string | null = null;
  for (const { action, time, detail = {} } of later) {
    if (detail.from !== state) return null;
    if (action === "certificate-replaced") {
      successor = String(detail.successor);
      state = "replaced";
      changes.push({ action: "revoke", at: time });
      continue;
    }
    const act = (ACTS as Readonly<Record<string, Transition["action"]>>)[action];
    const transition: Transition | null =
      act === undefined ? null : findTransition(act, state, detail.to as LegalState);
    if (!transition) return null;
    resumeState = resumeStateAfter(state, transition.to);
    state = transition.to;
    if (transition.status !== null) changes.push({ action: transition.status, at: time });
  }
  return { state, resumeState, successor, changes };
}

function examineChanges(
  key: string,
  stored: CertificateFile["statusChanges"],
  expected: Outcome["changes"],
): readonly Discrepancy[] {
  const why = "is not what the log tells";
  const remedy = REMEDY.fromLog;
  const found = stored.flatMap((change, i): readonly Discrepancy[] => {
    const place = (field: string) => ({ collection: "status_changes", key: `${key}, ${change.seq}`, field });
    const wanted = expected[i];
    if (wanted === undefined) {
      const extra = "a change of the status bits that no event of the log ordered";
      return [fault(place("record"), { why: extra, remedy, stored: change.action })];
    }
    const shape = change.tx === null || /^0x[0-9a-f]{64}$/.test(change.tx);
    const marked = change.confirmedAt === null || change.confirmedAt >= change.queuedAt;
    return [
      ...compared(place("certificateId"), change.certificateId, key, {
        why: "is not the certificate of its status index",
        remedy,
      }),
      ...compared(place("action"), change.action, wanted.action, { why, remedy }),
      ...compared(place("queuedAt"), change.queuedAt, wanted.at, { why, remedy }),
      ...(shape ? [] : [fault(place("tx"), { why: "is no transaction hash", remedy, stored: change.tx })]),
      ...(marked
        ? []
        : [fault(place("confirmedAt"), { why: "is before it was queued", remedy, stored: change.confirmedAt })]),
    ];
  });
  const missing = expected.slice(stored.length).map(({ action, at }) => {
    const place = { collection: "status_changes", key, field: "record" };
    const lost = `the ${action} that the log tells at ${new Date(at).toISOString()} is not on its way to the chain`;
    return fault(place, { why: lost, remedy, expected: action });
  });
  return [...found, ...missing];
}
