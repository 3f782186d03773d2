// SPDX-License-Identifier: Apache-2.0
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect } from "chai";
import Libsql from "libsql";
import { nodeCrypto } from "../../../src/adapters/node-crypto/index.js";
import { sqliteAgencyStore } from "../../../src/adapters/sqlite/agency-store.js";
import { sqliteAnchoringStore } from "../../../src/adapters/sqlite/anchoring-store.js";
import { sqliteCertificateStore } from "../../../src/adapters/sqlite/certificate-store.js";
import { sqliteCopyStore } from "../../../src/adapters/sqlite/copy-store.js";
import { type Database, openDatabase } from "../../../src/adapters/sqlite/database.js";
import { MIGRATIONS } from "../../../src/adapters/sqlite/migrations.js";
import { SCHEMA_VERSION } from "../../../src/adapters/sqlite/schema.js";
import { sqliteSealStore } from "../../../src/adapters/sqlite/seal-store.js";
import { sqliteStoredRecords } from "../../../src/adapters/sqlite/stored-records.js";
import { sealEntry } from "../../../src/core/entry.js";
import { leafHash } from "../../../src/core/merkle.js";
import { addAgency, copyNumbered } from "../copy-store.suite.js";
import { digestOf, eventAbout, identifierOf, issue, leafOf, REGION, sealLeafOf } from "../issued.js";
import { writeVersion4 } from "./version-4.js";

describe("a store of schema version 4", function () {
  this.timeout(60_000);
  let folder: string;
  let path: string;
  /** All rows of all tables, before they became a store of version 4. */
  let wanted: Readonly<Record<string, readonly object[]>>;

  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), "tally-migration-"));
    path = join(folder, "store.db");
    const source = join(folder, "source.db");
    const database = openDatabase(source);
    await fill(database);
    wanted = contentOf(database);
    database.close();
    writeVersion4(source, path);
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  it("is brought to this version when it is opened, with every row as it was", () => {
    expect(versionOf(path)).to.equal(4);
    const database = openDatabase(path);
    expect(contentOf(database)).to.deep.equal(wanted);
    expect(database.get("PRAGMA foreign_keys")).to.deep.equal({ foreign_keys: 1 });
    expect(database.get("PRAGMA legacy_alter_table")).to.deep.equal({ legacy_alter_table: 0 });
    database.close();
    expect(versionOf(path)).to.equal(SCHEMA_VERSION);
  });

  it("answers the ports as before", async () => {
    const database = openDatabase(path);
    const certificates = sqliteCertificateStore(database);
    const found = await certificates.findCertificate(identifierOf(3));
    expect(Buffer.from(found!.certificate).toString()).to.equal('{"n":3}');
    expect(Buffer.from(found!.token).toString()).to.equal("token 3");
    const { rows } = await certificates.search({ agency: found!.agency, state: "suspended" }, { limit: 9 });
    expect(rows.map(({ identifier }) => identifier)).to.deep.equal([identifierOf(2)]);
    expect(await sqliteAnchoringStore(database).leafPosition(identifierOf(1))).to.deep.include({ state: "staged" });
    await issue(certificates, 1, { first: 99 });
    expect(await certificates.findCertificate(identifierOf(99))).to.include({ number: "No. 99" });
    database.close();
  });

  it("has afterwards, to the letter, the tables, indexes and triggers of a new one", async () => {
    const database = openDatabase(path);
    const fresh = openDatabase(":memory:");
    expect(rulesOf(database)).to.deep.equal(rulesOf(fresh));
    expect(await sqliteStoredRecords(database).faults()).to.deep.equal([]);
    fresh.close();
    database.close();
  });

  it("is a store of version 4 still when its migration was killed before the commit, and is migrated by the next", () => {
    const script = fileURLToPath(new URL("killed-migration.ts", import.meta.url));
    const killed = spawnSync(process.execPath, ["--import", "tsx", script, path], { stdio: "inherit" });
    expect(killed.signal).to.equal("SIGKILL");
    expect(statSync(`${path}-wal`).size).to.be.greaterThan(0);
    const old = new Libsql(path);
    expect(old.prepare("SELECT count(*) AS n FROM certificates WHERE length(certificate) > 0").get()).to.include({
      n: 60,
    });
    expect(old.prepare("PRAGMA user_version").get()).to.include({ user_version: 4 });
    expect(old.prepare("PRAGMA integrity_check").get()).to.include({ integrity_check: "ok" });
    old.close();
    const database = openDatabase(path);
    expect(contentOf(database)).to.deep.equal(wanted);
    database.close();
  });

  it("stays as it is when a step fails", () => {
    const failing = {
      version: SCHEMA_VERSION,
      what: "a failure",
      run: (exec: (sql: string) => void) => exec("NO SQL"),
    };
    expect(() => openDatabase(path, [...MIGRATIONS, failing])).to.throw(/store could not open/);
    expect(versionOf(path)).to.equal(4);
    openDatabase(path).close();
  });

  it("is refused when it is older than that, by name", () => {
    const old = new Libsql(path);
    old.exec("PRAGMA user_version = 3");
    old.close();
    expect(() => openDatabase(path)).to.throw(/schema version 3, this version of the product reads 4 to/);
  });
});

