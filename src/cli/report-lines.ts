// SPDX-License-Identifier: Apache-2.0
import type { Remark, Report } from "../verify/report.js";
import { type Language, REASON_TEXTS, REMARK_TEXTS } from "../words/reason-texts.js";
import { OUTCOMES, type Words } from "../words/report-words.js";
import { printable } from "./printable.js";

const REMARK = { en: "remark", zh: "备注" } as const satisfies Words<string>[string];

/** What reports on documents and on archive packages say alike, each a line of its own, indented. */
export function reasonLines(reason: Report["reason"], language: Language): readonly string[] {
  return reason === null ? [] : [`  ${REASON_TEXTS[reason][language]} [${reason}]`];
}

export interface CheckLine {
  readonly outcome: keyof typeof OUTCOMES;
  readonly reason?: string;
  readonly detail?: string;
}

export function checkLine({ outcome, reason, detail }: CheckLine, name: string, language: Language): string {
  const why = [reason, detail === undefined ? undefined : printable(detail)].filter((part) => part !== undefined);
  return [`  ${OUTCOMES[outcome][language].padEnd(8)} ${name}`, ...why].join("  ");
}

export function remarkLine({ remark, time }: Remark, language: Language): string {
  return `  ${REMARK[language]}: ${REMARK_TEXTS[remark][language]}${time === undefined ? "" : ` (${time})`}`;
}
