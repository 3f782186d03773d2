// SPDX-License-Identifier: Apache-2.0
export {
  type ArchivePackage,
  type Archiving,
  type ArchivingDependencies,
  type ArchivingPurpose,
  createArchiving,
} from "./archiving.js";
export type { StoredLog } from "./log-extract.js";
