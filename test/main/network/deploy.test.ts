// SPDX-License-Identifier: Apache-2.0
import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { expect } from "chai";
import { id, Wallet } from "ethers";
import { REGISTRY } from "../../../src/adapters/ethereum/registry-interface.js";
import type { Answer } from "../../contracts/evm-client.js";
import { skip } from "../../skip.js";
import { HANDLED, HostileNode } from "../../verify/hostile-node.js";
import { workspace } from "../service-process.js";
import { type Anvil, startAnvil } from "./anvil.js";
import { DELAY, type PlannedNetwork, plannedNetwork } from "./planned-network.js";

describe("npm run deploy, on anvil,", function () {
  this.timeout(120_000);
  const here = workspace();
  const nodes: HostileNode[] = [];
  let anvil: Anvil;
  let made = 0;

  before(async function () {
    const started = await startAnvil();
    if (started === null) {
      return skip(this, "anvil is not installed");
    }
    anvil = started;
  });
  afterEach(async () => {
    for (const node of nodes.splice(0)) await node.stop();
  });
  after(async () => {
    await anvil?.stop();
    here.remove();
  });

  const planned = async (urls: readonly string[] = [anvil.url]): Promise<PlannedNetwork> => {
    made += 1;
    const folder = here.path(`network-${made}`);
    mkdirSync(folder);
    const network = await plannedNetwork(folder, {
      ...{ urls, chainId: anvil.chainId, admin: Wallet.createRandom().address },
    });
    await anvil.fund(network.accounts.deployer.address);
    return network;
  };
  const transactionsOf = async ({ accounts }: PlannedNetwork): Promise<number> =>
    Number(await anvil.rpc("eth_getTransactionCount", accounts.deployer.address, "latest"));

  it("says what it would do and what that costs, and does nothing", async () => {
    const network = await planned();
    const { code, out } = await network.deploy("--dry-run");
    expect(code).to.equal(0);
    expect(out)
      .to.match(/would {2}timelock 0x\w{40}, about \d+ gas/)
      .and.to.match(/would {2}registry 0x\w{40}, about \d+ gas/)
      .and.to.contain(`every act waits ${DELAY} s`)
      .and.to.contain("region 340000: admin 0x")
      .and.to.contain("nothing was sent");
    expect(await transactionsOf(network)).to.equal(0);
    await anvil.rpc("anvil_setBalance", network.accounts.deployer.address, "0x1");
    expect((await network.deploy("--dry-run")).out).to.contain("NOT ENOUGH");
    const unpaid = await network.deploy();
    expect(unpaid.code).to.equal(70);
    expect(unpaid.said).to.contain("cannot pay");
  });

  it("deploys once: a second run finds everything done, and verifies it again", async () => {
    const network = await planned();
    const first = await network.deploy();
    expect(first.code, first.said).to.equal(0);
    expect(JSON.parse(first.out)).to.deep.equal(JSON.parse(readFileSync(network.output, "utf8")));
    const sent = await transactionsOf(network);
    expect(sent).to.equal(4);
    const second = await network.deploy();
    expect(second.code, second.said).to.equal(0);
    expect(second.out).to.equal(first.out);
    expect(await transactionsOf(network)).to.equal(sent);
    expect((await network.deploy("--dry-run")).out).to.match(
      /done {3}timelock[\s\S]*done {3}registry[\s\S]*done {3}execute/,
    );
  });

  for (let step = 0; step < 4; step += 1) {
    for (const lost of ["before", "after"] as const) {
      it(`goes on where it was killed: transaction ${step + 1}, ${lost} a node had it`, async () => {
        let sends = 0;
        let isDead = false;
        const node = await HostileNode.start(anvil.url, async (call, response) => {
          if (isDead) {
            response.destroy();
            return HANDLED;
          }
          if (call.method !== "eth_sendRawTransaction" || sends++ !== step) return undefined;
          // From here on the process is as good as killed: nothing it asks is answered.
          isDead = true;
          if (lost === "after") await anvil.rpc("eth_sendRawTransaction", ...call.params);
          response.destroy();
          return HANDLED;
        });
        nodes.push(node);
        const network = await planned([node.url]);
        const killed = await network.deploy();
        expect(killed.code).to.equal(70);
        expect(killed.said).to.match(/chain\.unreachable/);
        isDead = false;
        sends = Number.POSITIVE_INFINITY;
        const resumed = await network.deploy();
        expect(resumed.code, resumed.said).to.equal(0);
        expect(await transactionsOf(network)).to.equal(4);
        expect(resumed.said).to.contain("the deployer holds no role");
      });
    }
  }

  it("does not deploy a second network when the state file is lost", async () => {
    const network = await planned();
    await network.deploy();
    rmSync(network.state);
    const { code, said } = await network.deploy();
    expect(code).to.equal(64);
    expect(said).to.contain("has deployed 0x").and.to.contain("Put the state file back");
    expect(await transactionsOf(network)).to.equal(4);
  });

  it("does not go on under another plan, nor with a damaged state file", async () => {
    const network = await planned();
    await network.deploy();
    network.change((config) => {
      config.governor.minDelaySeconds += 1;
    });
    const changed = await network.deploy();
    expect(changed.code).to.equal(64);
    expect(changed.said).to.contain("other roles, regions or delays");
    writeFileSync(network.state, readFileSync(network.state, "utf8").slice(0, 40));
    const damaged = await network.deploy();
    expect(damaged.code).to.equal(64);
    expect(damaged.said).to.contain("cannot be used");
  });

  it("names who holds what he should not, or lacks what he should", async () => {
    const network = await planned();
    await network.deploy();
    const { governor, registry } = network.pin();
    await anvil.fund(governor!);
    await anvil.rpc("anvil_impersonateAccount", governor);
    const thief = Wallet.createRandom().address;
    const data = REGISTRY.encodeFunctionData("grantRole", [id("GUARDIAN_ROLE"), thief]);
    await anvil.rpc("eth_sendTransactionSync", { from: governor, to: registry, data });
    const { code, said } = await network.deploy();
    expect(code).to.equal(70);
    expect(said).to.contain(`${thief} is guardian of the registry and should not be`);
  });

  it("leaves the network's roles to those that were planned, also where anyone may execute", async () => {
    const network = await planned();
    network.change((config) => {
      config.governor.executors = "anyone";
      config.governor.cancellers = [];
    });
    const { code, said } = await network.deploy();
    expect(code, said).to.equal(0);
  });

  describe("refuses a configuration", () => {
    const cases: readonly [string, (config: Answer) => void, RegExp][] = [
      ["with a member that it does not know", (c) => Object.assign(c, { minDelay: 1 }), /\/minDelay is not a member/],
      ["without a guardian", (c) => delete (c as { guardian?: string }).guardian, /\/guardian is missing/],
      [
        "with a mistyped address",
        (c) => Object.assign(c, { guardian: "0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAeD".replace("5aAe", "5AAe") }),
        /\/guardian is mistyped/,
      ],
      [
        "with a region twice",
        (c) => void (c.regions as object[]).push((c.regions as object[])[0]!),
        /names 340000 twice/,
      ],
      ["of a later version", (c) => Object.assign(c, { version: 2 }), /\/version must be 1/],
      [
        "with a key in it",
        (c) => Object.assign(c.deployer, { privateKey: `0x${"11".repeat(32)}` }),
        /\/deployer\/privateKey/,
      ],
      ["with a node that is no URL", (c) => Object.assign(c.chain, { urls: ["node"] }), /\/chain\/urls\/0/],
    ];
    for (const [what, change, words] of cases) {
      it(what, async () => {
        const network = await planned();
        network.change(change);
        const { code, said } = await network.deploy();
        expect(code).to.equal(64);
        expect(said).to.match(words);
      });
    }

    it("in which the deployer has a role", async () => {
      const network = await planned();
      network.change((config) => {
        config.guardian = network.accounts.deployer.address;
      });
      const { code, said } = await network.deploy();
      expect(code).to.equal(64);
      expect(said).to.contain("is named in a role too");
    });

    it("of another chain, by id and by first block", async () => {
      const network = await planned();
      network.change((config) => {
        config.chain.genesis = `0x${"ee".repeat(32)}`;
      });
      expect((await network.deploy()).said).to.match(/chain\.wrong-chain: the first block of the chain is/);
      network.change((config) => {
        config.chain.id = 1;
      });
      expect((await network.deploy()).said).to.match(/chain\.wrong-chain/);
      expect(await transactionsOf(network)).to.equal(0);
    });
  });
});
