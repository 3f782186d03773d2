// SPDX-License-Identifier: Apache-2.0
import { equalBytes } from "../../core/bytes.js";
import { toHex } from "../../core/hex.js";
import { auditHeadBatch, LEAF_LENGTH } from "../anchoring/index.js";
import { type AuditDetail, CHAIN_START, eventHash, type RecordedEvent } from "../audit/index.js";
import { compared, type Discrepancy, fault, REMEDY } from "./discrepancy.js";
import type { Examined } from "./examined.js";
import { type AuditHeadRecord, FIRST_ACTIONS } from "./stored-records.js";

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

export interface LoggedSealCertificate {
  /** Sequence. */
  readonly event: number;
  readonly digest: Uint8Array | null;
  revocation: { readonly at: number; readonly reason: string } | null;
}

export interface LoggedRevocationList {
  readonly digest: Uint8Array | null;
  readonly detail: AuditDetail;
}

/** What the log says that the deployment's own records have come to. As large as its administration, not as its certificates. */
export class LogFacts {
  readonly agencies = new Map<string, LoggedAgency>();
  readonly tokens = new Map<string, LoggedToken>();
  /** By `typeCode/version`. */
  readonly types = new Map<string, LoggedType>();
  readonly alarms: LoggedAlarm[] = [];
  /** By serial number. */
  readonly sealCertificates = new Map<string, LoggedSealCertificate>();
  /** The newest of every seal CA. */
  readonly revocationLists = new Map<string, LoggedRevocationList>();
  readonly clearedAlarms = new Set<number>();
  /** Events that tell of an issue. */
  issued = 0;
  restored = false;

  add(event: RecordedEvent): void {
    const { action, object, time, sequence, detail = {} } = event;
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
    else if (action === "seal-certified" || action === "seal-ca-certified")
      this.sealCertificates.set(object, { event: sequence, digest, revocation: null });
    else if (action === "seal-revoked") {
      const certificate = this.sealCertificates.get(object);
      if (certificate) certificate.revocation = { at: Number(detail.at), reason: String(detail.reason) };
    } else if (action === "revocation-list-issued") this.revocationLists.set(object, { digest, detail });
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

/**
 * Goes through the log from its beginning: sequence without gaps, every hash over the one before, and at the events of which a head was
 * anchored the very hash that the batch has; so hashes that were all made anew are found. `facts` is filled on the way.
 */
export async function* examineLog(
  { records, anchoring, region, crypto }: Pick<Examined, "records" | "anchoring" | "region" | "crypto">,
  facts: LogFacts,
  count: (events: number) => void,
): AsyncGenerator<Discrepancy> {
  // Read before the log: a head that a running service stages meanwhile may cover more than what is read here.
  const heads = new HeadReader(records, (await anchoring.newestAuditHead())?.sequence ?? 0);
  let head = await heads.next();
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
      for (; head !== null && head.sequence < event.sequence; head = await heads.next())
        yield* noEvent(head, "there is no such event");
      if (head?.sequence === event.sequence) {
        yield* examineHead({ crypto, region }, head, stored);
        head = await heads.next();
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
  for (; head !== null; head = await heads.next())
    yield* noEvent(head, `the log ends at event ${sequence}: what was logged from there to the head was removed`);
}

/** Of a head whose event is not in the log. */
function noEvent({ sequence, batchId }: AuditHeadRecord, why: string): readonly Discrepancy[] {
  const place = { collection: "audit_heads", key: String(sequence), field: "sequence" };
  return [fault(place, { why: `batch ${batchId} anchors the log up to there; ${why}`, remedy: REMEDY.restore })];
}

/** The heads in their order, a page in memory, up to the one that was the newest. */
class HeadReader {
  #page: readonly AuditHeadRecord[] = [];
  #at = 0;
  // An edited one may have any.
  #after = Number.MIN_SAFE_INTEGER;

  constructor(
    private readonly records: Examined["records"],
    private readonly newest: number,
  ) {}

  async next(): Promise<AuditHeadRecord | null> {
    if (this.#at === this.#page.length && this.#after < this.newest) {
      this.#page = await this.records.auditHeads(this.#after, PAGE);
      this.#at = 0;
    }
    const head = this.#page[this.#at];
    if (head === undefined || head.sequence > this.newest) return null;
    this.#at += 1;
    this.#after = head.sequence;
    return head;
  }
}

/**
 * The log, the record of the head and the batch against one another. The root is compared with the registry beside the other batches:
 * whoever makes log and record anew cannot make it anew.
 */
function examineHead(
  { crypto, region }: Pick<Examined, "crypto" | "region">,
  { sequence, hash, batchId, batch }: AuditHeadRecord,
  logged: Uint8Array,
): readonly Discrepancy[] {
  const place = (field: string) => ({ collection: "audit_heads", key: String(sequence), field });
  const remedy = REMEDY.restore;
  if (batch === null) return [fault(place("batchId"), { why: `there is no batch ${batchId}`, remedy })];
  const isRootOf = (of: Uint8Array): boolean =>
    of.length === LEAF_LENGTH &&
    auditHeadBatch(crypto, region, { sequence, hash: toHex(of) }).root === batch.root &&
    batch.size === 1;
  if (isRootOf(logged)) return compared(place("hash"), hash, logged, { why: "is not the hash of the event", remedy });
  const words = { remedy, stored: logged };
  if (isRootOf(hash)) {
    const why = `batch ${batchId} anchors another hash of this event: it, or events before it, were changed and all hashes made anew`;
    return [fault({ ...place("record"), collection: "audit_events" }, { ...words, why, expected: hash })];
  }
  const why = `the log up to event ${sequence} is not what batch ${batchId} anchors: events were changed and all hashes made anew, or this record or the batch was edited`;
  return [fault(place("batchId, sequence, hash"), { ...words, why })];
}
