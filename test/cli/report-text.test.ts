// SPDX-License-Identifier: Apache-2.0
import { expect } from "chai";
import fc from "fast-check";
import { reportRow, reportText } from "../../src/cli/report-text.js";
import { reportOf, VERDICTS } from "./reports.js";

/** What moves the cursor, hides text or turns a line around. */
const HOSTILE = ["\u001b[2J", "\r\n有效", "\u202e", "\u2066", "\u200b", "\u2028", "\u0085", "\ud800", "\u{e0041}"];
const DANGEROUS = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/u;

describe("a report as text", () => {
  for (const verdict of VERDICTS) {
    it(`says its verdict in the first line and its reason after it (${verdict})`, () => {
      const report = reportOf(verdict);
      for (const language of ["en", "zh"] as const) {
        const [first, second] = reportText(report, language).split("\n");
        expect(first).to.match(language === "en" ? /^[A-Z ,:a-z]+$/ : /^\p{Script=Han}/u);
        if (report.reason !== null) expect(second).to.contain(`[${report.reason}]`);
      }
    });
  }

  it("shows the certificate, its holders, its issuer, and when it was anchored and sealed", () => {
    const text = reportText(reportOf("valid"), "zh");
    for (const part of [
      "食品经营许可证",
      "合肥样例餐饮管理有限公司、第二持证人",
      "340000",
      "长期",
      "2026-06-01T02:00:00Z",
      "电子印章: 合肥市市场监督管理局（样例） (2026-06-01T03:00:00Z)",
    ]) {
      expect(text).to.contain(part);
    }
  });

  it("says of a seal for which no revocation list was there that it was not judged, and how to get one", () => {
    const report = reportOf("valid");
    const seal = { check: "seal", outcome: "not-applicable", reason: "seal.revocation-unknown" } as const;
    const unjudged = { ...report, checks: [seal], remarks: [{ remark: "seal.revocation-unknown" }] as const };
    expect(reportText(unjudged, "zh")).to.contain("电子印章（未判断）: 合肥市市场监督管理局（样例）");
    expect(reportText(unjudged, "en"))
      .to.contain("seal, not judged: 合肥市市场监督管理局（样例）")
      .and.to.contain("counts as none")
      .and.to.contain("get the newest revocation list or trust bundle")
      .and.not.to.contain("sealed by");
  });

  it("says of a reader's copy for whom, for what, until when and by whom it is, hostile words visibly", () => {
    const copy = {
      ...{ number: "ICEiIyQlJicoKSorLC0uLw", user: "邻省示例县局\u202e", matter: "许可变更", cause: "持证主体申请" },
      ...{ creator: "示例市示范局", made: "2026-04-02T09:30:00+08:00", until: "2026-05-01T23:59:59+08:00" },
    };
    const text = reportText(reportOf("valid", { copy }), "zh");
    for (const part of [
      "加注件使用方: 邻省示例县局\\u{202e}",
      "事项: 许可变更",
      "加注件有效期至: 2026-05-01T23:59:59+08:00",
      "加注件制作: 2026-04-02T09:30:00+08:00 · 示例市示范局 · 持证主体申请",
    ])
      expect(text).to.contain(part);
    expect(reportRow("a.pdf", reportOf("valid", { copy }), "zh")).to.match(
      /a\.pdf {2}加注件使用方: 邻省示例县局\\u\{202e\}$/,
    );
    expect(reportRow("a.pdf", reportOf("valid"), "zh")).to.match(/a\.pdf$/);
    expect(text.indexOf("加注件使用方")).to.be.below(text.indexOf("食品经营许可证"));
    expect(text).not.to.match(/\u202e/);
    expect(reportText(reportOf("valid"), "zh")).not.to.contain("加注件");
    const code = { ...copy, number: null, cause: null, creator: null };
    expect(reportText(reportOf("valid", { copy: code }), "en").split("\n")).to.include(
      "  copy made: 2026-04-02T09:30:00+08:00",
    );
  });

  it("lists every check with its outcome, and every remark", () => {
    const text = reportText(reportOf("not-genuine"), "en");
    expect(text).to.match(/FAIL +integrity +integrity\.signature-wrong/);
    expect(text).to.match(/unknown +recognition +recognition\.no-list/);
    expect(text).to.contain("remark: the agency was suspended after this was anchored (2026-11-01T00:00:00Z)");
  });

  it("warns that an unproven document speaks of itself", () => {
    const claim = "what the document says of itself";
    expect(reportText(reportOf("not-genuine"), "en")).to.contain(claim);
    expect(reportText(reportOf("undecided"), "en")).to.contain(claim);
    expect(reportText(reportOf("valid"), "en")).not.to.contain(claim);
  });

  for (const hostile of HOSTILE) {
    it(`prints ${JSON.stringify(hostile)} of a hostile document visibly`, () => {
      const text = `甲${hostile}乙`;
      const report = reportOf("undecided", {
        certificateName: text,
        certificateNumber: text,
        certificateIdentifier: text,
        holders: [text],
        issueDept: text,
        issueDeptCode: text,
        validFrom: text,
        validUntil: text,
        seal: { name: text, time: "2026-06-01T03:00:00Z" },
      });
      const printed = reportText(report, "en");
      for (const line of printed.split("\n")) expect(line).not.to.match(DANGEROUS);
      expect(printed.split("\n")).to.have.length(reportText(reportOf("undecided"), "en").split("\n").length);
      expect(printed).to.contain(`\\u{${hostile.codePointAt(0)!.toString(16)}}`);
      expect(reportRow(`${text}.pdf`, report, "en")).not.to.match(DANGEROUS);
    });
  }

  it("never lets a holder's name out of its line", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), (name) => {
        const lines = reportText(reportOf("valid", { holders: [name] }), "zh").split("\n");
        expect(lines).to.have.length(reportText(reportOf("valid"), "zh").split("\n").length);
        for (const line of lines) expect(line).not.to.match(DANGEROUS);
      }),
    );
  });
});
