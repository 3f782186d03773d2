// SPDX-License-Identifier: Apache-2.0
import { createRequire } from "node:module";
import { expect } from "chai";
import type { Suite, Test } from "mocha";
import { agenciesBehaviour } from "./agencies.behaviour.js";
import { anchorsBehaviour } from "./anchors.behaviour.js";
import { addRegions } from "./established.js";
import type { EvmClient } from "./evm-client.js";
import { gasBehaviour } from "./gas.behaviour.js";
import { keysBehaviour } from "./keys.behaviour.js";
import { operatorsBehaviour } from "./operators.behaviour.js";
import { permissionsBehaviour } from "./permissions.behaviour.js";
import { regionsBehaviour } from "./regions.behaviour.js";
import { type Kept, RegistryNetwork } from "./registry-network.js";
import { statusListsBehaviour } from "./status-lists.behaviour.js";
import { typeDefinitionsBehaviour } from "./type-definitions.behaviour.js";

const BEHAVIOURS = {
  permissions: permissionsBehaviour,
  regions: regionsBehaviour,
  agencies: agenciesBehaviour,
  keys: keysBehaviour,
  operators: operatorsBehaviour,
  anchors: anchorsBehaviour,
  "type definitions": typeDefinitionsBehaviour,
  "status lists": statusListsBehaviour,
  costs: gasBehaviour,
};

/** The whole behaviour of the contract. Each test starts from a registry that holds two regions. */
export function registrySuite(open: () => Promise<EvmClient>): void {
  let client: EvmClient;
  let network: RegistryNetwork;
  let regions: Kept;

  before(async () => {
    client = await open();
    network = await RegistryNetwork.deploy(client);
    await addRegions(network);
    regions = await network.keep();
  });
  beforeEach(() => network.restore(regions));
  after(() => client?.close());

  for (const [name, behaviour] of Object.entries(BEHAVIOURS)) describe(name, () => behaviour(() => network));

  after(function () {
    // Only a whole run can tell what no test reaches.
    if (!everyTest(this.test!.parent!).every(({ state }) => state === "passed")) return;
    expect(
      declared("event").filter((name) => !network.seenEvents.has(name)),
      "events never emitted",
    ).to.deep.equal([]);
    expect(
      declared("error").filter((name) => !network.seenErrors.has(name)),
      "errors never met",
    ).to.deep.equal([]);
  });
}

function declared(kind: "event" | "error"): readonly string[] {
  const { abi } = createRequire(import.meta.url)("../../artifacts/contracts/interfaces/IRegistry.sol/IRegistry.json");
  return abi.filter(({ type }: { type: string }) => type === kind).map(({ name }: { name: string }) => name);
}

function everyTest(suite: Suite): readonly Test[] {
  return [...suite.tests, ...suite.suites.flatMap(everyTest)];
}
