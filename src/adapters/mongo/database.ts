// SPDX-License-Identifier: Apache-2.0
import type { ClientSession, Collection, Db, MongoClient, TransactionOptions } from "mongodb";
import type { Documents } from "./documents.js";
import { LogTurns } from "./log-turns.js";
import type { LoggedWrite } from "./logged-write.js";

/**
 * A connection to the store. Reads see what a majority has, writes are acknowledged when a majority has them in its journal: so
 * nothing that was answered is taken back by the loss of any one server, and everybody reads what was acknowledged to anybody.
 */
export interface MongoDatabase {
  readonly db: Db;
  collection<Name extends keyof Documents>(name: Name): Collection<Documents[Name]>;
  /**
   * Runs `work` in one transaction, again from the start when another one was in its way; so `work` changes nothing but the
   * database, and gives every operation the session. Undone when it throws.
   */
  transaction<T>(work: (session: ClientSession) => Promise<T>): Promise<T>;
  /**
   * A transaction that writes into the audit log, and may give places in the outbox and in the queue of status changes. These come one after another in
   * the whole deployment, so what `work` reads is as it is when it commits, and all places follow the order of the commits.
   */
  logged<T>(work: (write: LoggedWrite) => Promise<T>): Promise<T>;
  close(): Promise<void>;
}

export const TRANSACTION: TransactionOptions = {
  readConcern: { level: "snapshot" },
  writeConcern: { w: "majority", journal: true },
  readPreference: "primary",
  maxCommitTimeMS: 30_000,
};

export function mongoDatabase(client: MongoClient, name: string): MongoDatabase {
  const db = client.db(name);
  const turns = new LogTurns();
  const database: MongoDatabase = {
    db,
    collection: (collection) => db.collection(collection),
    transaction: (work) => client.withSession((session) => session.withTransaction(work, TRANSACTION)),
    logged: (work) => turns.take(database, work),
    close: () => client.close(),
  };
  return database;
}
