// SPDX-License-Identifier: Apache-2.0
import type { Tone } from "../../design/states.js";
import type { Text } from "../../language/language.js";
import type { Refusal } from "./pick-up.js";

export interface RefusalWords {
  readonly tone: Tone;
  readonly title: Text;
  readonly lead: Text;
  readonly steps: readonly Text[];
}

const ASK_FOR_NEW: Text = {
  zh: "联系颁发机构，请其重新发送领取链接。",
  en: "Ask the agency that issued the licence to send a new link.",
};
const KEPT: Text = {
  zh: "已经下载的文件不受影响，可以继续使用。",
  en: "A file that you have downloaded is not affected; go on using it.",
};

/** What happened, in words of somebody who only wants a licence, and what to do next. */
export const REFUSAL_WORDS: Readonly<Record<Refusal, RefusalWords>> = {
  incomplete: {
    tone: "warn",
    title: { zh: "链接不完整", en: "The link is not complete" },
    lead: {
      zh: "这个地址缺少一部分，可能是复制时被截断了。",
      en: "A part of this address is missing; it may have been cut off when it was copied.",
    },
    steps: [
      { zh: "回到收到的消息，直接点开原来的链接。", en: "Go back to the message and open the link there." },
      ASK_FOR_NEW,
    ],
  },
  unknown: {
    tone: "warn",
    title: { zh: "没有找到这个链接", en: "This link was not found" },
    lead: {
      zh: "链接可能没有复制完整，或者早已失效。",
      en: "It may have been copied incompletely, or ended long ago.",
    },
    steps: [
      { zh: "回到收到的消息，直接点开原来的链接。", en: "Go back to the message and open the link there." },
      ASK_FOR_NEW,
    ],
  },
  opened: {
    tone: "warn",
    title: { zh: "这个链接已经用过", en: "This link was used before" },
    lead: {
      zh: "为了保护您的信息，每个链接只能打开一次。",
      en: "To protect your data, each link opens only once.",
    },
    steps: [
      {
        zh: "如果您打开过：文件应在当时所用手机或电脑的“下载”里。",
        en: "If you opened it: the file should be in the downloads of the device you used then.",
      },
      { zh: "需要再次下载：联系颁发机构，请其重新发送。", en: "To download again, ask the agency for a new link." },
      {
        zh: "如果不是您打开的：请马上告诉颁发机构，送达记录里有打开的时间。",
        en: "If it was not you, tell the agency at once; its record shows when the link was opened.",
      },
    ],
  },
  expired: {
    tone: "warn",
    title: { zh: "链接已过期", en: "The link has expired" },
    lead: {
      zh: "证照还在，只是领取链接超过了期限。",
      en: "The licence is still there; only the time of the link has run out.",
    },
    steps: [ASK_FOR_NEW],
  },
  revoked: {
    tone: "warn",
    title: { zh: "颁发机构收回了这个链接", en: "The agency took this link back" },
    lead: {
      zh: "链接不能再用，可能是发错了，或者内容需要更正。",
      en: "It cannot be used any more: it may have been sent in error, or something is being corrected.",
    },
    steps: [{ zh: "联系颁发机构了解情况。", en: "Ask the agency." }],
  },
  superseded: {
    tone: "info",
    title: { zh: "请使用最新的链接", en: "Use the newest link" },
    lead: {
      zh: "颁发机构后来又发送了新的链接，这一个已经作废。",
      en: "The agency has sent a newer link since; this one is void.",
    },
    steps: [
      { zh: "打开最近收到的那条消息里的链接。", en: "Open the link in the latest message." },
      { zh: "没有收到新链接的，联系颁发机构。", en: "If none has reached you, ask the agency." },
    ],
  },
  locked: {
    tone: "bad",
    title: { zh: "链接已锁定", en: "The link is locked" },
    lead: {
      zh: "领取码输错的次数太多。为了保护您的信息，这个链接不能再用。",
      en: "Too many wrong codes were entered. To protect your data this link cannot be used any more.",
    },
    steps: [
      { zh: "联系颁发机构，请其重新发送链接和领取码。", en: "Ask the agency for a new link and code." },
      {
        zh: "如果不是您输入的：请告诉颁发机构，可能有人拿到了您的链接。",
        en: "If it was not you, say so: somebody may have got hold of your link.",
      },
    ],
  },
  "session-over": {
    tone: "info",
    title: { zh: "查看时间已结束", en: "The time for looking is over" },
    lead: {
      zh: "为了保护您的信息，打开后只能查看一段时间。",
      en: "To protect your data the licence can be seen for a while only.",
    },
    steps: [
      KEPT,
      {
        zh: "还没有下载的：联系颁发机构，请其重新发送链接。",
        en: "If you have not downloaded it, ask the agency for a new link.",
      },
    ],
  },
  closed: {
    tone: "good",
    title: { zh: "已结束查看", en: "Finished" },
    lead: { zh: "这台设备上的浏览器不能再看到证照。", en: "This browser cannot see the licence any more." },
    steps: [
      KEPT,
      {
        zh: "在公用电脑上下载过的，请记得删除文件并清空回收站。",
        en: "If you downloaded it on a shared computer, delete the file and empty the bin.",
      },
    ],
  },
};
