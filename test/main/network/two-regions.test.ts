// SPDX-License-Identifier: Apache-2.0
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect } from "chai";
import { ethersAnchorChain } from "../../../src/adapters/ethereum/anchor-chain.js";
import { AccountFiles, readPassphrase } from "../../../src/adapters/keys/index.js";
import { mod11Over10 } from "../../../src/core/identifiers/iso7064.js";
import { dataDirectory } from "../../../src/main/data-directory.js";
import { readPin } from "../../../src/main/network-pin.js";
import { masksOf, statusIndexOf } from "../../operations/office.js";
import { Runbook } from "../../operations/runbook.js";
import { skip } from "../../skip.js";
import { workspace } from "../service-process.js";
import { type Anvil, startAnvil } from "./anvil.js";
import { type Office, openOffice } from "./office.js";
import { DELAY, type PlannedNetwork, plannedNetwork } from "./planned-network.js";

const ANHUI = "11340000MB1A2B3CXU";
const FOOD = `${ANHUI}001`;
const AGENCY = "11340100TT00000153";
const SHANGHAI = "11310000TT0000306L";
const SHANGHAI_MARKET = "11310000TT0000314F";
const file = (path: string): string => fileURLToPath(new URL(`../../../${path}`, import.meta.url));
const PERMIT = JSON.parse(readFileSync(file("examples/food-permit.json"), "utf8"));

