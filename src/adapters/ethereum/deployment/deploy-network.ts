// SPDX-License-Identifier: Apache-2.0
import { getCreateAddress, type JsonRpcProvider, Wallet } from "ethers";
import { TallyError } from "../../../core/errors.js";
import { chainFailure } from "../chain-failure.js";
import { codeDigest } from "../code-digest.js";
import { firstBlockWithCode } from "../contract-birth.js";
import type { FeePolicy } from "../fees.js";
import { REGISTRY_RUNTIME_DIGEST } from "../registry-abi.js";
import { timelockArtifact } from "../registry-artifact.js";
import { DONE, TIMELOCK } from "../timelock/timelock-interface.js";
import { type DeploymentState, readDeploymentState, writeDeploymentState } from "./deployment-state.js";
import { inspectNetwork } from "./inspect-network.js";
import { type NetworkPlan, type NetworkSteps, planDigest, stepsOf } from "./network-plan.js";
import { mineNumbered, type NumberedSender } from "./numbered-transaction.js";

export interface DeployNetworkOptions {
  readonly plan: NetworkPlan;
  readonly provider: JsonRpcProvider;
  /** Hash of block 0 that the nodes must have; null: whatever they have, which is recorded. */
  readonly genesis: string | null;
  /** 0x and 64 hex digits. */
  readonly privateKey: string;
  /** File that makes a second run go on instead of beginning anew. */
  readonly stateFile: string;
  readonly fees: Partial<FeePolicy>;
  readonly confirmations: number;
  readonly say: (line: string) => void;
  readonly waitMs?: number;
  readonly stuckAfterMs?: number;
  readonly pollMs?: number;
}

/** What every other participant pins. */
export interface DeployedNetwork {
  readonly chainId: number;
  readonly genesis: string;
  readonly registry: string;
  /** Block that holds the registry's creation. */
  readonly registryBlock: number;
  /** SHA-256 of the registry's code, lower-case hex. */
  readonly registryCode: string;
  /** The timelock. */
  readonly governor: string;
  readonly guardian: string;
}

/**
 * Deploys the network of the plan, or finishes what an earlier run began, or finds it finished; then verifies all of it. Rejects
 * with `config.invalid` when state file, plan and account do not belong together, with `chain.*` for the rest. Never repairs
 * what looks wrong, and never begins a second deployment beside one that it can see.
 */
export async function deployNetwork(options: DeployNetworkOptions): Promise<DeployedNetwork> {
  const { plan, provider, stateFile, say, confirmations, fees } = options;
  const wallet = new Wallet(options.privateKey);
  refuseInvolved(plan, wallet.address);
  const genesis = await genesisOf(options);
  let state = readDeploymentState(stateFile);
  if (state === null) {
    state = await beginning(options, wallet.address, genesis);
    writeDeploymentState(stateFile, state);
    say(`new deployment; state in ${stateFile}`);
  } else {
    refuseOther(state, { plan, genesis, deployer: wallet.address, stateFile });
    say(`going on with the deployment of ${stateFile}`);
  }
  const begun = state;
  const steps = stepsOf(plan, wallet.address, begun.firstNonce);
  const sender: NumberedSender = {
    provider,
    wallet,
    chainId: plan.chainId,
    fees,
    confirmations,
    waitMs: options.waitMs ?? 600_000,
    stuckAfterMs: options.stuckAfterMs ?? 60_000,
    pollMs: options.pollMs ?? 500,
  };
  const sent = [...begun.sent];
  const record = (step: string) => (tx: string) => {
    sent.push({ step, tx });
    writeDeploymentState(stateFile, { ...begun, sent });
    say(`${step}: sending ${tx}`);
  };

  await create(sender, steps.timelock, timelockArtifact().runtimeDigest, {
    ...{ nonce: begun.firstNonce, data: steps.createTimelock, name: "timelock" },
    ...{ say, onSend: record("timelock") },
  });
  await create(sender, steps.registry, REGISTRY_RUNTIME_DIGEST, {
    ...{ nonce: begun.firstNonce + 1, data: steps.createRegistry, name: "registry" },
    ...{ say, onSend: record("registry") },
  });
  await finish(sender, steps, say, record);

  const head = Number(await ask(provider, "eth_blockNumber", []));
  const network: DeployedNetwork = {
    chainId: plan.chainId,
    genesis,
    registry: steps.registry,
    registryBlock: await firstBlockWithCode(provider, steps.registry, begun.startBlock, head),
    registryCode: REGISTRY_RUNTIME_DIGEST,
    governor: steps.timelock,
    guardian: plan.guardian,
  };
  const faults = await inspectNetwork({
    provider,
    plan,
    network,
    deployer: wallet.address,
    startBlock: begun.startBlock,
  });
  if (faults.length > 0) {
    const list = faults.map((fault) => `\n  - ${fault}`).join("");
    throw new TallyError("chain.garbage", `the network is not what was planned; do not use it:${list}`);
  }
  say("verified: code, governor, guardian, regions, roles and delay are as planned, and the deployer holds no role");
  return network;
}

