// SPDX-License-Identifier: Apache-2.0
import {
  type ClientSession,
  type Collection,
  type Db,
  type MongoClient,
  MongoErrorLabel,
  ReadConcern,
  type TransactionOptions,
  WriteConcern,
} from "mongodb";
import type { Documents } from "./documents.js";
import { CALL_MS, failed, isDisconnection, tooLate } from "./failures.js";
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
   * database, and gives every operation the session. Undone when it throws. It is not begun after `deadline`, in milliseconds of
   * `performance.now()`; by default that is `CALL_MS` from now, when whoever asked has been told that it took too long.
   */
  transaction<T>(work: (session: ClientSession) => Promise<T>, deadline?: number): Promise<T>;
  /**
   * A transaction that writes into the audit log, and may give places in the outbox and in the queue of status changes. These come one after another in
   * the whole deployment, so what `work` reads is as it is when it commits, and all places follow the order of the commits.
   */
  logged<T>(work: (write: LoggedWrite) => Promise<T>, deadline?: number): Promise<T>;
  /**
   * Runs `work`, which only reads, from `at` and with the session, as of one instant. No transaction, so it may take longer than one: as long as the
   * server keeps what was, `minSnapshotHistoryWindowInSeconds`, five minutes by default.
   */
  snapshot<T>(work: (session: ClientSession, at: MongoDatabase) => Promise<T>): Promise<T>;
  /** The same store for whoever goes through whole collections: a command may take as long as `UNHURRIED_MS` (open.ts). */
  readonly unhurried: MongoDatabase;
  close(): Promise<void>;
}

/** What a majority has. */
export const READS = new ReadConcern("majority");
/** How long a majority may take. */
const MAJORITY_MS = 15_000;
/** Answered when a majority has it in its journal. */
export const WRITES = new WriteConcern("majority", MAJORITY_MS, true);

export const TRANSACTION: TransactionOptions = {
  readConcern: { level: "snapshot" },
  // `maxCommitTimeMS` bounds it.
  writeConcern: new WriteConcern("majority", undefined, true),
  readPreference: "primary",
  maxCommitTimeMS: MAJORITY_MS,
};

/** `unhurriedClient` is connected when somebody uses it. */
export function mongoDatabase(client: MongoClient, name: string, unhurriedClient: MongoClient = client): MongoDatabase {
  // Here and not only for the client: there options of the URL, such as journal=false, would win.
  const db = client.db(name, { readConcern: READS, readPreference: "primary", writeConcern: WRITES });
  const turns = new LogTurns();
  const soon = (): number => performance.now() + CALL_MS;
  let unhurried: MongoDatabase | undefined;
  const database: MongoDatabase = {
    db,
    collection: (collection) => db.collection(collection),
    transaction: (work, deadline = soon()) =>
      client.withSession((session) => session.withTransaction(untilDeadline(work, deadline), TRANSACTION)),
    // The wait for its turn counts: else a crowd that waits for a primary would fail one by one, each after a wait of its own.
    logged: (work, deadline = soon()) =>
      turns.take({ ...database, transaction: (step) => database.transaction(step, deadline) }, work),
    snapshot: (work) => {
      const then = client.db(name, { readConcern: new ReadConcern("snapshot"), readPreference: "primary" });
      const at: MongoDatabase = { ...database, db: then, collection: (collection) => then.collection(collection) };
      return client.withSession({ snapshot: true }, (session) => work(session, at));
    },
    get unhurried() {
      unhurried ??= unhurriedClient === client ? database : mongoDatabase(unhurriedClient, name);
      return unhurried;
    },
    async close() {
      await client.close();
      await unhurriedClient.close();
    },
  };
  return database;
}

/** The driver by itself begins a transaction again for two minutes, which nobody waits for. */
function untilDeadline<T>(
  work: (session: ClientSession) => Promise<T>,
  deadline: number,
): (session: ClientSession) => Promise<T> {
  let before: unknown;
  return async (session) => {
    // Neither is the driver's error, so it does not begin again.
    if (performance.now() >= deadline)
      throw before === undefined
        ? tooLate("its turn did not come, nothing was written")
        : failed("transaction", before);
    try {
      return await work(session);
    } catch (error) {
      before = error;
      // Nothing was committed. The driver says so itself, but not of connections that its monitor closed because a server had stopped.
      if (isDisconnection(error)) error.addErrorLabel(MongoErrorLabel.TransientTransactionError);
      throw error;
    }
  };
}
