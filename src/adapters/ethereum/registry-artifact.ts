// SPDX-License-Identifier: Apache-2.0
import { readFileSync } from "node:fs";
import { TallyError } from "../../core/errors.js";
import { packageFile } from "../package-folder/index.js";
import { codeDigest } from "./code-digest.js";

/** Creation bytecode of the registry, 0x…. */
export function registryBytecode(): string {
  return artifact("contracts/Registry.sol/Registry.json").bytecode;
}

/** Creation bytecode of OpenZeppelin's timelock, and the digest of the code that it leaves at its address: it has no immutables. */
export function timelockArtifact(): { readonly bytecode: string; readonly runtimeDigest: string } {
  const name = "@openzeppelin/contracts/governance/TimelockController.sol/TimelockController.json";
  const { bytecode, deployedBytecode } = artifact(name);
  return { bytecode, runtimeDigest: codeDigest(deployedBytecode) };
}

interface Artifact {
  readonly bytecode: string;
  readonly deployedBytecode: string;
}

function artifact(name: string): Artifact {
  try {
    return JSON.parse(readFileSync(packageFile(`artifacts/${name}`), "utf8")) as Artifact;
  } catch (cause) {
    throw new TallyError("chain.registry-missing", "the contracts are not compiled: run npx hardhat compile", {
      cause,
    });
  }
}
