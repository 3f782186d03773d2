// SPDX-License-Identifier: Apache-2.0
import { spawn } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "chai";
import { TallyError } from "../../src/core/errors.js";
import { markMongoRestored } from "../../src/main/backup/mark-mongo-restored.js";
import { readConfig } from "../../src/main/config.js";
import { createDataDirectory, dataDirectory } from "../../src/main/data-directory.js";
import { openSettings } from "../../src/main/settings.js";
import { openStores } from "../../src/main/stores.js";
import { mongod, withPath } from "../adapters/mongo/cluster.js";
import {
  PLAIN_ENVIRONMENT,
  type ServiceProcess,
  startService,
  TALLY,
  tally,
  tallyWith,
  until,
  workspace,
} from "./service-process.js";

const URL = "mongodb://user:secret-word@127.0.0.1:9/?replicaSet=rs";

describe("a data directory whose store is MongoDB", () => {
  const here = workspace();
  after(() => here.remove());

  const refusal = async (work: () => unknown): Promise<TallyError> => {
    try {
      await work();
    } catch (error) {
      expect(error).to.be.instanceOf(TallyError);
      return error as TallyError;
    }
    throw new Error("it was not refused");
  };
  const made = (name: string, environment: Record<string, string>) => {
    const TALLY_DATA = here.path(name);
    const { config, directory } = openSettings({}, { TALLY_DATA, ...environment });
    createDataDirectory(directory, config);
    return { TALLY_DATA, directory };
  };

  it("is meant when a URL is set, and remembered", () => {
    const { TALLY_DATA } = made("with-url", { TALLY_MONGODB_URL: URL });
    expect(openSettings({}, { TALLY_DATA, TALLY_MONGODB_URL: URL }).config.store).to.equal("mongodb");
    expect(readFileSync(join(TALLY_DATA, "profile.json"), "utf8")).to.not.include("secret-word");
  });

  it("is not opened without its URL, nor as SQLite", async () => {
    const { TALLY_DATA } = made("needs-url", { TALLY_MONGODB_URL: URL });
    const withoutUrl = await refusal(() => openSettings({}, { TALLY_DATA }));
    expect(withoutUrl).to.include({ code: "config.invalid", field: "TALLY_MONGODB_URL" });
    const asSqlite = await refusal(() => openSettings({}, { TALLY_DATA, TALLY_STORE: "sqlite" }));
    expect(asSqlite).to.include({ code: "config.invalid", field: "TALLY_STORE" });
  });

  it("is not what a directory with an embedded store becomes", async () => {
    const { TALLY_DATA } = made("embedded", {});
    for (const environment of [{ TALLY_STORE: "mongodb" }]) {
      const error = await refusal(() => openSettings({}, { TALLY_DATA, ...environment }));
      expect(error.message).to.match(/keeps its store in sqlite, not in mongodb.*TALLY_DATA/);
    }
  });

  it("refuses values that cannot be meant, without repeating a password", () => {
    for (const environment of [
      { TALLY_MONGODB_URL: "http://user:secret-word@host/" },
      { TALLY_MONGODB_URL: URL, TALLY_STORE: "sqlite" },
      { TALLY_STORE: "postgres" },
    ]) {
      expect(() => readConfig({}, environment))
        .to.throw(TallyError)
        .with.property("message")
        .that.matches(/TALLY_(STORE|MONGODB_URL)/)
        .and.not.includes("secret-word");
    }
  });

  it("says what is missing where there is no mongod", async () => {
    const config = readConfig({ store: "mongodb", dataDirectory: here.path("none"), mongod: "/nowhere/mongod" }, {});
    const opened = refusal(() => openStores({ config, directory: dataDirectory(config.dataDirectory), say: () => {} }));
    expect((await opened).message).to.match(/MONGOD: "\/nowhere\/mongod" is not a program/);
  });

  describe("and whose URL is wrong, in tally serve,", () => {
    const refused = async (name: string, url: string) => {
      const TALLY_DATA = here.path(name);
      const ran = await tallyWith({ TALLY_DATA, TALLY_MONGODB_URL: url }, "serve");
      expect(ran.said).to.not.include("secret-word");
      expect(existsSync(TALLY_DATA), "a data directory was made").to.equal(false);
      return ran;
    };

    it("a wrong password is refused before anything is made", async function () {
      const { url } = await mongod(this, "replica-set-of-one");
      const { code, said } = await refused("wrong-password", url.replace(/:[0-9a-f]{48}@/, ":secret-word@"));
      expect(code).to.equal(64);
      expect(said).to.match(/refuses user and password: correct them, and authSource, in TALLY_MONGODB_URL/);
    });

    it("a standalone server is refused before anything is made", async function () {
      const { url } = await mongod(this, "standalone");
      const { code, said } = await refused("alone", withPath(url, "alone-served"));
      expect(code).to.equal(64);
      expect(said).to.match(/standalone.*rs\.initiate\(\)/);
    });

    it("a host where nobody answers is named while it is waited for", async () => {
      const env = { ...PLAIN_ENVIRONMENT, TALLY_DATA: here.path("nobody"), TALLY_PORT: "0", TALLY_MONGODB_URL: URL };
      const child = spawn(process.execPath, [TALLY, "serve"], { env, stdio: ["ignore", "ignore", "pipe"] });
      let said = "";
      child.stderr.on("data", (chunk) => (said += chunk));
      try {
        await until(() => said.includes("waiting for MongoDB at 127.0.0.1:9\n"), 60_000);
        expect(said).to.not.include("secret-word");
      } finally {
        child.kill("SIGKILL");
      }
    });
  });

  it("opens every store in a replica set of others", async function () {
    const { url } = await mongod(this, "replica-set-of-one");
    const settings = { store: "mongodb", dataDirectory: here.path("others"), mongodbUrl: withPath(url, "others") };
    const config = readConfig(settings, {});
    const stores = await openStores({ config, directory: dataDirectory(config.dataDirectory), say: () => {} });
    expect(await stores.anchoring.counts()).to.include({ pending: 0, openBatches: 0 });
    await stores.close();
    expect(existsSync(config.dataDirectory)).to.equal(false);
  });

  it("is taken as restored only under a clock that its log has not passed, and never where it is a file", async function () {
    const { url } = await mongod(this, "replica-set-of-one");
    const settings = { store: "mongodb", dataDirectory: here.path("restored"), mongodbUrl: withPath(url, "restored") };
    const config = readConfig(settings, {});
    const directory = dataDirectory(config.dataDirectory);
    createDataDirectory(directory, config);
    const actor = { kind: "cli", id: "root", role: "operator", requestId: "r" } as const;
    const options = { config, directory, actor, kept: { tokens: false, pickUpLinks: false }, say: () => {} };
    expect(await markMongoRestored({ ...options, now: () => 1_800_000_000_000 })).to.equal(1_800_000_000_000);
    const stores = await openStores({ config, directory, say: () => {} });
    await stores.restoration.endRestoration(1_800_000_000_000);
    const late = await refusal(() => markMongoRestored({ ...options, now: () => 1_700_000_000_000 }));
    expect(late.message).to.match(/later than the clock of this machine/);
    expect(await stores.restoration.unfinishedRestoration()).to.equal(null);
    await stores.close();
    const embedded = readConfig({ dataDirectory: here.path("file") }, {});
    const wrong = await refusal(() => markMongoRestored({ ...options, config: embedded, now: Date.now }));
    expect(wrong.message).to.match(/the store of this data directory is a file.*--from/);
  });

  describe("and a local one", function () {
    this.timeout(300_000);
    const data = here.path("local");
    let service: ServiceProcess | null = null;
    const pidsIn = (): readonly number[] => {
      const endpoint = join(data, "mongodb", "endpoint.json");
      return existsSync(endpoint) ? (JSON.parse(readFileSync(endpoint, "utf8")) as { pids: number[] }).pids : [];
    };
    let pids: readonly number[] = [];
    const allEnded = () => until(() => pids.every((pid) => !isRunning(pid)), 60_000);
    after(async () => {
      if (pidsIn().length > 0) pids = pidsIn();
      service?.killNow();
      await allEnded();
    });

    it("keeps what was issued through a kill, ends with its users, and serves commands beside and without a service", async function () {
      await mongod(this, "standalone");
      service = await startService(data, "--demo-data", "--store", "mongodb");
      await until(() => service!.stderr().includes("demo token"), 10_000);
      const token = /demo token (\S+)/.exec(service.stderr())![1];
      const headers = { authorization: `Bearer ${token}` };
      const list = async (url: string) => (await fetch(`${url}/v1/certificates`, { headers })).text();
      const before = await list(service.ready.url);
      expect(before).to.include("certificateIdentifier");
      pids = pidsIn();
      expect(pids).to.have.length(1);

      expect(await tally(data, "backup", "--to", here.path("backup"))).to.deep.include({ code: 64 });
      expect((await tally(data, "backup", "--to", here.path("backup"))).said).to.match(/mongodump.*operations\.md/);

      await service.kill();
      service.killNow();
      await allEnded();
      const doctor = await tally(data, "doctor", "--json");
      expect(doctor.out).to.match(/mongodb, \d+ events in its log/);

      service = await startService(data);
      expect(await list(service.ready.url)).to.equal(before);

      const killedAt = Date.now();
      for (const pid of pidsIn()) process.kill(pid, "SIGKILL");
      // It waits for no server that does not come back.
      const { code } = await service.exited;
      expect(code).to.equal(70);
      expect(Date.now() - killedAt).to.be.below(15_000);
      expect(service.stderr()).to.include("stopping: the local MongoDB has ended");

      service = await startService(data);
      expect(await list(service.ready.url)).to.equal(before);
      expect((await service.interrupt()).code).to.equal(0);
    });
  });
});

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
