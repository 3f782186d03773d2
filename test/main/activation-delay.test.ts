// SPDX-License-Identifier: Apache-2.0
import { readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { expect } from "chai";
import { sqliteAuditStore } from "../../src/adapters/sqlite/audit-store.js";
import { openDatabase } from "../../src/adapters/sqlite/database.js";
import { mod11Over10 } from "../../src/core/identifiers/iso7064.js";
import { dataDirectory } from "../../src/main/data-directory.js";
import { emptyRegion, type Outcome, type RegionOnCommandLine } from "./region.js";
import { UNHURRIED_MS, until, workspace } from "./service-process.js";

const AUTHORITY = "11340000MB1A2B3CXU";
const FOOD = `${AUTHORITY}001`;
const AGENCY = "11340100TT00000153";
const file = (path: string): string => fileURLToPath(new URL(`../../${path}`, import.meta.url));
const PERMIT = JSON.parse(readFileSync(file("examples/food-permit.json"), "utf8"));
/** Seconds: long enough that a command which has just begun something finds it not in effect. */
const SHORT = "3";

describe("a region with an activation delay", function () {
  this.timeout(240_000);
  const here = workspace();
  let region: RegionOnCommandLine;
  let numbers = 100;

  before(async () => {
    region = await emptyRegion(here.path("data"));
    await region.done("init", "--region", "340000");
    await region.done("agency", "add", AUTHORITY, "--name", "安徽省市场监督管理局（样例）", "--area", "340000");
    await region.done("type", "publish", file("catalogue/food-business-permit.json"));
    await region.done("agency", "add", AGENCY, "--name", "合肥市市场监督管理局（样例）", "--area", "340100");
  });
  after(async () => {
    await region?.close();
    here.remove();
  });

  const issue = (document: string, environment: Record<string, string> = {}): Promise<Outcome> => {
    numbers += 1;
    const digits = `2349902${String(numbers).padStart(6, "0")}`;
    const request = here.path(`request-${numbers}.json`);
    writeFileSync(request, JSON.stringify({ ...PERMIT, certificateNumber: `JY${digits}${mod11Over10(digits)}` }));
    return region.tally(["issue", request, "--agency", AGENCY, "--anchor", "--document", document], {
      environment,
    });
  };

  /** Issues, anchors and verifies. */
  const issuesWhatCounts = async (): Promise<void> => {
    const document = here.path(`document-${numbers}.json`);
    const { code, said } = await issue(document);
    expect(code, said).to.equal(0);
    const verified = await region.tally(["verify", "--json", document]);
    expect(JSON.parse(verified.out[0]!)).to.include({ verdict: "valid" });
  };

  /** Gives a command that must begin something, and gives it again until that is in effect. */
  const finished = async (...argv: string[]): Promise<Outcome> => {
    let last = await region.tally(argv);
    expect(last.code, last.said).to.equal(0);
    expect(last.said).to.match(/takes effect at|may issue .* from/);
    const first = last.out;
    await until(
      async () => {
        last = await region.tally(argv);
        return !/takes effect at|may issue .* from/.test(last.said);
      },
      60_000,
      UNHURRIED_MS,
    );
    expect(last.code, last.said).to.equal(0);
    expect(last.out).to.deep.equal(first);
    return last;
  };

  const keyOf = async (): Promise<string | null> => {
    const agencies = (await region.done("agency", "list", "--json")).map((line) => JSON.parse(line));
    return agencies.find(({ code }) => code === AGENCY).keyDigest;
  };

  it("neither signs with a key nor uses an authorisation before it is in effect, and the guardian can veto both", async () => {
    await region.done("region", "delay", "340000", "3600");
    const [keyDigest] = await region.done("key", "add", AGENCY);
    await region.done("agency", "authorise", AGENCY, FOOD);
    expect(await keyOf()).to.equal(null);
    const { code, said } = await issue(here.path("none.json"));
    expect(code).to.equal(70);
    expect(said).to.contain("no signing key yet").and.to.contain("takes effect at 20");
    await region.done("region", "veto", "key", keyDigest!, "--basis", "样例", "--document", "1");
    await region.done("region", "veto", "authorisation", AGENCY, FOOD);
    await region.done("region", "delay", "340000", SHORT);
    const [another] = await region.done("key", "add", AGENCY);
    expect(another).not.to.equal(keyDigest);
  });

  it("issues what counts as soon as key and authorisation are in effect, on a chain whose blocks come only with acts", async () => {
    await finished("agency", "authorise", AGENCY, FOOD);
    await region.done("key", "add", AGENCY);
    expect(await keyOf()).to.be.a("string");
    await issuesWhatCounts();
  });

  it("signs with the old key until the new one is in effect, and never what does not count", async () => {
    await region.done("region", "delay", "340000", "3600");
    const old = await keyOf();
    const [fresh] = await region.done("key", "rotate", AGENCY);
    expect(await keyOf()).to.equal(old);
    await issuesWhatCounts();
    await region.done("region", "veto", "key", fresh!);
    await region.done("region", "delay", "340000", SHORT);
    const { said } = await finished("key", "rotate", AGENCY);
    expect(said).to.contain(`key ${old} retired`);
    expect(await keyOf()).not.to.be.oneOf([old, fresh]);
    await issuesWhatCounts();
  });

  it("lists what is to be issued again when a key is compromised, and signs nothing until there is another", async () => {
    const stolen = (await keyOf())!;
    const { out, said } = await region.tally(["key", "mark-compromised", stolen, "--since", "2020-01-01T00:00:00Z"]);
    expect(out).to.deep.equal([]);
    expect(said)
      .to.contain("signs nothing now")
      .and.to.contain(`tally key add ${AGENCY}`)
      .and.to.contain(`tally key reissue ${stolen}`);
    expect(await keyOf()).to.equal(null);
    const listed = await region.done("key", "reissue", stolen);
    expect(listed).to.have.length(1);
    const [line] = await region.done("key", "reissue", stolen, "--json");
    expect(JSON.parse(line!)).to.deep.equal({ certificateIdentifier: listed[0] });
    await until(
      async () => {
        await region.done("key", "add", AGENCY);
        return (await keyOf()) !== null;
      },
      60_000,
      UNHURRIED_MS,
    );
    await issuesWhatCounts();
  });

  it("has all of that in its audit log", async () => {
    const database = openDatabase(dataDirectory(region.directory).store);
    try {
      const log = await sqliteAuditStore(database).list({ order: "oldest-first", limit: 1000 });
      const count = (wanted: string): number => log.filter(({ action }) => action === wanted).length;
      expect(count("region-activation-delay-set")).to.equal(4);
      expect(count("act-vetoed")).to.equal(3);
      expect(log.find(({ action }) => action === "act-vetoed")?.detail).to.include({ of: "key", legalBasis: "样例" });
      expect(count("agency-authorisation-announced")).to.equal(2);
      expect(count("agency-authorised")).to.equal(1);
      expect(count("agency-key-announced")).to.equal(5);
    } finally {
      database.close();
    }
  });

  it("issues nothing with a date before what is in the log, until the clock is right or the tolerance covers it", async () => {
    const database = openDatabase(dataDirectory(region.directory).store);
    // The last of these tests, since nothing leaves the log again.
    await sqliteAuditStore(database).append({
      ...{ time: Date.now() + 3_600_000, actor: { kind: "system", id: "test", role: "operator" } },
      ...{ action: "alarm-raised", object: "clock", requestId: "test", result: "done" },
    });
    database.close();
    const refused = await issue(here.path("behind.json"));
    expect(refused.code).to.equal(70);
    expect(refused.said).to.match(/before something that was recorded already.*Set the clock right/);
    const doctor = await region.tally(["doctor"]);
    expect(doctor.code).to.equal(70);
    expect(doctor.out.join("\n")).to.match(/clock is \d+ seconds behind entry \d+ of the log: nothing is issued/);
    const environment = { TALLY_CLOCK_TOLERANCE: "7200" };
    expect((await region.tally(["doctor"], { environment })).out.join("\n")).not.to.match(/seconds behind entry/);
    const allowed = await issue(here.path("allowed.json"), environment);
    expect(allowed.code, allowed.said).to.equal(0);
  });
});
