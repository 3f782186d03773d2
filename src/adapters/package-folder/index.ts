// SPDX-License-Identifier: Apache-2.0
import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

/**
 * The path of a file that lies beside `src/` and `dist/`, or of one that `npm run build` has made, whether this code runs from its
 * source or from whatever file of the build it went into.
 */
export function packageFile(path: string): string {
  return join(PACKAGE_FOLDER, path);
}

const PACKAGE_FOLDER = folderAbove(dirname(fileURLToPath(import.meta.url)));

/** The nearest manifest that names a package: those of `src/` and `dist/` say only what kind of modules lie there. */
function folderAbove(folder: string): string {
  const above = dirname(folder);
  if (isNamed(join(folder, "package.json"))) return folder;
  if (above === folder) throw new Error("this code is not in its package: no package.json above it names one");
  return folderAbove(above);
}

function isNamed(manifest: string): boolean {
  try {
    return (JSON.parse(readFileSync(manifest, "utf8")) as { name?: unknown }).name !== undefined;
  } catch (error) {
    if ((error as { code?: unknown }).code === "ENOENT") return false;
    throw error;
  }
}
