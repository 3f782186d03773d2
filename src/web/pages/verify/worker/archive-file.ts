// SPDX-License-Identifier: Apache-2.0
import {
  type ArchiveReport,
  MAX_ARCHIVE_BYTES,
  type VerifyArchiveOptions,
  verifyArchive,
} from "../../../../verify/archive.js";
import type { Report } from "../../../../verify/report.js";
import { emptySummary } from "../../../../verify/summary.js";
import type { Verification } from "./protocol.js";

/** Loaded for the first file that may be an archive package; every other zip file is told for what it is. */
export async function verifyArchiveFile(file: Blob, options: VerifyArchiveOptions): Promise<Verification> {
  // What is too large is not read: so many zeros get the library's own answer for it.
  const bytes =
    file.size > MAX_ARCHIVE_BYTES ? new Uint8Array(MAX_ARCHIVE_BYTES + 1) : new Uint8Array(await file.arrayBuffer());
  const archive = await verifyArchive(bytes, options);
  return { report: licenceReport(archive), source: "archive", bundle: null, archive };
}

/** What the package proves of the licence in it: nothing as long as something is the matter with the package itself. */
function licenceReport({ checks, licence, remarks, verdict, reason, times: { now } }: ArchiveReport): Report {
  const isSound = checks.every(({ outcome }) => outcome === "pass");
  if (licence !== null && isSound)
    return { ...licence, remarks: [...remarks, ...licence.remarks], times: { ...licence.times, now } };
  return {
    reportVersion: 1,
    verdict,
    reason,
    authenticity: verdict === "not-genuine" ? verdict : "undecided",
    standing: "undecided",
    recognition: "undecided",
    checks: licence?.checks ?? [],
    remarks,
    document: licence?.document ?? emptySummary("unknown"),
    times: { now, at: now, anchoredAt: licence?.times.anchoredAt ?? null, head: licence?.times.head ?? null },
  };
}
