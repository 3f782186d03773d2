// SPDX-License-Identifier: Apache-2.0
export type { Discrepancy } from "./discrepancy.js";
export {
  EXAMINED_PARTS,
  type ExaminedPart,
  examineContents,
  type Listener,
  type PartResult,
} from "./examine-contents.js";
export type { Examined } from "./examined.js";
export * from "./stored-records.js";
