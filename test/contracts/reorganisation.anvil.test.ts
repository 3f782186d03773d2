// SPDX-License-Identifier: Apache-2.0
import { expect } from "chai";
import { addRegions, establishAnhui } from "./established.js";
import { anvilBinary, type EvmClient, openAnvil } from "./evm-client.js";
import { ANHUI, root } from "./names.js";
import { expectEvents, RegistryNetwork } from "./registry-network.js";

const binary = anvilBinary();
const BATCH = [ANHUI, root(1), 500];

// Hardhat cannot reorganise its chain, so this is anvil's alone.
(binary === null ? describe.skip : describe)("Registry after a reorganisation (anvil)", () => {
  let client: EvmClient;
  let network: RegistryNetwork;

  beforeEach(async () => {
    client = await openAnvil(binary!);
    network = await RegistryNetwork.deploy(client);
    await addRegions(network);
    await establishAnhui(network);
  });
  afterEach(() => client.close());

  /** Replaces the last `depth` blocks by empty ones. */
  const reorganise = async (depth: number) => {
    await client.request("anvil_reorg", [depth, []]);
    const head = await client.request("eth_getBlockByNumber", ["latest", false]);
    network.time = Number(head.timestamp);
  };

  it("has forgotten an anchor in a removed block, and records it anew when it is sent again", async () => {
    await network.act("anchorOperator", "anchor", BATCH);
    await reorganise(1);
    expect(await network.view("findAnchor", BATCH)).to.deep.equal([0, 0]);
    const again = await network.act("anchorOperator", "anchor", BATCH, network.time + 10);
    expectEvents(again, ["BatchAnchored", ...BATCH]);
    expect(await network.view("findAnchor", BATCH)).to.deep.equal([again.time, 0]);
  });

  it("keeps an anchor below the removed blocks, and a repeat changes nothing", async () => {
    const first = await network.act("anchorOperator", "anchor", BATCH);
    await network.act("statusOperator", "revoke", [ANHUI, 0, [[0, 1n]]]);
    await reorganise(1);
    expect(await network.view("statusWords", [ANHUI, 0, [0]])).to.deep.equal([[0], [0]]);
    expectEvents(await network.act("anchorOperator", "anchor", BATCH));
    expect(await network.view("findAnchor", BATCH)).to.deep.equal([first.time, 0]);
  });
});
