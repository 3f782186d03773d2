// SPDX-License-Identifier: Apache-2.0
import type { Label } from "../../core/type-definition.js";

export const IDENTIFIER_LABEL = "证照标识";

/** Drawn where a value goes on elsewhere, and where it comes from there. */
export const CONTINUED: Label = { zh: "（续）", en: "continued" };

export const pageNumberText = (page: number, of: number): string => `第 ${page} 页 共 ${of} 页  Page ${page} of ${of}`;
export const goesOnText = (page: number): string => `（下转第 ${page} 页  ${CONTINUED.en} on page ${page}）`;