describe("a store of schema version 5", () => {
  it("gets what version 6 has for seals, to the letter, and keeps its log", async () => {
    const folder = mkdtempSync(join(tmpdir(), "tally-migration-"));
    const path = join(folder, "store.db");
    const old = openDatabase(path);
    await issue(sqliteCertificateStore(old), 3);
    for (const table of ["copies", "seal_entries", "seals", "revocation_lists", "seal_certificates"])
      old.run(`DROP TABLE ${table}`);
    old.run("PRAGMA user_version = 5");
    const events = old.all("SELECT * FROM audit_events ORDER BY seq");
    old.close();
    const database = openDatabase(path);
    const fresh = openDatabase(":memory:");
    expect(rulesOf(database)).to.deep.equal(rulesOf(fresh));
    expect(database.all("SELECT * FROM audit_events ORDER BY seq")).to.deep.equal(events);
    fresh.close();
    database.close();
    expect(versionOf(path)).to.equal(SCHEMA_VERSION);
    rmSync(folder, { recursive: true, force: true });
  });
});

describe("a store of schema version 6", () => {
  it("gets the entries of its seals, which wait behind what waits already, to the letter as a new one", async () => {
    const folder = mkdtempSync(join(tmpdir(), "tally-migration-"));
    const path = join(folder, "store.db");
    const old = openDatabase(path);
    await issue(sqliteCertificateStore(old), 2);
    const seals = sqliteSealStore(old);
    await seals.addSealCertificate(
      {
        ...{ serial: "0a", holder: "A", keyDigest: "aa", ca: "ca", certificate: Uint8Array.of(1) },
        ...{ validity: { from: 1, until: 9 }, appearance: null, revocation: null },
      },
      eventAbout("0a"),
    );
    for (const [n, ordinal] of [
      [1, 1],
      [0, 1],
      [1, 2],
    ] as const) {
      const certificate = identifierOf(n);
      const seal = {
        certificate,
        fileDigest: digestOf("file"),
        serial: "0a",
        sealedAt: 1,
        reason: "r",
        room: 1,
      };
      const event = { ...eventAbout(certificate, 40 + n + ordinal), action: "certificate-sealed" as const };
      const logged = () => ({ ...event, detail: { ordinal } });
      const sealed = { ...seal, cms: Uint8Array.of(n, ordinal) };
      await seals.addSeal(sealed, ordinal - 1 || null, sealLeafOf(ordinal), logged);
    }
    for (const table of ["copies", "seal_entries"]) old.run(`DROP TABLE ${table}`);
    old.run("DELETE FROM outbox WHERE key_digest = x''");
    old.run("PRAGMA user_version = 6");
    old.close();

    const database = openDatabase(path);
    const fresh = openDatabase(":memory:");
    expect(rulesOf(database)).to.deep.equal(rulesOf(fresh));
    const leafOfSeal = (n: number, ordinal: number): Uint8Array =>
      leafHash(nodeCrypto, sealEntry(digestOf("certificate", n), nodeCrypto.sha256(Uint8Array.of(n, ordinal))));
    const { entries } = await sqliteAnchoringStore(database).pendingWork(9);
    expect(entries.map(({ leafHash }) => leafHash)).to.deep.equal([
      ...[leafOf(0), leafOf(1), leafOfSeal(1, 1), leafOfSeal(0, 1), leafOfSeal(1, 2)],
    ]);
    const waiting = await sqliteStoredRecords(database).outbox(entries[1]!.seq, 9);
    expect(waiting.map(({ certificateId, seal, queuedAt }) => [certificateId, seal, queuedAt])).to.deep.equal([
      ...[
        [identifierOf(1), 1, 42],
        [identifierOf(0), 1, 41],
        [identifierOf(1), 2, 43],
      ],
    ]);
    expect(await sqliteStoredRecords(database).faults()).to.deep.equal([]);
    fresh.close();
    database.close();
    expect(versionOf(path)).to.equal(SCHEMA_VERSION);
    rmSync(folder, { recursive: true, force: true });
  });
});

