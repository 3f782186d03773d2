// SPDX-License-Identifier: Apache-2.0
import { nodeCrypto } from "../adapters/node-crypto/index.js";
import { whileLocked } from "../adapters/sqlite/exclusive-lock.js";
import { filePinStore } from "../adapters/trust-files/index.js";
import { type BundleKeeper, createBundleKeeper } from "../domain/sharing/index.js";
import type { DataDirectory } from "./data-directory.js";

/** The pins of this data directory, which needs nothing else in it. */
export function bundleKeeperOf({ trust }: Pick<DataDirectory, "trust">): BundleKeeper {
  return createBundleKeeper({ store: filePinStore(trust, whileLocked), crypto: nodeCrypto });
}
