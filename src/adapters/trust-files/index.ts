// SPDX-License-Identifier: Apache-2.0
export { fileBundleShelf } from "./bundle-shelf.js";
export type { Exclusively } from "./guarded.js";
export { filePinStore } from "./pin-store.js";
export { type RevocationListFiles, revocationListFiles } from "./revocation-list-files.js";
