// SPDX-License-Identifier: Apache-2.0
import { dirname } from "node:path";
import { makeFolder } from "./whole-file.js";

/** Does work while nobody else, in any process, does such work under the same lock file, whose folder exists. */
export type Exclusively = <T>(lockFile: string, work: () => Promise<T>) => Promise<T>;

/** Under one lock file, in a folder that is made when it is needed. */
export function guarded(lockFile: string, exclusively: Exclusively): <T>(work: () => Promise<T>) => Promise<T> {
  return async (work) => {
    await makeFolder(dirname(lockFile));
    return exclusively(lockFile, work);
  };
}
