// SPDX-License-Identifier: Apache-2.0
import { execFileSync } from "node:child_process";
import { existsSync, mkdtempSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect } from "chai";
import { openDatabase } from "../../../src/adapters/sqlite/database.js";

describe("openDatabase", () => {
  let folder: string;
  let path: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "tally-db-"));
    path = join(folder, "store.db");
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  it("makes every commit durable: WAL, synchronous FULL", () => {
    const database = openDatabase(path);
    expect(database.get("PRAGMA journal_mode")).to.deep.equal({ journal_mode: "wal" });
    expect(database.get("PRAGMA synchronous")).to.deep.equal({ synchronous: 2 });
    database.close();
  });

  it("keeps the file to its owner", function () {
    if (process.platform === "win32") this.skip();
    openDatabase(path).close();
    expect(statSync(path).mode & 0o777).to.equal(0o600);
  });

  it("answers rows of the named columns only, blobs as Uint8Array", () => {
    const database = openDatabase(":memory:");
    const row = database.get("SELECT 1 AS one, x'0102' AS bytes, NULL AS absent");
    expect(row).to.deep.equal({ one: 1, bytes: Uint8Array.of(1, 2), absent: null });
    expect(Object.getPrototypeOf(row?.bytes)).to.equal(Uint8Array.prototype);
    expect(database.all("SELECT 2 AS two")).to.deep.equal([{ two: 2 }]);
    expect(database.get("SELECT 1 AS one WHERE 0")).to.equal(null);
    database.close();
  });

  it("binds a lone null and a lone blob", () => {
    const database = openDatabase(":memory:");
    expect(database.get("SELECT typeof(?) AS type", null)).to.deep.equal({ type: "null" });
    expect(database.get("SELECT hex(?) AS text", Uint8Array.of(171))).to.deep.equal({ text: "AB" });
    database.close();
  });

  it("undoes a transaction whose work throws, and rethrows its error", () => {
    const database = openDatabase(path);
    const boom = new Error("boom");
    const work = () =>
      database.write(() => {
        database.run("INSERT INTO counters (name, value) VALUES ('x', 1)");
        throw boom;
      });
    expect(work).to.throw(boom);
    expect(database.get("SELECT value FROM counters")).to.equal(null);
    database.close();
  });

  it("shows one process what another committed", () => {
    const [a, b] = [openDatabase(path), openDatabase(path)];
    a.write(() => a.run("INSERT INTO counters (name, value) VALUES ('x', 7)"));
    expect(b.get("SELECT value FROM counters WHERE name = ?", "x")).to.deep.equal({ value: 7 });
    a.close();
    b.close();
  });

  it("loses nothing to a command that comes and goes, however often this process opened the store before", () => {
    const earlier = openDatabase(path);
    const database = openDatabase(path);
    earlier.close();
    const command = fileURLToPath(new URL("other-process.ts", import.meta.url));
    execFileSync(process.execPath, ["--import", "tsx", command, path]);
    expect(database.get("SELECT value FROM counters WHERE name = 'from-outside'")).to.deep.equal({ value: 1 });
    expect(existsSync(`${path}-wal`), "the log that this process writes to is there").to.equal(true);
    database.write(() => database.run("INSERT INTO counters (name, value) VALUES ('from-inside', 1)"));
    database.close();
    const after = openDatabase(path);
    expect(after.all("SELECT name FROM counters WHERE name LIKE 'from-%' ORDER BY name")).to.have.lengthOf(2);
    after.close();
  }).timeout(60_000);

  it("refuses a file of a later schema version", () => {
    const database = openDatabase(path);
    database.run("PRAGMA user_version = 999");
    database.close();
    expect(() => openDatabase(path)).to.throw(/schema version 999/);
  });

  it("refuses somebody else's database and leaves it alone", () => {
    const other = openDatabase(path);
    other.run("PRAGMA application_id = 1");
    other.close();
    expect(() => openDatabase(path)).to.throw(/not a store of this product/);
  });

  it("refuses a file that is no database, by name", () => {
    writeFileSync(path, "not a database, but long enough to have a header that cannot be read".repeat(20));
    expect(() => openDatabase(path))
      .to.throw()
      .with.property("code", "store.failed");
  });
});
