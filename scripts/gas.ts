// SPDX-License-Identifier: Apache-2.0
// Measures every act of the registry and writes docs/gas.md; with --check fails when the page differs. Fails in either
// case when an act exceeds its bound.
import { readFileSync, writeFileSync } from "node:fs";
import { addRegions } from "../test/contracts/established.js";
import { openHardhat } from "../test/contracts/evm-client.js";
import { CODE_SIZE_BOUND, type GasRow, measureGas, runtimeCodeSize } from "../test/contracts/gas-measurements.js";
import { RegistryNetwork } from "../test/contracts/registry-network.js";

const target = new URL("../docs/gas.md", import.meta.url);

const client = await openHardhat();
const network = await RegistryNetwork.deploy(client);
await addRegions(network);
const rows = await measureGas(network);
await client.close();

const codeSize = runtimeCodeSize();
const broken = [...rows, { act: "runtime code", gas: codeSize, bound: CODE_SIZE_BOUND }].filter(
  ({ gas, bound }) => bound !== null && gas > bound,
);
for (const { act, gas, bound } of broken) console.error(`${act}: ${gas} is beyond ${bound}`);

const page = render(rows);
if (!process.argv.includes("--check")) writeFileSync(target, page);
else if (readFileSync(target, "utf8") !== page) {
  console.error("docs/gas.md is not what the contract costs; run: npm run fix");
  process.exit(1);
}
process.exit(broken.length === 0 ? 0 : 1);

function render(measured: readonly GasRow[]): string {
  return `# Gas

What each act of the registry costs, measured by \`scripts/gas.ts\` with solc 0.8.30, optimizer runs 200 and hard fork \`cancun\`.
Hardhat and anvil give the same figures. The cost of an anchor does not depend on the size of its batch.

Runtime code: ${figure(codeSize)} of at most ${figure(CODE_SIZE_BOUND)} bytes.

| act | gas | bound |
| --- | ---: | ---: |
${measured.map(({ act, gas, bound }) => `| ${act} | ${figure(gas)} | ${bound === null ? "" : figure(bound)} |`).join("\n")}

A row that ends in "a word" is the whole transaction divided by its words, with masks that have a bit in every byte.
`;
}

function figure(n: number): string {
  return n.toLocaleString("en");
}
