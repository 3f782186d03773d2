// SPDX-License-Identifier: Apache-2.0
export {
  ARCHIVE_MEMBERS,
  type ArchiveHead,
  type ArchiveMembers,
  archiveMetadata,
  MAX_ARCHIVE_BYTES,
} from "./archive-format.js";
export type { ArchiveCheckName, ArchiveCheckResult, ArchiveReport } from "./archive-report.js";
export {
  type LogExtract,
  type LoggedEvent,
  type LogRun,
  MAX_LOG_DIGESTS,
  MAX_LOG_EVENTS,
  writeLogExtract,
} from "./log-extract.js";
export { looksLikeZip } from "./looks-like-zip.js";
export { unsignedArchive } from "./manifest.js";
export { writeSealProof } from "./seal-proof.js";
export { type VerifyArchiveOptions, verifyArchive } from "./verify-archive.js";
