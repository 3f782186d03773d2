// SPDX-License-Identifier: Apache-2.0
import type { ArchiveCheckName } from "../verify/archive.js";
import type { Authenticity, CheckName, CheckResult, Recognition, Standing, Verdict } from "../verify/report.js";
import type { Text } from "./reason-texts.js";

/** A text in every language, for each of some codes; a code without a row does not compile. */
export type Words<K extends string> = Readonly<Record<K, Text>>;

export const VERDICTS: Words<Verdict> = {
  valid: { en: "VALID: genuine and in force", zh: "有效：真实且在效力期内" },
  "not-in-force": { en: "GENUINE, BUT NOT IN FORCE", zh: "真实，但目前无效力" },
  "not-genuine": { en: "NOT GENUINE", zh: "不真实" },
  undecided: { en: "CANNOT TELL", zh: "无法判断" },
};

export const AUTHENTICITY: Words<Authenticity> = {
  genuine: { en: "genuine", zh: "真实" },
  "not-genuine": { en: "not genuine", zh: "不真实" },
  undecided: { en: "undecided", zh: "无法判断" },
};

export const STANDINGS: Words<Standing> = {
  "in-force": { en: "in force", zh: "有效" },
  "not-yet-valid": { en: "not yet valid", zh: "尚未生效" },
  suspended: { en: "suspended", zh: "暂扣" },
  revoked: { en: "revoked", zh: "已吊销、撤销或注销" },
  expired: { en: "expired", zh: "已过期" },
  undecided: { en: "undecided", zh: "无法判断" },
};

export const RECOGNITIONS: Words<Recognition> = {
  accepted: { en: "accepted", zh: "互认" },
  "not-listed": { en: "not on the list", zh: "不在互认清单" },
  undecided: { en: "not asked", zh: "未判断" },
};

export const CHECKS: Words<CheckName> = {
  integrity: { en: "integrity", zh: "完整性" },
  type: { en: "type", zh: "证照类型" },
  anchor: { en: "anchor", zh: "锚定" },
  issuer: { en: "issuer", zh: "发证机构" },
  seal: { en: "seal", zh: "电子印章" },
  content: { en: "printed page", zh: "所印内容" },
  copy: { en: "reader's copy", zh: "加注件" },
  status: { en: "status", zh: "状态" },
  validity: { en: "validity", zh: "有效期" },
  recognition: { en: "recognition", zh: "互认" },
};

export const ARCHIVE_CHECKS: Words<ArchiveCheckName> = {
  package: { en: "package", zh: "档案包" },
  signer: { en: "who packed it", zh: "打包者" },
  members: { en: "parts agree", zh: "内容一致" },
  registry: { en: "registry extract", zh: "登记摘录" },
  log: { en: "log extract", zh: "日志摘录" },
};

export const OUTCOMES: Words<CheckResult["outcome"]> = {
  pass: { en: "pass", zh: "通过" },
  fail: { en: "FAIL", zh: "不通过" },
  unknown: { en: "unknown", zh: "未知" },
  "not-applicable": { en: "-", zh: "不适用" },
};
