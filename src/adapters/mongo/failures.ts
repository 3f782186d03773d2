// SPDX-License-Identifier: Apache-2.0
import {
  MongoBulkWriteError,
  MongoError,
  MongoNetworkError,
  MongoServerError,
  MongoServerSelectionError,
  MongoWriteConcernError,
} from "mongodb";
import { TallyError } from "../../core/errors.js";

const DUPLICATE_KEY = 11000;

export function isDuplicate(error: unknown): boolean {
  return error instanceof MongoServerError && error.code === DUPLICATE_KEY;
}

/** The reply may have been lost, or the command before it. An error of many writes wraps the one of the connection. */
export function isDisconnection(error: unknown): error is MongoError {
  return (
    error instanceof MongoNetworkError || (error instanceof MongoBulkWriteError && isDisconnection(error.errorResponse))
  );
}

/** For writes that an attempt which was cut off may have made already, with the same content. */
export async function ignoringDuplicates(write: Promise<unknown>): Promise<void> {
  try {
    await write;
  } catch (error) {
    if (!isDuplicate(error) || (error instanceof MongoBulkWriteError && !failedAsDuplicates(error))) throw error;
  }
}

/** The error of many writes has the code of the first; the others may have failed for another reason. */
function failedAsDuplicates({ writeErrors, result }: MongoBulkWriteError): boolean {
  const isAlone = result.getWriteConcernError() === undefined;
  return isAlone && [writeErrors].flat().every(({ code }) => code === DUPLICATE_KEY);
}

/** How long a caller waits for any call of a store: longer than an election takes, shorter than clients of the service wait. */
export const CALL_MS = 30_000;

export interface StoreWords {
  readonly name: string;
  /** By default `CALL_MS`. */
  readonly callMs?: number;
  /** Methods for which no caller waits, or all of them; they may take as long as the server lets them. */
  readonly unhurried?: readonly string[] | "all";
}

/**
 * The same store, but what the driver rejects with becomes `store.failed` that says what was attempted, and so does a call that takes
 * longer than `CALL_MS`. In both cases nobody knows whether it was carried out: a reply may have been lost.
 */
export function withWords<Store extends object>(words: string | StoreWords, store: Store): Store {
  const { name, callMs = CALL_MS, unhurried = [] }: StoreWords = typeof words === "string" ? { name: words } : words;
  const worded = Object.entries(store).map(([method, work]) => {
    if (typeof work !== "function") return [method, work];
    return [
      method,
      async (...args: unknown[]) => {
        const what = `${name}: ${method}`;
        try {
          const called = (work as (...args: unknown[]) => unknown)(...args);
          const isUnhurried = unhurried === "all" || unhurried.includes(method);
          return await (isUnhurried ? called : within(callMs, what, called));
        } catch (error) {
          throw error instanceof MongoError ? failed(what, error) : error;
        }
      },
    ];
  });
  return Object.fromEntries(worded) as Store;
}

async function within(ms: number, what: string, called: unknown): Promise<unknown> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(tooLate(`${what} has no answer after ${ms / 1000} seconds`)), ms);
  });
  try {
    return await Promise.race([called, late]);
  } finally {
    clearTimeout(timer);
  }
}

export function tooLate(why: string): TallyError {
  return new TallyError("store.failed", `MongoDB could not do what was asked in time: ${why}. ${ASK_AGAIN}. ${LOOK}`);
}

export function failed(what: string, cause: unknown): TallyError {
  return new TallyError("store.failed", `MongoDB could not do what was asked (${what}): ${wordsFor(cause)}`, { cause });
}

const ASK_AGAIN = "Ask again, under the same Idempotency-Key where there is one";

const LOOK =
  "rs.status() shows which members are up; the log of a mongod that is not says why, its disk may be full: make room and start it again";

const AUTHENTICATION_FAILED = 18;
const UNAUTHORIZED = 13;
const OUT_OF_DISK_SPACE = 14031;
const NOT_CONFIRMED = new Set([64, 91, 100]);
const NOT_PRIMARY = new Set([189, 10_107, 11_600, 11_602, 13_435, 13_436]);

export function isAuthenticationRefused(error: unknown): error is MongoServerError {
  return error instanceof MongoServerError && error.code === AUTHENTICATION_FAILED;
}

/** Which right the service's user lacks, with the way out; null for another error. The server's words show the whole command, holders' codes included. */
export function rightLacking(error: unknown): string | null {
  if (!(error instanceof MongoServerError) || error.code !== UNAUTHORIZED) return null;
  const [, database, command, rest = ""] =
    /not authorized on (\S+) to execute command \{ (\w+): (.*)/s.exec(error.message) ?? [];
  const collection = /^"([^"]*)"/.exec(rest)?.[1] ?? /^[^"]*collection: "([^"]*)"/.exec(rest)?.[1];
  const where =
    collection === undefined ? `the database ${database}` : `the collection ${collection} of the database ${database}`;
  const what = database === undefined ? "lacks a right" : `may not ${command} in ${where}`;
  return `the service's user ${what}: an administrator runs docs/mongodb-setup.js again, for this database and user (docs/mongodb.md)`;
}

/** What a client is told. The driver's words for a lost connection name servers, and are in the log. */
function wordsFor(cause: unknown): string {
  if (cause instanceof MongoServerSelectionError) {
    return `no primary answers: an election is under way, or fewer than a majority of the replica set's members are up. ${ASK_AGAIN}. ${LOOK}`;
  }
  if (cause instanceof MongoNetworkError)
    return `the connection broke off or the server stopped answering. ${ASK_AGAIN}. ${LOOK}`;
  if (
    cause instanceof MongoWriteConcernError ||
    (cause instanceof MongoServerError && NOT_CONFIRMED.has(Number(cause.code)))
  ) {
    return `no majority of the replica set has confirmed it (rs.status() shows its members). ${ASK_AGAIN}`;
  }
  if (cause instanceof MongoServerError && NOT_PRIMARY.has(Number(cause.code))) {
    return `the server is not the primary any more: an election is under way. ${ASK_AGAIN}. When it goes on, see that TALLY_MONGODB_URL names the set (replicaSet) and not one server (directConnection)`;
  }
  if (isAuthenticationRefused(cause)) {
    return "the server refuses the service's user and password, which have changed since it started: correct them in TALLY_MONGODB_URL and start the service again";
  }
  const lacking = rightLacking(cause);
  if (lacking !== null) return lacking;
  if (cause instanceof MongoServerError && cause.code === OUT_OF_DISK_SPACE) {
    return "the disk of the MongoDB server is full: make room there, then ask again";
  }
  return cause instanceof Error ? cause.message : String(cause);
}
