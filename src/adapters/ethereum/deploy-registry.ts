// SPDX-License-Identifier: Apache-2.0
import { createHash } from "node:crypto";
import { closeSync, existsSync, fsyncSync, openSync, readFileSync, renameSync, writeSync } from "node:fs";
import { getBytes, getCreateAddress, Interface, type JsonRpcProvider } from "ethers";
import { TallyError } from "../../core/errors.js";
import { chainFailure } from "./chain-failure.js";
import type { FeePolicy } from "./fees.js";
import { providerFor } from "./provider.js";
import { receiptOf } from "./receipts.js";
import { REGISTRY_ABI } from "./registry-abi.js";
import { registryBytecode } from "./registry-artifact.js";
import { type SealedKey, Sender } from "./sender.js";

/** What was deployed, kept beside the keys so that another registry is never taken for it. */
export interface Deployment {
  readonly chainId: number;
  /** Hash of block 0. */
  readonly genesis: string;
  /** EIP-55 address. */
  readonly registry: string;
  readonly block: number;
  readonly tx: string;
  /** SHA-256 of the runtime bytecode, lower-case hex. */
  readonly codeDigest: string;
}

export interface OpenRegistryOptions {
  readonly url: string;
  readonly chainId: number;
  /** File of the deployment record. */
  readonly record: string;
  readonly timeoutMs?: number;
}

export interface DeployRegistryOptions extends OpenRegistryOptions {
  /** Deploys with its first transaction, and holds the role from then on. */
  readonly governor: { readonly address: string; readonly privateKey: string | SealedKey };
  /** Address. */
  readonly guardian: string;
  readonly fees?: Partial<FeePolicy>;
}

/**
 * The registry of this directory: the recorded one, checked, or a new one. The registry is the governor's first transaction,
 * so its address is known beforehand: after a crash between mining and recording it is found there and recorded, not deployed
 * twice. A recorded registry that is gone is `chain.registry-missing`; nothing is ever deployed in its place.
 */
export async function deployRegistry(options: DeployRegistryOptions): Promise<Deployment> {
  if (existsSync(options.record)) return openDeployedRegistry(options);
  const { url, chainId, governor, guardian } = options;
  const provider = providerFor({ ...options, urls: [url] });
  const doing = "deploying the registry";
  const registry = getCreateAddress({ from: governor.address, nonce: 0 });
  const [genesis, nonce] = await Promise.all([
    genesisOf(provider, chainId),
    ask(provider, "eth_getTransactionCount", [governor.address, "latest"]),
  ]);
  if (Number(nonce) === 0) {
    const data = registryBytecode() + new Interface(REGISTRY_ABI).encodeDeploy([governor.address, guardian]).slice(2);
    const sender = new Sender({ provider, chainId, privateKey: governor.privateKey, fees: options.fees ?? {} });
    await receiptOf(provider, await sender.send(doing, { to: null, data }), doing);
  }
  const codeDigest = await codeDigestOf(provider, registry);
  if (codeDigest === null) {
    throw missing(
      `the governor ${governor.address} has sent transactions, but its first made no registry`,
      options.record,
    );
  }
  const deployment = { chainId, genesis, registry, codeDigest, ...(await placeOf(provider, registry)) };
  writeRecord(options.record, deployment);
  return deployment;
}

/** Reads the record and checks that the chain still is the one it speaks of. Rejects with `chain.*`; repairs nothing. */
export async function openDeployedRegistry({
  url,
  chainId,
  record,
  timeoutMs,
}: OpenRegistryOptions): Promise<Deployment> {
  const deployment = readRecord(record);
  const provider = providerFor({ urls: [url], chainId, ...(timeoutMs === undefined ? {} : { timeoutMs }) });
  if (deployment.chainId !== chainId) {
    throw new TallyError("chain.wrong-chain", `${record} speaks of chain ${deployment.chainId}, this is ${chainId}`);
  }
  const genesis = await genesisOf(provider, chainId);
  if (genesis !== deployment.genesis) {
    throw missing(`the chain began anew: its first block is ${genesis}, not ${deployment.genesis}`, record);
  }
  const digest = await codeDigestOf(provider, deployment.registry);
  if (digest === null) throw missing(`there is no code at ${deployment.registry}`, record);
  if (digest !== deployment.codeDigest) throw missing(`the code at ${deployment.registry} is another contract`, record);
  return deployment;
}

async function genesisOf(provider: JsonRpcProvider, chainId: number): Promise<string> {
  const said = Number(await ask(provider, "eth_chainId", []));
  if (said !== chainId) {
    throw new TallyError("chain.wrong-chain", `the node is on chain ${said}, not on ${chainId}: check its URL`);
  }
  const block = (await ask(provider, "eth_getBlockByNumber", ["0x0", false])) as { hash: string };
  return block.hash;
}

async function codeDigestOf(provider: JsonRpcProvider, address: string): Promise<string | null> {
  const code = (await ask(provider, "eth_getCode", [address, "latest"])) as string;
  return code === "0x" ? null : createHash("sha256").update(getBytes(code)).digest("hex");
}

/** Block and transaction of the deployment: the constructor's own events are the contract's first. */
async function placeOf(provider: JsonRpcProvider, registry: string): Promise<{ block: number; tx: string }> {
  const logs = (await ask(provider, "eth_getLogs", [{ address: registry, fromBlock: "0x0", toBlock: "latest" }])) as {
    blockNumber: string;
    transactionHash: string;
  }[];
  const first = logs[0];
  if (!first) throw new TallyError("chain.garbage", `the node has no events of the registry ${registry}`);
  return { block: Number(first.blockNumber), tx: first.transactionHash };
}

async function ask(provider: JsonRpcProvider, method: string, params: unknown[]): Promise<unknown> {
  try {
    return await provider.send(method, params);
  } catch (error) {
    throw chainFailure("looking at the chain", error);
  }
}

function readRecord(path: string): Deployment {
  try {
    const { format, version, ...deployment } = JSON.parse(readFileSync(path, "utf8")) as Record<string, unknown>;
    if (format === "tigertally-deployment" && version === 1) return deployment as unknown as Deployment;
  } catch (cause) {
    throw missing(`the deployment record cannot be read`, path, cause);
  }
  throw missing("the deployment record has another format or version", path);
}

function writeRecord(path: string, deployment: Deployment): void {
  const temporary = `${path}.new`;
  const file = openSync(temporary, "w", 0o600);
  writeSync(file, `${JSON.stringify({ format: "tigertally-deployment", version: 1, ...deployment }, null, 2)}\n`);
  fsyncSync(file);
  closeSync(file);
  renameSync(temporary, path);
}

function missing(what: string, record: string, cause?: unknown): TallyError {
  return new TallyError(
    "chain.registry-missing",
    `${what} (record: ${record}). Nothing was deployed in its place, because everything anchored on the old registry would ` +
      "be lost without a word. Put back the whole data directory from a backup; or, to begin again, start with an empty one",
    { cause },
  );
}
