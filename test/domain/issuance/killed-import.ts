// SPDX-License-Identifier: Apache-2.0
// Started by kill.test.ts: imports without end into the store it is given, and tells each result until it is killed.

import { CSV_HEADER, csvLine, fictionalPermits } from "../../../scripts/fictional-permits.js";
import { utf8 } from "../../../src/core/bytes.js";
import { createWorld, FOOD, issuer } from "./world.js";

const path = process.argv[2];
if (path === undefined) throw new Error("name the store");
const { issuance } = await createWorld({}, path);

async function* endless(): AsyncIterable<Uint8Array> {
  yield utf8(`${CSV_HEADER}\n`);
  for (const permit of fictionalPermits(1)) yield utf8(`${csvLine(permit)}\n`);
}

for await (const result of issuance.importCsv(issuer, { typeCode: FOOD }, endless())) {
  process.stdout.write(`${result.ok ? result.certificateIdentifier : JSON.stringify(result)}\n`);
}
