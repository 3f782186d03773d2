// SPDX-License-Identifier: Apache-2.0
import { equalBytes } from "../../core/bytes.js";
import { type AuditDetail, CHAIN_START, eventHash, type RecordedEvent } from "../audit/index.js";
import { type Discrepancy, fault, REMEDY } from "./discrepancy.js";
import type { Examined } from "./examined.js";
import { FIRST_ACTIONS } from "./stored-records.js";

export interface LoggedAgency {
  digest: Uint8Array | null;
  keyDigest: string | null;
  suspended: boolean;
  readonly types: Set<string>;
}

export interface LoggedToken {
  readonly digest: Uint8Array | null;
  readonly createdAt: number;
  readonly detail: AuditDetail;
  revokedAt: number | null;
}

export interface LoggedType {
  readonly digest: Uint8Array | null;
  retiredAt: number | null;
}

export interface LoggedAlarm {
  readonly kind: string;
  readonly object: string;
  readonly time: number;
}

/** What the log says that the deployment's own records have come to. As large as its administration, not as its certificates. */
export class LogFacts {
  readonly agencies = new Map<string, LoggedAgency>();
  readonly tokens = new Map<string, LoggedToken>();
  /** By `typeCode/version`. */
  readonly types = new Map<string, LoggedType>();
  readonly alarms: LoggedAlarm[] = [];
  readonly clearedAlarms = new Set<number>();
  /** Events that tell of an issue. */
  issued = 0;
  restored = false;

  add(event: RecordedEvent): void {
    const { action, object, time, detail = {} } = event;
    const digest = event.digestAfter ?? null;
    if ((FIRST_ACTIONS as readonly string[]).includes(action)) this.issued += 1;
    else if (action.startsWith("agency-")) this.#addAgency(event);
    else if (action === "token-created") this.tokens.set(object, { digest, createdAt: time, detail, revokedAt: null });
    else if (action === "token-revoked") {
      const token = this.tokens.get(object);
      if (token) token.revokedAt ??= time;
    } else if (action === "type-published") this.types.set(object, { digest, retiredAt: null });
    else if (action === "type-retired") {
      const type = this.types.get(object);
      if (type) type.retiredAt ??= time;
    } else if (action === "alarm-raised") this.alarms.push({ kind: String(detail.kind), object, time });
    else if (action === "alarm-cleared") this.clearedAlarms.add(Number(detail.seq));
    else if (action === "store-restored") this.restored = true;
  }

  #addAgency({ action, object, detail = {}, digestAfter }: RecordedEvent): void {
    if (action === "agency-registered") {
      this.agencies.set(object, { digest: digestAfter ?? null, keyDigest: null, suspended: false, types: new Set() });
      return;
    }
    const agency = this.agencies.get(object);
    if (agency === undefined) return;
    if (action === "agency-key-changed") agency.keyDigest = (detail.key ?? null) as string | null;
    if (action === "agency-suspended") agency.suspended = true;
    if (action === "agency-released") agency.suspended = false;
    if (action === "agency-authorised") agency.types.add(String(detail.typeCode));
    if (action === "agency-authorisation-withdrawn") agency.types.delete(String(detail.typeCode));
  }
}

const PAGE = 1_000;

/** Goes through the log from its beginning: sequence without gaps, every hash over the one before. `facts` is filled on the way. */
export async function* examineLog(
  { records }: Pick<Examined, "records">,
  facts: LogFacts,
  count: (events: number) => void,
): AsyncGenerator<Discrepancy> {
  const last = await records.lastAuditSequence();
  const place = (sequence: number) => ({ collection: "audit_events", key: String(sequence), field: "record" });
  const remedy = REMEDY.restore;
  let sequence = 0;
  let hash: Uint8Array = CHAIN_START;
  for (let more = true; more; ) {
    const page = await records.auditEvents(sequence, PAGE);
    for (const { event, hash: stored } of page) {
      if (event.sequence !== sequence + 1) {
        const why = `events ${sequence + 1} to ${event.sequence - 1} are missing`;
        yield fault(place(sequence + 1), { why, remedy });
      }
      const expected = eventHash(hash, event);
      if (!equalBytes(expected, stored)) {
        const why = "its hash is not that of the event and the one before: it was changed, or what was before it";
        yield fault(place(event.sequence), { why, remedy, stored, expected });
      }
      facts.add(event);
      // Goes on from what is stored, so that one change is told once and not of every event after it.
      [sequence, hash] = [event.sequence, stored];
    }
    count(page.length);
    more = page.length === PAGE;
  }
  if (sequence < last)
    yield fault(place(sequence + 1), { why: `events ${sequence + 1} to ${last} are missing`, remedy });
}
