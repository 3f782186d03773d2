// SPDX-License-Identifier: Apache-2.0
import type { LegalState } from "../../../../core/type-definition.js";
import type { Tone } from "../../../design/states.js";
import type { Text } from "../../../language/language.js";
import type { CertificateSummary } from "../api/answers.js";

export const STATE_WORDS: Readonly<Record<LegalState, Text>> = {
  valid: { zh: "有效", en: "In force" },
  suspended: { zh: "暂扣", en: "Suspended" },
  "revoked-penalty": { zh: "吊销", en: "Revoked as a penalty" },
  "revoked-unlawful": { zh: "撤销", en: "Withdrawn as unlawful" },
  cancelled: { zh: "注销", en: "Cancelled" },
  replaced: { zh: "已换发", en: "Replaced" },
  "transferred-out": { zh: "转出", en: "Transferred out" },
};

export const STATE_TONES: Readonly<Record<LegalState, Tone>> = {
  valid: "good",
  suspended: "warn",
  "revoked-penalty": "bad",
  "revoked-unlawful": "bad",
  cancelled: "bad",
  replaced: "unknown",
  "transferred-out": "warn",
};

export const ANCHORING_WORDS: Readonly<Record<CertificateSummary["anchoring"], Text>> = {
  pending: { zh: "锚定中", en: "Being anchored" },
  staged: { zh: "锚定中", en: "Being anchored" },
  anchored: { zh: "已锚定", en: "Anchored" },
};

export const ANCHORING_TONES: Readonly<Record<CertificateSummary["anchoring"], Tone>> = {
  pending: "info",
  staged: "info",
  anchored: "good",
};

/** What the clock adds to a legal state that says "in force"; null when it adds nothing. */
export function clockState(
  { state, validFrom, validUntil }: CertificateSummary,
  now: number,
): { tone: Tone; text: Text } | null {
  if (state !== "valid" && state !== "suspended") return null;
  if (validUntil !== null && Date.parse(validUntil) < now)
    return { tone: "bad", text: { zh: "已过期", en: "Expired" } };
  if (Date.parse(validFrom) > now) return { tone: "warn", text: { zh: "尚未生效", en: "Not yet valid" } };
  return null;
}