/** Where a deployment stands; nothing is sent. */
export async function progressOf(
  provider: JsonRpcProvider,
  steps: NetworkSteps,
): Promise<Readonly<Record<"timelock" | "registry" | "scheduled" | "finished", boolean>>> {
  const [timelock, registry] = await Promise.all([
    codeDigestAt(provider, steps.timelock),
    codeDigestAt(provider, steps.registry),
  ]);
  const timestamp = timelock === null ? 0n : await timestampOf(provider, steps);
  return {
    timelock: timelock !== null,
    registry: registry !== null,
    scheduled: timestamp !== 0n,
    finished: timestamp === DONE,
  };
}

interface Creation {
  readonly name: string;
  readonly nonce: number;
  readonly data: string;
  readonly say: (line: string) => void;
  readonly onSend: (tx: string) => void;
}

async function create(
  sender: NumberedSender,
  address: string,
  digest: string,
  { name, nonce, data, say, onSend }: Creation,
): Promise<void> {
  if ((await codeDigestAt(sender.provider, address)) === null) {
    await mineNumbered(sender, { nonce, to: null, data }, `deploying the ${name}`, onSend);
  }
  const found = await codeDigestAt(sender.provider, address);
  if (found === digest) return say(`${name}: ${address}`);
  const what = found === null ? "made no contract" : "made another contract than this build's";
  throw new TallyError(
    "chain.registry-missing",
    `transaction ${nonce} of the deployer ${what} at ${address}: the account was used for something else, or the gas ran out. ` +
      "This deployment cannot be finished; begin again with a new deployer account and a new state file",
  );
}

async function finish(
  sender: NumberedSender,
  steps: NetworkSteps,
  say: (line: string) => void,
  record: (step: string) => (tx: string) => void,
): Promise<void> {
  const { provider, wallet } = sender;
  for (const [step, data, isDone] of [
    ["schedule", steps.schedule, (timestamp: bigint) => timestamp !== 0n],
    ["execute", steps.execute, (timestamp: bigint) => timestamp === DONE],
  ] as const) {
    if (!isDone(await timestampOf(provider, steps))) {
      const doing = step === "schedule" ? "scheduling regions and roles" : "adding regions and giving out the roles";
      const nonce = Number(await ask(provider, "eth_getTransactionCount", [wallet.address, "latest"]));
      await mineNumbered(sender, { nonce, to: steps.timelock, data }, doing, record(step));
      if (!isDone(await timestampOf(provider, steps))) {
        throw new TallyError("chain.reverted", `${doing} was mined without effect; run the same again`);
      }
    }
    say(`${step}: done`);
  }
}

async function beginning(
  { plan, provider, stateFile }: DeployNetworkOptions,
  deployer: string,
  genesis: string,
): Promise<DeploymentState> {
  const count = async (tag: string): Promise<number> =>
    Number(await ask(provider, "eth_getTransactionCount", [deployer, tag]));
  const [mined, pooled, head] = [
    await count("latest"),
    await count("pending"),
    await ask(provider, "eth_blockNumber", []),
  ];
  if (pooled > mined) {
    throw new TallyError(
      "config.invalid",
      `the deployer ${deployer} has transactions that are not mined yet: wait for them, then run again`,
      { field: "deployer" },
    );
  }
  await refuseSecond(provider, deployer, mined, stateFile);
  return {
    chainId: plan.chainId,
    genesis,
    deployer,
    firstNonce: mined,
    planDigest: planDigest(plan),
    startBlock: Number(head),
    sent: [],
  };
}

