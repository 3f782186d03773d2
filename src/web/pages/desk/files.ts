// SPDX-License-Identifier: Apache-2.0

/** Hands bytes to the browser as a file. They come by a request with a token in its header, which no plain link could send. */
export function saveFile(bytes: Uint8Array<ArrayBuffer>, name: string, type: string): void {
  const url = URL.createObjectURL(new Blob([bytes], { type }));
  const link = document.createElement("a");
  link.href = url;
  link.download = name;
  link.click();
  // The download has begun by then; an address that stays keeps the bytes in memory.
  setTimeout(() => URL.revokeObjectURL(url), 60_000);
}
