// SPDX-License-Identifier: Apache-2.0
import type { ReasonCode } from "../../../../verify/reasons.js";
import type { DocumentSummary, Report } from "../../../../verify/report.js";
import { REASON_TEXTS, REMARK_TEXTS } from "../../../../words/reason-texts.js";
import { regionName } from "../../../../words/region-names.js";
import type { Tone } from "../../../design/states.js";
import { dayText, timeText } from "../../../language/dates.js";
import { type Language, say, type Text } from "../../../language/language.js";
import type { Verification } from "../worker/protocol.js";
import {
  ARCHIVE,
  CONNECTION_STEPS,
  NEXT_STEPS,
  NO_LICENCE_FILE,
  NOT_COMPARED,
  STANDING_TITLES,
  VERDICT_LEADS,
  VERDICT_TITLES,
  WORDS,
} from "./words.js";

const VERDICT_TONES = {
  valid: "good",
  "not-in-force": "warn",
  "not-genuine": "bad",
  undecided: "unknown",
} as const satisfies Record<Report["verdict"], Tone>;

type Answer = Pick<Verification, "report" | "archive">;

export function toneOf(report: Report): Tone {
  return isNoLicenceFile(report) ? "unknown" : VERDICT_TONES[report.verdict];
}

export function titleOf({ report, archive }: Answer): Text {
  const { verdict, standing } = report;
  if (isNoLicenceFile(report)) return NO_LICENCE_FILE.title;
  if (archive !== null && verdict === "valid") return ARCHIVE.valid;
  return verdict === "not-in-force" ? STANDING_TITLES[standing] : VERDICT_TITLES[verdict];
}

/** The sentence under the title: what decided, and what to do. */
export function leadOf({ report, archive }: Answer): Text {
  if (report.reason !== null) return REASON_TEXTS[report.reason];
  if (archive !== null) return ARCHIVE.lead;
  return isPageNotCompared(report) ? NOT_COMPARED.lead : VERDICT_LEADS[report.verdict];
}

/** Whether the printed page may say something else than the genuine data: a browser does not draw it again to compare. */
export function isPageNotCompared(report: Report): boolean {
  return isGenuine(report) && report.remarks.some(({ remark }) => remark === "content.not-compared");
}

/** Whether what the seal says of itself is more than a claim. */
export function isSealGood({ checks }: Report): boolean {
  return checks.some(({ check, outcome }) => check === "seal" && outcome === "pass");
}

/** The remarks as one text each, with their times. */
export function remarkTexts({ remarks }: Report, language: Language): string[] {
  return remarks.map(({ remark, time, stated }) =>
    [
      say(REMARK_TEXTS[remark]),
      ...(time === undefined ? [] : [timeText(time, language)]),
      ...(stated === undefined ? [] : [`${say(WORDS.stated)} ${timeText(stated, language)}`]),
    ].join(" · "),
  );
}

/** What to do next. A registry that was not reached says nothing against the licence. */
export function stepsOf({ report, archive }: Answer): readonly Text[] {
  const { verdict, reason } = report;
  if (isNoLicenceFile(report)) return NO_LICENCE_FILE.steps;
  if (archive !== null && verdict !== "not-genuine") return [ARCHIVE.step, ...NEXT_STEPS[verdict]];
  const isConnection = verdict === "undecided" && reason?.startsWith("registry.") === true;
  return isConnection ? CONNECTION_STEPS : NEXT_STEPS[verdict];
}

/** What is not a file of an issuing system at all: most often an honest scan or photograph of a paper licence, so nobody is accused. */
const NO_LICENCE_REASONS: ReadonlySet<string | null> = new Set<ReasonCode>([
  "format.unrecognised",
  "format.pdf-refused",
  "format.too-large",
]);

export function isNoLicenceFile({ verdict, reason }: Report): boolean {
  return verdict === "not-genuine" && NO_LICENCE_REASONS.has(reason);
}

/** Whether what the document says of itself is proven. */
export function isGenuine({ authenticity }: Report): boolean {
  return authenticity === "genuine";
}

export interface Fact {
  readonly name: string;
  readonly value: string;
  readonly mono?: boolean;
}

/** What the document says, in the order of a printed licence. */
export function factsOf(document: DocumentSummary, language: Language): Fact[] {
  const fact = (name: Text, value: string | null, mono = false): Fact[] =>
    value === null || value === "" ? [] : [{ name: say(name), value, mono }];
  const { validFrom, validUntil, region } = document;
  return [
    ...fact(WORDS.name, document.certificateName),
    ...fact(WORDS.number, document.certificateNumber, true),
    ...fact(WORDS.holder, document.holders.join(language === "zh" ? "、" : ", ")),
    ...document.face.map(({ field, label, value }) => ({
      name: label === null ? field : say(label),
      value: valueText(value),
    })),
    ...fact(WORDS.validFrom, validFrom === null ? null : dayText(validFrom, language)),
    ...fact(
      WORDS.validUntil,
      validFrom === null ? null : validUntil === null ? say(WORDS.longTerm) : dayText(validUntil, language),
    ),
    ...fact(WORDS.issuer, document.issueDept),
    ...fact(WORDS.issuerCode, document.issueDeptCode, true),
    ...fact(WORDS.region, region === null ? null : say(regionName(region))),
    ...fact(WORDS.identifier, document.certificateIdentifier, true),
  ];
}

/** A signed value as text; nothing that was signed is left out, however odd. */
export function valueText(value: unknown): string {
  if (value === null || value === undefined || value === "") return say(WORDS.none);
  if (typeof value === "boolean") return say(value ? WORDS.yes : WORDS.no);
  if (Array.isArray(value) && value.every((each) => typeof each !== "object" || each === null))
    return value.map(valueText).join("、");
  return typeof value === "object" ? JSON.stringify(value) : String(value);
}
