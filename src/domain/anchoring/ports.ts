// SPDX-License-Identifier: Apache-2.0

/** Everything that anchoring asks of the world: a chain, a store, a clock. */
export type * from "./anchoring-store.js";
export type { AuditHead, AuditHeadBatch } from "./audit-head.js";
export type * from "./chain-port.js";
export type * from "./clock.js";
export type * from "./lease-store.js";
export type * from "./restoration-store.js";
export type * from "./status-queue.js";
export type * from "./watch-store.js";
