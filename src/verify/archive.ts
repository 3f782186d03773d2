// SPDX-License-Identifier: Apache-2.0

/** The published verification of archive packages: `import { verifyArchive } from "tigertally/verify/archive"`. */
export { type Multikey, parseMultikey } from "../core/multikey.js";
export {
  type ArchiveCheckName,
  type ArchiveCheckResult,
  type ArchiveHead,
  type ArchiveReport,
  looksLikeZip,
  MAX_ARCHIVE_BYTES,
  type VerifyArchiveOptions,
  verifyArchive,
} from "./archive/index.js";
