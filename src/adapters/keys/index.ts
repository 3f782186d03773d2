// SPDX-License-Identifier: Apache-2.0
export { type Account, AccountFiles, type AccountInfo, accountOfNobody, type SealedAccount } from "./account-files.js";
export type { KeyFilesOptions } from "./encrypted-key-files.js";
export { FileKeyStore } from "./file-key-store.js";
export { openAccountFile } from "./open-account-file.js";
export { type KeptPassphrase, readOrMakePassphrase, readPassphrase } from "./passphrase-file.js";
export { PickUpKeyFiles } from "./pick-up-key-files.js";
export { SealKeyFiles } from "./seal-key-files.js";
