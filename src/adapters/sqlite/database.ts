// SPDX-License-Identifier: Apache-2.0
import { chmodSync, closeSync, existsSync, openSync } from "node:fs";
import Libsql from "libsql";
import { TallyError } from "../../core/errors.js";
import { MIGRATIONS, type Migration, migrate, OLDEST_VERSION } from "./migrations.js";
import { SCHEMA, SCHEMA_VERSION } from "./schema.js";

export type SqlValue = string | number | Uint8Array | null;
export type SqlRow = Readonly<Record<string, SqlValue>>;

/** "TLLY": a file with another id is somebody else's database and is left alone. */
const APPLICATION_ID = 0x544c4c59;

/** How long a writer waits for the writer of another process. */
const BUSY_TIMEOUT_MS = 10_000;

/** Pages kept in memory. Digests arrive in random order, so every insert touches pages all over their indexes. */
const CACHE_KIB = 32_768;

/** 64 MB of log before it goes into the main file: a page that an import touches again and again goes there once. */
const CHECKPOINT_PAGES = 16_384;

/**
 * One connection to the store. Statements are prepared once for each SQL text, so texts must come from a finite set: values
 * are always bound, never written into the text. Everything is synchronous; the stores' promises resolve after the commit.
 */
export interface Database {
  /** The first row or null. Blobs are plain Uint8Arrays. */
  get<Row extends object = SqlRow>(sql: string, ...values: readonly SqlValue[]): Row | null;
  all<Row extends object = SqlRow>(sql: string, ...values: readonly SqlValue[]): Row[];
  run(sql: string, ...values: readonly SqlValue[]): { readonly changes: number; readonly lastInsertRowid: number };
  /** Runs `work` in one transaction that holds the write lock from the start; durable when it returns, undone when it throws. */
  write<T>(work: () => T): T;
  /** Runs `work` on one consistent snapshot. */
  read<T>(work: () => T): T;
  close(): void;
}

/**
 * Opens the store at `path`, creating it with this version's schema when it does not exist (`:memory:` for tests) and bringing one of
 * an older version to it, whole or not at all. WAL with synchronous=FULL: a committed transaction survives a kill and a loss of power.
 */
export function openDatabase(path: string, migrations: readonly Migration[] = MIGRATIONS): Database {
  const connection = attempt(`open ${path}`, () => {
    restrictToOwner(path);
    return new Libsql(path);
  });
  const database = new SqliteDatabase(connection);
  try {
    connection.exec(`PRAGMA busy_timeout = ${BUSY_TIMEOUT_MS}`);
    connection.exec("PRAGMA journal_mode = WAL");
    connection.exec("PRAGMA synchronous = FULL");
    connection.exec(`PRAGMA cache_size = -${CACHE_KIB}`);
    connection.exec(`PRAGMA wal_autocheckpoint = ${CHECKPOINT_PAGES}`);
    connection.exec("PRAGMA trusted_schema = OFF");
    prepareSchema(database, connection, { path, migrations });
    connection.exec("PRAGMA foreign_keys = ON");
    return database;
  } catch (error) {
    connection.close();
    throw error instanceof TallyError ? error : failed(`open ${path}`, error);
  }
}

/**
 * The file holds names and identity numbers; SQLite gives its journals the permissions of the main file. A file that exists is
 * never opened here: closing any descriptor of it drops every lock that this process holds on it (POSIX fcntl), also those of a
 * connection, and then another process takes itself for the last one and removes the log that this one writes to.
 */
function restrictToOwner(path: string): void {
  if (path === ":memory:") return;
  if (!existsSync(path)) closeSync(openSync(path, "a", 0o600));
  if (process.platform !== "win32") chmodSync(path, 0o600);
}

function prepareSchema(
  database: Database,
  connection: Libsql.Database,
  { path, migrations }: { readonly path: string; readonly migrations: readonly Migration[] },
): void {
  // While a migration moves rows from table to table, references name tables that are not there; nor may renaming one rewrite them. What
  // is sorted for its indexes may be larger than memory. None of these can be set within the transaction.
  const moving = ["foreign_keys = OFF", "legacy_alter_table = ON", "temp_store = FILE"];
  for (const each of moving) connection.exec(`PRAGMA ${each}`);
  // Under the write lock, so that of two processes that start on a new or older file one does the work and the other finds it done.
  const migrated = database.write(() => {
    const version = pragma(database, "user_version");
    const applicationId = pragma(database, "application_id");
    if (version === 0 && applicationId === 0 && isEmpty(database)) {
      connection.exec(SCHEMA);
      connection.exec(`PRAGMA user_version = ${SCHEMA_VERSION}`);
      connection.exec(`PRAGMA application_id = ${APPLICATION_ID}`);
      return false;
    }
    if (applicationId !== APPLICATION_ID) {
      throw new TallyError("store.failed", `${path} is not a store of this product; name another data directory`);
    }
    if (version < OLDEST_VERSION || version > SCHEMA_VERSION) {
      throw new TallyError(
        "store.failed",
        `${path} has schema version ${version}, this version of the product reads ${OLDEST_VERSION} to ${SCHEMA_VERSION}; ` +
          "use the version that wrote it, or a new data directory",
      );
    }
    if (version === SCHEMA_VERSION) return false;
    migrate((sql) => connection.exec(sql), database, { from: version, migrations });
    return true;
  });
  // The log holds all that was moved, and would keep its size for as long as the store is open.
  if (migrated) connection.exec("PRAGMA wal_checkpoint(TRUNCATE)");
  for (const each of ["legacy_alter_table = OFF", "temp_store = DEFAULT"]) connection.exec(`PRAGMA ${each}`);
}

