// SPDX-License-Identifier: Apache-2.0
import type { Tone } from "../../../design/states.js";
import type { Text } from "../../../language/language.js";

export const DELIVERY_WORDS = {
  title: { zh: "送达持证人", en: "Delivery to the holder" },
  once: {
    zh: "领取链接和领取码只在此显示一次，系统不留存。请现在复制或打印。",
    en: "Link and code are shown here once and are not kept. Copy or print them now.",
  },
  apart: {
    zh: "请分两种途径告知持证人：例如短信发送链接，当面或电话告知领取码。",
    en: "Give them to the holder by two different ways: the link by message, say, and the code in person or by telephone.",
  },
  link: { zh: "领取链接", en: "Pick-up link" },
  code: { zh: "领取码", en: "Code" },
  until: (time: string): Text => ({ zh: `有效至 ${time}，只能使用一次。`, en: `Good until ${time}, once.` }),
  copyLink: { zh: "复制链接", en: "Copy the link" },
  copyCode: { zh: "复制领取码", en: "Copy the code" },
  copied: { zh: "已复制", en: "Copied" },
  copyByHand: { zh: "无法自动复制，请选中后手动复制。", en: "It could not be copied; select it and copy it by hand." },
  print: { zh: "打印领取单", en: "Print the slip" },
  slip: { zh: "电子证照领取单", en: "Pick-up slip" },
  cut: { zh: "沿虚线剪开，两联分别交付", en: "Cut here and hand out the two parts apart" },
  how: {
    zh: "用手机或电脑打开链接，输入领取码，即可查看和下载证照。",
    en: "Open the link on a telephone or computer and type the code to see and download the licence.",
  },
  gone: {
    zh: "本次签发没有给出领取链接。可在证照页面发送新的链接。",
    en: "No pick-up link came with this. A new one can be sent from the licence's page.",
  },
  send: { zh: "生成新的领取链接", en: "Make a new pick-up link" },
  sendAsk: {
    zh: "生成新的链接和领取码；此前未使用的链接随即作废。",
    en: "A new link and code are made; older links that were not used become void.",
  },
  confirm: { zh: "确认生成", en: "Make it" },
  none: { zh: "还没有领取链接。", en: "There is no link yet." },
  madeAt: (time: string): Text => ({ zh: `${time} 生成`, en: `made ${time}` }),
  openedAt: (time: string): Text => ({ zh: `${time} 领取`, en: `picked up ${time}` }),
  wrong: (count: number): Text => ({ zh: `输错 ${count} 次`, en: `${count} wrong codes` }),
  revoke: { zh: "作废", en: "Revoke" },
} as const;

export const LINK_WORDS: Readonly<Record<string, Text>> = {
  open: { zh: "待领取", en: "Waiting" },
  opened: { zh: "已领取", en: "Picked up" },
  revoked: { zh: "已作废", en: "Revoked" },
  superseded: { zh: "已被新链接取代", en: "Replaced by a newer link" },
  locked: { zh: "输错次数过多，已锁定", en: "Locked after wrong codes" },
  expired: { zh: "已过期", en: "Expired" },
};

export const LINK_TONES: Readonly<Record<string, Tone>> = { open: "info", opened: "good", locked: "bad" };
