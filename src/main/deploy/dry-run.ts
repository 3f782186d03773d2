// SPDX-License-Identifier: Apache-2.0
import { formatEther, formatUnits, type JsonRpcProvider } from "ethers";
import { progressOf } from "../../adapters/ethereum/deployment/deploy-network.js";
import { readDeploymentState } from "../../adapters/ethereum/deployment/deployment-state.js";
import { finalRoles, type NetworkPlan, stepsOf } from "../../adapters/ethereum/deployment/network-plan.js";
import { capOfGwei, feesNow } from "../../adapters/ethereum/fees.js";
import type { NetworkConfig } from "./network-config.js";

/** Measured on an EVM of the cancun fork (docs/network.md), with a tenth on top: what cannot be asked of a node beforehand. */
const GAS = { schedule: 60_000, scheduleEach: 7_500, execute: 60_000, executeRegion: 80_000, executeRole: 35_000 };

/** What a run would do, at which addresses, and what it would cost at most; nothing is sent, nothing is written. */
export async function describeDeployment(
  config: NetworkConfig,
  provider: JsonRpcProvider,
  deployer: string,
): Promise<readonly string[]> {
  const { plan } = config;
  const state = readDeploymentState(config.stateFile);
  const nonce = state?.firstNonce ?? Number(await provider.send("eth_getTransactionCount", [deployer, "latest"]));
  const steps = stepsOf(plan, deployer, nonce);
  const done = await progressOf(provider, steps);
  const estimate = (data: string): Promise<bigint> => provider.estimateGas({ from: deployer, to: null, data });
  // Grants, the delay, and three rights to take from the deployer.
  const roleCalls = Object.values(finalRoles(plan)).flat().length + 4;
  const scheduling = GAS.schedule + GAS.scheduleEach * (plan.regions.length + roleCalls);
  const executing = GAS.execute + GAS.executeRegion * plan.regions.length + GAS.executeRole * roleCalls;
  const [createTimelock, createRegistry, fees, balance] = await Promise.all([
    estimate(steps.createTimelock),
    estimate(steps.createRegistry),
    feesNow(provider, capOfGwei(config.maxFeeGwei)),
    provider.send("eth_getBalance", [deployer, "latest"]) as Promise<string>,
  ]);
  const rows: [string, boolean, bigint][] = [
    [`timelock ${steps.timelock}`, done.timelock, createTimelock],
    [`registry ${steps.registry}`, done.registry, createRegistry],
    ["schedule regions and roles", done.scheduled, BigInt(scheduling)],
    ["execute them", done.finished, BigInt(executing)],
  ];
  const left = rows.filter(([, isDone]) => !isDone).reduce((sum, [, , gas]) => sum + gas, 0n);
  const cost = left * fees.maxFeePerGas;
  return [
    `chain ${plan.chainId}, deployer ${deployer}, transactions from number ${nonce} on`,
    ...rows.map(
      ([what, isDone, gas]) => `  ${isDone ? "done " : "would"}  ${what}${isDone ? "" : `, about ${gas} gas`}`,
    ),
    ...describePlan(plan),
    fees.maxFeePerGas === 0n
      ? "gas is free on this network: the deployer needs no funds"
      : `at ${formatUnits(fees.maxFeePerGas, "gwei")} gwei a gas at most ${formatEther(cost)}; the deployer has ${formatEther(balance)}${
          BigInt(balance) < cost ? ": NOT ENOUGH, fund it first" : ""
        }`,
    "nothing was sent",
  ];
}

function describePlan(plan: NetworkPlan): string[] {
  const { proposer, canceller, executor } = finalRoles(plan);
  return [
    `  governor: the timelock, every act waits ${plan.minDelaySeconds} s`,
    `    proposers ${proposer.join(", ")}`,
    `    executors ${plan.executors === "anyone" ? "anyone" : executor.join(", ")}`,
    `    cancellers ${canceller.join(", ")}`,
    `  guardian ${plan.guardian}`,
    ...plan.regions.map(
      ({ code, admin, activationDelaySeconds }) =>
        `  region ${code}: admin ${admin}, activation delay ${activationDelaySeconds} s`,
    ),
    "  the deployer ends without any role",
  ];
}
