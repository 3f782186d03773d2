// SPDX-License-Identifier: Apache-2.0
export { nextPins } from "./bundle-keys.js";
export { isNewer, refuseOlder } from "./bundle-order.js";
export { type BundleRegistryOptions, bundleAge, bundleRegistry } from "./bundle-registry.js";
export { bundleRevocationLists } from "./bundle-revocation-lists.js";
export { type ReadBundleOptions, readTrustBundle } from "./read-bundle.js";
export { MAX_BUNDLE_BYTES, type TrustBundle } from "./trust-bundle.js";
