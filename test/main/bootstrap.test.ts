// SPDX-License-Identifier: Apache-2.0
import { readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { expect } from "chai";
import { mod11Over10 } from "../../src/core/identifiers/iso7064.js";
import { runCommand } from "../../src/main/run-command.js";
import { emptyRegion, type RegionOnCommandLine } from "./region.js";
import { workspace } from "./service-process.js";

const AUTHORITY = "11340000MB1A2B3CXU";
const FOOD = `${AUTHORITY}001`;
const AGENCY = "11340100TT00000153";
const file = (path: string): string => fileURLToPath(new URL(`../../${path}`, import.meta.url));
const PERMIT = JSON.parse(readFileSync(file("examples/food-permit.json"), "utf8"));

describe("a region set up on the command line", function () {
  this.timeout(240_000);
  const here = workspace();
  let region: RegionOnCommandLine;
  let commands = 0;

  before(async () => {
    region = await emptyRegion(here.path("data"));
    await region.done("init", "--region", "340000");
    await region.done("agency", "add", AUTHORITY, "--name", "安徽省市场监督管理局（样例）", "--area", "340000");
    await region.done("type", "publish", file("catalogue/food-business-permit.json"));
    await region.done("agency", "add", AGENCY, "--name", "合肥市市场监督管理局（样例）", "--area", "340100");
    await region.done("agency", "authorise", AGENCY, FOOD);
    await region.done("key", "add", AGENCY);
  });
  after(async () => {
    await region?.close();
    here.remove();
  });

  /** Issues and anchors the example permit under a number of its own; its identifier and files. */
  async function issued() {
    commands += 1;
    const pdf = here.path(`permit-${commands}.pdf`);
    const document = here.path(`permit-${commands}.json`);
    const request = here.path(`request-${commands}.json`);
    const digits = `2349901${String(commands + 100).padStart(6, "0")}`;
    writeFileSync(request, JSON.stringify({ ...PERMIT, certificateNumber: `JY${digits}${mod11Over10(digits)}` }));
    const [line] = await region.done(
      ...["issue", request, "--agency", AGENCY, "--anchor", "--pdf", pdf, "--document", document],
    );
    return { ...(JSON.parse(line!) as { certificateIdentifier: string; anchoring: string }), pdf, document };
  }

  const changed = (verb: string, identifier: string): Promise<readonly string[]> =>
    region.done(
      "status",
      verb,
      identifier,
      "--agency",
      AGENCY,
      "--basis",
      "《食品安全法》第一百二十四条",
      "--document",
      "皖市监〔2026〕1号",
    );

  const currentKey = async (): Promise<string> => {
    const agencies = (await region.done("agency", "list", "--json")).map((line) => JSON.parse(line));
    return agencies.find(({ code }) => code === AGENCY).keyDigest;
  };

  it("issues the example of the documentation as it is", async () => {
    const [line] = await region.done("issue", file("examples/food-permit.json"), "--agency", AGENCY);
    expect(JSON.parse(line!)).to.include({ certificateNumber: PERMIT.certificateNumber, anchoring: "pending" });
  });

  it("issues, anchors and verifies a certificate as PDF, as JSON and from standard input", async () => {
    const { anchoring, pdf, document } = await issued();
    expect(anchoring).to.equal("anchored");
    const both = await region.tally(["verify", pdf, document]);
    expect(both.code, both.out.join("\n")).to.equal(0);
    expect(both.out).to.have.length(2);
    const piped = await region.tally(["verify", "--json"], { stdin: readFileSync(document, "utf8") });
    expect(JSON.parse(piped.out[0]!)).to.include({ name: "-", verdict: "valid" });
  });

  it("names a forgery among good files in its exit code", async () => {
    const { document } = await issued();
    const forged = here.path("forged.json");
    writeFileSync(forged, readFileSync(document, "utf8").replace("样例区䶮记小吃店", "样例区别家小吃店"));
    const { code, out } = await region.tally(["verify", document, forged]);
    expect(code).to.equal(1);
    expect(out[1]).to.match(/^NOT GENUINE .*forged\.json {2}integrity\.signature-wrong$/);
  });

  it("suspends, releases and revokes", async () => {
    const { certificateIdentifier, pdf } = await issued();
    const standing = async (): Promise<[number, string]> => {
      const { code, out } = await region.tally(["verify", "--json", pdf]);
      return [code, JSON.parse(out[0]!).standing];
    };
    await changed("suspend", certificateIdentifier);
    expect(await standing()).to.deep.equal([3, "suspended"]);
    await changed("release", certificateIdentifier);
    expect(await standing()).to.deep.equal([0, "in-force"]);
    await changed("revoke", certificateIdentifier);
    expect(await standing()).to.deep.equal([3, "revoked"]);
    const again = await region.tally([
      ...["status", "release", certificateIdentifier, "--agency", AGENCY],
      ...["--basis", "basis", "--document", "1"],
    ]);
    expect(again.code).to.equal(70);
    expect(again.said).to.match(/^tally: /);
  });

  it("rotates a key, and what was signed with the old one stays genuine", async () => {
    const { document } = await issued();
    const old = await currentKey();
    const [fresh] = await region.done("key", "rotate", AGENCY);
    expect(fresh)
      .to.match(/^[0-9a-f]{64}$/)
      .and.not.to.equal(old);
    expect(await currentKey()).to.equal(fresh);
    const { code, out } = await region.tally(["verify", "--json", document]);
    expect(code).to.equal(0);
    expect(JSON.parse(out[0]!).remarks.map(({ remark }: { remark: string }) => remark)).to.include(
      "issuer.key-retired-since",
    );
  });

  it("marks a key compromised: what was anchored under it since then no longer counts, and the agency has another", async () => {
    const { document } = await issued();
    const stolen = await currentKey();
    const { said, code } = await region.tally(["key", "mark-compromised", stolen, "--since", "2020-01-01T00:00:00Z"]);
    expect(code, said).to.equal(0);
    expect(await currentKey()).not.to.equal(stolen);
    const verified = await region.tally(["verify", "--json", document]);
    expect(JSON.parse(verified.out[0]!)).to.include({ verdict: "not-genuine", reason: "issuer.key-compromised" });
    const { document: next } = await issued();
    expect((await region.tally(["verify", next])).code).to.equal(0);
  });

  it("suspends and releases an agency; what was anchored before stays genuine", async () => {
    const { document } = await issued();
    await region.done("agency", "suspend", AGENCY);
    try {
      const listed = (await region.done("agency", "list", "--json")).map((line) => JSON.parse(line));
      expect(listed.find(({ code }) => code === AGENCY)).to.include({ state: "suspended" });
      const { code, out } = await region.tally(["verify", document]);
      expect(code).to.equal(0);
      expect(out.join("\n")).to.contain("remark: the agency was suspended after this was anchored");
    } finally {
      await region.done("agency", "release", AGENCY);
    }
  });

  it("makes a token that is shown once, and revokes it", async () => {
    const { out, said } = await region.tally(["token", "create", AGENCY, "--types", FOOD, "--days", "30"]);
    expect(out).to.have.length(1);
    const [id] = /tt_\w+?(?= for)|\b[0-9a-z_]+(?= for)/.exec(said) ?? [];
    const list = async () => (await region.done("token", "list", "--json")).map((line) => JSON.parse(line));
    expect(JSON.stringify(await list())).not.to.contain(out[0]);
    await region.done("token", "revoke", id!);
    expect((await list()).find((token) => token.id === id).revokedAt).to.be.a("string");
  });

  it("lists what there is as JSON, one object a line", async () => {
    for (const what of ["agency", "key", "token", "type", "region"]) {
      for (const line of await region.done(what, "list", "--json")) expect(JSON.parse(line)).to.be.an("object");
    }
    for (const key of (await region.done("key", "list", "--json")).map((line) => JSON.parse(line))) {
      const name = key.purpose === "account" ? "address" : "keyDigest";
      const state = key.purpose === "account" ? [] : ["state"];
      expect(key).to.have.all.keys("owner", "purpose", name, "createdAt", ...state);
    }
    const [type] = await region.done("type", "list", "--json");
    expect(JSON.parse(type!)).to.include({ typeCode: FOOD, version: 1, retiredAt: null });
  });

  it("imports a file: the bad row in the middle is reported with line and reason, the others go on", async () => {
    const rows = readFileSync(file("examples/food-permits.csv"), "utf8").split(/\r?\n/).slice(0, 12);
    const bad = rows[6]!.replace(/^([^,]*)\d,/, (_, head: string) => `${head}X,`);
    expect(bad).not.to.equal(rows[6]);
    const csv = here.path("permits.csv");
    writeFileSync(csv, rows.with(6, bad).join("\r\n"));
    const { code, out, said } = await region.tally(["import", csv, "--agency", AGENCY, "--type", FOOD, "--anchor"]);
    const results = out.map((line) => JSON.parse(line));
    expect(code).to.equal(65);
    expect(said).to.contain("10 issued, 1 refused").and.to.contain("anchored");
    expect(results.filter(({ ok }) => !ok)).to.have.length(1);
    expect(results[5]).to.deep.include({ ok: false, line: 7 });
    expect(JSON.stringify(results[5].error)).to.contain("certificateNumber");
  });

  describe("given bad input", () => {
    const request = (change: object): string => JSON.stringify({ ...PERMIT, ...change });
    const holder = (name: string): object => ({ holders: [{ ...PERMIT.holders[0], certificateHolder: name }] });

    for (const [what, stdin, words] of [
      ["JSON that ends early", "{", "end"],
      ["a duplicate key", '{"a":1,"a":2}', '"a"'],
      ["a lone surrogate", '{"a":"\\ud800"}', "surrogate"],
      ["a number that overflows", '{"a":1e400}', "1e400"],
      ["a depth of 10,000", "[".repeat(10_000), "deep"],
      ["a type that nobody published", request({ typeCode: "11340000MB1A2B3CXU999" }), "publish"],
      ["a field that the type lacks", request({ face: { ...PERMIT.face, colour: "red" } }), "colour"],
      ["a date that does not exist", request({ validUntil: "2031-02-30" }), "validUntil"],
      ["an end before the start", request({ validFrom: "2031-06-01", validUntil: "2031-05-31" }), "validUntil"],
      ["a name that turns the line around", request(holder("样例\u202e店")), "U+202E"],
      ["a name with a control character", request(holder("样例\u0007店")), "U+0007"],
      ["a wrong check digit in the number", request({ certificateNumber: "JY23499010000033" }), "certificateNumber"],
    ] as const) {
      it(`refuses to issue from ${what}, in words`, async () => {
        const { code, out, said } = await region.tally(["issue", "-", "--agency", AGENCY], { stdin });
        expect(code).to.be.oneOf([64, 65, 70]);
        expect(out).to.deep.equal([]);
        expect(said)
          .to.match(/^tally: /)
          .and.to.contain(words);
        expect(said).not.to.match(/\n\s+at /);
      });
    }

    for (const [argv, words] of [
      [["agency", "add", "11340100TT00000154", "--name", "局", "--area", "340100"], "does not check"],
      [["agency", "add", "12345", "--name", "局", "--area", "340100"], "18 characters"],
      [["agency", "add", "11340100TT0000023X", "--name", "局", "--area", "3401"], "six digits"],
      [["agency", "add", "11340100TT0000023X", "--name", "局\u202e", "--area", "340100"], "U+202E"],
      [["key", "retire", "abc"], "64 lower-case hex digits"],
      [["key", "mark-compromised", "ab".repeat(32), "--since", "2026-02-30T00:00:00Z"], "RFC 3339"],
      [["token", "create", AGENCY, "--role", "king"], "neither issuer nor reader"],
      [["token", "create", AGENCY, "--days", "-1"], "whole number"],
      [["issue", "/no/such/file.json", "--agency", AGENCY], "no such file"],
      [["import", "/no/such/file.csv", "--agency", AGENCY, "--type", FOOD], "no such file"],
      [["region", "operator", "crown", `0x${"ab".repeat(20)}`], "neither grant nor remove"],
      [["init", "--region", "31"], "six-digit"],
    ] as const) {
      it(`refuses tally ${argv.join(" ").replaceAll("\u202e", "\\u202e")} with exit code 64`, async () => {
        const { code, out, said } = await region.tally(argv);
        expect(code, said).to.equal(64);
        expect(out).to.deep.equal([]);
        expect(said).to.contain(words);
        expect(said).not.to.match(/\n\s+at |\u202e/);
      });
    }

    it("refuses a type that cannot be printed, and publishes nothing", async () => {
      const type = JSON.parse(readFileSync(file("catalogue/food-business-permit.json"), "utf8"));
      const path = here.path("unprintable.json");
      writeFileSync(
        path,
        JSON.stringify({ ...type, version: 2, layout: { ...type.layout, qr: { ...type.layout.qr, size: 20 } } }),
      );
      const { code, said } = await region.tally(["type", "publish", path]);
      expect(code).to.equal(70);
      expect(said).to.contain("/layout/qr");
      expect(await region.done("type", "list", "--json")).to.have.length(1);
    });

    it("refuses a fallback font that is none, before anything is issued", async () => {
      const { code, said } = await region.tally(["trust"], {
        environment: { TALLY_FALLBACK_FONTS: `${file("package.json")}` },
      });
      expect(code).to.equal(64);
      expect(said).to.contain("fallback font package");
      const missing = await region.tally(["trust"], { environment: { TALLY_FALLBACK_FONTS: "/a.ttf,/b.ttf" } });
      expect(missing.code).to.equal(64);
      expect(missing.said).to.contain("/a.ttf").and.to.contain("/b.ttf");
    });
  });
});

describe("a command without a deployment", () => {
  const here = workspace();
  after(() => here.remove());

  for (const argv of [["verify", file("package.json")], ["trust"], ["agency", "list"]]) {
    it(`says how to get one (tally ${argv[0]})`, async () => {
      let said = "";
      const code = await runCommand(argv, {
        environment: { TALLY_DATA: here.path("nothing") },
        stderr: { write: (text) => (said += text) },
      });
      expect(code).to.equal(64);
      expect(said).to.contain("tally init");
    });
  }
});
