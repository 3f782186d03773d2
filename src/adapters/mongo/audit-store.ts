// SPDX-License-Identifier: Apache-2.0
import type { AuditEvent, AuditStore, RecordedEvent } from "../../domain/audit/index.js";
import { bytesOf } from "./bytes.js";
import type { MongoDatabase } from "./database.js";
import type { AuditEventDocument } from "./documents.js";
import { withWords } from "./failures.js";

/** One transaction's worth of events that belong to no other write. */
const MOST_AT_ONCE = 1_000;

interface Waiting {
  readonly event: AuditEvent;
  readonly resolve: (event: RecordedEvent) => void;
  readonly reject: (error: unknown) => void;
}

export function mongoAuditStore(database: MongoDatabase): AuditStore {
  const waiting: Waiting[] = [];
  let isAppending = false;

  /** One transaction for all that came while the one before was under way. */
  async function appendWaiting(): Promise<void> {
    isAppending = true;
    while (waiting.length > 0) {
      let group: Waiting[] = [];
      try {
        const sequences = await database.logged(async (write) => {
          // Taken when the turn has come; a transaction that begins again has its own already.
          if (group.length === 0) group = waiting.splice(0, MOST_AT_ONCE);
          return group.map(({ event }) => write.append(event));
        });
        group.forEach(({ event, resolve }, i) => {
          resolve({ ...event, sequence: sequences[i] as number });
        });
      } catch (error) {
        if (group.length === 0) group = waiting.splice(0);
        for (const { reject } of group) reject(error);
      }
    }
    isAppending = false;
  }

  return withWords("audit log", {
    append: (event) =>
      new Promise<RecordedEvent>((resolve, reject) => {
        waiting.push({ event, resolve, reject });
        if (!isAppending) void appendWaiting();
      }),

    async list({ object, action, beyond, order, limit }) {
      const newestFirst = order === "newest-first";
      const events = await database
        .collection("auditEvents")
        .find({
          ...(object === undefined ? {} : { object }),
          ...(action === undefined ? {} : { action }),
          ...(beyond === undefined ? {} : { _id: newestFirst ? { $lt: beyond } : { $gt: beyond } }),
        })
        .project<AuditEventDocument>({ hash: 0 })
        .sort({ _id: newestFirst ? -1 : 1 })
        .limit(limit)
        .toArray();
      return events.map(recordedEvent);
    },
  } satisfies AuditStore);
}

export function eventDocument(
  { time, actor, action, object, ...rest }: AuditEvent,
  sequence: number,
): AuditEventDocument {
  const { kind, id, role } = actor;
  return { _id: sequence, time, actor: { kind, id, role }, action, object, ...rest };
}

export function recordedEvent({
  _id,
  digestBefore,
  digestAfter,
  hash: _,
  ...event
}: AuditEventDocument): RecordedEvent {
  return {
    sequence: _id,
    ...event,
    ...(digestBefore === undefined ? {} : { digestBefore: bytesOf(digestBefore) }),
    ...(digestAfter === undefined ? {} : { digestAfter: bytesOf(digestAfter) }),
  };
}
