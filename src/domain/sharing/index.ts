// SPDX-License-Identifier: Apache-2.0

export {
  type BlockFloor,
  createPublishedFloor,
  type PublishedFloor,
  type PublishedFloorDeps,
} from "./block-floor.js";

export {
  type BundleKeeper,
  type BundleKeeperDeps,
  createBundleKeeper,
  type KnownNetwork,
  type PinStore,
  type TrustState,
} from "./bundle-keeper.js";
export { type BundlePublisher, type BundlePublisherDeps, createBundlePublisher } from "./bundle-publisher.js";
export { catalogueShelf } from "./catalogue-shelf.js";
export {
  createDidDocuments,
  type DidDocuments,
  type DidDocumentsDependencies,
  type KeyLog,
} from "./did-documents.js";
export { forwardOnly } from "./forward-only.js";
export { type CertificateIssuer, keyStanding } from "./key-standing.js";
export type { OwnLeaves } from "./leaf-fetcher.js";
export { piecesInOrder } from "./leaf-order.js";
export { createListMirror, type ListMirror, type ListMirrorDeps } from "./list-mirror.js";
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
export type { Published } from "./published.js";
export type { Named, RegistryHistory } from "./registry-history.js";
export {
  createStatusLists,
  type ListWords,
  type PublishedStatusList,
  type StatusListSettings,
  type StatusLists,
  type StatusListsDependencies,
  type StatusPurpose,
  type StatusWordsSource,
} from "./status-lists.js";
export {
  type BundleShelf,
  type BundleSigner,
  createTrustBundles,
  type PublishedBundle,
  type TrustBundles,
  type TrustBundlesDeps,
} from "./trust-bundles.js";
