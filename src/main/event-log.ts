// SPDX-License-Identifier: Apache-2.0
import type { Logger } from "pino";
import { TallyError } from "../core/errors.js";
import { ANCHORING, type AnchoringEvent, type OnEvent } from "../domain/anchoring/index.js";
import { type AuditEvent, type AuditStore, eventBy } from "../domain/audit/index.js";

const ALARMING = new Set(["alarm-raised", "alarm-open", "anchor-vanished", "status-vanished"]);
const FAILING = new Set(["pass-failed", "peer-failed", "status-refused"]);

/** Tells the log what background work does, as loud as it is grave. */
export function eventLog(logger: Logger): OnEvent {
  return ({ event, ...fields }) => {
    const line = "error" in fields ? { ...fields, error: describe(fields.error) } : fields;
    if (ALARMING.has(event)) logger.error(line, event);
    else if (FAILING.has(event)) logger.warn(line, event);
    else logger.info(line, event);
  };
}

/** The same, and writes into the audit log what was anchored; an alarm's entry is written with the alarm. */
export function auditedEventLog(logger: Logger, audit: AuditStore): OnEvent {
  const log = eventLog(logger);
  return (event) => {
    log(event);
    const entry = auditEntry(event);
    if (entry === null) return;
    // The batch itself is the record; the log line about it must not stop the worker.
    audit.append(eventBy(ANCHORING, { time: Date.now(), ...entry })).catch((error: unknown) => {
      logger.error({ error: describe(error) }, "audit-append-failed");
    });
  };
}

function auditEntry(event: AnchoringEvent): Pick<AuditEvent, "action" | "object" | "detail"> | null {
  // A head of the log leaves no event in it: it would be one that no head covers, and a region that does nothing would anchor for ever.
  if (event.event === "batch-anchored" && event.auditHead === undefined) {
    const { region, root, size, block, tx } = event;
    return { action: "batch-anchored", object: `${region}/${root}/${size}`, detail: { block, tx } };
  }
  return null;
}

function describe(error: unknown): string {
  if (error instanceof TallyError) return `${error.code}: ${error.message}`;
  return error instanceof Error ? error.message : String(error);
}
