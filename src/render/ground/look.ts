// SPDX-License-Identifier: Apache-2.0

/** What a file says of its own state besides the licence. */
export type Look = "anchored" | "pending" | "sample" | "printed" | "copy";
