// SPDX-License-Identifier: Apache-2.0
import { readPendingActs } from "../adapters/ethereum/pending-acts.js";
import type { PendingAct } from "../domain/agencies/index.js";
import type { RegistrySnapshot } from "../verify/registry.js";
import type { Deployment } from "./compose.js";

/** What one region has begun and what is not in effect yet. */
export async function pendingActsOf(
  { config, network, registry }: Deployment,
  region: string,
): Promise<readonly PendingAct[]> {
  const embedded = config.chainUrls.length === 0;
  const acts = await readPendingActs({
    ...network,
    timeoutMs: config.chainTimeoutMs,
    // The embedded chain stamps its blocks with this machine's clock, and makes none before somebody acts.
    ...(embedded ? { since: Math.floor(Date.now() / 1000) } : {}),
  });
  const snapshot = await registry.snapshot();
  const of = await Promise.all(acts.map(async (act) => ((await regionOf(snapshot, act)) === region ? [act] : [])));
  return of.flat();
}

async function regionOf(snapshot: RegistrySnapshot, { veto }: PendingAct): Promise<string | undefined> {
  if ("region" in veto) return veto.region;
  if ("keyDigest" in veto) return (await snapshot.findKey(veto.keyDigest))?.region;
  return (await snapshot.findAgency(veto.agency))?.region;
}
