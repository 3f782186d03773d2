// SPDX-License-Identifier: Apache-2.0
import type { Text } from "../../language/language.js";

export const WORDS = {
  title: { zh: "领取电子证照", en: "Pick up a licence" },
  loading: { zh: "正在查看链接……", en: "Looking at the link …" },
  again: { zh: "重试", en: "Try again" },
  troubleTitle: { zh: "暂时无法查看", en: "This cannot be shown at the moment" },
  troubleLead: { zh: "您的链接没有被使用，可以再试。", en: "Your link was not used up; you can try again." },

  codeTitle: { zh: "请输入领取码", en: "Enter your pick-up code" },
  codeLead: {
    zh: "颁发机构为您准备了一份电子证照。领取码是另外告诉您的 6 位数字，可能在短信、电话或窗口回执里。",
    en: "An agency has a licence ready for you. The code of six digits was given to you separately: by message, by telephone or at the counter.",
  },
  codeLabel: { zh: "领取码（6 位数字）", en: "Pick-up code (six digits)" },
  codeButton: { zh: "查看证照", en: "Show the licence" },
  codeIncomplete: { zh: "领取码是 6 位数字，请核对后再输入。", en: "The code has six digits. Look at it again." },
  codeOnce: {
    zh: "链接只能打开一次，打开后请当场下载。",
    en: "The link opens once. Download the file while you are here.",
  },
  codeValid: { zh: "链接有效至", en: "The link is good until" },

  holder: { zh: "持证主体", en: "Holder" },
  number: { zh: "证照编号", en: "Number" },
  issuer: { zh: "颁发机构", en: "Issuing agency" },
  issueDate: { zh: "颁发日期", en: "Date of issue" },
  validity: { zh: "有效期", en: "Valid" },
  longTerm: { zh: "长期", en: "no end date" },
  identifier: { zh: "证照标识", en: "Identifier" },
  anchoring: { zh: "锚定（上链存证）", en: "Anchoring" },
  yes: { zh: "是", en: "Yes" },
  no: { zh: "否", en: "No" },
  none: { zh: "无", en: "None" },
  stateNow: { zh: "当前状态", en: "State now" },

  download: { zh: "下载证照（PDF）", en: "Download the licence (PDF)" },
  downloadPending: { zh: "先下载标有“锚定中”的文件", en: "Download the file marked “pending”" },
  downloadStarted: {
    zh: "已开始下载。文件在浏览器或手机的“下载”里。",
    en: "The download has begun. The file is in your downloads.",
  },
  inChat: {
    zh: "如果点了没有反应：微信等应用里可能无法保存文件。请联系颁发机构重新发送链接，并用手机浏览器打开。",
    en: "If nothing is downloaded inside a chat application, ask the agency for a new link and open it in your browser.",
  },
  pendingTitle: { zh: "正在锚定（上链存证）", en: "Being anchored" },
  pendingText: {
    zh: "证照已经签发，正在登记存证，通常很快完成。本页会自动更新，完成后提供最终文件。现在下载的文件会标有“锚定中”。",
    en: "The licence is issued and is being recorded, which is usually quick. This page refreshes itself and then offers the final file. A file downloaded now is marked “pending”.",
  },
  finalTitle: { zh: "最终文件已备好", en: "The final file is ready" },
  finalText: {
    zh: "锚定已完成。之前下载过标有“锚定中”的文件的，请改用这份最终文件。",
    en: "Anchoring is complete. If you downloaded a file marked “pending”, use this one instead.",
  },
  anchoredAt: { zh: "已完成", en: "Complete" },
  notAnchored: { zh: "进行中", en: "Under way" },

  aboutTitle: { zh: "这份文件怎么用", en: "How to use the file" },
  about1: {
    zh: "PDF 里有颁发机构的数字签名和存证证明。保存好文件，在手机或电脑上都能出示，也可以打印。",
    en: "The PDF carries the agency's digital signature and proof of record. Keep it, show it on a telephone or computer, or print it.",
  },
  about2: {
    zh: "对方要核对真伪时，请对方扫描证照上的二维码，或在核验页打开这份 PDF；不需要联系颁发机构，也不需要您的领取码。",
    en: "Whoever wants to check it scans the code on the licence, or opens the PDF on the verification page. Neither the agency nor your pick-up code is needed.",
  },
  about3: {
    zh: "不要修改文件，也不要转存为图片：改动过的文件无法通过核验。",
    en: "Do not alter the file or turn it into a picture: an altered file does not pass verification.",
  },
  verifyLink: { zh: "打开核验页", en: "Open the verification page" },

  privacyTitle: { zh: "您的信息", en: "Your data" },
  privacy: {
    zh: "证照内容只显示给凭领取码打开链接的浏览器。记录里只有打开、下载和制作加注件的时间，没有您的设备和位置；加注件的使用方、事项和期限，颁发机构可以看到。",
    en: "The licence is shown only to the browser that opened the link with the code. The record has the times of opening, of downloads and of making copies, not your device or place; the agency can see for whom, for what and until when a copy is.",
  },
  sessionEnds: { zh: "本页可查看至", en: "This page can be seen until" },
  close: { zh: "结束查看", en: "Finish" },
  closeHint: { zh: "在公用电脑上，离开前请结束查看。", en: "On a shared computer, finish before you leave." },
  next: { zh: "接下来怎么办", en: "What to do" },
} as const satisfies Record<string, Text>;

export function triesText(left: number): Text {
  return {
    zh: `领取码不对。还可以试 ${left} 次，之后链接会锁定。`,
    en: `The code is wrong. ${left === 1 ? "One try is left" : `${left} tries are left`}; then the link is locked.`,
  };
}
