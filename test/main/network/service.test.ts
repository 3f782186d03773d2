// SPDX-License-Identifier: Apache-2.0
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { expect } from "chai";
import { pino } from "pino";
import { compose } from "../../../src/main/compose.js";
import { passphraseOf } from "../../../src/main/init.js";
import { openNetwork } from "../../../src/main/network.js";
import { pinNetwork } from "../../../src/main/pinned-network.js";
import { type RunningService, runService } from "../../../src/main/service.js";
import { openSettings } from "../../../src/main/settings.js";
import type { Report } from "../../../src/verify/report.js";
import { permit } from "../../operations/office.js";
import { skip } from "../../skip.js";
import { HANDLED, HostileNode, type Mischief } from "../../verify/hostile-node.js";
import { PLAIN_ENVIRONMENT, startService, UNHURRIED_MS, until, workspace } from "../service-process.js";
import { type Anvil, startAnvil } from "./anvil.js";
import { type Office, openOffice } from "./office.js";
import { plannedNetwork } from "./planned-network.js";

const ANHUI = "11340000MB1A2B3CXU";
const file = (path: string): string => fileURLToPath(new URL(`../../../${path}`, import.meta.url));

const HONEST: Mischief = () => undefined;
const DEAD: Mischief = (_, response) => {
  response.destroy();
  return HANDLED;
};
const HANGING: Mischief = () => HANDLED;
const FOREIGN: Mischief = ({ method }) => (method === "eth_chainId" ? "0x1" : undefined);
const BARE: Mischief = ({ method }) => (method === "eth_getCode" ? "0x" : undefined);
const GARBAGE: Mischief = () => ({ what: "?" });
const LYING: Mischief = ({ method }) =>
  method === "eth_call" ? `0x${"00".repeat(31)}01${"00".repeat(32)}` : undefined;
const ENDLESS: Mischief = (_, response) => {
  const more = (): void => {
    while (!response.destroyed && response.write(" ".repeat(65_536)));
    if (!response.destroyed) response.once("drain", more);
  };
  more();
  return HANDLED;
};

