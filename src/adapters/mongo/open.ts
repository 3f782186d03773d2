// SPDX-License-Identifier: Apache-2.0
import {
  type CommandStartedEvent,
  MongoClient,
  type MongoClientOptions,
  MongoError,
  MongoParseError,
  MongoServerSelectionError,
} from "mongodb";
import { TallyError } from "../../core/errors.js";
import { type MongoDatabase, mongoDatabase, READS, WRITES } from "./database.js";
import { failed, isAuthenticationRefused, rightLacking } from "./failures.js";
import { hashOlderEvents, migrate } from "./migrations.js";
import { NOT_INITIATED, STANDALONE, whyNoPrimary } from "./no-primary.js";

export interface OpenMongoOptions {
  /** `mongodb://…` or `mongodb+srv://…`; the database of its path, or `tigertally`. */
  readonly url: string;
  /** Whose database it is to be; null for who only writes into the log of an office without a region. */
  readonly region: string | null;
  /** For tests of what one server is enough for. */
  readonly standalone?: boolean;
  /** How long an operation waits for a server that can carry it out, milliseconds: longer than an election takes. */
  readonly patienceMs?: number;
  /** Told, once, what is waited for when it takes long. */
  readonly onWaiting?: (what: string) => void;
  /** How long a command waits for its answer, by default `COMMAND_MS`. */
  readonly commandMs?: number;
  /** Sees every command that is sent. */
  readonly onCommand?: (event: CommandStartedEvent) => void;
}

export const DEFAULT_DATABASE = "tigertally";

/** The oldest server whose partial indexes, transactions and retries are the ones that this adapter was tested with. */
export const OLDEST_SERVER = 6;

/** How long a single command waits for its answer. A server that was stopped, not ended, keeps its connections open and answers nothing for ever. */
const COMMAND_MS = 20_000;

/** The same for a command of an examination, which goes through tens of millions of documents and which no client waits for. */
const UNHURRIED_MS = 3_600_000;

/**
 * How often a server is asked for its state, and how long it may be late: a stopped primary is given up after both, its connections are
 * closed, and what was under way on them goes to the next one.
 */
const HEARTBEAT_MS = 2_000;
const CONNECT_MS = 5_000;

const ALLOWED_IN_URL = "Correct TALLY_MONGODB_URL (docs/mongodb.md shows one)";

/**
 * Opens the store of a region, and makes it when the database is new. Throws `config.invalid` for what settings can mend and
 * `store.failed` for the rest, each with the way out; never with the password of the URL.
 */
export async function openMongo(options: OpenMongoOptions): Promise<MongoDatabase> {
  refuseAmbiguous(options.url);
  const client = clientFor(options);
  const waiting = setTimeout(() => {
    options.onWaiting?.(`waiting for MongoDB at ${hostsOf(options.url)}`);
  }, QUIET_MS);
  try {
    await checkServer(client, options.standalone ?? false);
    // The driver bounds all commands of a client alike: its `timeoutMS` has no effect.
    const unhurried = clientFor({ ...options, commandMs: UNHURRIED_MS });
    const database = mongoDatabase(client, databaseOf(options.url), unhurried);
    await migrate(database);
    // What instances of an older version have written since.
    await hashOlderEvents(database);
    if (options.region !== null) await claimRegion(database, options.region);
    return database;
  } catch (error) {
    await client.close();
    throw error instanceof TallyError ? error : await refusal(error, client, options.url);
  } finally {
    clearTimeout(waiting);
  }
}

/** After that whoever waits wants to know for what. */
const QUIET_MS = 1_000;

/** With a bare @ in the password its end would be taken for a host, and shown as one. */
function refuseAmbiguous(url: string): void {
  const [beforeOptions = ""] = url.split("?");
  if (beforeOptions.split("@").length <= 2) return;
  throw invalid(
    `there is more than one @ before its options: in a user name or password write @ as %40, / as %2F, : as %3A and % as %25. ${ALLOWED_IN_URL}`,
  );
}

function clientFor({ url, patienceMs = 20_000, commandMs = COMMAND_MS, onCommand }: OpenMongoOptions): MongoClient {
  const client: MongoClientOptions = {
    appName: "tigertally",
    readConcern: READS,
    readPreference: "primary",
    writeConcern: WRITES,
    retryWrites: true,
    retryReads: true,
    ignoreUndefined: true,
    serverSelectionTimeoutMS: patienceMs,
    // A crowd that waits for connections is no reason to wait longer than for a primary.
    waitQueueTimeoutMS: patienceMs,
    connectTimeoutMS: Math.min(CONNECT_MS, patienceMs),
    heartbeatFrequencyMS: HEARTBEAT_MS,
    socketTimeoutMS: commandMs,
    monitorCommands: onCommand !== undefined,
  };
  try {
    const made = new MongoClient(url, client);
    if (onCommand !== undefined) made.on("commandStarted", onCommand);
    return made;
  } catch (cause) {
    // The message of a parse error may show what was parsed.
    const why = cause instanceof MongoParseError ? redacted(cause.message, url) : redacted(String(cause), url);
    throw invalid(`it is not a MongoDB URL: ${why}. ${ALLOWED_IN_URL}`, cause);
  }
}

