// SPDX-License-Identifier: Apache-2.0
import { ethersRegistry } from "../adapters/ethereum/registry-access.js";
import { FileKeyStore } from "../adapters/keys/index.js";
import { createRegionKeys, type RegistryGovernance } from "../domain/agencies/index.js";
import type { Actor } from "../domain/audit/index.js";
import type { Config } from "./config.js";
import type { DataDirectory } from "./data-directory.js";
import { keyFilesOf } from "./key-files.js";
import type { PinnedNetwork } from "./pinned-network.js";
import { openStores } from "./stores.js";

const INIT: Actor = { kind: "system", id: "init", role: "operator", requestId: "init" };

/** Gives a region on the embedded chain the keys with which its status lists and trust bundles are signed; nothing when it has them. */
export async function ensureRegionKeys({
  config,
  directory,
  network,
  passphrase,
  governance,
  say,
}: {
  readonly config: Config;
  readonly directory: DataDirectory;
  readonly network: PinnedNetwork;
  readonly passphrase: string;
  readonly governance: RegistryGovernance;
  readonly say: (line: string) => void;
}): Promise<void> {
  const stores = await openStores({ config, directory, say });
  try {
    const regionKeys = createRegionKeys({
      region: config.region,
      keys: new FileKeyStore(keyFilesOf(config, directory, passphrase)),
      registry: ethersRegistry({ ...network, timeoutMs: config.chainTimeoutMs, confirmations: config.confirmations }),
      governance,
      audit: stores.audit,
      now: () => Date.now(),
      blockClock: () => Date.now(),
    });
    await regionKeys.ensure(INIT, "status-list");
    await regionKeys.ensure(INIT, "bundle");
  } finally {
    await stores.close();
  }
}