describe("a service on a network with three endpoints, on anvil,", function () {
  this.timeout(240_000);
  const here = workspace();
  /** What each of the three endpoints does at the moment. */
  const mischief: [Mischief, Mischief, Mischief] = [HONEST, HONEST, HONEST];
  const nodes: HostileNode[] = [];
  let anvil: Anvil;
  let region: Office;
  let service: RunningService | null = null;
  let licence: string;
  const said: string[] = [];

  before(async function () {
    const started = await startAnvil();
    if (started === null) {
      return skip(this, "anvil is not installed");
    }
    anvil = started;
    for (const i of [0, 1, 2] as const) {
      nodes.push(await HostileNode.start(anvil.url, (call, response) => mischief[i](call, response)));
    }
    const urls = nodes.map(({ url }) => url);
    region = await openOffice(here.path("region"), ["admin-340000", "operator-340000"]);
    mkdirSync(here.path("office"));
    const admin = region.addresses["admin-340000"]!;
    const network = await plannedNetwork(here.path("office"), { urls, chainId: anvil.chainId, admin });
    await anvil.fund(network.accounts.deployer.address, ...Object.values(region.addresses));
    expect((await network.deploy()).code).to.equal(0);
    await region.done("init", "--region", "340000", "--network", network.output, "--chain-urls", urls.join(","));
    await region.done("agency", "add", ANHUI, "--name", "安徽省市场监督管理局（样例）", "--area", "340000");
    await region.done("type", "publish", file("catalogue/food-business-permit.json"));
    await region.done("agency", "authorise", ANHUI, `${ANHUI}001`);
    await region.done("key", "add", ANHUI);
    licence = here.path("licence.json");
    await region.done("issue", file("examples/food-permit.json"), "--agency", ANHUI, "--anchor", "--document", licence);

    const environment = {
      TALLY_DATA: region.root,
      TALLY_PORT: "0",
      TALLY_BIND: "0.0.0.0",
      TALLY_CHAIN_TIMEOUT_MS: "2000",
    };
    const { config, directory } = openSettings({}, { ...PLAIN_ENVIRONMENT, ...environment });
    const connected = await openNetwork({ config, directory, say: () => {} });
    const pinned = await pinNetwork({ config, directory, network: connected, say: () => {} });
    const logger = pino({ level: "warn" }, { write: (line) => void said.push(line) });
    const passphrase = await passphraseOf(config, directory);
    service = await runService(await compose({ config, directory, network: pinned, passphrase, logger }), logger, "0");
  });
  afterEach(() => mischief.fill(HONEST));
  after(async () => {
    await service?.stop();
    for (const node of nodes) await node.stop();
    await anvil?.stop();
    here.remove();
  });

  const verify = async (): Promise<Report> => {
    const body = readFileSync(licence);
    const headers = { "content-type": "application/json" };
    const response = await fetch(`${service!.url}/v1/verify`, { method: "POST", headers, body });
    expect(response.status).to.equal(200);
    return (await response.json()) as Report;
  };
  const status = async (path: string): Promise<number> => (await fetch(`${service!.url}${path}`)).status;

  it("warns at its start that links will name this machine, when others can reach it and no public URL is set", () => {
    const warnings = said.map((line) => JSON.parse(line)).filter(({ msg }) => msg === "public-url-unset");
    expect(warnings.map(({ links }) => links)).to.deep.equal([`http://localhost:${new URL(service!.url!).port}`]);
  });

  it("says valid, and that it is ready", async () => {
    expect(await verify()).to.include({ verdict: "valid" });
    expect(await status("/readyz")).to.equal(200);
  });

  for (const [what, one] of Object.entries({ DEAD, HANGING, LYING, FOREIGN, GARBAGE, ENDLESS })) {
    it(`says valid with one endpoint that is ${what.toLowerCase()}`, async () => {
      mischief[1] = one;
      expect(await verify()).to.include({ verdict: "valid" });
      expect(await status("/readyz")).to.equal(200);
    });
  }

  for (const [what, two, reason] of [
    ["dead", DEAD, "registry.unreachable"],
    ["hanging", HANGING, "registry.unreachable"],
    ["on another chain", FOREIGN, "registry.wrong-chain"],
    ["answering nonsense", GARBAGE, "registry.garbage"],
    ["answering without end", ENDLESS, "registry.garbage"],
    ["without the registry", BARE, "registry.missing"],
  ] as const) {
    it(`lives on and says undecided with two endpoints ${what}: ${reason}; and valid as soon as they are back`, async () => {
      mischief.fill(two, 1);
      // A new block, so that nothing is known of it from before.
      await anvil.rpc("evm_mine");
      const report = await verify();
      expect(report).to.include({ verdict: "undecided", authenticity: "undecided" });
      expect(report.checks.map((check) => ("reason" in check ? check.reason : null))).to.include(reason);
      expect(await status("/healthz")).to.equal(200);
      expect(await status("/readyz")).to.equal(503);
      mischief.fill(HONEST);
      expect(await verify()).to.include({ verdict: "valid" });
      expect(await status("/readyz")).to.equal(200);
    });
  }

  it("lives on and says undecided when one is dead and one lies: registry.disagrees", async () => {
    mischief[0] = DEAD;
    mischief[1] = LYING;
    await anvil.rpc("evm_mine");
    const report = await verify();
    expect(report.verdict).to.equal("undecided");
    expect(report.checks.map((check) => ("reason" in check ? check.reason : null))).to.include("registry.disagrees");
    expect(await status("/healthz")).to.equal(200);
  });

  it("calls genuine, but no standing, what a frozen head shows: registry.stale", async () => {
    const impatient = await openOffice(region.root, [], { TALLY_MAX_HEAD_AGE: "1" });
    let report = {} as Report;
    // No block comes; the newest grows old by itself.
    await until(
      async () => {
        report = JSON.parse((await impatient.tally("verify", "--json", licence)).out[0]!) as Report;
        return report.standing === "undecided";
      },
      60_000,
      UNHURRIED_MS,
    );
    expect(report).to.include({ authenticity: "genuine", verdict: "undecided" });
    expect(report.checks).to.deep.include({ check: "status", outcome: "unknown", reason: "registry.stale" });
  });

  it("starts while the network is away when it was checked before, not ready, and is when it is back", async () => {
    await service!.stop();
    service = null;
    mischief.fill(DEAD);
    const started = await startService(region.root);
    try {
      const ready = async (): Promise<number> => (await fetch(`${started.ready.url}/readyz`)).status;
      expect(await ready()).to.equal(503);
      expect(started.stderr()).to.contain("checked before");
      mischief.fill(HONEST);
      await until(async () => (await ready()) === 200, 60_000);
      await until(() => started.stderr().includes("is the one that is pinned"), 60_000);
    } finally {
      await started.interrupt();
    }
  });

  it("issues and revokes on the command line meanwhile, and sends it when the network is back", async () => {
    mischief.fill(DEAD);
    const path = here.path("request.json");
    writeFileSync(path, JSON.stringify(permit()));
    const issued = await region.tally("issue", path, "--agency", ANHUI, "--anchor");
    expect(issued.code, issued.said).to.equal(75);
    expect(issued.said).to.contain("recorded here, and not on the chain yet");
    const { certificateIdentifier: identifier, anchoring } = JSON.parse(issued.out[0]!);
    expect(anchoring).to.equal("staged");
    const paper = ["--basis", "行政许可法", "--document", "样例〔2026〕1号"];
    const revoke = ["status", "revoke", identifier, "--agency", ANHUI, "--state", "cancelled", ...paper];
    const revoked = await region.tally(...revoke);
    expect(revoked.code, revoked.said).to.equal(75);
    expect(JSON.parse(revoked.out[0]!)).to.include({ state: "cancelled" });
    // What asks the registry itself cannot go on.
    expect((await region.tally("key", "add", ANHUI)).code).to.equal(70);
    mischief.fill(HONEST);
    expect((await region.tally(...revoke)).code).to.equal(0);
    const { out } = await region.tally("status", "show", identifier, "--agency", ANHUI);
    expect(JSON.parse(out[0]!)).to.include({ state: "cancelled", anchoring: "anchored" });
  });

  it("stops when the network that comes back is another one", async () => {
    mischief.fill(DEAD);
    const started = await startService(region.root);
    mischief.fill(FOREIGN);
    const { code } = await started.exited;
    expect(code).to.equal(70);
    expect(started.stderr()).to.match(/stopping: [\s\S]*is on chain 1, not on/);
  });

  it("does not start at all where it never was: no endpoint, no region", async () => {
    const fresh = await openOffice(here.path("fresh"), []);
    mischief.fill(DEAD);
    const urls = nodes.map(({ url }) => url).join(",");
    const { code, said } = await fresh.tally(
      ...["init", "--region", "340000", "--network", here.path("office/network.json"), "--chain-urls", urls],
    );
    expect(code).not.to.equal(0);
    expect(said).to.contain("endpoints can be used");
  });
});
