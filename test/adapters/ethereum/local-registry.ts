// SPDX-License-Identifier: Apache-2.0
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Wallet } from "ethers";
import { type Deployment, deployRegistry } from "../../../src/adapters/ethereum/deploy-registry.js";
import { ethersGovernance } from "../../../src/adapters/ethereum/registry-governance.js";
import { nodeCrypto } from "../../../src/adapters/node-crypto/index.js";
import { toHex } from "../../../src/core/hex.js";
import { encodeMultikey, keyDigest } from "../../../src/core/multikey.js";
import type { RegistryGovernance } from "../../../src/domain/agencies/registry-governance.js";
import { type RunningChain, spawnChain } from "../../../src/main/chain/spawn-chain.js";

export const REGION = "340000";
export const AGENCY = "11340000002986061E";
export const DID = `did:web:tally.example:agencies:${AGENCY}`;
export const TYPE = `${AGENCY}001`;

export interface LocalRegistry {
  readonly chain: RunningChain;
  readonly deployment: Deployment;
  readonly directory: string;
  readonly accounts: Record<"governor" | "guardian" | "admin" | "operator", { address: string; privateKey: string }>;
  as(who: "governor" | "guardian" | "admin" | "operator"): RegistryGovernance;
  close(): Promise<void>;
}

/** An embedded chain of its own with a registry on it that knows nothing yet. */
export async function startLocalRegistry(): Promise<LocalRegistry> {
  const directory = mkdtempSync(join(tmpdir(), "tally-registry-"));
  const chain = await spawnChain({ directory: join(directory, "chain") });
  const accounts = {
    governor: account(),
    guardian: account(),
    admin: account(),
    operator: account(),
  };
  const { url, chainId } = chain;
  const deployment = await deployRegistry({
    url,
    chainId,
    record: join(directory, "deployment.json"),
    governor: accounts.governor,
    guardian: accounts.guardian.address,
  });
  const { registry } = deployment;
  const made = new Map<string, RegistryGovernance>();
  return {
    chain,
    deployment,
    directory,
    accounts,
    as: (who) => {
      const known = made.get(who);
      if (known) return known;
      const governance = ethersGovernance({ urls: [url], chainId, registry, privateKey: accounts[who].privateKey });
      made.set(who, governance);
      return governance;
    },
    close: async () => {
      chain.child.kill("SIGKILL");
      await chain.exited;
      rmSync(directory, { recursive: true, force: true });
    },
  };
}

/** A region with one agency, one key, one authorisation and one operator, in force at once. */
export async function settleRegion(
  registry: LocalRegistry,
): Promise<{ multikey: string; bytes: Uint8Array; digest: string }> {
  const admin = registry.as("admin");
  await registry.as("governor").addRegion(REGION, registry.accounts.admin.address, 0);
  await admin.registerAgency(REGION, AGENCY, DID);
  await admin.authorise(AGENCY, TYPE);
  await admin.grantOperator(REGION, registry.accounts.operator.address, ["anchor", "status"]);
  const key = newKey();
  await admin.addAgencyKey(AGENCY, "certificate", key.multikey);
  return key;
}

export function newKey(): { multikey: string; bytes: Uint8Array; digest: string } {
  const { bytes, text } = encodeMultikey(nodeCrypto.publicKey(nodeCrypto.randomBytes(32)));
  return { multikey: text, bytes, digest: toHex(keyDigest(nodeCrypto, bytes)) };
}

export async function rejection(promise: Promise<unknown>): Promise<Error & { code?: string; reason?: string }> {
  try {
    await promise;
  } catch (error) {
    return error as Error;
  }
  throw new Error("it did not reject");
}

function account(): { address: string; privateKey: string } {
  const { address, privateKey } = Wallet.createRandom();
  return { address, privateKey };
}
