// SPDX-License-Identifier: Apache-2.0
import type { ArchiveReport } from "../../src/verify/archive.js";
import type { Report, Verdict } from "../../src/verify/report.js";

export const VERDICTS = ["valid", "not-in-force", "not-genuine", "undecided"] as const satisfies readonly Verdict[];

const OF_VERDICT = {
  valid: { authenticity: "genuine", standing: "in-force", reason: null },
  "not-in-force": { authenticity: "genuine", standing: "suspended", reason: "status.suspended" },
  "not-genuine": { authenticity: "not-genuine", standing: "undecided", reason: "integrity.signature-wrong" },
  undecided: { authenticity: "undecided", standing: "undecided", reason: "registry.unreachable" },
} as const satisfies Record<Verdict, Pick<Report, "authenticity" | "standing" | "reason">>;

export function reportOf(verdict: Verdict, document: Partial<Report["document"]> = {}): Report {
  return {
    reportVersion: 1,
    verdict,
    ...OF_VERDICT[verdict],
    recognition: "undecided",
    checks: [
      verdict === "not-genuine"
        ? { check: "integrity", outcome: "fail", reason: "integrity.signature-wrong" }
        : { check: "integrity", outcome: "pass" },
      { check: "recognition", outcome: "unknown", reason: "recognition.no-list" },
    ],
    remarks: [{ remark: "issuer.agency-suspended-since", time: "2026-11-01T00:00:00Z" }],
    document: {
      form: "json",
      certificateDigest: null,
      tokenDigest: null,
      certificateIdentifier: "1.2.156.3005.2.x",
      certificateTypeCode: null,
      certificateNumber: "JY13401010000012",
      certificateName: "食品经营许可证",
      holders: ["合肥样例餐饮管理有限公司", "第二持证人"],
      issueDept: "合肥市市场监督管理局（样例）",
      issueDeptCode: "11340100TT00000153",
      region: "340000",
      validFrom: "2026-06-01T00:00:00+08:00",
      validUntil: null,
      seal: { name: "合肥市市场监督管理局（样例）", time: "2026-06-01T03:00:00Z" },
      copy: null,
      face: [],
      ...document,
    },
    times: {
      now: "2026-11-22T02:00:00Z",
      at: "2026-11-22T02:00:00Z",
      anchoredAt: "2026-06-01T02:00:00Z",
      head: { chainId: 1, registry: "0x", block: 12, hash: "0x", time: 1_790_000_000 },
    },
  };
}

export function archiveReport(verdict: Verdict): ArchiveReport {
  const licence = reportOf(verdict);
  return {
    reportVersion: 1,
    form: "archive",
    verdict,
    reason: licence.reason,
    asOf: "2026-11-20T02:00:00Z",
    checks: [
      { check: "package", outcome: "pass" },
      { check: "log", outcome: "unknown", reason: "archive.log-head-not-recorded", detail: "event 9\u202e" },
    ],
    remarks: [{ remark: "archive.later-state-unknown", time: "2026-11-20T02:00:00Z" }],
    manifest: {
      ...{ chainId: 1, registry: "0x", region: "340000", certificateIdentifier: "1.2", certificateDigest: "00" },
      ...{ createdAt: "2026-11-20T02:00:05Z", createdBy: { kind: "cli", id: "clerk" }, signer: "z6MkA" },
    },
    licence,
    log: { events: 3, anchored: 2, head: null },
    times: { now: "2026-11-22T02:00:00Z" },
  };
}
