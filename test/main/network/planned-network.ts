// SPDX-License-Identifier: Apache-2.0
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type Account, AccountFiles, readOrMakePassphrase } from "../../../src/adapters/keys/index.js";
import { runDeploy } from "../../../src/main/deploy/run-deploy.js";
import { type NetworkPin, readPin } from "../../../src/main/network-pin.js";
import type { Answer } from "../../contracts/evm-client.js";

export const DELAY = 86_400;

export interface PlannedNetwork {
  readonly folder: string;
  readonly config: string;
  readonly state: string;
  readonly output: string;
  readonly accounts: Readonly<Record<"deployer" | "proposer" | "executor" | "guardian", Account>>;
  /** Writes the configuration once more, changed. */
  change(change: (config: Record<string, Answer>) => void): void;
  deploy(...argv: string[]): Promise<{ code: number; out: string; said: string }>;
  pin(): NetworkPin;
}

/** Accounts and configuration of a network with one region, in a folder of their own; nothing is deployed. */
export async function plannedNetwork(
  folder: string,
  { urls, chainId, admin }: { urls: readonly string[]; chainId: number; admin: string },
): Promise<PlannedNetwork> {
  const passphraseFile = join(folder, "passphrase");
  const { passphrase } = await readOrMakePassphrase(passphraseFile);
  const files = new AccountFiles({ directory: join(folder, "keys"), passphrase, scryptN: 2 ** 10 });
  const accounts = {
    deployer: await files.create("deployer"),
    proposer: await files.create("proposer"),
    executor: await files.create("executor"),
    guardian: await files.create("guardian"),
  };
  const config = join(folder, "network-config.json");
  const content = {
    format: "tigertally-network-config",
    version: 1,
    chain: { id: chainId, urls },
    deployer: { accountFile: "keys/account-deployer.json", passphraseFile: "passphrase" },
    governor: {
      minDelaySeconds: DELAY,
      proposers: [accounts.proposer.address],
      executors: [accounts.executor.address],
      cancellers: [accounts.guardian.address],
    },
    guardian: accounts.guardian.address,
    regions: [{ code: "340000", admin, activationDelaySeconds: 0 }],
    state: "state.json",
    output: "network.json",
  };
  writeFileSync(config, JSON.stringify(content));
  return {
    folder,
    config,
    state: join(folder, "state.json"),
    output: join(folder, "network.json"),
    accounts,
    change: (change) => {
      const copy = JSON.parse(readFileSync(config, "utf8"));
      change(copy);
      writeFileSync(config, JSON.stringify(copy));
    },
    deploy: async (...argv) => {
      let out = "";
      let said = "";
      const code = await runDeploy(["--config", config, ...argv], {
        out: (line) => (out += `${line}\n`),
        say: (line) => (said += `${line}\n`),
        pollMs: 10,
      });
      return { code, out, said };
    },
    pin: () => readPin(join(folder, "network.json")),
  };
}
