// SPDX-License-Identifier: Apache-2.0
import type { ApiProblem } from "../../api/problem.js";
import { problemText } from "../../api/problem-words.js";
import type { Text } from "../../language/language.js";
import type { HolderLicence } from "./service.js";

export const COPYING_WORDS = {
  title: { zh: "给别人用：制作加注件", en: "For somebody else: make a reader's copy" },
  why: {
    zh: "房东、银行、平台等要看证照时，给加注件：对方拿不到证照原文件，每页写明使用方、事项和期限，只供其在期限内办这件事。",
    en: "For a landlord, a bank or a platform: whoever gets it never has the licence's own file, and it counts for them, for this matter and for this period only.",
  },
  begin: { zh: "制作加注件", en: "Make a copy" },
  another: { zh: "再制作一份", en: "Make another" },
  listTrouble: { zh: "暂时不能显示已制作的加注件。", en: "The copies made cannot be shown at the moment." },
  again: { zh: "重试", en: "Try again" },
  uncertain: {
    zh: "没有收到答复，不确定是否已经制作。请再按一次：已经做好的会被找到，不会重复制作。",
    en: "No answer came, so it is not certain whether it was made. Press once more: one that was made is found, and none is made twice.",
  },
  saved: {
    zh: "已开始下载。文件在浏览器或手机的“下载”里。",
    en: "The download has begun. The file is in your downloads.",
  },
  pressAgain: { zh: "文件已备好，请再按一次“分享”。", en: "The file is ready. Press “Share” once more." },
  cannotShare: { zh: "这里不能分享文件，请改用下载。", en: "Files cannot be shared here. Download it instead." },
} as const satisfies Record<string, Text>;

/** Why no copy can be made of the licence as it is now; null when one can. */
export function obstacleTo({ standing, held, anchoring }: HolderLicence, isFull: boolean): Text | null {
  if (standing === "suspended") return SUSPENDED;
  if (standing === "not-yet-valid") return NOT_YET_VALID;
  if (standing !== "in-force" || held) return NOT_IN_FORCE;
  if (anchoring !== "anchored") return NOT_ANCHORED;
  return isFull ? FULL : null;
}

const SUSPENDED: Text = {
  zh: "证照被暂扣期间不能制作加注件，恢复后可以。",
  en: "No copy is made while the licence is suspended; when it is released, again.",
};
const NOT_YET_VALID: Text = {
  zh: "证照生效后才能制作加注件。",
  en: "A copy can be made from the first day of the licence's period.",
};
const NOT_IN_FORCE: Text = {
  zh: "只有现行有效的证照才能制作加注件。",
  en: "A copy can only be made of a licence that is in force.",
};
const NOT_ANCHORED: Text = {
  zh: "证照完成锚定（上链存证）后即可制作，本页会自动更新。",
  en: "A copy can be made once the licence is anchored; this page refreshes itself.",
};
const FULL: Text = {
  zh: "这份证照的加注件已达到持证人可以制作的上限。请使用已有的，或请颁发机构制作。",
  en: "Holders have made as many copies of this licence as they may. Use one that there is, or ask the agency to make one.",
};

/** Why none was made, or none could be fetched, and what to do. */
export function copyProblemText(problem: ApiProblem): Text {
  const own = TEXTS[problem.code] ?? problemText(problem);
  return own ?? { zh: `服务未予通过：${problem.message}`, en: `The service refused it: ${problem.message}` };
}

const TEXTS: Readonly<Record<string, Text>> = {
  "certificate.state-conflict": {
    zh: "证照的状态刚刚发生变化，没有制作。请看页面上方的最新状态。",
    en: "The licence has changed meanwhile and no copy was made. See its state at the top of this page.",
  },
  "agency.not-authorised": {
    zh: "颁发机构目前不能制作加注件。请联系颁发机构。",
    en: "The agency cannot make copies at present. Ask the agency.",
  },
  "key.retired": {
    zh: "颁发机构刚刚更换了签名密钥，没有制作。请再按一次。",
    en: "The agency's signing key was just changed and no copy was made. Press once more.",
  },
  "copy.terms-invalid": {
    zh: "填写有误，没有制作。请按各项提示修改。",
    en: "Something is not filled in rightly and no copy was made; see the notes at the fields.",
  },
  "certificate.not-renderable": {
    zh: "有内容印不出来，没有制作。请按各项提示修改。",
    en: "Something cannot be printed and no copy was made; see the notes at the fields.",
  },
};
