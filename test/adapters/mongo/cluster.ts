// SPDX-License-Identifier: Apache-2.0
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type CommandStartedEvent, MongoClient } from "mongodb";
import type { MongoDatabase } from "../../../src/adapters/mongo/index.js";
import { openMongo } from "../../../src/adapters/mongo/index.js";
import { COLLECTIONS } from "../../../src/adapters/mongo/schema.js";
import { findMongod } from "../../../src/main/mongod/find-mongod.js";
import { type LocalMongod, openLocalMongod } from "../../../src/main/mongod/local-mongod.js";
import { skip } from "../../skip.js";
import { REGION } from "../issued.js";

/** Of three members for what several servers or instances have to do with; what a store keeps, a set of one keeps for a third of the work. */
export type Kind = "replica-set" | "replica-set-of-one" | "standalone";

/** One of each kind for all test files of a run: mocha's workers have one parent. */
const run = process.env.MOCHA_WORKER_ID === undefined ? process.pid : process.ppid;
const started = new Map<Kind, Promise<LocalMongod>>();

/** A real replica set, of three members or of one, or a standalone server; skips the suite by name where there is no mongod. */
export async function mongod(context: Mocha.Context, kind: Kind): Promise<LocalMongod> {
  context.timeout(300_000);
  const found = await findMongod({ environment: process.env });
  if (found.path === null) {
    return skip(context, found.why);
  }
  const folder = join(tmpdir(), `tally-mongod-${kind}-${run}`);
  const options = {
    folder,
    mongod: found.path,
    members: kind === "replica-set" ? 3 : 1,
    standalone: kind === "standalone",
    small: true,
    ephemeral: true,
  };
  const running = started.get(kind) ?? openLocalMongod(options);
  started.set(kind, running);
  return running;
}

export interface Scene {
  readonly database: MongoDatabase;
  /** May do everything, as nobody but the database's administrator may. */
  readonly admin: MongoClient;
  readonly name: string;
  /** With the name of a database of its own in its path. */
  readonly url: string;
}

/** The names of the collections that hold anything; that of the deployment stays as it is. */
const FILLED = [
  { $match: { _id: { $exists: false } } },
  ...Object.keys(COLLECTIONS)
    .filter((name) => name !== "deployment")
    .map((coll) => ({
      $unionWith: { coll, pipeline: [{ $limit: 1 }, { $project: { _id: 0, name: { $literal: coll } } }] },
    })),
];

let databases = 0;

/**
 * Inside a `describe`: a database of its own, opened once and empty before each test, with the rights of the service. `scene()` is for
 * use within tests and hooks.
 */
export function useDatabase(kind: Kind, { onCommand }: { onCommand?: (event: CommandStartedEvent) => void } = {}) {
  let scene: Scene;

  before(async function () {
    const { url, adminUrl } = await mongod(this, kind);
    const name = `test-${process.pid}-${++databases}`;
    const own = withPath(url, name);
    const standalone = kind === "standalone";
    const options = { url: own, region: REGION, standalone, ...(onCommand === undefined ? {} : { onCommand }) };
    scene = { database: await openMongo(options), admin: new MongoClient(adminUrl), name, url: own };
  });

  beforeEach(async () => {
    const db = scene.admin.db(scene.name);
    const atOnce = { writeConcern: { w: 1, journal: false } } as const;
    // One question is a tenth of what emptying every collection costs, and a test fills a few.
    const filled = await db.collection("deployment").aggregate<{ name: string }>(FILLED).toArray();
    await Promise.all(filled.map(({ name }) => db.collection(name).deleteMany({}, atOnce)));
    // A majority that has this has all before it.
    await db.collection("emptied").replaceOne({}, {}, { upsert: true, writeConcern: { w: "majority" } });
  });

  after(async () => {
    if (scene === undefined) return;
    await scene.database.close();
    await scene.admin.db(scene.name).dropDatabase();
    await scene.admin.close();
  });

  return () => scene;
}

/** The URL of a server with the name of a database put in. */
export function withPath(url: string, name: string): string {
  return url.replace("/?", `/${name}?`);
}