/** The one in the path; the driver would call it `test` where there is none. */
export function databaseOf(url: string): string {
  const path = /^mongodb(?:\+srv)?:\/\/[^/?]+\/([^?]+)/.exec(url)?.[1];
  return path === undefined ? DEFAULT_DATABASE : decodeURIComponent(path);
}

async function checkServer(client: MongoClient, standalone: boolean): Promise<void> {
  const admin = client.db("admin");
  const { version } = (await admin.command({ buildInfo: 1 })) as { version: string };
  if (Number.parseInt(version, 10) < OLDEST_SERVER) {
    throw invalid(`the server is MongoDB ${version}, and ${OLDEST_SERVER}.0 is the oldest that will do: upgrade it`);
  }
  const { setName, msg, isreplicaset } = await admin.command({ hello: 1 });
  if (setName !== undefined || msg === "isdbgrid" || standalone) return;
  throw invalid(`the server is ${isreplicaset === true ? NOT_INITIATED : STANDALONE}`);
}

/** The first service that opens a database makes it its region's. */
async function claimRegion(database: MongoDatabase, region: string): Promise<void> {
  const deployment = database.collection("deployment");
  const filter = { _id: "tigertally", region: { $exists: false } } as const;
  await deployment.updateOne(filter, { $set: { region } });
  const owner = (await deployment.findOne({ _id: "tigertally" }))?.region;
  if (owner === region) return;
  throw invalid(
    `the database ${database.db.databaseName} belongs to region ${owner}, not ${region}: name another database in TALLY_MONGODB_URL, or set TALLY_REGION`,
  );
}

async function refusal(error: unknown, client: MongoClient, url: string): Promise<TallyError> {
  const message = redacted(error instanceof Error ? error.message : String(error), url);
  const where = hostsOf(url);
  if (isAuthenticationRefused(error)) {
    return invalid(`${where} refuses user and password: correct them, and authSource, in TALLY_MONGODB_URL`, error);
  }
  const lacking = rightLacking(error);
  if (lacking !== null) {
    const isNobody = credentialsIn(url) === "" && !/[?&]authMechanism=/i.test(url);
    const wayOut = "asks for a user, and the URL has none: put user and password into it (docs/mongodb.md)";
    return invalid(`${where} ${isNobody ? wayOut : `says that ${lacking}`}`, error);
  }
  // The driver's own check: a server of before 4.2 speaks a protocol that it does not.
  if (/wire version/.test(message)) {
    return invalid(
      `the server at ${where} is too old, MongoDB ${OLDEST_SERVER}.0 is the oldest that will do: ${message}`,
      error,
    );
  }
  if (isUnreachable(error)) {
    const why = error instanceof MongoServerSelectionError ? await whyNoPrimary(client, url) : null;
    if (why !== null) {
      const said = `MongoDB at ${where} has no primary that can be used: ${redacted(why.words, url)}`;
      const settings = { field: "TALLY_MONGODB_URL", cause: error };
      return why.isSettled ? invalid(said, error) : new TallyError("store.failed", said, settings);
    }
    return new TallyError(
      "store.failed",
      `MongoDB at ${where} cannot be reached: ${message}. Start it, or correct TALLY_MONGODB_URL`,
      { field: "TALLY_MONGODB_URL", cause: error },
    );
  }
  return failed("open the store", error);
}

function isUnreachable(error: unknown): boolean {
  return error instanceof MongoError && /ServerSelection|Network/.test(error.name);
}

function invalid(message: string, cause?: unknown): TallyError {
  return new TallyError("config.invalid", `TALLY_MONGODB_URL: ${message}`, { field: "TALLY_MONGODB_URL", cause });
}

/** Hosts alone: what stands before them is a password. */
function hostsOf(url: string): string {
  return /^mongodb(?:\+srv)?:\/\/(?:[^@]*@)?([^/?]+)/.exec(url)?.[1] ?? "the server";
}

function credentialsIn(url: string): string {
  return /^mongodb(?:\+srv)?:\/\/([^@]*)@/.exec(url)?.[1] ?? "";
}

/** Without the credentials of the URL, as they stand there and as the driver reads them. */
function redacted(message: string, url: string): string {
  const credentials = credentialsIn(url);
  const password = credentials.slice(credentials.indexOf(":") + 1);
  return [credentials, password, decoded(password)]
    .filter((secret) => secret !== "")
    .reduce((text, secret) => text.replaceAll(secret, "…"), message);
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
