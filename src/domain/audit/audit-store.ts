// SPDX-License-Identifier: Apache-2.0
import type { AuditAction, AuditEvent, RecordedEvent } from "./audit-event.js";

export interface AuditQuery {
  readonly object?: string;
  readonly action?: AuditAction;
  /** Only events with a greater sequence (oldest first) or a smaller one (newest first). */
  readonly beyond?: number;
  readonly order: "oldest-first" | "newest-first";
  readonly limit: number;
}

/**
 * The append-only log. No method changes or removes an event, and a store must refuse both even to its own operator's SQL
 * or shell where it can. With each event it keeps its hash (`eventHash`), in the same write. Events that belong to a write of another store are appended by that store in the same transaction.
 * Every adapter must pass test/adapters/audit-store.suite.ts.
 */
export interface AuditStore {
  /** Durable when it resolves. Sequence numbers follow the order in which appends became durable. */
  append(event: AuditEvent): Promise<RecordedEvent>;

  list(query: AuditQuery): Promise<readonly RecordedEvent[]>;
}
