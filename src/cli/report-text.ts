// SPDX-License-Identifier: Apache-2.0
import type { Report } from "../verify/report.js";
import type { Language } from "../words/reason-texts.js";
import { AUTHENTICITY, CHECKS, RECOGNITIONS, STANDINGS, VERDICTS, type Words } from "../words/report-words.js";
import { printable } from "./printable.js";
import { checkLine, reasonLines, remarkLine } from "./report-lines.js";

const TERMS = {
  authenticity: { en: "authenticity", zh: "真实性" },
  standing: { en: "standing", zh: "效力" },
  recognition: { en: "recognition", zh: "互认" },
  identifier: { en: "identifier", zh: "证照标识" },
  number: { en: "number", zh: "证照编号" },
  type: { en: "type", zh: "证照名称" },
  holder: { en: "holder", zh: "持证主体" },
  issuedBy: { en: "issued by", zh: "发证机构" },
  validity: { en: "validity", zh: "有效期" },
  longTerm: { en: "long-term", zh: "长期" },
  anchored: { en: "anchored", zh: "锚定时间" },
  sealed: { en: "sealed by", zh: "电子印章" },
  sealNotJudged: { en: "seal, not judged", zh: "电子印章（未判断）" },
  copyFor: { en: "copy for", zh: "加注件使用方" },
  matter: { en: "matter", zh: "事项" },
  copyUntil: { en: "copy usable until", zh: "加注件有效期至" },
  copyMade: { en: "copy made", zh: "加注件制作" },
  head: { en: "registry as of", zh: "登记合约区块" },
  claims: { en: "what the document says of itself:", zh: "文件自称内容：" },
} as const satisfies Words<string>;

/** A report for people, several lines without a final line break. Hostile text is printed with its control characters shown. */
export function reportText(report: Report, language: Language): string {
  const { document, times } = report;
  const term = (name: keyof typeof TERMS): string => TERMS[name][language];
  const line = (label: string, value: string | null): string[] =>
    value === null ? [] : [`  ${label}: ${printable(value)}`];
  const validity = `${document.validFrom ?? "?"} – ${document.validUntil ?? term("longTerm")}`;
  return [
    VERDICTS[report.verdict][language],
    ...reasonLines(report.reason, language),
    `  ${term("authenticity")}: ${AUTHENTICITY[report.authenticity][language]} · ` +
      `${term("standing")}: ${STANDINGS[report.standing][language]} · ` +
      `${term("recognition")}: ${RECOGNITIONS[report.recognition][language]}`,
    ...(report.verdict === "valid" || report.verdict === "not-in-force" ? [] : [`  ${term("claims")}`]),
    // Before the licence: for whom it is decides whether it may be used at all.
    ...(document.copy === null ? [] : copyLines(document.copy).flatMap(([name, value]) => line(term(name), value))),
    ...line(term("type"), document.certificateName),
    ...line(term("number"), document.certificateNumber),
    ...line(term("identifier"), document.certificateIdentifier),
    ...line(term("holder"), document.holders.length === 0 ? null : document.holders.join("、")),
    ...line(term("issuedBy"), issuer(report)),
    ...line(term("validity"), document.validFrom === null ? null : validity),
    ...line(term("anchored"), times.anchoredAt),
    ...line(
      term(isSealNotJudged(report) ? "sealNotJudged" : "sealed"),
      document.seal && `${document.seal.name} (${document.seal.time})`,
    ),
    ...line(
      term("head"),
      times.head === null ? null : `${times.head.block} (${new Date(times.head.time * 1000).toISOString()})`,
    ),
    ...report.checks.map(({ check, outcome, ...found }) => {
      const reason = "reason" in found && found.reason !== undefined ? { reason: found.reason } : {};
      return checkLine({ outcome, ...reason }, CHECKS[check][language], language);
    }),
    ...report.remarks.map((remark) => remarkLine(remark, language)),
  ].join("\n");
}

/** A seal that counts as none, for want of a revocation list: who is named in it need not have sealed anything. */
function isSealNotJudged({ checks }: Report): boolean {
  return checks.some(({ check, outcome }) => check === "seal" && outcome === "not-applicable");
}

function copyLines(copy: NonNullable<Report["document"]["copy"]>): (readonly [keyof typeof TERMS, string])[] {
  return [
    ["copyFor", copy.user],
    ["matter", copy.matter],
    ["copyUntil", copy.until],
    // A code says neither who made it nor why.
    ["copyMade", [copy.made, copy.creator, copy.cause].filter((each) => each !== null).join(" · ")],
  ];
}

/** One row of the table for several files. */
export function reportRow(
  name: string,
  report: Pick<Report, "verdict" | "reason"> & { readonly document?: Pick<Report["document"], "copy"> },
  language: Language,
): string {
  const reason = report.reason === null ? "" : `  ${report.reason}`;
  const copy = report.document?.copy;
  const readers = copy ? `  ${TERMS.copyFor[language]}: ${printable(copy.user)}` : "";
  return `${VERDICTS[report.verdict][language].padEnd(28)} ${printable(name)}${reason}${readers}`;
}

function issuer({ document }: Report): string | null {
  if (document.issueDept === null && document.issueDeptCode === null) return null;
  const region = document.region === null ? "" : ` · ${document.region}`;
  return `${document.issueDept ?? ""} ${document.issueDeptCode ?? ""}${region}`.trim();
}
