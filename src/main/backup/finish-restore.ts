// SPDX-License-Identifier: Apache-2.0
import { httpPeer } from "../../adapters/http-peer/index.js";
import { nodeCrypto } from "../../adapters/node-crypto/index.js";
import { createRecovery, type Recovered } from "../../domain/anchoring/index.js";
import { fetchLeaves } from "../../domain/sharing/leaf-fetcher.js";
import type { Deployment } from "../compose.js";
import type { DataDirectory } from "../data-directory.js";
import { isUnfinished, removeMark } from "./restored-mark.js";

/**
 * Compares a restored store with the chain before anything else is done with it; null when there is nothing to finish.
 * Rejects while the chain cannot be asked; the next start tries again.
 */
export async function finishRestore(
  { config, anchoringStore, mirrorStore, chain, evidence }: Deployment,
  directory: DataDirectory,
  say: (line: string) => void,
): Promise<Recovered | null> {
  if (!isUnfinished(directory)) return null;
  const peers = config.peers.map((url) => httpPeer({ url, timeoutMs: config.chainTimeoutMs }));
  const onEvent = (): void => {};
  const recovery = createRecovery({
    region: config.region,
    store: {
      ...anchoringStore,
      cursor: (name) => mirrorStore.cursor(name),
      moveCursor: (name, block) => mirrorStore.moveCursor(name, block),
    },
    chain,
    crypto: nodeCrypto,
    leavesOf: (batch) => fetchLeaves({ own: evidence, crypto: nodeCrypto, onEvent }, batch, peers),
    confirmations: config.confirmations,
  });
  const recovered = await recovery.recover();
  await removeMark(directory);
  const { batches, certificates, unknown } = recovered;
  say(`restored: ${batches} batches with ${certificates} waiting certificates were found on the chain again`);
  for (const { root, size } of unknown) {
    const perhaps = size === 1 ? "; it may be a head of the audit log (docs/operations.md)" : "";
    say(
      `restored: batch ${root} of ${size} was anchored after the backup and nobody has its entries; it will show as an alarm${perhaps}`,
    );
  }
  return recovered;
}
