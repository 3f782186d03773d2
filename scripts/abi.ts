// SPDX-License-Identifier: Apache-2.0
// Writes src/adapters/ethereum/registry-abi.ts from the compiled contract; with --check fails when it is out of date.
import { createHash } from "node:crypto";
import { readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { Interface } from "ethers";

const target = new URL("../src/adapters/ethereum/registry-abi.ts", import.meta.url);
const { abi, deployedBytecode } = createRequire(import.meta.url)("../artifacts/contracts/Registry.sol/Registry.json");

refuseImmutables();

const lines = new Interface(abi)
  .format()
  .sort(byKindThenName)
  .map((line) => `  ${JSON.stringify(line)},`);
const runtimeDigest = createHash("sha256")
  .update(Buffer.from(deployedBytecode.slice(2), "hex"))
  .digest("hex");
const content = `// SPDX-License-Identifier: Apache-2.0
// Written by scripts/abi.ts from contracts/Registry.sol; do not edit. The bytecode to deploy is loaded at run time from
// artifacts/contracts/Registry.sol/Registry.json, which \`npm ci\` compiles.

/** The registry's interface in ethers' human-readable form, the inherited access control included. */
export const REGISTRY_ABI = [
${lines.join("\n")}
] as const;

/** SHA-256 of the runtime bytecode: what \`eth_getCode\` at a registry's address should hash to. */
export const REGISTRY_RUNTIME_DIGEST = "${runtimeDigest}";
`;

if (!process.argv.includes("--check")) writeFileSync(target, content);
else if (read() !== content) {
  console.error("src/adapters/ethereum/registry-abi.ts is not what the contract compiles to; run: npm run fix");
  process.exit(1);
}

function read(): string | null {
  try {
    return readFileSync(target, "utf8");
  } catch {
    return null;
  }
}

function byKindThenName(a: string, b: string): number {
  const rank = (line: string) => ["constructor", "function", "event", "error"].indexOf(line.split(/[ (]/, 1)[0]!);
  return rank(a) - rank(b) || (a < b ? -1 : 1);
}

/** The digest below is that of every registry only because no constructor writes anything into the code. */
function refuseImmutables(): void {
  const load = createRequire(import.meta.url);
  const { buildInfo } = load("../artifacts/contracts/Registry.sol/Registry.dbg.json");
  const { output } = load(`../artifacts/contracts/Registry.sol/${buildInfo}`);
  const { immutableReferences = {} } = output.contracts["contracts/Registry.sol"].Registry.evm.deployedBytecode;
  if (Object.keys(immutableReferences).length === 0) return;
  console.error("the registry has immutables: code on a chain cannot be compared by one digest; mask them first");
  process.exit(1);
}
