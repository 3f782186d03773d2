// SPDX-License-Identifier: Apache-2.0
import { readFileSync } from "node:fs";
import { TallyError } from "../../core/errors.js";

/** Where `npm ci` leaves the compiled contract: the same distance from `src/` and from `dist/`. */
const ARTIFACT = new URL("../../../artifacts/contracts/Registry.sol/Registry.json", import.meta.url);

/** Creation bytecode of the registry, 0x…. */
export function registryBytecode(): string {
  try {
    return (JSON.parse(readFileSync(ARTIFACT, "utf8")) as { bytecode: string }).bytecode;
  } catch (cause) {
    throw new TallyError("chain.registry-missing", "the registry is not compiled: run npx hardhat compile", { cause });
  }
}
