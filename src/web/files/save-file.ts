// SPDX-License-Identifier: Apache-2.0

/** Hands what this page has to the browser as a file: what a plain link could not ask for, since it takes a token, or whose refusal is to be told. */
export function saveFile(content: BlobPart, name: string, type: string): void {
  const url = URL.createObjectURL(new Blob([content], { type }));
  const link = document.createElement("a");
  link.href = url;
  link.download = name;
  link.click();
  // The download has begun by then; an address that stays keeps the bytes in memory.
  setTimeout(() => URL.revokeObjectURL(url), 60_000);
}
