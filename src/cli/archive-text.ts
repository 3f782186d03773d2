// SPDX-License-Identifier: Apache-2.0
import type { ArchiveReport } from "../verify/archive.js";
import type { Language } from "../words/reason-texts.js";
import { ARCHIVE_CHECKS, VERDICTS, type Words } from "../words/report-words.js";
import { checkLine, reasonLines, remarkLine } from "./report-lines.js";
import { reportText } from "./report-text.js";

const TERMS = {
  asOf: { en: "AS OF", zh: "截至" },
  packed: { en: "packed", zh: "打包时间" },
  region: { en: "by region", zh: "打包地区" },
  log: { en: "log", zh: "日志" },
  events: { en: "events", zh: "项事件" },
  anchored: { en: "of them anchored", zh: "其中已锚定" },
  licence: { en: "the licence then:", zh: "当时的证照：" },
} as const satisfies Words<string>;

/** A report about an archive package for people; that about its licence stands below. */
export function archiveText(report: ArchiveReport, language: Language): string {
  const term = (name: keyof typeof TERMS): string => TERMS[name][language];
  const { manifest, log, licence, asOf } = report;
  const when = asOf === null ? "" : ` · ${term("asOf")} ${asOf}`;
  return [
    `${VERDICTS[report.verdict][language]}${when}`,
    ...reasonLines(report.reason, language),
    ...(manifest === null
      ? []
      : [`  ${term("packed")}: ${manifest.createdAt} · ${term("region")}: ${manifest.region} · ${manifest.signer}`]),
    ...(log === null ? [] : [`  ${term("log")}: ${log.events} ${term("events")}, ${term("anchored")} ${log.anchored}`]),
    ...report.checks.map((check) => checkLine(check, ARCHIVE_CHECKS[check.check][language], language)),
    ...report.remarks.map((remark) => remarkLine(remark, language)),
    ...(licence === null ? [] : ["", term("licence"), reportText(licence, language)]),
  ].join("\n");
}
