// SPDX-License-Identifier: Apache-2.0
import type { CheckName, CheckResult, Recognition, Report, Standing, Verdict } from "../verify/report.js";
import { printable } from "./printable.js";
import { type Language, REASON_TEXTS, REMARK_TEXTS } from "./reason-texts.js";

type Words<K extends string> = Readonly<Record<K, Readonly<Record<Language, string>>>>;

const VERDICTS: Words<Verdict> = {
  valid: { en: "VALID: genuine and in force", zh: "有效：真实且在效力期内" },
  "not-in-force": { en: "GENUINE, BUT NOT IN FORCE", zh: "真实，但目前无效力" },
  "not-genuine": { en: "NOT GENUINE", zh: "不真实" },
  undecided: { en: "CANNOT TELL", zh: "无法判断" },
};

const AUTHENTICITY: Words<Report["authenticity"]> = {
  genuine: { en: "genuine", zh: "真实" },
  "not-genuine": { en: "not genuine", zh: "不真实" },
  undecided: { en: "undecided", zh: "无法判断" },
};

const STANDINGS: Words<Standing> = {
  "in-force": { en: "in force", zh: "有效" },
  "not-yet-valid": { en: "not yet valid", zh: "尚未生效" },
  suspended: { en: "suspended", zh: "暂扣" },
  revoked: { en: "revoked", zh: "已吊销、撤销或注销" },
  expired: { en: "expired", zh: "已过期" },
  undecided: { en: "undecided", zh: "无法判断" },
};

const RECOGNITIONS: Words<Recognition> = {
  accepted: { en: "accepted", zh: "互认" },
  "not-listed": { en: "not on the list", zh: "不在互认清单" },
  undecided: { en: "not asked", zh: "未判断" },
};

const CHECKS: Words<CheckName> = {
  integrity: { en: "integrity", zh: "完整性" },
  type: { en: "type", zh: "证照类型" },
  anchor: { en: "anchor", zh: "锚定" },
  issuer: { en: "issuer", zh: "发证机构" },
  seal: { en: "seal", zh: "电子印章" },
  content: { en: "printed page", zh: "所印内容" },
  status: { en: "status", zh: "状态" },
  validity: { en: "validity", zh: "有效期" },
  recognition: { en: "recognition", zh: "互认" },
};

const OUTCOMES: Words<CheckResult["outcome"]> = {
  pass: { en: "pass", zh: "通过" },
  fail: { en: "FAIL", zh: "不通过" },
  unknown: { en: "unknown", zh: "未知" },
  "not-applicable": { en: "-", zh: "不适用" },
};

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
  head: { en: "registry as of", zh: "登记合约区块" },
  remark: { en: "remark", zh: "备注" },
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
    ...(report.reason === null ? [] : [`  ${REASON_TEXTS[report.reason][language]} [${report.reason}]`]),
    `  ${term("authenticity")}: ${AUTHENTICITY[report.authenticity][language]} · ` +
      `${term("standing")}: ${STANDINGS[report.standing][language]} · ` +
      `${term("recognition")}: ${RECOGNITIONS[report.recognition][language]}`,
    ...(report.verdict === "valid" || report.verdict === "not-in-force" ? [] : [`  ${term("claims")}`]),
    ...line(term("type"), document.certificateName),
    ...line(term("number"), document.certificateNumber),
    ...line(term("identifier"), document.certificateIdentifier),
    ...line(term("holder"), document.holders.length === 0 ? null : document.holders.join("、")),
    ...line(term("issuedBy"), issuer(report)),
    ...line(term("validity"), document.validFrom === null ? null : validity),
    ...line(term("anchored"), times.anchoredAt),
    ...line(
      term("head"),
      times.head === null ? null : `${times.head.block} (${new Date(times.head.time * 1000).toISOString()})`,
    ),
    ...report.checks.map((check) => `  ${checkText(check, language)}`),
    ...report.remarks.map(({ remark, time }) => {
      return `  ${term("remark")}: ${REMARK_TEXTS[remark][language]}${time === undefined ? "" : ` (${time})`}`;
    }),
  ].join("\n");
}

/** One row of the table for several files. */
export function reportRow(name: string, report: Report, language: Language): string {
  const reason = report.reason === null ? "" : `  ${report.reason}`;
  return `${VERDICTS[report.verdict][language].padEnd(28)} ${printable(name)}${reason}`;
}

function issuer({ document }: Report): string | null {
  if (document.issueDept === null && document.issueDeptCode === null) return null;
  const region = document.region === null ? "" : ` · ${document.region}`;
  return `${document.issueDept ?? ""} ${document.issueDeptCode ?? ""}${region}`.trim();
}

function checkText(check: CheckResult, language: Language): string {
  const reason = "reason" in check && check.reason !== undefined ? `  ${check.reason}` : "";
  return `${OUTCOMES[check.outcome][language].padEnd(8)} ${CHECKS[check.check][language]}${reason}`;
}
