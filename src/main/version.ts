// SPDX-License-Identifier: Apache-2.0
import { readFileSync } from "node:fs";

/** Version of the product, out of its manifest, which lies beside `src/` and `dist/`. */
export function versionOf(): string {
  const manifest = new URL("../../package.json", import.meta.url);
  return (JSON.parse(readFileSync(manifest, "utf8")) as { version: string }).version;
}
