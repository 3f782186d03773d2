// SPDX-License-Identifier: Apache-2.0
import type { LegalState } from "../../../../core/type-definition.js";
import type { Text } from "../../../language/language.js";
import type { AllowedAct } from "../api/answers.js";

export const CERTIFICATE_WORDS = {
  title: { zh: "证照", en: "Licence" },
  back: { zh: "返回查询", en: "Back to the search" },
  state: { zh: "法律状态", en: "Legal state" },
  code: (code: string): Text => ({ zh: `状态代码 ${code}`, en: `code ${code}` }),
  anchoring: { zh: "上链存证", en: "Record on the chain" },
  held: {
    zh: "签名密钥曾失密，本证照在上链前被扣下，需重新签发（更正）。",
    en: "Its signing key was compromised before it was recorded; issue it again by a correction.",
  },
  acts: { zh: "办理", en: "Acts" },
  noActs: { zh: "当前状态下没有可以办理的事项。", en: "Its state allows no further act." },
  expired: {
    zh: "证照已过有效期；仍可办理延续、注销等。",
    en: "Its period is over; it can still be renewed or cancelled.",
  },
  pdf: { zh: "下载 PDF", en: "Download PDF" },
  json: { zh: "下载 JSON", en: "Download JSON" },
  content: { zh: "证照内容", en: "Content" },
  number: { zh: "证照编号", en: "Number" },
  identifier: { zh: "证照标识", en: "Identifier" },
  type: { zh: "证照类型", en: "Type" },
  issuer: { zh: "发证机构", en: "Issuing agency" },
  issueDate: { zh: "颁发日期", en: "Date of issue" },
  period: { zh: "有效期", en: "Period" },
  until: (from: string, to: string): Text => ({ zh: `${from} 至 ${to}（含当日）`, en: `${from} to ${to} (inclusive)` }),
  longTerm: (from: string): Text => ({ zh: `${from} 起长期有效`, en: `from ${from}, long-term` }),
  holder: { zh: "持证主体", en: "Holder" },
  area: { zh: "所属行政区划", en: "Administrative division" },
  issuedAt: { zh: "签发时间", en: "Issued at" },
  digest: { zh: "证照摘要", en: "Digest" },
  none: { zh: "无", en: "none" },
  yes: { zh: "是", en: "yes" },
  no: { zh: "否", en: "no" },
  versions: { zh: "版本", en: "Versions" },
  predecessor: { zh: "前一版本", en: "Version before" },
  successor: { zh: "后一版本", en: "Next version" },
  onlyVersion: { zh: "只有这一个版本。", en: "This is the only version." },
  evidence: { zh: "上链存证", en: "Record on the chain" },
  evidencePending: {
    zh: "正在等待上链存证，一般几秒到几分钟内完成。证照已可使用。",
    en: "Waiting to be recorded, as a rule within seconds or minutes. The licence can be used.",
  },
  evidenceLead: {
    zh: "以下信息供审计核对，核验人员无需查看。",
    en: "For auditors; whoever verifies the licence needs none of it.",
  },
  recordedAt: { zh: "上链时间", en: "Recorded at" },
  batch: { zh: "批次根", en: "Batch root" },
  place: { zh: "批次中的位置", en: "Place in the batch" },
  placeOf: (index: number, size: number): Text => ({
    zh: `第 ${index + 1} 份，共 ${size} 份`,
    en: `${index + 1} of ${size}`,
  }),
  region: { zh: "锚定地区", en: "Region" },
  block: { zh: "区块", en: "Block" },
  tx: { zh: "交易", en: "Transaction" },
  chain: { zh: "链与登记合约", en: "Chain and registry" },
  history: { zh: "办理记录", en: "History" },
  showReads: { zh: "同时显示查阅记录", en: "Show reads as well" },
  more: { zh: "显示更多", en: "Show more" },
  time: { zh: "时间", en: "Time" },
  what: { zh: "事项", en: "What" },
  who: { zh: "经办", en: "By" },
  basis: { zh: "依据", en: "Basis" },
  refused: { zh: "被拒绝", en: "refused" },
  legalBasis: { zh: "法律依据", en: "Legal basis" },
  legalBasisHint: {
    zh: "如《××条例》第×条。记入日志，不印在证照上。",
    en: "Law and article. It goes into the log, not onto the licence.",
  },
  documentNumber: { zh: "文书号", en: "Document number" },
  documentNumberHint: { zh: "作出该决定的文书编号。", en: "Number of the decision document." },
  confirmAct: (act: Text): Text => ({ zh: `确认${act.zh}`, en: `${act.en}: confirm` }),
  leadsTo: { zh: "办理为", en: "To" },
  changed: (state: Text): Text => ({
    zh: `已办理，证照状态为：${state.zh}。`,
    en: `Done. The licence is now: ${state.en}.`,
  }),
  unchanged: { zh: "该事项此前已经办理，没有重复执行。", en: "This was done before; nothing was done twice." },
  conflict: {
    zh: "证照状态已变化，下方已更新为最新状态。",
    en: "The licence has changed; its present state is shown now.",
  },
  nothingChanged: { zh: "没有任何改动。请修改后再预览。", en: "Nothing was changed. Change something first." },
  paper: { zh: "决定文书", en: "Decision" },
  renewTitle: { zh: "延续换发", en: "Renew" },
  correctTitle: { zh: "更正换发", en: "Correct" },
  renewLead: {
    zh: "将签发新版本并写明新的有效期；现版本随即变为“已换发”。",
    en: "A new version with a new period is issued; the present one becomes “replaced”.",
  },
  correctLead: {
    zh: "将签发内容更正后的新版本；现版本随即变为“已换发”，不再有效。",
    en: "A new version with the corrected content is issued; the present one becomes “replaced” and is no longer in force.",
  },
  notOpen: { zh: "证照的当前状态不能办理这一事项。", en: "The present state of the licence does not allow this." },
} as const;