describe("the migrations", () => {
  it("come in order and lead to the version that a new store has", () => {
    const versions = MIGRATIONS.map(({ version }) => version);
    expect(versions).to.deep.equal(versions.toSorted((a, b) => a - b));
    expect(versions.at(-1)).to.equal(SCHEMA_VERSION);
  });
});

/** Sixty certificates: two in a batch, one suspended, one held by a company; the rest waits. */
async function fill(database: Database): Promise<void> {
  const certificates = sqliteCertificateStore(database);
  await issue(certificates, 60, { first: 1 });
  const anchoring = sqliteAnchoringStore(database);
  const { entries } = await anchoring.pendingWork(2);
  const lease = (await anchoring.claimLease("anchor", "test", 0, 1_000))!;
  const batch = { region: REGION, root: "07".repeat(32), size: 2, entries, tileRoots: new Uint8Array(32) };
  await anchoring.stageBatch(lease, batch, 1);
  await certificates.changeState({
    ...{ identifier: identifierOf(2), from: "valid", to: "suspended", resumeState: "valid", statusAction: "suspend" },
    ...{ at: 5, event: eventAbout(identifierOf(2)) },
  });
  database.run("INSERT INTO holders (code, certificate, code_type) VALUES ('91340000MA0000000X', 4, 'USCC')");
}

function contentOf(database: Database): Record<string, readonly object[]> {
  const sql = "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_stat%' ORDER BY name";
  const names = database.all<{ name: string }>(sql).map(({ name }) => name);
  return Object.fromEntries(names.map((name) => [name, database.all(`SELECT * FROM ${name} ORDER BY 1, 2`)]));
}

function rulesOf(database: Database): readonly object[] {
  return database.all("SELECT type, name, tbl_name, sql FROM sqlite_schema ORDER BY type, name");
}

function versionOf(path: string): unknown {
  const file = new Libsql(path);
  const { user_version } = file.prepare("PRAGMA user_version").get() as { user_version: number };
  file.close();
  return user_version;
}

describe("a store of schema version 7", () => {
  it("gets what version 9 has for readers' copies, to the letter, and keeps what waits", async () => {
    const folder = mkdtempSync(join(tmpdir(), "tally-migration-"));
    const path = join(folder, "store.db");
    const old = openDatabase(path);
    await issue(sqliteCertificateStore(old), 2);
    old.run("DROP TABLE copies");
    old.run("PRAGMA user_version = 8");
    const { entries } = await sqliteAnchoringStore(old).pendingWork(9);
    old.close();
    const database = openDatabase(path);
    const fresh = openDatabase(":memory:");
    expect(rulesOf(database)).to.deep.equal(rulesOf(fresh));
    expect((await sqliteAnchoringStore(database).pendingWork(9)).entries).to.deep.equal(entries);
    await addAgency(sqliteAgencyStore(database));
    expect(await sqliteCopyStore(database).addCopy(copyNumbered(1), eventAbout(identifierOf(0)))).to.deep.equal({
      stored: true,
    });
    fresh.close();
    database.close();
    expect(versionOf(path)).to.equal(SCHEMA_VERSION);
    rmSync(folder, { recursive: true, force: true });
  });
});
