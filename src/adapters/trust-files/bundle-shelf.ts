// SPDX-License-Identifier: Apache-2.0
import type { BundleShelf } from "../../domain/sharing/index.js";
import { MAX_BUNDLE_BYTES } from "../../verify/bundle/index.js";
import { type Exclusively, guarded } from "./guarded.js";
import { readWhole, writeWhole } from "./whole-file.js";

/** The region's own newest bundle as one file, and `‹file›.lock` beside it. */
export function fileBundleShelf(path: string, exclusively: Exclusively): BundleShelf {
  return {
    newest: () => readWhole(path, MAX_BUNDLE_BYTES),
    keep: (bundle) => writeWhole(path, bundle),
    exclusively: guarded(`${path}.lock`, exclusively),
  };
}