/** Earlier transactions of one account that are looked at. */
const LOOK_BACK = 200;

/** A lost state file must not lead to a second network under the eyes of the first. */
async function refuseSecond(
  provider: JsonRpcProvider,
  deployer: string,
  nonce: number,
  stateFile: string,
): Promise<void> {
  const ours = [REGISTRY_RUNTIME_DIGEST, timelockArtifact().runtimeDigest];
  for (let earlier = Math.max(0, nonce - LOOK_BACK); earlier < nonce; earlier += 1) {
    const address = getCreateAddress({ from: deployer, nonce: earlier });
    const found = await codeDigestAt(provider, address);
    if (found === null || !ours.includes(found)) continue;
    throw new TallyError(
      "config.invalid",
      `the deployer ${deployer} has deployed ${address} on this chain before, but ${stateFile} does not speak of it. ` +
        "Put the state file back to go on with that network; for another one use a new deployer account",
      { field: "state" },
    );
  }
}

function refuseOther(
  state: DeploymentState,
  now: { plan: NetworkPlan; genesis: string; deployer: string; stateFile: string },
): void {
  const differs =
    state.chainId !== now.plan.chainId
      ? `chain ${state.chainId}, not ${now.plan.chainId}`
      : state.genesis !== now.genesis
        ? `a chain whose first block is ${state.genesis}; this one's is ${now.genesis}`
        : state.deployer !== now.deployer
          ? `the deployer ${state.deployer}, not ${now.deployer}`
          : state.planDigest !== planDigest(now.plan)
            ? "other roles, regions or delays than the configuration now has"
            : null;
  if (differs === null) return;
  throw new TallyError(
    "config.invalid",
    `${now.stateFile} is about ${differs}. Undo the change, or name another state file for another network`,
    { field: "state" },
  );
}

/** Who deploys must end with nothing, which nobody could check if the plan gave him something. */
function refuseInvolved(plan: NetworkPlan, deployer: string): void {
  const named = [
    ...plan.proposers,
    ...(plan.executors === "anyone" ? [] : plan.executors),
    ...plan.cancellers,
    plan.guardian,
    ...plan.regions.map(({ admin }) => admin),
  ];
  if (!named.includes(deployer)) return;
  throw new TallyError(
    "config.invalid",
    `the deployer ${deployer} is named in a role too: use an account of its own for deploying, it ends without any right`,
    { field: "deployer" },
  );
}

async function genesisOf({ plan, provider, genesis }: DeployNetworkOptions): Promise<string> {
  const said = Number(await ask(provider, "eth_chainId", []));
  if (said !== plan.chainId) {
    throw new TallyError(
      "chain.wrong-chain",
      `the nodes are on chain ${said}, not on ${plan.chainId}: check chain.urls`,
    );
  }
  const { hash } = (await ask(provider, "eth_getBlockByNumber", ["0x0", false])) as { hash: string };
  const found = hash.toLowerCase();
  if (genesis === null || genesis === found) return found;
  throw new TallyError(
    "chain.wrong-chain",
    `the first block of the chain is ${found}, not ${genesis}: another chain has the id ${plan.chainId} too; check chain.urls`,
  );
}

async function timestampOf(provider: JsonRpcProvider, { timelock, operationId }: NetworkSteps): Promise<bigint> {
  const data = TIMELOCK.encodeFunctionData("getTimestamp", [operationId]);
  return BigInt((await ask(provider, "eth_call", [{ to: timelock, data }, "latest"])) as string);
}

async function codeDigestAt(provider: JsonRpcProvider, address: string): Promise<string | null> {
  const code = (await ask(provider, "eth_getCode", [address, "latest"])) as string;
  return code === "0x" ? null : codeDigest(code);
}

async function ask(provider: JsonRpcProvider, method: string, params: unknown[]): Promise<unknown> {
  try {
    return await provider.send(method, params);
  } catch (error) {
    throw chainFailure("looking at the chain", error);
  }
}