/** What an act is called on its button. */
export function actText({ action, state }: AllowedAct): Text {
  if (action === "suspend" && state === "transferred-out") return { zh: "转出", en: "Transfer out" };
  return ACTS[action];
}

const ACTS: Readonly<Record<AllowedAct["action"], Text>> = {
  suspend: { zh: "暂扣", en: "Suspend" },
  release: { zh: "恢复（发还）", en: "Release" },
  revoke: { zh: "吊销、撤销或注销", en: "Revoke" },
  renew: { zh: "延续", en: "Renew" },
  correct: { zh: "更正", en: "Correct" },
};

/** What follows from an act, said before it is done. */
export function consequence({ action, state }: AllowedAct): Text {
  if (action === "release")
    return state === "valid"
      ? {
          zh: "恢复后，任何人核验该证照都会立即得到“有效”的结果。",
          en: "From then on everybody who verifies the licence is told that it is in force.",
        }
      : { zh: "取消转出后，证照回到“暂扣”状态。", en: "The transfer is called off; the licence is suspended again." };
  return CONSEQUENCES[state] ?? { zh: "", en: "" };
}

const CONSEQUENCES: Partial<Record<LegalState, Text>> = {
  suspended: {
    zh: "暂扣期间，任何人核验该证照都会得到“暂扣”的结果。今后可以恢复。",
    en: "While it is suspended, everybody who verifies it is told so. It can be released later.",
  },
  "transferred-out": {
    zh: "转出后证照停止使用，等待接收地签发；接收地签发前可以取消转出。",
    en: "It is out of force while the receiving province issues its own; until then the transfer can be called off.",
  },
  "revoked-penalty": {
    zh: "吊销（行政处罚）不可恢复。任何人核验该证照都会得到“已吊销”的结果。",
    en: "Revocation as a penalty is final. Everybody who verifies the licence is told so.",
  },
  "revoked-unlawful": {
    zh: "撤销（取得不合法）不可恢复。任何人核验该证照都会得到“已撤销”的结果。",
    en: "Withdrawal as unlawful is final. Everybody who verifies the licence is told so.",
  },
  cancelled: {
    zh: "注销不可恢复。任何人核验该证照都会得到“已注销”的结果。",
    en: "Cancellation is final. Everybody who verifies the licence is told so.",
  },
};

const EVENTS: Readonly<Record<string, Text>> = {
  "certificate-issued": { zh: "签发", en: "Issued" },
  "certificate-renewed": { zh: "延续签发", en: "Issued as a renewal" },
  "certificate-corrected": { zh: "更正签发", en: "Issued as a correction" },
  "certificate-replaced": { zh: "被新版本换发", en: "Replaced by a new version" },
  "certificate-suspended": { zh: "暂扣", en: "Suspended" },
  "certificate-released": { zh: "恢复", en: "Released" },
  "certificate-revoked": { zh: "终止效力", en: "Revoked" },
  "pick-up-link-made": { zh: "生成领取链接", en: "Pick-up link made" },
  "pick-up-link-revoked": { zh: "领取链接作废", en: "Pick-up link revoked" },
  "pick-up-opened": { zh: "持证人打开领取链接", en: "Pick-up link opened by the holder" },
  "pick-up-code-wrong": { zh: "领取码输入错误", en: "Wrong pick-up code" },
  "pick-up-locked": { zh: "领取链接锁定", en: "Pick-up link locked" },
  "pick-up-refused": { zh: "领取被拒绝", en: "Pick-up refused" },
  "pick-up-downloaded": { zh: "持证人下载证照", en: "Downloaded by the holder" },
  "certificate-copied": { zh: "制作加注件", en: "Reader's copy made" },
  "certificate-archived": { zh: "归档打包", en: "Packed into an archive" },
  "certificate-printed": { zh: "打印", en: "Printed" },
  "certificate-read": { zh: "查阅", en: "Read" },
};

export function eventText(action: string): Text {
  return EVENTS[action] ?? { zh: action, en: action };
}

export const isRead = (action: string): boolean => action === "certificate-read";
