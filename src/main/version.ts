// SPDX-License-Identifier: Apache-2.0
import { readFileSync } from "node:fs";
import { packageFile } from "../adapters/package-folder/index.js";

/** Version of the product, out of its manifest. */
export function versionOf(): string {
  return (JSON.parse(readFileSync(packageFile("package.json"), "utf8")) as { version: string }).version;
}
