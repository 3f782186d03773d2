// SPDX-License-Identifier: Apache-2.0
import type { BundleShelf } from "../../domain/sharing/index.js";
import { MAX_BUNDLE_BYTES } from "../../verify/bundle/index.js";
import { readWhole, writeWhole } from "./whole-file.js";

/** The region's own newest bundle as one file. */
export function fileBundleShelf(path: string): BundleShelf {
  return { newest: () => readWhole(path, MAX_BUNDLE_BYTES), keep: (bundle) => writeWhole(path, bundle) };
}
