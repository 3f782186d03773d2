// SPDX-License-Identifier: Apache-2.0
import { writeFileSync } from "node:fs";
import { CSV_HEADER, csvLine, fictionalPermits } from "./fictional-permits.js";

/** Writes examples/food-permits.csv: 1,200 fictional rows, the same at every run. With a byte order mark, as spreadsheets do. */
const ROWS = 1_200;
const SEED = 340_000;

const lines = [CSV_HEADER];
for (const permit of fictionalPermits(SEED)) {
  if (lines.length > ROWS) break;
  lines.push(csvLine(permit));
}
writeFileSync(new URL("../examples/food-permits.csv", import.meta.url), `\ufeff${lines.join("\r\n")}\r\n`);
