// SPDX-License-Identifier: Apache-2.0

export const COPIES_WORDS = {
  title: { zh: "加注件", en: "Readers' copies" },
  why: {
    zh: "使用方拿到的是加注件而不是证照原文件；加注件每页写明使用方、事项和期限，只供其在期限内办理该事项。",
    en: "Whoever gets one never has the licence's own file, and it counts for them, for this matter and for this period only.",
  },
  none: { zh: "还没有加注件。", en: "There is no copy yet." },
  make: { zh: "制作加注件", en: "Make a copy" },
  notNow: {
    zh: "只有现行有效、已上链存证的证照才能制作加注件。",
    en: "Copies are made of a licence that is in force and recorded on the chain.",
  },
} as const;
