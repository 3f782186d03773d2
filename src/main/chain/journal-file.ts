// SPDX-License-Identifier: Apache-2.0

/** Name of the journal in the folder of an embedded chain. */
export const JOURNAL_FILE = "journal.jsonl";
