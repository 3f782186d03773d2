// SPDX-License-Identifier: Apache-2.0

/** Producer of the file of a printed copy 打印件: something to put on paper, which proves nothing itself. */
export const PRINTED_COPY_PRODUCER = "tigertally-printed-copy/1";
