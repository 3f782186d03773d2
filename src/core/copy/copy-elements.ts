// SPDX-License-Identifier: Apache-2.0
import type { CopyStatement } from "./copy-statement.js";

/** The metadata of GB/T 36903 section 9 that the file of a reader's copy carries besides the licence's. */
export const COPY_ELEMENTS = {
  JZJZZSJ: "加注件制作时间",
  JZJZZZ: "加注件制作者",
  JZJZZSY: "加注件制作事由",
  JZJYXQJZSJ: "加注件有效期截止时间",
} as const;
export type CopyElement = keyof typeof COPY_ELEMENTS;

export function copyElements(statement: CopyStatement): Readonly<Record<CopyElement, string>> {
  return {
    JZJZZSJ: statement.certificateCopyCreationTime,
    JZJZZZ: statement.certificateCopyCreator,
    JZJZZSY: statement.certificateCopyCause,
    JZJYXQJZSJ: statement.certificateCopyExpiringTime,
  };
}
