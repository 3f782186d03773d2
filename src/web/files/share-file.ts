// SPDX-License-Identifier: Apache-2.0

/** Whether this browser hands files of this type to other applications. */
export function canShare(type: string): boolean {
  return navigator.canShare?.({ files: [new File([""], "file.pdf", { type })] }) ?? false;
}

/**
 * Hands a file to the application that the reader chooses. `too-late`: the browser wants another press of a button, since the last one is too long
 * ago; `failed`: it can do it for no file, or not for this one. Whoever chooses none has done so on purpose.
 */
export async function shareFile(file: File): Promise<"done" | "too-late" | "failed"> {
  try {
    await navigator.share({ files: [file] });
    return "done";
  } catch (error) {
    const name = error instanceof DOMException ? error.name : "";
    if (name === "AbortError") return "done";
    return name === "NotAllowedError" ? "too-late" : "failed";
  }
}
