// SPDX-License-Identifier: Apache-2.0
import type { Tone } from "../../design/states.js";
import type { Text } from "../../language/language.js";
import type { HolderLicence, Standing } from "./service.js";

export interface StandingWords {
  readonly tone: Tone;
  readonly title: Text;
  readonly lead: Text;
}

/** Instead of "in force", for a licence whose key was compromised before it was anchored. */
const HELD: StandingWords = {
  tone: "warn",
  title: { zh: "将重新签发", en: "To be issued again" },
  lead: {
    zh: "签发所用的密钥出现安全问题。颁发机构会为您换发，并发送新的领取链接，请不要使用这份文件。",
    en: "The key it was signed with is no longer safe. The agency will issue it again and send a new link. Do not use this file.",
  },
};

export function standingWords({ standing, held }: Pick<HolderLicence, "standing" | "held">): StandingWords {
  return held && standing === "in-force" ? HELD : STANDING_WORDS[standing];
}

/** What the licence is worth now, and what its holder can do about it. */
export const STANDING_WORDS: Readonly<Record<Standing, StandingWords>> = {
  "in-force": {
    tone: "good",
    title: { zh: "证照有效", en: "In force" },
    lead: { zh: "可以下载使用。", en: "You can download and use it." },
  },
  "not-yet-valid": {
    tone: "warn",
    title: { zh: "尚未生效", en: "Not valid yet" },
    lead: { zh: "到有效期开始之日才能使用。", en: "It can be used from the first day of its period." },
  },
  expired: {
    tone: "warn",
    title: { zh: "已过有效期", en: "Expired" },
    lead: {
      zh: "有效期已经结束，不能再使用。需要继续使用的，请向颁发机构申请延续。",
      en: "Its period is over and it cannot be used any more. Ask the agency to renew it if you still need it.",
    },
  },
  suspended: {
    tone: "warn",
    title: { zh: "证照被暂扣", en: "Suspended" },
    lead: {
      zh: "暂扣期间不能使用。原因和期限请看颁发机构的决定文书，或联系颁发机构。",
      en: "It cannot be used while it is suspended. See the agency's decision for the reason and the time, or ask the agency.",
    },
  },
  "revoked-penalty": {
    tone: "bad",
    title: { zh: "证照已吊销", en: "Revoked" },
    lead: {
      zh: "证照不能再使用。对决定有异议的，请看决定文书上的救济途径。",
      en: "It cannot be used any more. The decision says how it can be contested.",
    },
  },
  "revoked-unlawful": {
    tone: "bad",
    title: { zh: "证照已撤销", en: "Withdrawn" },
    lead: {
      zh: "证照不能再使用。对决定有异议的，请看决定文书上的救济途径。",
      en: "It cannot be used any more. The decision says how it can be contested.",
    },
  },
  cancelled: {
    tone: "bad",
    title: { zh: "证照已注销", en: "Cancelled" },
    lead: {
      zh: "证照不能再使用。有疑问请联系颁发机构。",
      en: "It cannot be used any more. Ask the agency if in doubt.",
    },
  },
  replaced: {
    tone: "warn",
    title: { zh: "已换发新证照", en: "Replaced by a new version" },
    lead: {
      zh: "这是旧版本，不能再使用。新证照有自己的领取链接；没有收到的，请联系颁发机构。",
      en: "This is an old version and cannot be used any more. The new one has a link of its own; ask the agency if it has not reached you.",
    },
  },
  "transferred-out": {
    tone: "warn",
    title: { zh: "证照已转出", en: "Transferred" },
    lead: {
      zh: "证照正转往其他地区，在转入地签发之前不能使用。",
      en: "It is being transferred to another region and cannot be used until it is issued there.",
    },
  },
};
