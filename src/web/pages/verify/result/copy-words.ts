// SPDX-License-Identifier: Apache-2.0
import type { Text } from "../../../language/language.js";

/** What only readers' copies need is loaded with the first one. */
export const copyTitle = (user: string): Text => ({
  zh: `加注件：仅供「${user}」使用`,
  en: `Reader's copy, for ${user} only`,
});

export const COPY_WORDS = {
  rule: {
    zh: "只能由该使用方、为该事项、在有效期内使用；不符的，不采用。加注件不能代替证照本身。",
    en: "It may be used by them alone, for this matter and in this period; otherwise do not accept it. It does not stand for the licence itself.",
  },
  user: { zh: "使用方", en: "For" },
  matter: { zh: "事项", en: "Matter" },
  until: { zh: "有效期至", en: "Valid until" },
  maker: { zh: "制作机构", en: "Made by" },
  made: { zh: "制作时间", en: "Made" },
  cause: { zh: "制作事由", en: "Why it was made" },
} as const satisfies Record<string, Text>;
