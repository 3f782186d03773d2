// SPDX-License-Identifier: Apache-2.0
export { ACTOR_ROLES, type Actor, type ActorRole } from "./actor.js";
export {
  AUDIT_ACTIONS,
  type AuditAction,
  type AuditDetail,
  type AuditEvent,
  type RecordedEvent,
} from "./audit-event.js";
export type { AuditQuery, AuditStore } from "./audit-store.js";
export { eventBy } from "./event-by.js";
export { CHAIN_START, eventDigest, eventHash, eventText } from "./event-chain.js";
export { recordDigest } from "./record-digest.js";
