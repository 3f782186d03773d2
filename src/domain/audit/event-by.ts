// SPDX-License-Identifier: Apache-2.0
import type { Actor } from "./actor.js";
import type { AuditEvent } from "./audit-event.js";

/** An event that went through, named after its actor and request. */
export function eventBy(
  actor: Actor,
  event: Omit<AuditEvent, "actor" | "requestId" | "result"> & Partial<Pick<AuditEvent, "result">>,
): AuditEvent {
  const { kind, id, role, requestId } = actor;
  return { result: "done", ...event, actor: { kind, id, role }, requestId };
}
