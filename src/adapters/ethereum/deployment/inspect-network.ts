// SPDX-License-Identifier: Apache-2.0
import { id, type JsonRpcProvider, type Result, toQuantity, ZeroHash } from "ethers";
import { inRanges } from "../../../verify/log-ranges.js";
import { RegistryError } from "../../../verify/registry.js";
import { chainFailure } from "../chain-failure.js";
import { codeDigest } from "../code-digest.js";
import { regionBytes } from "../codes.js";
import { timelockArtifact } from "../registry-artifact.js";
import { REGISTRY } from "../registry-interface.js";
import { TIMELOCK, TIMELOCK_ROLES, type TimelockRole } from "../timelock/timelock-interface.js";
import type { DeployedNetwork } from "./deploy-network.js";
import { finalRoles, type NetworkPlan } from "./network-plan.js";

export interface InspectNetworkOptions {
  readonly provider: JsonRpcProvider;
  readonly plan: NetworkPlan;
  readonly network: DeployedNetwork;
  readonly deployer: string;
  /** A block before the first transaction of the deployment. */
  readonly startBlock: number;
}

/**
 * Compares the chain with the plan: code, governor, guardian, regions, and every account that ever got a role of either
 * contract, so that one who was not planned is seen. A sentence for each fault; none when all is as it should be.
 */
export async function inspectNetwork(options: InspectNetworkOptions): Promise<readonly string[]> {
  try {
    return await faultsOf(options);
  } catch (error) {
    throw chainFailure("verifying the network", error);
  }
}

async function faultsOf(options: InspectNetworkOptions): Promise<readonly string[]> {
  const { provider, plan, network, deployer } = options;
  const { registry, governor } = network;
  const last = Number(await provider.send("eth_blockNumber", []));
  const head = toQuantity(last);
  const faults: string[] = [];
  const must = (holds: boolean, fault: string): void => void (holds || faults.push(fault));
  const call = async (
    coder: typeof REGISTRY,
    to: string,
    name: string,
    args: readonly unknown[] = [],
  ): Promise<Result> => {
    const data = coder.encodeFunctionData(name, args);
    return coder.decodeFunctionResult(name, (await provider.send("eth_call", [{ to, data }, head])) as string);
  };

  const registryCode = codeDigest((await provider.send("eth_getCode", [registry, head])) as string);
  must(registryCode === network.registryCode, `the code of the registry ${registry} is another build's`);
  const timelockCode = codeDigest((await provider.send("eth_getCode", [governor, head])) as string);
  must(timelockCode === timelockArtifact().runtimeDigest, `the code of the timelock ${governor} is another build's`);
  const [admin] = await call(REGISTRY, registry, "defaultAdmin");
  must(admin === governor, `the governor is ${admin}, not the timelock ${governor}`);
  const { newAdmin } = await call(REGISTRY, registry, "pendingDefaultAdmin");
  must(BigInt(newAdmin as string) === 0n, `the role of governor is being handed to ${newAdmin}`);
  const [delay] = await call(TIMELOCK, governor, "getMinDelay");
  must(Number(delay) === plan.minDelaySeconds, `the timelock's delay is ${delay} s, not ${plan.minDelaySeconds} s`);

  for (const { code, admin: wanted, activationDelaySeconds } of plan.regions) {
    const [region] = await call(REGISTRY, registry, "findRegion", [regionBytes(code)]);
    const { admin: found, activationDelay, addedAt } = region as Result;
    if (addedAt === 0n) faults.push(`region ${code} is not there`);
    // A governor may have changed a region since; whoever runs this again later is told.
    else must(found === wanted, `the admin of region ${code} is ${found}, not ${wanted}`);
    must(
      Number(activationDelay) === activationDelaySeconds,
      `the activation delay of region ${code} is ${activationDelay} s`,
    );
  }

  const guardianRole = id("GUARDIAN_ROLE");
  const registryRoles = { governor: ZeroHash, guardian: guardianRole };
  const inRegistry = await holders(options, registry, last, registryRoles);
  faults.push(...rolesDiffer("registry", inRegistry, { governor: [governor], guardian: [plan.guardian] }));
  const inTimelock = await holders(options, governor, last, TIMELOCK_ROLES);
  const planned: Record<TimelockRole, readonly string[]> = { admin: [governor], ...finalRoles(plan) };
  faults.push(...rolesDiffer("timelock", inTimelock, planned));
  const left = [...Object.entries(inRegistry), ...Object.entries(inTimelock)];
  for (const [role, accounts] of left) must(!accounts.includes(deployer), `the deployer ${deployer} is still ${role}`);
  return faults;
}

/** Both contracts are OpenZeppelin's AccessControl, which tells of every grant and withdrawal. */
async function holders<R extends string>(
  { provider, startBlock }: InspectNetworkOptions,
  address: string,
  head: number,
  roles: Readonly<Record<R, string>>,
): Promise<Record<R, string[]>> {
  const topics = [["RoleGranted", "RoleRevoked"].map((name) => TIMELOCK.getEvent(name)!.topicHash)];
  const logs = await inRanges(startBlock, head, async (from, to) => {
    const filter = { address, topics, fromBlock: toQuantity(from), toBlock: toQuantity(to) };
    try {
      return (await provider.send("eth_getLogs", [filter])) as { topics: string[]; data: string }[];
    } catch (cause) {
      throw new RegistryError("registry.unreachable", "the nodes do not send the logs of the roles", { cause });
    }
  });
  const names = Object.keys(roles) as R[];
  const found = new Map(names.map((role) => [role, new Set<string>()]));
  for (const log of logs) {
    const event = TIMELOCK.parseLog(log)!;
    const role = names.find((name) => roles[name] === event.args.role);
    if (role === undefined) continue;
    if (event.name === "RoleGranted") found.get(role)!.add(event.args.account as string);
    else found.get(role)!.delete(event.args.account as string);
  }
  return Object.fromEntries([...found].map(([role, accounts]) => [role, [...accounts]])) as Record<R, string[]>;
}

function rolesDiffer(
  where: string,
  found: Readonly<Record<string, readonly string[]>>,
  planned: Readonly<Record<string, readonly string[]>>,
): string[] {
  return Object.entries(planned).flatMap(([role, wanted]) => {
    const has = found[role] ?? [];
    const missing = wanted.filter((account) => !has.includes(account));
    const extra = has.filter((account) => !wanted.includes(account));
    return [
      ...missing.map((account) => `${account} should be ${role} of the ${where} and is not`),
      ...extra.map((account) => `${account} is ${role} of the ${where} and should not be`),
    ];
  });
}
