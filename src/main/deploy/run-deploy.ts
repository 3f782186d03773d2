// SPDX-License-Identifier: Apache-2.0
import { parseArgs } from "node:util";
import { deployNetwork } from "../../adapters/ethereum/deployment/deploy-network.js";
import { writeJsonFile } from "../../adapters/ethereum/deployment/deployment-state.js";
import { capOfGwei } from "../../adapters/ethereum/fees.js";
import { providerFor } from "../../adapters/ethereum/provider.js";
import { openAccountFile, readPassphrase } from "../../adapters/keys/index.js";
import { takeExclusiveLock } from "../../adapters/sqlite/exclusive-lock.js";
import { TallyError } from "../../core/errors.js";
import { pinFileOf } from "../network-pin.js";
import { describeDeployment } from "./dry-run.js";
import { readNetworkConfig } from "./network-config.js";

const USAGE = `usage: npm run deploy -- --config network-config.json [--dry-run]
  Deploys the registry of a new network with a timelock as its governor, or finishes what an earlier run began,
  verifies it, and writes the file that every participant pins. docs/network.md describes the configuration.`;

export interface DeployConsole {
  readonly out: (line: string) => void;
  readonly say: (line: string) => void;
  /** How often the chain is asked whether a transaction is mined. */
  readonly pollMs?: number;
}

/** The whole command; answers its exit code: 0 deployed and verified, 64 wrong configuration, 70 anything else. */
export async function runDeploy(argv: readonly string[], console: DeployConsole): Promise<number> {
  try {
    const { values } = parseArgs({
      args: [...argv],
      options: {
        config: { type: "string" },
        "dry-run": { type: "boolean", default: false },
        help: { type: "boolean", default: false },
      },
    });
    if (values.help || values.config === undefined) {
      console.say(USAGE);
      return values.help ? 0 : 64;
    }
    await deploy(values.config, values["dry-run"], console);
    return 0;
  } catch (error) {
    const code = error instanceof TallyError ? `${error.code}: ` : "";
    console.say(`${code}${error instanceof Error ? error.message : String(error)}`);
    const isUsage =
      (error instanceof TallyError && error.code === "config.invalid") ||
      String((error as { code?: unknown }).code).startsWith("ERR_PARSE_ARGS");
    return isUsage ? 64 : 70;
  }
}

async function deploy(path: string, isDryRun: boolean, { out, say, pollMs }: DeployConsole): Promise<void> {
  const config = readNetworkConfig(path);
  const { plan, urls, quorum, timeoutMs } = config;
  const account = await openAccountFile(config.accountFile, await readPassphrase(config.passphraseFile));
  const provider = providerFor({ urls, chainId: plan.chainId, timeoutMs, ...(quorum === null ? {} : { quorum }) });
  if (isDryRun) {
    for (const line of await describeDeployment(config, provider, account.address)) out(line);
    return;
  }
  const lock = takeExclusiveLock(`${config.stateFile}.lock`, `another deployment is at work on ${config.stateFile}`);
  try {
    const network = await deployNetwork({
      plan,
      provider,
      genesis: config.genesis,
      privateKey: account.privateKey,
      stateFile: config.stateFile,
      fees: capOfGwei(config.maxFeeGwei),
      confirmations: config.confirmations,
      say,
      ...(pollMs === undefined ? {} : { pollMs }),
    });
    const pin = pinFileOf(network);
    writeJsonFile(config.outputFile, pin, 0o644);
    out(JSON.stringify(pin, null, 2));
    say(`written to ${config.outputFile}: what every participant pins. Publish it where it cannot be changed unseen.`);
  } finally {
    lock.release();
  }
}