describe("a network of two regions on anvil", function () {
  this.timeout(240_000);
  const here = workspace();
  let anvil: Anvil;
  let network: PlannedNetwork;
  let governor: Office;
  let anhui: Office;
  let shanghai: Office;
  let licence: string;

  before(async function () {
    const started = await startAnvil();
    if (started === null) {
      return skip(this, "anvil is not installed");
    }
    anvil = started;
    anhui = await openOffice(here.path("anhui"), ["admin-340000", "operator-340000"]);
    network = await plannedNetwork(here.path("office"), {
      urls: [anvil.url],
      chainId: anvil.chainId,
      admin: anhui.addresses["admin-340000"]!,
    });
    await anvil.fund(...Object.values(network.accounts).map(({ address }) => address));
    await anvil.fund(...Object.values(anhui.addresses));
    const { code, said } = await network.deploy();
    expect(code, said).to.equal(0);
    // The office's own data directory: its accounts and the file it publishes.
    governor = await openOffice(network.folder, [], { TALLY_NETWORK: network.output, TALLY_CHAIN_URLS: anvil.url });
  });
  after(async () => {
    await anvil?.stop();
    here.remove();
  });

  it("lets a region of the first hour begin at once, from the published file and nodes of its own", async () => {
    const [, ...lines] = await anhui.done(
      ...["init", "--region", "340000", "--network", network.output, "--chain-urls", anvil.url],
    );
    expect(lines.join("\n")).to.contain("ready: tally serve");
    const pin = readPin(join(anhui.root, "network.json"));
    const { guardian: _, ...published } = network.pin();
    expect(pin).to.deep.equal({ ...published, chainUrls: [anvil.url] });
    await anhui.done("agency", "add", ANHUI, "--name", "安徽省市场监督管理局（样例）", "--area", "340000");
    await anhui.done("type", "publish", file("catalogue/food-business-permit.json"));
    await anhui.done("agency", "add", AGENCY, "--name", "合肥市市场监督管理局（样例）", "--area", "340100");
    await anhui.done("agency", "authorise", AGENCY, FOOD);
    await anhui.done("key", "add", AGENCY);
    const digits = "2349903000101";
    const request = here.path("request.json");
    writeFileSync(request, JSON.stringify({ ...PERMIT, certificateNumber: `JY${digits}${mod11Over10(digits)}` }));
    licence = here.path("licence.json");
    await anhui.done("issue", request, "--agency", AGENCY, "--anchor", "--document", licence);
    expect((await anhui.tally("verify", licence)).code).to.equal(0);
  });

  it("tells a region that is not admitted what to ask for, and keeps what it has pinned", async () => {
    shanghai = await openOffice(here.path("shanghai"), ["admin-310000", "operator-310000"]);
    await anvil.fund(...Object.values(shanghai.addresses));
    const { registry, genesis } = network.pin();
    const joining = ["--registry", registry, "--chain-id", String(anvil.chainId), "--genesis", genesis];
    const lines = await shanghai.done("init", "--region", "310000", ...joining, "--chain-urls", anvil.url);
    expect(lines.join("\n"))
      .to.contain("still to be done")
      .and.to.contain(`tally governance propose add-region 310000 ${shanghai.addresses["admin-310000"]}`);
    expect(existsSync(join(shanghai.root, "network.json"))).to.equal(true);
  });

  it("refuses the governor's acts from any account, and names the way", async () => {
    const [governorAccount] = await anhui.done("governance", "account", "governor");
    await anvil.fund(governorAccount!);
    const admin = shanghai.addresses["admin-310000"]!;
    const { code, said } = await anhui.tally("region", "add", "310000", "--admin", admin);
    expect(code).to.equal(70);
    expect(said)
      .to.contain(`account ${governorAccount} is not the governor`)
      .and.to.contain("tally governance propose");
  });

  it("honours the governor's delay: what is proposed is carried out after it and not before", async () => {
    const admin = shanghai.addresses["admin-310000"]!;
    const propose = ["governance", "propose", "add-region", "310000", admin, "3600", "--account", "proposer"];
    const [id] = await governor.done(...propose);
    expect(await governor.done(...propose), "proposed again").to.deep.equal([id]);
    const [shown] = await governor.done("governance", "show", id!, "--json");
    expect(JSON.parse(shown!)).to.deep.include({
      ...{ id, state: "waiting" },
      acts: [{ act: "add-region", region: "310000", admin, activationDelaySeconds: 3600 }],
    });
    const early = await governor.tally("governance", "execute", id!, "--account", "executor");
    expect(early.code).to.equal(70);
    expect(early.said).to.contain("is waiting: it may be carried out from 20");
    await anvil.pass(DELAY - 60);
    expect((await governor.tally("governance", "execute", id!, "--account", "executor")).code).to.equal(70);
    await anvil.pass(61);
    const wrong = await governor.tally("governance", "execute", id!, "--account", "guardian");
    expect(wrong.said).to.contain("is not the executor of the network's timelock");
    await governor.done("governance", "execute", id!, "--account", "executor");
    const [after] = await governor.done("governance", "show", id!, "--json");
    expect(JSON.parse(after!)).to.include({ state: "done", readyAt: null });
    expect((await governor.tally("governance", "execute", id!, "--account", "executor")).said).to.contain("is done");
  });

  it("lets the guardian cancel what was proposed", async () => {
    const [id] = await governor.done("governance", "propose", "suspend-region", "340000", "--account", "proposer");
    await governor.done("governance", "cancel", id!, "--account", "guardian");
    await anvil.pass(DELAY + 1);
    const { said } = await governor.tally("governance", "execute", id!, "--account", "executor");
    expect(said).to.contain("is cancelled");
    const listed = (await governor.done("governance", "list", "--json")).map((line) => JSON.parse(line).state);
    expect(listed).to.deep.equal(["done", "done", "cancelled"]);
  });

  it("undoes what a stolen operator key revoked, by the drill in docs/operations.md and after the governor's delay", async () => {
    const directory = dataDirectory(anhui.root);
    const keys = { directory: directory.keys, passphrase: await readPassphrase(directory.passphrase) };
    const { privateKey } = await new AccountFiles(keys).open("operator-340000");
    const { registry } = network.pin();
    const thief = ethersAnchorChain({
      ...{ urls: [anvil.url], chainId: anvil.chainId, registry, region: "340000", privateKey },
    });
    const revoked = statusIndexOf(licence);
    await thief.submitStatus([masksOf(revoked, "revoke")]);
    expect((await anhui.tally("verify", licence)).code).to.equal(3);

    const office = { tally: (argv: readonly string[]) => governor.tally(...argv) };
    const runbook = new Runbook("Governor as a timelock: annul revocations", office, { REGION: "340000" });
    const [, shown] = await runbook.step({ REVOKED: String(revoked) });
    expect(shown!.out.join("\n")).to.contain("annul-revocations").and.to.contain("waits until");
    const early = await governor.tally("governance", "execute", runbook.variables.OPERATION!, "--account", "executor");
    expect(early.code).to.equal(70);
    expect((await anhui.tally("verify", licence)).code).to.equal(3);
    await anvil.pass(DELAY + 1);
    const [, done] = await runbook.step();
    expect(done!.out.join("\n")).to.contain("done");
    runbook.finished();
    expect((await anhui.tally("verify", licence)).code).to.equal(0);
  });

  it("has the admitted region work after its own activation delay, and its peers verify each other's licences", async () => {
    const lines = await shanghai.done("init");
    expect(lines.join("\n")).to.contain("ready: tally serve");
    await anvil.pass(3_601);
    await shanghai.done("agency", "add", SHANGHAI, "--name", "上海市人民政府（样例）", "--area", "310000");
    await anvil.pass(3_601);
    const verified = await shanghai.tally("verify", "--json", licence);
    expect(verified.code, verified.said).to.equal(0);
    expect(JSON.parse(verified.out[0]!)).to.include({ verdict: "valid", authenticity: "genuine" });
  });

  it("lets the guardian veto in a region what is not in effect yet, from a directory without a region", async () => {
    await shanghai.done("agency", "add", SHANGHAI_MARKET, "--name", "上海市市场监督管理局（样例）", "--area", "310000");
    const { said } = await governor.tally(
      "governance",
      "veto",
      "agency",
      SHANGHAI_MARKET,
      "--basis",
      "样例",
      "--document",
      "1",
    );
    expect(said).to.contain(`agency ${SHANGHAI_MARKET} vetoed`);
    const again = await governor.tally("governance", "veto", "agency", SHANGHAI_MARKET);
    expect(again.code).to.equal(70);
    expect(again.said).to.contain("nothing that waits to take effect");
    const late = await governor.tally("governance", "veto", "agency", SHANGHAI);
    expect(late.said).to.contain("nothing that waits to take effect");
  });

  it("replaces the guardian by proposals, with his office at the timelock", async () => {
    const [next] = await governor.done("governance", "account", "guardian-2");
    await anvil.fund(next!);
    const old = network.accounts.guardian.address;
    const ids: string[] = [];
    for (const act of [
      ["grant-guardian", next!],
      ["grant-office", "canceller", next!],
      ["revoke-office", "canceller", old],
      ["revoke-guardian", old],
    ])
      ids.push((await governor.done("governance", "propose", ...act, "--account", "proposer"))[0]!);
    await anvil.pass(DELAY + 1);
    for (const id of ids) await governor.done("governance", "execute", id, "--account", "executor");
    const late = await governor.tally("governance", "suspend", "310000", "--account", "guardian");
    expect(late.said).to.contain(`account ${old} is neither governor nor guardian`);
    const [id] = await governor.done("governance", "propose", "suspend-region", "340000", "--account", "proposer");
    const refused = await governor.tally("governance", "cancel", id!, "--account", "guardian");
    expect(refused.said).to.contain("is not the canceller of the network's timelock");
    await governor.done("governance", "cancel", id!, "--account", "guardian-2");
    await shanghai.done("key", "add", SHANGHAI);
    const [waiting] = (await shanghai.done("region", "pending", "--json")).map((line) => JSON.parse(line));
    await governor.done("governance", "veto", "key", waiting.keyDigest, "--account", "guardian-2");
  });

  it("needs of a verifier without a directory no more than the published file and nodes", async () => {
    const settings = { TALLY_NETWORK: network.output, TALLY_CHAIN_URLS: [anvil.url, anvil.url, anvil.url].join(",") };
    const stranger = await openOffice(here.path("stranger"), [], settings);
    const { code, out, said } = await stranger.tally("verify", "--json", licence);
    expect(code, said).to.equal(0);
    expect(JSON.parse(out[0]!)).to.include({ verdict: "valid" });
    for (const [setting, reason] of [
      [{ TALLY_REGISTRY: `0x${"12".repeat(20)}` }, "registry.missing"],
      [{ TALLY_REGISTRY: network.pin().governor! }, "registry.missing"],
      [{ TALLY_GENESIS: `0x${"12".repeat(32)}` }, "registry.wrong-chain"],
    ] as const) {
      const misled = await openOffice(here.path(`misled-${reason}`), [], { ...settings, ...setting });
      const answer = await misled.tally("verify", "--json", licence);
      expect(answer.code).to.equal(2);
      expect(JSON.parse(answer.out[0]!)).to.include({ verdict: "undecided", reason });
    }
  });

  describe("refuses to begin", () => {
    const elsewhere = (settings: Record<string, string>) =>
      openOffice(here.path(`other-${Math.random()}`), [], { TALLY_REGION: "310000", ...settings });

    it("at an address without code, and says so", async () => {
      const office = await elsewhere({});
      const { code, said } = await office.tally(
        ...["init", "--network", network.output, "--chain-urls", anvil.url, "--registry", `0x${"12".repeat(20)}`],
      );
      expect(code).not.to.equal(0);
      expect(said).to.contain(`has no contract at 0x${"12".repeat(20)}`);
    });

    it("at an address with another contract", async () => {
      const office = await elsewhere({});
      const { governor: timelock } = network.pin();
      const { said } = await office.tally(
        ...["init", "--network", network.output, "--chain-urls", anvil.url, "--registry", timelock!],
      );
      expect(said).to.contain(`has another contract at ${timelock}`);
    });

    it("on another chain, also one with the same id", async () => {
      const other = (await startAnvil(anvil.chainId))!;
      try {
        const office = await elsewhere({});
        const { said } = await office.tally("init", "--network", network.output, "--chain-urls", other.url);
        expect(said).to.match(/follows a chain that begins with 0x/);
        const taken = await anhui.tally("agency", "list", "--json");
        expect(taken.code).to.equal(0);
        const away = await openOffice(anhui.root, [], { TALLY_CHAIN_URLS: other.url });
        const refused = await away.tally("agency", "list");
        expect(refused.code).not.to.equal(0);
        expect(refused.said).to.match(/follows a chain that begins with 0x/);
        const { code, out, said: words } = await away.tally("verify", "--json", licence);
        expect(code, words).to.equal(2);
        expect(JSON.parse(out[0]!)).to.include({ verdict: "undecided", reason: "registry.wrong-chain" });
      } finally {
        await other.stop();
      }
    });

    it("with a directory that belongs to another network", async () => {
      const moved = await openOffice(anhui.root, [], { TALLY_REGISTRY: `0x${"12".repeat(20)}` });
      const { code, said } = await moved.tally("agency", "list");
      expect(code).to.equal(64);
      expect(said).to.contain("belongs to registry");
    });
  });
});
