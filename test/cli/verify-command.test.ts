// SPDX-License-Identifier: Apache-2.0
import { expect } from "chai";
import type { TallyError } from "../../src/core/errors.js";
import type { Verdict } from "../../src/verify/report.js";
import { revocationList } from "../core/seal/hand-made.js";
import { openSealOffice } from "../core/seal/office.js";
import { BUNDLE, runVerify } from "./fake-context.js";
import { reportOf } from "./reports.js";

const verify = (content: string) => reportOf(content as Verdict);
const files = {
  "good.pdf": "valid",
  "held.pdf": "not-in-force",
  "forged.pdf": "not-genuine",
  "unclear.pdf": "undecided",
};

const HOUR = 3_600;
const OFFICE = openSealOffice({ agency: "11340000MB1234567X", from: 1_790_000_000 });
const LIST = revocationList({
  region: OFFICE.region,
  ca: OFFICE.ca.key,
  thisUpdate: 1_790_000_000,
  nextUpdate: 1_790_000_000 + HOUR,
});

async function refusal(argv: readonly string[]): Promise<TallyError> {
  const outcome = await runVerify(argv, { files, verify }).catch((error: TallyError) => error);
  if ("code" in outcome) return outcome;
  throw new Error("nothing was refused");
}

describe("tally verify", () => {
  it("prints the report of one file and exits with its verdict", async () => {
    const { out, exitCode } = await runVerify(["good.pdf"], { files, verify });
    expect(exitCode).to.equal(0);
    expect(out.join("\n")).to.contain("VALID: genuine and in force").and.to.contain("JY13401010000012");
  });

  for (const [names, code] of [
    [["good.pdf", "good.pdf"], 0],
    [["good.pdf", "held.pdf"], 3],
    [["held.pdf", "unclear.pdf", "good.pdf"], 2],
    [["unclear.pdf", "good.pdf", "held.pdf", "forged.pdf", "good.pdf"], 1],
  ] as const) {
    it(`exits with ${code} for ${names.join(" ")}`, async () => {
      const { out, exitCode } = await runVerify(names, { files, verify });
      expect(exitCode).to.equal(code);
      expect(out).to.have.length(names.length);
      for (const [i, name] of names.entries()) expect(out[i]).to.contain(name);
    });
  }

  it("has one file open at a time, however many it is given", async () => {
    const { open, mostOpen, out } = await runVerify(Array(5_000).fill("good.pdf"), { files, verify });
    expect({ open, mostOpen }).to.deep.equal({ open: 0, mostOpen: 1 });
    expect(out).to.have.length(5_000);
  });

  it("reads standard input when it is given nothing, or -", async () => {
    const piped = { files: { "-": "held.pdf".replace("held.pdf", "not-in-force") }, verify };
    for (const argv of [[], ["-"]]) expect((await runVerify(argv, piped)).exitCode).to.equal(3);
  });

  for (const text of ["12345678901234567890", "https://verify.example/v#12345678901234567890"]) {
    it(`takes ${text} for the text of a code`, async () => {
      const { asked, exitCode } = await runVerify([text], { verify: () => reportOf("valid") });
      expect(exitCode).to.equal(0);
      expect(asked.map(({ document }) => document)).to.deep.equal([{ text }]);
    });
  }

  it("takes revocation lists as DER and as PEM, several of them, and hands them on", async () => {
    const pem = `-----BEGIN X509 CRL-----\n${Buffer.from(LIST).toString("base64")}\n-----END X509 CRL-----\n`;
    const lists = { "a.crl": LIST, "b.pem": pem };
    const argv = ["good.pdf", "--revocation-list", "a.crl", "b.pem"];
    const { asked } = await runVerify(argv, { files: { ...files, ...lists }, verify });
    expect(asked[0]!.options!.revocationLists).to.deep.equal([LIST, LIST]);
    expect((await runVerify(["good.pdf"], { files, verify })).asked[0]!.options).not.to.have.property(
      "revocationLists",
    );
  });

  it("verifies nothing with a revocation list that is none", async () => {
    for (const [content, code] of [
      ["no list", "request.invalid"],
      [LIST.subarray(0, 50), "request.invalid"],
      ["-----BEGIN CERTIFICATE-----\nMAA=\n-----END CERTIFICATE-----\n", "config.invalid"],
    ] as const) {
      const lists = { ...files, "bad.crl": content };
      const failed = await runVerify(["good.pdf", "--revocation-list", "bad.crl"], { files: lists, verify }).catch(
        (e) => e,
      );
      expect(failed.code).to.equal(code);
      expect(failed.message).to.contain("bad.crl");
    }
  });

  it("takes a file of digits for a file", async () => {
    const { asked } = await runVerify(["123"], { files: { "123": "valid" }, verify });
    expect(asked[0]?.document).to.include({ name: "123" }).and.to.have.property("bytes");
  });

  it("prints one JSON object a line with --json, whatever the language", async () => {
    const { out } = await runVerify(["good.pdf", "forged.pdf", "--json", "--lang", "zh"], { files, verify });
    const lines = out.map((line) => JSON.parse(line) as { name: string; verdict: Verdict });
    expect(lines.map(({ name, verdict }) => [name, verdict])).to.deep.equal([
      ["good.pdf", "valid"],
      ["forged.pdf", "not-genuine"],
    ]);
  });

  it("speaks Chinese with --lang zh", async () => {
    const { out } = await runVerify(["held.pdf", "--lang", "zh"], { files, verify });
    expect(out.join("\n")).to.contain("真实，但目前无效力").and.to.contain("暂扣期间不得采用");
  });

  it("judges a date at noon in Shanghai, and a time as it is", async () => {
    const at = async (text: string) =>
      (await runVerify(["good.pdf", "--at", text], { files, verify })).asked[0]?.options;
    expect((await at("2026-12-31"))?.at?.toISOString()).to.equal("2026-12-31T04:00:00.000Z");
    expect((await at("2026-12-31T23:59:59+08:00"))?.at?.toISOString()).to.equal("2026-12-31T15:59:59.000Z");
  });

  it("asks for recognition of a matter in its own region", async () => {
    const { asked } = await runVerify(["good.pdf", "--matter", "open-shop"], { files, verify });
    expect(asked[0]?.options?.purpose).to.deep.equal({ region: "310000", matter: "open-shop" });
  });

  it("gives the library one byte too many of a file that is too large, so that its answer is about the document", async () => {
    const { asked, exitCode } = await runVerify(["huge.pdf"], {
      files: { "huge.pdf": 200 * 2 ** 20 },
      verify: () => reportOf("not-genuine"),
    });
    expect(exitCode).to.equal(1);
    const [{ document } = { document: { text: "" } }] = asked;
    expect("bytes" in document && document.bytes.length).to.equal(20 * 2 ** 20 + 1);
  });

  for (const [argv, field] of [
    [["missing.pdf"], "document"],
    [["https://verify.example/v#12x4"], "document"],
    [["good.pdf", "--at", "2026-02-30"], "at"],
    [["good.pdf", "--at", "tomorrow"], "at"],
    [["good.pdf", "--at", "2026-12-31T10:00:00"], "at"],
    [["good.pdf", "--lang", "fr"], "lang"],
  ] as const) {
    it(`refuses ${argv.join(" ")}`, async () => {
      const { code, field: named } = await refusal(argv);
      expect({ code, field: named }).to.deep.equal({ code: "request.invalid", field });
    });
  }

  describe("with archive packages", () => {
    const ZIP = Uint8Array.of(0x50, 0x4b, 3, 4, 20);
    const packed = { files: { ...files, "a.zip": ZIP, "other name": ZIP, "-": ZIP }, verify };

    it("judges them by what they are, whatever they are called, and asks no node", async () => {
      for (const argv of [["a.zip"], ["other name"], ["-"], []]) {
        const { archives, asked, exitCode, out } = await runVerify(argv, packed);
        expect(archives).to.deep.equal([{ bytes: ZIP, keys: [] }]);
        expect(asked).to.deep.equal([]);
        expect(exitCode).to.equal(0);
        const text = out.join("\n");
        expect(text).to.contain("VALID: genuine and in force · AS OF 2026-11-20T02:00:00Z");
        expect(text).to.contain("3 events, of them anchored 2").and.to.contain("JY13401010000012");
        expect(text).to.contain("what happened later the package cannot say").and.not.to.contain("\u202e");
      }
    });

    it("takes them from the named keys, without a trust bundle", async () => {
      const { archives } = await runVerify(["a.zip", "--bundle-key", "z6MkA"], packed);
      expect(archives).to.deep.equal([{ bytes: ZIP, keys: ["z6MkA"] }]);
    });

    for (const [verdict, code] of [
      ["not-in-force", 3],
      ["undecided", 2],
      ["not-genuine", 1],
    ] as const)
      it(`exits with ${code} for one that is ${verdict}, among valid documents too`, async () => {
        for (const argv of [["a.zip"], ["good.pdf", "a.zip"]])
          expect((await runVerify(argv, { ...packed, archive: verdict })).exitCode).to.equal(code);
      });

    it("prints its report as JSON", async () => {
      const { out } = await runVerify(["a.zip", "good.pdf", "--json"], packed);
      expect(out.map((line) => JSON.parse(line).asOf)).to.deep.equal(["2026-11-20T02:00:00Z", undefined]);
    });

    it("refuses another registry beside the packed one, and a bundle's key without bundle or package", async () => {
      const argv = ["a.zip", "--bundle", "b.json"];
      expect(await runVerify(argv, packed).catch((error) => error)).to.include({ code: "request.invalid" });
      expect(await refusal(["good.pdf", "--bundle-key", "z6MkA"])).to.include({ code: "request.invalid" });
    });
  });

  describe("with a trust bundle", () => {
    const withBundle = { files: { ...files, "bundle.json": BUNDLE }, verify };

    it("takes the file, and says of which block it is", async () => {
      const { said, bundles, exitCode } = await runVerify(["--bundle", "bundle.json", "--", "held.pdf"], withBundle);
      expect(exitCode).to.equal(3);
      expect(bundles).to.deep.equal([{ keys: [], isKept: false }]);
      expect(said).to.deep.equal(["trust bundle of region 340000, block 7, issued 2026-03-04T00:00:00Z"]);
    });

    it("takes the newest that is kept", async () => {
      const { bundles } = await runVerify(["good.pdf", "--bundle"], withBundle);
      expect(bundles).to.deep.equal([{ keys: [], isKept: true }]);
    });

    it("takes it from the named keys", async () => {
      const argv = ["good.pdf", "--bundle", "bundle.json", "--bundle-key", "z6MkA", "--bundle-key", "z6MkB"];
      expect((await runVerify(argv, withBundle)).bundles).to.deep.equal([{ keys: ["z6MkA", "z6MkB"], isKept: false }]);
    });

    it("says that it is too old to state whether anything is in force", async () => {
      const { said } = await runVerify(["good.pdf", "--bundle", "--max-age", "99"], withBundle);
      expect(said.join()).to.contain("too old");
      expect((await runVerify(["good.pdf", "--bundle", "--max-age", "100"], withBundle)).said).to.have.lengthOf(1);
    });

    for (const argv of [
      ["--bundle-key", "z6MkA"],
      ["--max-age", "9"],
      ["--bundle", "--bundle-key", "z6MkA"],
      ["--bundle", "--max-age", "soon"],
    ])
      it(`refuses ${argv.join(" ")}`, async () => {
        expect((await refusal(["good.pdf", ...argv])).code).to.equal("request.invalid");
      });
  });
});
