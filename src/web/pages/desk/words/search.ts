// SPDX-License-Identifier: Apache-2.0
import type { Text } from "../../../language/language.js";

export const SEARCH_WORDS = {
  title: { zh: "查询证照", en: "Search licences" },
  lead: {
    zh: "仅限本机构签发的证照；各项条件同时满足。每次查询都会记入日志。",
    en: "Licences of your agency only; all conditions together. Every search is put on record.",
  },
  identifier: { zh: "证照标识", en: "Identifier" },
  identifierWrong: {
    zh: "证照标识不完整或校验位不符，请核对。",
    en: "Not a whole identifier, or its check character does not fit.",
  },
  number: { zh: "证照编号", en: "Number" },
  holderCode: { zh: "持证主体代码", en: "Holder's code" },
  type: { zh: "证照类型", en: "Type" },
  state: { zh: "法律状态", en: "Legal state" },
  any: { zh: "全部", en: "Any" },
  issuedFrom: { zh: "颁发日期自", en: "Issued from" },
  issuedTo: { zh: "颁发日期至", en: "Issued until" },
  order: { zh: "结束日期早于开始日期。", en: "The last day is before the first." },
  search: { zh: "查询", en: "Search" },
  reset: { zh: "清除条件", en: "Clear" },
  start: {
    zh: "填写条件后点“查询”；不填条件则列出全部，最新颁发的在前。",
    en: "Fill in conditions and press Search; without any, all licences are listed, newest first.",
  },
  none: { zh: "没有符合条件的证照。请减少或核对条件。", en: "No licence fits. Use fewer conditions, or check them." },
  results: { zh: "查询结果", en: "Results" },
  shown: (count: number, page: number): Text => ({
    zh: `第 ${page} 页，${count} 份`,
    en: `Page ${page}, ${count} licences`,
  }),
  next: { zh: "下一页", en: "Next page" },
  previous: { zh: "上一页", en: "Previous page" },
  issueDate: { zh: "颁发日期", en: "Issued" },
  validUntil: { zh: "有效期至", en: "Valid until" },
  longTerm: { zh: "长期", en: "Long-term" },
  anchoring: { zh: "上链存证", en: "On the chain" },
  open: { zh: "查看", en: "Open" },
} as const;
