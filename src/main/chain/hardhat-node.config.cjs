// SPDX-License-Identifier: Apache-2.0
// What every embedded chain has in common. Chain id and genesis time are set per chain by hardhat-node.ts. Everything here decides block hashes: a change makes older journals unreadable, so it needs a new
// journal version.
module.exports = {
  solidity: "0.8.30",
  networks: {
    hardhat: {
      hardfork: "cancun",
      accounts: [],
      // Gas is free: the base fee rises only after a block that is more than half full, and one transaction of at most 16
      // million a block never fills it. So no account needs funds, and the node holds none.
      blockGasLimit: 60_000_000,
      initialBaseFeePerGas: 0,
      allowBlocksWithSameTimestamp: true,
      // A transaction that reverts is mined with status 0, as on every other client.
      throwOnTransactionFailures: false,
      loggingEnabled: false,
    },
  },
};
