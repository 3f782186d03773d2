// SPDX-License-Identifier: Apache-2.0
import { execFileSync } from "node:child_process";
import { closeSync, mkdirSync, mkdtempSync, openSync, readdirSync, rmSync, statfsSync, writeSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { requestOf } from "../../bench/licences.js";
import { fictionalPermits } from "../../scripts/fictional-permits.js";
import { sqliteCertificateStore } from "../../src/adapters/sqlite/certificate-store.js";
import { openDatabase } from "../../src/adapters/sqlite/database.js";
import type { TallyError } from "../../src/core/errors.js";
import { identifierOf, issue } from "../adapters/issued.js";
import { skip } from "../skip.js";
import { type ServiceProcess, startServiceWith, tally, until, workspace } from "./service-process.js";

const GENEROUS_MS = 60_000;
const NOT_MOUNTED = "no small disk can be mounted here";

describe("a full disk", function () {
  this.timeout(240_000);
  const permits = fictionalPermits(1);
  let disk: string;
  let service: ServiceProcess | null = null;

  before(function () {
    disk = mkdtempSync(join(tmpdir(), "tally-disk-"));
    if (mounted("tmpfs", "-o", "size=64m", "tmpfs", disk)) return;
    rmSync(disk, { recursive: true });
    skip(this, NOT_MOUNTED);
  });
  afterEach(async () => {
    await service?.kill();
    service = null;
    for (const name of readdirSync(disk)) rmSync(join(disk, name), { recursive: true });
  });
  after(() => {
    // Lazily: the last of its users may still be going.
    execFileSync("umount", ["--lazy", disk]);
    rmSync(disk, { recursive: true });
  });

  it("refuses what the store cannot keep, keeps what it acknowledged, and goes on when there is room", async () => {
    const database = openDatabase(join(disk, "store.db"));
    const store = sqliteCertificateStore(database);
    await issue(store, 10);
    fill(disk);
    let stored = 10;
    const refusal = await rejectionOf(async () => {
      // What the log has reserved already still fits.
      for (; stored < 10_000; stored += 100) await issue(store, 100, { first: stored });
    });
    expect(refusal).to.include({ code: "store.failed" });
    expect(refusal.message).to.match(/^the disk is full: free some space .* nothing of this was stored/);
    expect(await store.findCertificate(identifierOf(stored)), "of the refused group").to.equal(null);
    makeRoom(disk);
    await issue(store, 100, { first: stored });
    for (let n = 0; n < stored + 100; n++)
      expect(await store.findCertificate(identifierOf(n)), identifierOf(n)).not.to.equal(null);
    expect(database.get("PRAGMA integrity_check")).to.deep.equal({ integrity_check: "ok" });
    database.close();
  });

  it("stops neither the service nor its chain: reads go on, and so does everything else when there is room", async () => {
    const data = join(disk, "data");
    service = await startServiceWith({ TALLY_ANCHOR_EVERY: "1" }, data, "--demo-data");
    const { url } = service.ready;
    await until(() => service!.stderr().includes("demo token"), GENEROUS_MS);
    const token = /demo token (\S+)/.exec(service.stderr())![1]!;
    const post = async () => {
      const headers = { Authorization: `Bearer ${token}`, "Content-Type": "application/json" };
      const body = JSON.stringify(requestOf(permits.next().value));
      const answer = await fetch(`${url}/v1/certificates`, { method: "POST", headers, body });
      return { status: answer.status, body: (await answer.json()) as Record<string, string> };
    };
    const read = async (identifier: string) => {
      const headers = { Authorization: `Bearer ${token}` };
      return (await (await fetch(`${url}/v1/certificates/${identifier}`, { headers })).json()) as { anchoring: string };
    };
    const acknowledged: string[] = [];

    // Enough for the store's log, less than the journal of the chain asks for.
    fill(disk, 512 * 1024);
    const waiting = await post();
    expect(waiting.status, JSON.stringify(waiting.body)).to.equal(201);
    acknowledged.push(waiting.body.certificateIdentifier!);
    await until(() => service!.stderr().includes("the disk of the chain's journal is full"), GENEROUS_MS);
    expect(service.stderr()).not.to.contain("whether anything was sent is not known");
    expect(await read(acknowledged[0]!)).to.include({ certificateIdentifier: acknowledged[0] });

    let refused = await post();
    for (let n = 0; refused.status === 201 && n < 2_000; n++) {
      acknowledged.push(refused.body.certificateIdentifier!);
      refused = await post();
    }
    expect(refused.status).to.equal(503);
    expect(refused.body.detail).to.match(/disk is full/);

    makeRoom(disk);
    acknowledged.push((await post()).body.certificateIdentifier!);
    for (const identifier of acknowledged) {
      await until(async () => (await read(identifier)).anchoring === "anchored", GENEROUS_MS);
    }
  });
});

describe("a disk that is too small for a backup", function () {
  this.timeout(120_000);
  const here = workspace();
  const disk = here.path("disk");
  let isMounted = false;

  before(function () {
    mkdirSync(disk);
    isMounted = mounted("tmpfs", "-o", "size=128k", "tmpfs", disk);
    if (!isMounted) skip(this, NOT_MOUNTED);
  });
  after(() => {
    if (isMounted) execFileSync("umount", ["--lazy", disk]);
    here.remove();
  });

  it("refuses it in words, and keeps nothing of it", async () => {
    const data = here.path("data");
    expect((await tally(data, "init", "--region", "340000")).code).to.equal(0);
    const backup = await tally(data, "backup", "--to", join(disk, "backup"));
    expect(backup.code, backup.said).to.equal(70);
    expect(backup.said).to.match(/disk is full/);
    expect(readdirSync(disk)).to.deep.equal([]);
  });
});

function mounted(...options: string[]): boolean {
  try {
    execFileSync("mount", ["-t", ...options], { stdio: "ignore" });
    return true;
  } catch {
    return false;
  }
}

/** Leaves so many bytes free. */
function fill(disk: string, free = 0): void {
  // Goes on where it ends: what it has is not to be had for a moment.
  const file = openSync(join(disk, "ballast"), "a");
  try {
    const { bavail, bsize } = statfsSync(disk);
    const block = Buffer.alloc(bsize);
    for (let left = bavail * bsize - free; left > 0; left -= bsize) writeSync(file, block);
  } catch (error) {
    // The service was faster.
    if ((error as { code?: unknown }).code !== "ENOSPC") throw error;
  } finally {
    closeSync(file);
  }
}

function makeRoom(disk: string): void {
  rmSync(join(disk, "ballast"));
}

async function rejectionOf(work: () => Promise<unknown>): Promise<TallyError> {
  try {
    await work();
  } catch (error) {
    return error as TallyError;
  }
  throw new Error("nothing was refused");
}
