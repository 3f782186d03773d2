// SPDX-License-Identifier: Apache-2.0
import { writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import { expect } from "chai";
import type { CommandStartedEvent } from "mongodb";
import {
  mongoAnchoringStore,
  mongoCertificateStore,
  mongoCursorStore,
  mongoSealStore,
  mongoStoredRecords,
  openMongo,
} from "../../../src/adapters/mongo/index.js";
import { MIGRATIONS, type Migration, migrate, schemaVersionOf } from "../../../src/adapters/mongo/migrations.js";
import { directUrl } from "../../../src/adapters/mongo/no-primary.js";
import { DEFAULT_DATABASE, databaseOf, type OpenMongoOptions } from "../../../src/adapters/mongo/open.js";
import { nodeCrypto } from "../../../src/adapters/node-crypto/index.js";
import { sealEntry } from "../../../src/core/entry.js";
import { TallyError } from "../../../src/core/errors.js";
import { toHex } from "../../../src/core/hex.js";
import { leafHash } from "../../../src/core/merkle.js";
import { digestOf, eventAbout, identifierOf, issue, REGION, sealLeafOf } from "../issued.js";
import { BareMongods } from "./bare-mongod.js";
import { mongod, useDatabase, withPath } from "./cluster.js";
import { oldServer } from "./old-server.js";

async function refusal(
  url: string,
  { region = REGION, patienceMs = 10_000, ...others }: Partial<OpenMongoOptions> = {},
): Promise<TallyError> {
  try {
    const database = await openMongo({ url, region, patienceMs, ...others });
    await database.close();
  } catch (error) {
    expect(error).to.be.instanceOf(TallyError);
    return error as TallyError;
  }
  throw new Error("it was opened");
}

describe("openMongo refuses, in words that name the way out,", () => {
  for (const [what, url] of [
    ["an unknown option", "mongodb://user:secret-word@127.0.0.1/?replicaSets=x"],
    ["a port that is none", "mongodb://user:secret-word@127.0.0.1:port/"],
    ["an option whose value is none", "mongodb://user:secret-word@127.0.0.1/?w=majority&ssl=perhaps"],
    ["a password that is wrongly escaped", "mongodb://user:%%secret-word@127.0.0.1/"],
  ] as const) {
    it(`a URL with ${what}`, async () => {
      const error = await refusal(url);
      expect(error).to.include({ code: "config.invalid", field: "TALLY_MONGODB_URL" });
      expect(error.message)
        .to.match(/not a MongoDB URL/)
        .and.not.include("secret-word");
    });
  }

  for (const password of ["a@secret-word", "a@secret/word", "secret-word@b"]) {
    it(`a URL whose password has a bare @ (${password}), without taking it for a host`, async () => {
      const error = await refusal(`mongodb://user:${password}@127.0.0.1:9/`, { patienceMs: 500 });
      expect(error).to.include({ code: "config.invalid", field: "TALLY_MONGODB_URL" });
      expect(error.message)
        .to.match(/more than one @.*%40/)
        .and.not.match(/secret/);
    });
  }

  for (const password of ["secret/word", "secret%2Fword", "secret?word"]) {
    it(`a server that nobody runs or a URL that is none, without the password ${password}`, async () => {
      const error = await refusal(`mongodb://user:${password}@127.0.0.1:9/`, { patienceMs: 500 });
      expect(error.message)
        .to.match(/127\.0\.0\.1:9 cannot be reached|not a MongoDB URL/)
        .and.not.match(/secret/);
    });
  }

  it("a server that nobody runs, within the time that it was given", async () => {
    const start = Date.now();
    const error = await refusal("mongodb://user:secret-word@127.0.0.1:9/", { patienceMs: 500 });
    expect(error.code).to.equal("store.failed");
    expect(error.message)
      .to.match(/127\.0\.0\.1:9 cannot be reached.*TALLY_MONGODB_URL/)
      .and.not.include("secret-word");
    expect(Date.now() - start).to.be.below(5_000);
  });

  it("a server that answers nothing, within the time that it was given", async () => {
    const mute = createServer(() => {});
    await new Promise<void>((resolve) => mute.listen(0, "127.0.0.1", resolve));
    const { port } = mute.address() as { port: number };
    const said: string[] = [];
    const error = await refusal(`mongodb://user:secret-word@127.0.0.1:${port}/`, {
      patienceMs: 2_000,
      onWaiting: (what: string) => said.push(what),
    });
    mute.close();
    expect(error.code).to.equal("store.failed");
    expect(error.message).to.match(/cannot be reached/);
    // Nobody waits without knowing for what.
    expect(said).to.deep.equal([`waiting for MongoDB at 127.0.0.1:${port}`]);
  });

  it("a server of a version whose protocol the driver has forgotten", async () => {
    const server = await oldServer({ version: "3.6.23", maxWireVersion: 6 });
    const error = await refusal(server.url, { patienceMs: 1_000 });
    server.close();
    expect(error.code).to.equal("config.invalid");
    expect(error.message).to.match(/too old.*6\.0 is the oldest/);
  });

  it("a server of a version that the store was not made for", async () => {
    const server = await oldServer({ version: "5.0.31", maxWireVersion: 13 });
    const error = await refusal(server.url, { patienceMs: 5_000 });
    server.close();
    expect(error.code).to.equal("config.invalid");
    expect(error.message).to.match(/MongoDB 5\.0\.31.*6\.0 is the oldest.*upgrade/);
  });

  it("a standalone server", async function () {
    const { url } = await mongod(this, "standalone");
    const error = await refusal(withPath(url, "alone"));
    expect(error).to.include({ code: "config.invalid" });
    expect(error.message).to.match(/standalone.*rs\.initiate/);
  });

  // The driver says of each of these only that it has found no server.
  describe("with a URL that names a replica set,", () => {
    const patienceMs = 1_000;
    let bare: BareMongods;
    before(async function () {
      bare = await BareMongods.find(this);
    });
    after(() => bare?.remove());

    it("a standalone server", async function () {
      const { url } = await mongod(this, "standalone");
      const documented = url.replace("directConnection=true", "replicaSet=rs");
      const error = await refusal(withPath(documented, "alone"), { patienceMs });
      expect(error).to.include({ code: "config.invalid", field: "TALLY_MONGODB_URL" });
      expect(error.message).to.match(/127\.0\.0\.1:\d+: a standalone server.*--replSet.*rs\.initiate\(\)/);
      expect(error.message).to.not.include(/:([0-9a-f]{48})@/.exec(url)![1]);
    });

    it("a server that nobody has initiated, with its host alone too", async () => {
      const keyFile = join(bare.folder, "key");
      writeFileSync(keyFile, "0123456789abcdef", { mode: 0o600 });
      const port = await bare.start(({ port, data }) => [
        ...["--dbpath", data, "--port", `${port}`, "--bind_ip", "127.0.0.1", "--nounixsocket"],
        ...["--keyFile", keyFile, "--replSet", "rs"],
      ]);
      for (const options of ["?replicaSet=rs&authSource=admin", "?authSource=admin"]) {
        const error = await refusal(`mongodb://user:secret-word@127.0.0.1:${port}/x${options}`, { patienceMs });
        expect(error).to.include({ code: "config.invalid", field: "TALLY_MONGODB_URL" });
        expect(error.message)
          .to.match(
            new RegExp(`127\\.0\\.0\\.1:${port}: started with --replSet and not initiated: run rs\\.initiate\\(\\)`),
          )
          .and.not.include("secret-word");
      }
    });

    it("servers of a set with another name", async function () {
      const { url } = await mongod(this, "replica-set");
      const error = await refusal(url.replace("replicaSet=tigertally", "replicaSet=rs"), { patienceMs });
      expect(error).to.include({ code: "config.invalid", field: "TALLY_MONGODB_URL" });
      expect(error.message).to.match(
        /(?:127\.0\.0\.1:\d+, ){2}127\.0\.0\.1:\d+: its replica set is tigertally, not rs: correct replicaSet/,
      );
    });

    it("a member whose primary has a name that leads nowhere from here", async () => {
      const hello = { setName: "old", primary: "db.invalid:27017", isWritablePrimary: false, ismaster: false };
      const server = await oldServer({ version: "7.0.0", maxWireVersion: 21, hello });
      const error = await refusal(server.url, { patienceMs });
      server.close();
      expect(error.code).to.equal("store.failed");
      expect(error.message).to.match(/a member whose primary calls itself db\.invalid:27017.*rs\.conf\(\)/);
    });

    it("members without a primary", async () => {
      const server = await oldServer({
        version: "7.0.0",
        maxWireVersion: 21,
        hello: { isWritablePrimary: false, ismaster: false, secondary: true },
      });
      const error = await refusal(server.url, { patienceMs });
      server.close();
      expect(error.code).to.equal("store.failed");
      expect(error.message).to.match(/a member that knows no primary.*rs\.status\(\)/);
    });
  });

  it("what it asks a server by itself it asks under the same TLS, and without user and password", () => {
    const url = "mongodb://user:secret-word@a,b:1/x?replicaSet=rs&tls=true&authSource=admin&tlsCAFile=%2Fca.pem";
    expect(directUrl(url, "b:1")).to.equal("mongodb://b:1/?tls=true&tlsCAFile=%2Fca.pem");
    expect(directUrl("mongodb+srv://user:secret-word@cluster.example/?w=1", "b:1")).to.equal("mongodb://b:1/?tls=true");
    expect(directUrl("mongodb+srv://cluster.example/?tls=false", "b:1")).to.equal("mongodb://b:1/?tls=false");
  });

  describe("in a real replica set,", () => {
    const scene = useDatabase("replica-set-of-one");

    it("a wrong password", async () => {
      const error = await refusal(scene().url.replace(/:[0-9a-f]{48}@/, ":secret-word@"));
      expect(error.code).to.equal("config.invalid");
      expect(error.message)
        .to.match(/refuses user and password/)
        .and.not.include("secret-word");
    });

    it("nobody's name", async () => {
      const error = await refusal(scene().url.replace(/\/\/.*@/, "//"));
      expect(error.code).to.equal("config.invalid");
      expect(error.message).to.match(/asks for a user, and the URL has none.*docs\/mongodb\.md/);
    });

    it("a database of another region", async () => {
      const error = await refusal(scene().url, { region: "310000" });
      expect(error.code).to.equal("config.invalid");
      expect(error.message).to.match(/belongs to region 340000, not 310000.*TALLY_REGION/);
    });

    it("a database of a newer schema, and leaves it alone", async () => {
      const deployment = scene().admin.db(scene().name).collection("deployment");
      const before = await deployment.findOne();
      await deployment.updateOne({}, { $set: { schemaVersion: 99 } });
      const error = await refusal(scene().url);
      expect(error.code).to.equal("store.failed");
      expect(error.message).to.match(/schema version 99, this version of the product reads \d+; use the version/);
      await deployment.updateOne({}, { $set: { schemaVersion: before!.schemaVersion } });
      expect(await deployment.findOne()).to.deep.equal(before);
    });
  });
});

describe("options in the URL of a MongoDB", () => {
  const scene = useDatabase("replica-set-of-one");

  it("take nothing from what is promised of reads and writes", async () => {
    const commands: CommandStartedEvent[] = [];
    const weak = "&w=1&journal=false&readConcernLevel=local&readPreference=secondary";
    const url = `${scene().url}${weak}`;
    const database = await openMongo({ url, region: REGION, onCommand: (event) => commands.push(event) });
    commands.length = 0;
    await mongoCursorStore(database).moveCursor("weak", 1);
    await mongoCursorStore(database).cursor("weak");
    await database.close();
    const sent = commands.map(({ command }) => command);
    const [write] = sent.filter(({ writeConcern }) => writeConcern !== undefined);
    expect(write?.writeConcern).to.include({ w: "majority", j: true });
    const [read] = sent.filter(({ find }) => find !== undefined);
    expect(read?.readConcern).to.include({ level: "majority" });
    // The driver says nothing of it when it is the primary.
    expect(read?.$readPreference?.mode ?? "primary").to.equal("primary");
  });

  it("name any database, also one called test", async () => {
    const database = await openMongo({ url: scene().url, region: REGION });
    expect(database.db.databaseName).to.equal(scene().name);
    await database.close();
    expect(databaseOf("mongodb://a,b/test?replicaSet=rs")).to.equal("test");
    for (const url of ["mongodb://a", "mongodb://a/", "mongodb://u:p@a,b/?replicaSet=rs", "mongodb+srv://a?x=y"])
      expect(databaseOf(url), url).to.equal(DEFAULT_DATABASE);
  });
});

describe("migrations of a MongoDB", () => {
  const scene = useDatabase("replica-set-of-one");

  /** Steps after the newest real one; each writes down that it ran. */
  async function steps(count: number, act: (n: number) => Promise<void>): Promise<Migration[]> {
    const from = await schemaVersionOf(scene().database);
    return Array.from({ length: count }, (_, n) => {
      return { version: from + 1 + n, what: `step ${n}`, run: () => act(n) };
    });
  }
  afterEach(async () => {
    const deployment = scene().admin.db(scene().name).collection("deployment");
    await deployment.updateOne({}, { $set: { schemaVersion: MIGRATIONS.at(-1)!.version } });
  });

  it("give a database of version 2, which goes on working, the index of the heads of the log", async () => {
    const db = scene().admin.db(scene().name);
    const names = async () => (await db.collection("batches").listIndexes().toArray()).map(({ name }) => name);
    await db.collection("batches").dropIndex("audit_head");
    await db.collection("deployment").updateOne({}, { $set: { schemaVersion: 2 } });
    expect(await mongoAnchoringStore(scene().database).newestAuditHead()).to.equal(null);
    await migrate(scene().database);
    expect(await names()).to.include("audit_head");
    expect(await schemaVersionOf(scene().database)).to.equal(MIGRATIONS.at(-1)!.version);
  });

  it("put the seals that version 4 has set into the outbox, each once, however often they are repeated", async () => {
    const { database } = scene();
    const db = scene().admin.db(scene().name);
    await issue(mongoCertificateStore(database), 2);
    const seals = mongoSealStore(database);
    await seals.addSealCertificate(
      {
        ...{ serial: "0a", holder: "A", keyDigest: "aa", ca: "ca", certificate: Uint8Array.of(1) },
        ...{ validity: { from: 1, until: 9 }, appearance: null, revocation: null },
      },
      eventAbout("0a"),
    );
    const certificate = identifierOf(1);
    for (const ordinal of [1, 2]) {
      const seal = {
        certificate,
        fileDigest: digestOf("file"),
        serial: "0a",
        sealedAt: 1,
        reason: "r",
        room: 1,
      };
      const event = { ...eventAbout(certificate, 40 + ordinal), action: "certificate-sealed" as const };
      const logged = () => ({ ...event, detail: { ordinal } });
      const sealed = { ...seal, cms: Uint8Array.of(ordinal) };
      await seals.addSeal(sealed, ordinal - 1 || null, sealLeafOf(ordinal), logged);
    }
    await db.collection("sealEntries").deleteMany({});
    await db.collection("outbox").deleteMany({ seal: { $exists: true } });
    for (let i = 0; i < 2; i++) {
      await db.collection("deployment").updateOne({}, { $set: { schemaVersion: 4 } });
      await migrate(database);
    }
    const waiting = (await mongoStoredRecords(database).outbox(0, 9)).filter(({ seal }) => seal !== null);
    expect(waiting.map(({ certificateId, seal, queuedAt }) => [certificateId, seal, queuedAt])).to.deep.equal([
      ...[
        [certificate, 1, 41],
        [certificate, 2, 42],
      ],
    ]);
    const leaves = [1, 2].map((ordinal) =>
      leafHash(nodeCrypto, sealEntry(digestOf("certificate", 1), nodeCrypto.sha256(Uint8Array.of(ordinal)))),
    );
    expect(waiting.map(({ leafHash }) => toHex(leafHash))).to.deep.equal(leaves.map(toHex));
    expect(await mongoStoredRecords(database).faults()).to.deep.equal([]);
  });

  it("are carried out by one of the instances that start together, each once and in order", async () => {
    const ran: number[] = [];
    const wanted = await steps(3, async (n) => {
      ran.push(n);
    });
    await Promise.all(Array.from({ length: 4 }, () => migrate(scene().database, wanted)));
    expect(ran).to.deep.equal([0, 1, 2]);
    expect(await schemaVersionOf(scene().database)).to.equal(wanted.at(-1)!.version);
  });

  it("go on where an instance ended that carried them out", async () => {
    const ran: number[] = [];
    let fails = true;
    const wanted = await steps(2, async (n) => {
      ran.push(n);
      if (n === 1 && fails) throw new Error("ended");
    });
    await migrate(scene().database, wanted).catch(() => {});
    fails = false;
    await migrate(scene().database, wanted);
    expect(ran).to.deep.equal([0, 1, 1]);
  });

  it("are waited for with bounded patience", async () => {
    const wanted = await steps(1, async () => {});
    const leases = scene().admin.db(scene().name).collection<{ _id: string }>("leases");
    await leases.insertOne({ _id: "schema", holder: "another", fence: 1, expires: Date.now() + 60_000 } as never);
    const error = await migrate(scene().database, wanted, { patienceMs: 200 }).catch((thrown: unknown) => thrown);
    expect(error)
      .to.have.property("message")
      .that.matches(/another instance has been changing the schema/);
  });
});
