// SPDX-License-Identifier: Apache-2.0

export { type AlarmDesk, createAlarmDesk } from "./alarm-desk.js";
export { type AnchorPass, type AnchorSettings, type AnchorWorker, createAnchorWorker } from "./anchor-worker.js";
export {
  type Anchoring,
  type AnchoringDeps,
  type AnchoringSettings,
  createAnchoring,
  DEFAULT_ANCHORING,
} from "./anchoring.js";
export { type AnchoringEvent, ignoreEvents, type OnEvent } from "./anchoring-events.js";
export { auditHeadBatch } from "./audit-head.js";
export { type BackoffSettings, delayAfter } from "./backoff.js";
export { type BatchPaths, createBatchPaths } from "./batch-paths.js";
export type { Drain, DrainOptions, StatusDrain } from "./drain.js";
export { type ScanSettings, scanEvents } from "./event-scan.js";
export { createEvidenceSource, type EvidenceSource, type StoredProof } from "./evidence-source.js";
export {
  digestTiles,
  hashAt,
  joinLeaves,
  LEAF_LENGTH,
  type LeafTile,
  splitLeaves,
  TILE_SIZE,
  type TiledLeaves,
  tileOf,
} from "./leaf-tiles.js";
export { anchorLease, restorationLease, statusLease, WITHOUT_END_MS } from "./lease-store.js";
export { createLoop, type Loop, type LoopDeps } from "./loop.js";
export { type Pause, pause, turn } from "./pause.js";
export type * from "./ports.js";
export { ANCHORING } from "./raise-alarm.js";
export { createRecovery, type Recovered, type RecoveryDeps } from "./recovery.js";
export { type AnchorRecheck, createAnchorRecheck } from "./reorganisation.js";
export { collapse, indexRangeOf, indicesOf, LIST_SIZE, placeOf } from "./status-masks.js";
export { LocalStatusNews, type StatusNews } from "./status-news.js";
export { createStatusRecheck, type StatusRecheck } from "./status-recheck.js";
export { createStatusSubmitter, type StatusPass, type StatusSubmitter } from "./status-submitter.js";
export { createWatcher, type Watcher, type WatchPass } from "./watcher.js";
