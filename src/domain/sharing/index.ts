// SPDX-License-Identifier: Apache-2.0

export { catalogueShelf } from "./catalogue-shelf.js";
export type { OwnLeaves } from "./leaf-fetcher.js";
export {
  createMirror,
  DEFAULT_MIRROR,
  type Mirror,
  type MirrorDeps,
  type MirrorPass,
  type MirrorSettings,
} from "./mirror.js";
export type * from "./ports.js";
export { mirrorProofs, type ProofSourceDeps } from "./proof-source.js";
export { createPublicBatches, type PublicBatches } from "./public-batches.js";