function pragma(database: Database, name: string): number {
  return Object.values(database.get(`PRAGMA ${name}`) ?? {})[0] as number;
}

function isEmpty(database: Database): boolean {
  return database.get("SELECT 1 AS one FROM sqlite_schema") === null;
}

interface Prepared {
  readonly statement: Libsql.Statement;
  readonly columns: readonly string[];
}

class SqliteDatabase implements Database {
  private readonly prepared = new Map<string, Prepared>();

  constructor(private readonly connection: Libsql.Database) {}

  get<Row extends object>(sql: string, ...values: readonly SqlValue[]): Row | null {
    const { statement, columns } = this.prepare(sql);
    // Raw rows: the object form carries an enumerable `_metadata`, and blobs as ArrayBuffers.
    const row = attempt("read", () => statement.get(bindable(values)) as RawRow | undefined);
    return row === undefined ? null : (named(columns, row) as Row);
  }

  all<Row extends object>(sql: string, ...values: readonly SqlValue[]): Row[] {
    const { statement, columns } = this.prepare(sql);
    const rows = attempt("read", () => statement.all(bindable(values)) as RawRow[]);
    return rows.map((row) => named(columns, row) as Row);
  }

  run(sql: string, ...values: readonly SqlValue[]): { changes: number; lastInsertRowid: number } {
    const { statement } = this.prepare(sql);
    const { changes, lastInsertRowid } = attempt("write", () => statement.run(bindable(values)));
    return { changes, lastInsertRowid: Number(lastInsertRowid) };
  }

  write<T>(work: () => T): T {
    return this.transaction("BEGIN IMMEDIATE", work);
  }

  read<T>(work: () => T): T {
    return this.transaction("BEGIN", work);
  }

  close(): void {
    this.prepared.clear();
    this.connection.close();
  }

  private transaction<T>(begin: string, work: () => T): T {
    attempt("begin a transaction", () => this.connection.exec(begin));
    try {
      const result = work();
      attempt("commit", () => this.connection.exec("COMMIT"));
      return result;
    } catch (error) {
      // SQLite has already rolled back after some errors (disk full); a second rollback would hide the cause.
      if (this.connection.inTransaction) this.connection.exec("ROLLBACK");
      throw error;
    }
  }

  private prepare(sql: string): Prepared {
    const known = this.prepared.get(sql);
    if (known !== undefined) return known;
    const statement = attempt("prepare a statement", () => this.connection.prepare(sql));
    const columns = statement.reader ? statement.columns().map(({ name }) => name) : [];
    const fresh = { statement: statement.reader ? statement.raw() : statement, columns };
    this.prepared.set(sql, fresh);
    return fresh;
  }
}

type RawRow = readonly (string | number | null | Uint8Array)[];

/** One array argument: libsql reads a lone object argument, null and blobs included, as named parameters. */
function bindable(values: readonly SqlValue[]): SqlValue[] {
  return values as SqlValue[];
}

function named(columns: readonly string[], row: RawRow): SqlRow {
  const result: Record<string, SqlValue> = {};
  for (let i = 0; i < columns.length; i++) {
    const value = row[i] as SqlValue;
    result[columns[i] as string] =
      value instanceof Uint8Array ? new Uint8Array(value.buffer, value.byteOffset, value.byteLength) : value;
  }
  return result;
}

function attempt<T>(what: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    throw failed(what, error);
  }
}

function failed(what: string, cause: unknown): TallyError {
  if ((cause as { code?: unknown }).code === "SQLITE_FULL") {
    const words = `the disk is full: free some space where the data directory lies and try again (${what})`;
    return new TallyError("store.failed", `${words}; nothing of this was stored, and what was stored before is safe`, {
      cause,
    });
  }
  const message = cause instanceof Error ? cause.message : String(cause);
  return new TallyError("store.failed", `the store could not ${what}: ${message}`, { cause });
}
