// SPDX-License-Identifier: Apache-2.0
import { nodeCrypto } from "../adapters/node-crypto/index.js";
import { whileLocked } from "../adapters/sqlite/exclusive-lock.js";
import { filePinStore } from "../adapters/trust-files/index.js";
import { type BundleKeeper, createBundleKeeper } from "../domain/sharing/index.js";
import type { DataDirectory } from "./data-directory.js";
import { keptRevocationLists } from "./verification/seal-trust.js";

/** The pins of this data directory, which needs nothing else in it, and its revocation lists. */
export function bundleKeeperOf({ trust, root }: Pick<DataDirectory, "trust" | "root">): BundleKeeper {
  const lists = keptRevocationLists({ dataDirectory: root });
  return createBundleKeeper({ store: filePinStore(trust, whileLocked), crypto: nodeCrypto, keepList: lists.keep });
}
