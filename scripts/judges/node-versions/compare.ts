// SPDX-License-Identifier: Apache-2.0
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { nodeCrypto } from "../../../src/adapters/node-crypto/index.js";
import { samePdfContent } from "../../../src/verify/pdf/compare.js";
import { readLicencePdf } from "../../../src/verify/pdf/read-licence-pdf.js";

/** Names of the files of `one` whose decoded objects are others than those of their namesakes in `other`. */
export function differing(one: string, other: string): string[] {
  const decoded = (path: string) => readLicencePdf(new Uint8Array(readFileSync(path)), nodeCrypto);
  return readdirSync(one).filter((name) => !samePdfContent(decoded(join(one, name)), decoded(join(other, name))));
}
