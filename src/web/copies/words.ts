// SPDX-License-Identifier: Apache-2.0
import type { Text } from "../language/language.js";
import type { CopyFault, Days } from "./copy-draft.js";

/** Of the form for a reader's copy and of the list of copies, wherever they stand. */
export const COPY_WORDS = {
  user: { zh: "给谁用（使用方）", en: "For whom" },
  userHint: {
    zh: "单位全称或个人姓名，例如：合肥样例物业管理有限公司",
    en: "The full name of an organisation or a person",
  },
  matter: { zh: "办什么事（事项）", en: "For which matter" },
  matterHint: { zh: "例如：租赁合同备案", en: "For example: registering a lease" },
  until: { zh: "用到哪天（含当天）", en: "Until which day, this day included" },
  untilHint: (last: string): Text => ({ zh: `最晚 ${last}`, en: `${last} at the latest` }),
  forGood: {
    zh: "制作后不能修改，也不能收回，请核对使用方、事项和日期。",
    en: "It can be neither changed nor taken back once it is made. Look at name, matter and day again.",
  },
  make: { zh: "制作", en: "Make it" },
  making: { zh: "正在制作……", en: "It is being made …" },
  cancel: { zh: "取消", en: "Cancel" },

  madeTitle: { zh: "加注件已制作", en: "The copy is made" },
  madePending: {
    zh: "正在锚定（上链存证），通常很快完成；完成后才能通过核验。本页会自动更新，届时请重新下载最终文件，再交给对方。",
    en: "It is being anchored, which is usually quick, and verifies from then on. This page refreshes itself: download the final file then, and hand that one over.",
  },
  madeAnchored: {
    zh: "锚定已完成。请下载最终文件交给对方，对方扫描二维码或打开核验页即可核验。",
    en: "Anchoring is complete. Download the final file and hand it over; whoever gets it can verify it by its code or on the verification page.",
  },

  list: { zh: "已制作的加注件", en: "Copies made" },
  forMatter: { zh: "事项：", en: "Matter: " },
  untilDay: (day: string): Text => ({ zh: `用至 ${day}`, en: `until ${day}` }),
  madeAt: (time: string): Text => ({ zh: `${time} 制作`, en: `made ${time}` }),
  pending: { zh: "锚定中", en: "Being anchored" },
  usable: { zh: "可以使用", en: "Can be used" },
  over: { zh: "已过期", en: "Over" },
  suspended: { zh: "现在不能使用", en: "Not usable now" },
  download: { zh: "下载", en: "Download" },
  downloadPending: { zh: "下载（锚定中）", en: "Download, pending" },
  share: { zh: "分享", en: "Share" },
  ofCopy: (user: string): Text => ({ zh: `给${user}的加注件`, en: `the copy for ${user}` }),
  earlier: (count: number): Text => ({ zh: `显示更早的 ${count} 份`, en: `Show ${count} earlier` }),
} as const;

/** What is wrong with a field and what to do. */
export function copyFaultText(fault: CopyFault, dayText: (day: string) => string): Text {
  switch (fault.code) {
    case "outside":
      return outsideText(fault.days, dayText);
    case "service":
      return { zh: serviceSentence(fault.detail), en: `The service refused it: ${fault.detail}.` };
    case "too-long":
      return { zh: `最多 ${fault.longest} 个字。`, en: `At most ${fault.longest} characters.` };
    default:
      return FAULTS[fault.code];
  }
}

const FAULTS = {
  "no-user": { zh: "请写明给谁用。", en: "Say whom it is for." },
  "no-matter": { zh: "请写明办什么事。", en: "Say what it is for." },
  unsafe: { zh: "含有不可见字符或控制字符，请重新输入。", en: "Has invisible or control characters; type it anew." },
  "like-mark": {
    zh: "不能含有「」、连续空格，以及“加注件”“有效期至”等加注用语，请换一种写法。",
    en: "Leave out 「」, runs of spaces and the words of the copy's own mark, such as 加注件 and 有效期至.",
  },
  "no-day": { zh: "请选择一个日期。", en: "Choose a day." },
} as const satisfies Record<Exclude<CopyFault["code"], "outside" | "too-long" | "service">, Text>;

function outsideText({ first, last }: Days, dayText: (day: string) => string): Text {
  const [from, to] = [dayText(first), dayText(last)];
  return { zh: `须在 ${from} 至 ${to} 之间。`, en: `From ${from} to ${to}.` };
}

/** The service speaks English; what it says of a copy's words most is known here, the rest is passed on. */
const KNOWN: readonly (readonly [RegExp, string])[] = [
  [/do not go into the mark/, "字数太多，印不下，请精简。"],
  [/no glyph|right to left|combin/i, "含有无法印刷的字，请换一种写法。"],
];

function serviceSentence(detail: string): string {
  return KNOWN.find(([pattern]) => pattern.test(detail))?.[1] ?? `服务端未予通过：${detail}`;
}
