// SPDX-License-Identifier: Apache-2.0
// Compiles with the npm package `solc`, so no compiler is downloaded. The embedded chain has a configuration of its
// own (src/main/chain); this one serves compilation and the contract tests.
import { TASK_COMPILE_SOLIDITY_GET_SOLC_BUILD } from "hardhat/builtin-tasks/task-names";
import { type HardhatUserConfig, subtask } from "hardhat/config";

const solcPackage = require("solc/package.json") as { version: string };

subtask(TASK_COMPILE_SOLIDITY_GET_SOLC_BUILD).setAction(async ({ solcVersion }: { solcVersion: string }) => {
  if (solcVersion !== solcPackage.version) {
    throw new Error(`the installed npm package solc is ${solcPackage.version}, a contract asks for ${solcVersion}`);
  }
  return {
    compilerPath: require.resolve("solc/soljson.js"),
    isSolcJs: true,
    version: solcVersion,
    longVersion: (require("solc") as { version(): string }).version().replace(/\.Emscripten.*$/, ""),
  };
});

const config: HardhatUserConfig = {
  solidity: {
    version: solcPackage.version,
    // Without a digest of the sources in the bytecode, a changed comment changes neither the code nor its gas.
    settings: { optimizer: { enabled: true, runs: 200 }, evmVersion: "cancun", metadata: { bytecodeHash: "none" } },
  },
  networks: {
    hardhat: { chainId: 31337, hardfork: "cancun", throwOnTransactionFailures: false, loggingEnabled: false },
  },
};

export default config;
