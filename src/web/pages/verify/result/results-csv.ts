// SPDX-License-Identifier: Apache-2.0
import { REASON_TEXTS } from "../../../../words/reason-texts.js";
import { RECOGNITIONS, STANDINGS } from "../../../../words/report-words.js";
import { language, say, type Text } from "../../../language/language.js";
import type { Item } from "../verification.js";
import type { Verification } from "../worker/protocol.js";
import { isGenuine, remarkTexts, titleOf } from "./present.js";
import { REFUSALS, WORDS } from "./words.js";

/** One row of the table, in the order of the headings. */
type Cells = readonly (string | null)[];

const HEADINGS: readonly Text[] = [
  WORDS.file,
  WORDS.result,
  { zh: "结论代码", en: "Verdict code" },
  WORDS.reason,
  WORDS.why,
  { zh: "效力", en: "Standing" },
  { zh: "互认", en: "Recognition" },
  WORDS.name,
  WORDS.number,
  WORDS.identifier,
  WORDS.holder,
  WORDS.issuer,
  WORDS.region,
  WORDS.validFrom,
  WORDS.validUntil,
  { zh: "加注件：使用方、事项、有效期至", en: "Reader's copy: for, matter, until" },
  WORDS.anchoredAt,
  WORDS.verifiedAt,
  { zh: "依据", en: "Rests on" },
  WORDS.digest,
  WORDS.remarks,
];

/**
 * The results as a table for a spreadsheet: RFC 4180, with a byte order mark so that Chinese survives. A cell that a spreadsheet
 * would take for a formula gets an apostrophe in front. What a document says is there only when it is proven genuine.
 */
export function resultsCsv(items: readonly Item[]): string {
  const rows = [HEADINGS.map(say), ...items.map(cellsOf)];
  const lines = rows.map((cells) => HEADINGS.map((_, column) => cell(cells[column] ?? "")).join(","));
  return `\ufeff${lines.join("\r\n")}\r\n`;
}

function cellsOf({ name, progress }: Item): Cells {
  if (progress.state === "refused")
    return [name, say(WORDS.notVerified), null, progress.refusal, say(REFUSALS[progress.refusal])];
  if (progress.state !== "done") return [name, say(WORDS.waiting)];
  const { report, source, bundle, archive } = progress.verification;
  const { document, times, reason } = report;
  const proven = isGenuine(report);
  const face = proven
    ? [
        document.certificateName,
        document.certificateNumber,
        document.certificateIdentifier,
        document.holders.join("、"),
        document.issueDept ?? document.issueDeptCode,
        document.region,
        document.validFrom,
        document.validFrom && (document.validUntil ?? say(WORDS.longTerm)),
        document.copy && [document.copy.user, document.copy.matter, document.copy.until].join(" · "),
      ]
    : Array<null>(9).fill(null);
  return [
    name,
    say(titleOf(progress.verification)),
    report.verdict,
    reason,
    reason === null ? null : say(REASON_TEXTS[reason]),
    say(STANDINGS[report.standing]),
    say(RECOGNITIONS[report.recognition]),
    ...face,
    times.anchoredAt,
    times.now,
    FOOTINGS[source](bundle?.issuedAt ?? archive?.asOf ?? times.head?.block ?? ""),
    document.certificateDigest,
    remarkTexts(report, language.value).join("; "),
  ];
}

const FOOTINGS = {
  registry: (block) => `block ${block}`,
  bundle: (time) => `trust bundle ${time}`,
  archive: (time) => `archive package ${time}`,
} as const satisfies Record<Verification["source"], (what: string | number) => string>;

/** A leading `=`, `+`, `-`, `@`, tab or line break makes a formula of a text, in some spreadsheet or other. */
function cell(text: string): string {
  const safe = /^[\s]*[=+\-@\t\r\n|%＝＋－＠]/.test(text) ? `'${text}` : text;
  return /[",\r\n']/.test(safe) || safe !== text ? `"${safe.replaceAll('"', '""')}"` : safe;
}
