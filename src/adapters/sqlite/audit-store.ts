// SPDX-License-Identifier: Apache-2.0
import {
  type AuditEvent,
  type AuditQuery,
  type AuditStore,
  CHAIN_START,
  eventHash,
  type RecordedEvent,
} from "../../domain/audit/index.js";
import type { Database, SqlValue } from "./database.js";
import { insertRows } from "./insert-rows.js";

export function sqliteAuditStore(database: Database): AuditStore {
  return {
    append: async (event) => database.write(() => ({ ...event, sequence: appendEvent(database, event) })),
    list: async (query) => listEvents(database, query),
  };
}

/** Appends within the caller's transaction; returns the sequence number. */
export function appendEvent(database: Database, event: AuditEvent): number {
  return appendEvents(database, [event]);
}

/** The same for several, in their order; returns the sequence number of the last. */
export function appendEvents(database: Database, events: readonly AuditEvent[]): number {
  const last = database.get<{ hash: Uint8Array }>("SELECT hash FROM audit_events ORDER BY seq DESC LIMIT 1");
  let hash = last?.hash ?? CHAIN_START;
  // Never the number of an event that was removed: the gap tells of it.
  let sequence = lastSequence(database);
  const rows: SqlValue[][] = [];
  for (const event of events) {
    sequence += 1;
    hash = eventHash(hash, { ...event, sequence });
    rows.push(rowOf(event, sequence, hash));
  }
  insertRows(database, COLUMNS, rows);
  return sequence;
}

const COLUMNS = `audit_events (seq, time, actor_kind, actor_id, actor_role, action, object, purpose, matter,
  digest_before, digest_after, request_id, result, detail, hash)`;

function rowOf(event: AuditEvent, sequence: number, hash: Uint8Array): SqlValue[] {
  return [
    sequence,
    event.time,
    event.actor.kind,
    event.actor.id,
    event.actor.role,
    event.action,
    event.object,
    event.purpose ?? null,
    event.matter ?? null,
    event.digestBefore ?? null,
    event.digestAfter ?? null,
    event.requestId,
    event.result,
    event.detail === undefined ? null : JSON.stringify(event.detail),
    hash,
  ];
}

/** The highest sequence that was ever given; 0 before the first. */
export function lastSequence(database: Database): number {
  const sql = "SELECT seq FROM sqlite_sequence WHERE name = 'audit_events'";
  return database.get<{ seq: number }>(sql)?.seq ?? 0;
}

function listEvents(database: Database, { object, action, beyond, order, limit }: AuditQuery): RecordedEvent[] {
  const newestFirst = order === "newest-first";
  const filters: string[] = [];
  const values: SqlValue[] = [];
  if (object !== undefined) {
    filters.push("object = ?");
    values.push(object);
  }
  if (action !== undefined) {
    // The unary plus keeps the planner on the log's own order, or the object's index.
    filters.push("+action = ?");
    values.push(action);
  }
  if (beyond !== undefined) {
    filters.push(newestFirst ? "seq < ?" : "seq > ?");
    values.push(beyond);
  }
  const where = filters.length === 0 ? "" : `WHERE ${filters.join(" AND ")}`;
  const sql = `SELECT * FROM audit_events ${where} ORDER BY seq ${newestFirst ? "DESC" : "ASC"} LIMIT ?`;
  return database.all<EventRow>(sql, ...values, limit).map(recordedEvent);
}

export interface EventRow {
  readonly seq: number;
  readonly time: number;
  readonly actor_kind: AuditEvent["actor"]["kind"];
  readonly actor_id: string;
  readonly actor_role: AuditEvent["actor"]["role"];
  readonly action: AuditEvent["action"];
  readonly object: string;
  readonly purpose: string | null;
  readonly matter: string | null;
  readonly digest_before: Uint8Array | null;
  readonly digest_after: Uint8Array | null;
  readonly request_id: string;
  readonly result: AuditEvent["result"];
  readonly detail: string | null;
}

export function recordedEvent(row: EventRow): RecordedEvent {
  return {
    sequence: row.seq,
    time: row.time,
    actor: { kind: row.actor_kind, id: row.actor_id, role: row.actor_role },
    action: row.action,
    object: row.object,
    ...(row.purpose === null ? {} : { purpose: row.purpose }),
    ...(row.matter === null ? {} : { matter: row.matter }),
    ...(row.digest_before === null ? {} : { digestBefore: row.digest_before }),
    ...(row.digest_after === null ? {} : { digestAfter: row.digest_after }),
    requestId: row.request_id,
    result: row.result,
    ...(row.detail === null ? {} : { detail: JSON.parse(row.detail) }),
  };
}
