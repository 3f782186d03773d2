// SPDX-License-Identifier: Apache-2.0
import type { Text } from "../../language/language.js";

/** The page around its parts. */
export const WORDS = {
  title: { zh: "证照核验", en: "Verify a licence" },
  lead: {
    zh: "查一查证照是不是真的、现在还有没有效。",
    en: "Find out whether a licence is genuine and in force now.",
  },
  privacy: {
    zh: "文件只在您的浏览器里核验，不会上传。",
    en: "Files are verified in your browser. They are not uploaded.",
  },
  serviceOf: { zh: "核验服务地区", en: "Service of" },
  paperNotBearer: {
    zh: "二维码证明的是证照，不是持证的人。请另行核对出示人的身份。",
    en: "A code proves the paper, not the person who holds it. Check who presents it.",
  },
  ownPage: {
    zh: "窗口工作人员：请从本地区的官方网站打开本页，再在本页扫码。不要用证照上二维码打开的网页办理业务：伪造者会印上自己的网址。",
    en: "Officials: open this page from the site of your own region and scan from here. Do not rely on a page that a code opened: a forger prints the address of his own.",
  },
  working: { zh: "正在核验…", en: "Verifying…" },
  again: { zh: "核验另一份", en: "Verify another" },
  heldOver: { zh: "松开即核验这些文件", en: "Let go to verify these files" },
  print: { zh: "打印结果", en: "Print" },
  csv: { zh: "下载结果表（CSV）", en: "Download the table (CSV)" },
  tooMany: {
    zh: "一次最多核验 200 个文件，其余未处理。",
    en: "At most 200 files at a time; the rest were left out.",
  },
} as const satisfies Record<string, Text>;

export const progressText = (done: number, all: number): Text => ({
  zh: `已核验 ${done} / ${all}`,
  en: `${done} of ${all} verified`,
});
