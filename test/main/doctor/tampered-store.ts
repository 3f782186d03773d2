// SPDX-License-Identifier: Apache-2.0
import { type Database, openDatabase, type SqlValue } from "../../../src/adapters/sqlite/database.js";
import { sqliteIdempotencyStore } from "../../../src/adapters/sqlite/idempotency-store.js";
import { writeSnapshot } from "../../../src/adapters/sqlite/snapshot.js";
import { type FilledDeployment, openFilled } from "./filled-deployment.js";

/** A deployment with a record of every kind, whose embedded store can be edited behind its back and put back. */
export interface TamperedStore extends FilledDeployment {
  readonly database: Database;
  /** Edits without triggers and foreign keys, as anybody with the file can. */
  edit(sql: string, ...values: readonly SqlValue[]): void;
  restore(): void;
}

export async function openTamperedStore(path: (name: string) => string): Promise<TamperedStore> {
  const { filled, store } = await openFilled(path, async ({ store: file }) => {
    // Beside the deployment's own, as an intruder's would be.
    const database = openDatabase(file);
    const requests = sqliteIdempotencyStore(database);
    return { database, file, requests, close: async () => database.close() };
  });
  const { database, file } = store;
  const pristine = path("pristine.db");
  writeSnapshot(file, pristine);
  database.run("PRAGMA foreign_keys = OFF");
  database.run("ATTACH ? AS pristine", pristine);
  const tables = [...tablesOf(database), "sqlite_sequence"];

  const withoutRules = (work: () => void): void => {
    database.write(() => {
      const triggers = database.all<{ name: string; sql: string }>(
        "SELECT name, sql FROM main.sqlite_schema WHERE type = 'trigger'",
      );
      for (const { name } of triggers) database.run(`DROP TRIGGER main.${name}`);
      work();
      for (const { sql } of triggers) database.run(sql);
    });
  };
  return {
    ...filled,
    database,
    edit: (sql, ...values) =>
      withoutRules(() => {
        if (database.run(sql, ...values).changes === 0) throw new Error(`nothing was edited by ${sql}`);
      }),
    restore: () =>
      withoutRules(() => {
        for (const table of tables) {
          database.run(`DELETE FROM main.${table}`);
          database.run(`INSERT INTO main.${table} SELECT * FROM pristine.${table}`);
        }
      }),
  };
}

export function tablesOf(database: Database): readonly string[] {
  const sql = "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%' ORDER BY name";
  return database.all<{ name: string }>(sql).map(({ name }) => name);
}
