// SPDX-License-Identifier: Apache-2.0
import { readFileSync } from "node:fs";
import { expect } from "chai";
import { CODE_SIZE_BOUND, measureGas, runtimeCodeSize } from "./gas-measurements.js";
import type { RegistryNetwork } from "./registry-network.js";

export function gasBehaviour(network: () => RegistryNetwork): void {
  describe("gas", () => {
    it("of every act is the published figure and within its bound", async () => {
      const published = readFileSync(new URL("../../docs/gas.md", import.meta.url), "utf8");
      const rows = await measureGas(network());
      expect(rows.length).to.be.greaterThan(30);
      for (const { act, gas, bound } of rows) {
        expect(gas, act).to.be.at.most(bound ?? Number.POSITIVE_INFINITY);
        expect(published).to.include(`| ${act} | ${gas.toLocaleString("en")} |`);
      }
    });

    it("limits leave room for the code", () => {
      expect(runtimeCodeSize()).to.be.lessThan(CODE_SIZE_BOUND);
    });
  });
}
