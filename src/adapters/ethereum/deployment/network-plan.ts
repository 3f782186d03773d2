// SPDX-License-Identifier: Apache-2.0
import { createHash } from "node:crypto";
import { AbiCoder, getCreateAddress, Interface, keccak256, ZeroAddress, ZeroHash } from "ethers";
import { regionBytes } from "../codes.js";
import { REGISTRY_ABI } from "../registry-abi.js";
import { registryBytecode, timelockArtifact } from "../registry-artifact.js";
import { REGISTRY } from "../registry-interface.js";
import { TIMELOCK, TIMELOCK_ROLES } from "../timelock/timelock-interface.js";

export interface PlannedRegion {
  readonly code: string;
  readonly admin: string;
  readonly activationDelaySeconds: number;
}

/** Who is to hold what on a new network. Addresses are EIP-55. */
export interface NetworkPlan {
  readonly chainId: number;
  readonly minDelaySeconds: number;
  readonly proposers: readonly string[];
  /** `anyone` opens the execution of what has waited long enough to everybody. */
  readonly executors: readonly string[] | "anyone";
  /** Beside the proposers, who may cancel what was proposed. */
  readonly cancellers: readonly string[];
  readonly guardian: string;
  readonly regions: readonly PlannedRegion[];
}

/** Everything that the plan means for one deployer: fixed before the first transaction, so that no step can be done twice. */
export interface NetworkSteps {
  readonly timelock: string;
  readonly registry: string;
  readonly createTimelock: string;
  readonly createRegistry: string;
  /** The operation that finishes the network: regions, final roles and delay, the deployer's rights gone; all or nothing. */
  readonly operationId: string;
  readonly schedule: string;
  readonly execute: string;
}

/**
 * Four transactions: the timelock, where the deployer alone may do anything yet and need not wait; the registry, whose governor
 * is that timelock from its first block; then one operation, scheduled and executed, that adds the regions, gives out the
 * roles, sets the delay and takes every right from the deployer. A deployment that stops in between has given nobody anything.
 */
export function stepsOf(plan: NetworkPlan, deployer: string, firstNonce: number): NetworkSteps {
  const timelock = getCreateAddress({ from: deployer, nonce: firstNonce });
  const registry = getCreateAddress({ from: deployer, nonce: firstNonce + 1 });
  const alone = [0, [deployer], [deployer], ZeroAddress];
  const calls = [
    ...plan.regions.map((region) => ({ target: registry, data: addRegion(region) })),
    ...finishingCalls(plan, deployer).map((data) => ({ target: timelock, data })),
  ];
  const batch = [calls.map(({ target }) => target), calls.map(() => 0), calls.map(({ data }) => data)];
  const named = [...batch, ZeroHash, ZeroHash];
  const types = ["address[]", "uint256[]", "bytes[]", "bytes32", "bytes32"];
  return {
    timelock,
    registry,
    createTimelock: timelockArtifact().bytecode + TIMELOCK.encodeDeploy(alone).slice(2),
    createRegistry: registryBytecode() + new Interface(REGISTRY_ABI).encodeDeploy([timelock, plan.guardian]).slice(2),
    operationId: keccak256(AbiCoder.defaultAbiCoder().encode(types, named)),
    schedule: TIMELOCK.encodeFunctionData("scheduleBatch", [...named, 0]),
    execute: TIMELOCK.encodeFunctionData("executeBatch", named),
  };
}

/** Names the plan: a resumed deployment must be of the very same one. */
export function planDigest(plan: NetworkPlan): string {
  return createHash("sha256").update(JSON.stringify(plan)).digest("hex");
}

/** Accounts that hold each role of the timelock when the network is finished. */
export function finalRoles({ proposers, executors, cancellers }: NetworkPlan) {
  return {
    proposer: proposers,
    canceller: [...new Set([...proposers, ...cancellers])],
    executor: executors === "anyone" ? [ZeroAddress] : executors,
  };
}

function addRegion({ code, admin, activationDelaySeconds }: PlannedRegion): string {
  return REGISTRY.encodeFunctionData("addRegion", [regionBytes(code), admin, activationDelaySeconds]);
}

function finishingCalls(plan: NetworkPlan, deployer: string): string[] {
  const roles = Object.entries(finalRoles(plan)) as [keyof ReturnType<typeof finalRoles>, readonly string[]][];
  const change = (act: "grantRole" | "revokeRole", role: keyof typeof TIMELOCK_ROLES, account: string): string =>
    TIMELOCK.encodeFunctionData(act, [TIMELOCK_ROLES[role], account]);
  return [
    ...roles.flatMap(([role, accounts]) => accounts.map((account) => change("grantRole", role, account))),
    TIMELOCK.encodeFunctionData("updateDelay", [plan.minDelaySeconds]),
    ...roles.map(([role]) => change("revokeRole", role, deployer)),
  ];
}
