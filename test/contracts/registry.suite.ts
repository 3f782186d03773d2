// SPDX-License-Identifier: Apache-2.0
import { createRequire } from "node:module";
import { expect } from "chai";
import type { Suite, Test } from "mocha";
import { agenciesBehaviour } from "./agencies.behaviour.js";
import { anchorsBehaviour } from "./anchors.behaviour.js";
import { startFromTwoRegions } from "./established.js";
import type { EvmClient } from "./evm-client.js";
import { gasBehaviour } from "./gas.behaviour.js";
import { keysBehaviour } from "./keys.behaviour.js";
import { operatorsBehaviour } from "./operators.behaviour.js";
import { permissionsBehaviour } from "./permissions.behaviour.js";
import { regionsBehaviour } from "./regions.behaviour.js";
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

/** The whole behaviour of the contract. */
export function registrySuite(open: () => Promise<EvmClient>): void {
  const network = startFromTwoRegions(open);
  for (const [name, behaviour] of Object.entries(BEHAVIOURS)) describe(name, () => behaviour(network));

  after(function () {
    // Only a whole run can tell what no test reaches.
    if (!everyTest(this.test!.parent!).every(({ state }) => state === "passed")) return;
    const { seenEvents, seenErrors } = network();
    expect(
      declared("event").filter((name) => !seenEvents.has(name)),
      "events never emitted",
    ).to.deep.equal([]);
    expect(
      declared("error").filter((name) => !seenErrors.has(name)),
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
