// SPDX-License-Identifier: Apache-2.0
import type { Database, SqlValue } from "./database.js";

/** A call costs as much as writing a short row, so rows go in so many at once. */
const ROWS_A_STATEMENT = 50;

/**
 * Inserts rows in their order, within the caller's transaction. `columns` is a table with its columns, `suffix` what follows the values;
 * all rows have a value for each column.
 */
export function insertRows(
  database: Database,
  columns: string,
  rows: readonly (readonly SqlValue[])[],
  suffix = "",
): void {
  const width = rows[0]?.length ?? 0;
  let done = 0;
  for (; done + ROWS_A_STATEMENT <= rows.length; done += ROWS_A_STATEMENT)
    database.run(
      statement(columns, width, ROWS_A_STATEMENT, suffix),
      ...rows.slice(done, done + ROWS_A_STATEMENT).flat(),
    );
  for (const row of rows.slice(done)) database.run(statement(columns, width, 1, suffix), ...row);
}

function statement(columns: string, width: number, rows: number, suffix: string): string {
  const row = `(${Array(width).fill("?").join(", ")})`;
  return `INSERT INTO ${columns} VALUES ${Array(rows).fill(row).join(", ")} ${suffix}`;
}
