// SPDX-License-Identifier: Apache-2.0
import type { Text } from "../../../language/language.js";

/** Seconds by which a device's clock may differ before it is worth a word. */
export const CLOCK_WRONG = 300;

export const OFFLINE_WORDS = {
  registryOf: { zh: "核验服务地区：", en: "Verification service of " },
  offline: { zh: "当前未连接核验服务", en: "Not connected to the service" },
  offlineWithout: { zh: "当前未连接核验服务，也没有离线信任包", en: "Not connected, and no trust bundle here" },
  offlineWithoutHelp: {
    zh: "现在只能检查文件本身是否完整，无法得出真伪结论。请联网后再核验。",
    en: "Only the document itself can be checked now; there is no answer without a connection.",
  },
  noBundle: { zh: "尚无离线信任包，断网时不能得出结论", en: "No trust bundle yet: no answers without a connection" },
  refused: { zh: "没有采用服务提供的离线信任包", en: "The service's trust bundle was not taken" },
  refusedHelp: {
    zh: "它比已有的旧，或签名不符。继续使用原来的信任包；请告知服务机构。原因：",
    en: "It is older than the one kept here, or not signed as it should be. The one kept is used; tell the agency that runs this service. Reason:",
  },
  changed: { zh: "本页所依据的登记合约变了", en: "This page goes by another registry than before" },
  changedHelp: {
    zh: "这很少发生：可能是网络迁移，也可能是有人冒充了服务。请先通过公开渠道向本地区服务机构核实下列内容，核实之前不要依据核验结果办理业务。",
    en: "That is rare: the network may have moved, or somebody may pose as the service. Ask the agency that runs this service, by a way that you know, about what follows; until then do not act on what this page says.",
  },
  changedBefore: { zh: "以前：", en: "Before: " },
  changedNow: { zh: "现在：", en: "Now: " },
  changedAccept: { zh: "已核实，不再提示", en: "Confirmed; do not say it again" },
  clock: { zh: "本机时间不准", en: "This device's clock is wrong" },
} as const satisfies Record<string, Text>;

export const bundleAgeText = (issuedAt: string, isStale: boolean): Text =>
  isStale
    ? { zh: `离线信任包：${issuedAt}，已过期`, en: `Trust bundle of ${issuedAt}, too old` }
    : { zh: `离线信任包：${issuedAt}`, en: `Trust bundle of ${issuedAt}` };

export const clockText = (seconds: number): Text => {
  const minutes = Math.round(Math.abs(seconds) / 60);
  return seconds > 0
    ? {
        zh: `比服务快 ${minutes} 分钟。有效期可能判断错误，请先校准。`,
        en: `It is ${minutes} minutes fast. Validity may be judged wrongly; set it first.`,
      }
    : {
        zh: `比服务慢 ${minutes} 分钟。有效期可能判断错误，请先校准。`,
        en: `It is ${minutes} minutes slow. Validity may be judged wrongly; set it first.`,
      };
};
