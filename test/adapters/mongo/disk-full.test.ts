// SPDX-License-Identifier: Apache-2.0
import { execFileSync } from "node:child_process";
import { randomBytes } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { type MongoDatabase, mongoCertificateStore, openMongo } from "../../../src/adapters/mongo/index.js";
import { TallyError } from "../../../src/core/errors.js";
import { findMongod } from "../../../src/main/mongod/find-mongod.js";
import { type LocalReplicaSet, startReplicaSet } from "../../../src/main/mongod/replica-set.js";
import { skip } from "../../skip.js";
import { identifierOf, issue, newCertificate, REGION } from "../issued.js";

/** What an empty member takes, and a little. */
const SMALL_MB = 420;
const ROOMY_MB = 900;
const LEFT = 24 * 1_048_576;
/** Certificates of a megabyte; more than there is room for, oplog and journal not counted. */
const MOST = 100;

describe("a MongoDB whose disk gets full", function () {
  this.timeout(180_000);
  let folder: string | undefined;
  let set: LocalReplicaSet | undefined;
  let database: MongoDatabase | undefined;

  before(async function () {
    const found = await findMongod({ environment: process.env });
    const path = mkdtempSync(join(tmpdir(), "tally-full-"));
    const why = found.path === null ? found.why : mounted(path);
    if (why !== null || found.path === null) {
      rmSync(path, { recursive: true });
      return skip(this, String(why));
    }
    folder = path;
    set = await startReplicaSet({ mongod: found.path, folder, members: 1, small: true });
    database = await openMongo({ url: set.url, region: REGION, patienceMs: 2_000 });
  });
  after(async () => {
    await database?.close();
    for (const { child } of set?.members ?? []) child.kill("SIGKILL");
    await Promise.all((set?.members ?? []).map(({ exited }) => exited));
    if (folder === undefined) return;
    execFileSync("umount", ["-l", folder]);
    rmSync(folder, { recursive: true });
  });

  it("refuses in clear words, keeps what it acknowledged, and goes on when there is room again", async () => {
    const store = mongoCertificateStore(database!);
    execFileSync("fallocate", ["-l", String(leftOf(folder!) - LEFT), join(folder!, "filling")]);
    let acknowledged = 0;
    let refusal: unknown;
    while (refusal === undefined && acknowledged < MOST) {
      await store.addIssued([bulky(acknowledged)]).then(
        () => acknowledged++,
        (error: unknown) => {
          refusal = error;
        },
      );
    }
    expect(refusal).to.be.instanceOf(TallyError).and.include({ code: "store.failed" });
    // Whichever of them comes first: the server ends itself.
    expect((refusal as TallyError).message)
      .to.match(/disk|no primary answers|connection broke off|in time/)
      .and.match(/disk (?:of the MongoDB server is|may be) full: make room/);
    expect(acknowledged).to.be.greaterThan(0);
    await database!.close();

    rmSync(join(folder!, "filling"));
    execFileSync("mount", ["-o", `remount,size=${ROOMY_MB}m`, folder!]);
    await set!.stop();
    const [{ child }] = set!.members as [LocalReplicaSet["members"][number]];
    set = await startReplicaSet({ mongod: child.spawnfile, folder: folder!, members: 1, small: true });
    database = await openMongo({ url: set.url, region: REGION });
    const again = mongoCertificateStore(database);
    for (let n = 0; n < acknowledged; n++)
      expect(await again.findCertificate(identifierOf(n)), identifierOf(n)).to.not.equal(null);
    await issue(again, 1, { first: acknowledged + 1 });
  });
});

/** Random bytes: what can be compressed fills no disk. */
function bulky(n: number) {
  const actor = { kind: "system", id: "test", role: "operator" } as const;
  const event = { time: 0, actor, action: "certificate-issued", object: identifierOf(n), requestId: "test" } as const;
  const certificate = { ...newCertificate(n), certificate: new Uint8Array(randomBytes(1_000_000)) };
  return { certificate, event: { ...event, result: "done" } as const };
}

/** Null, or why it cannot be mounted. */
function mounted(path: string): string | null {
  try {
    execFileSync("mount", ["-t", "tmpfs", "-o", `size=${SMALL_MB}m`, "tmpfs", path], { stdio: "pipe" });
    return null;
  } catch (error) {
    return `a small disk cannot be mounted: ${(error as Error).message.split("\n")[0]}`;
  }
}

function leftOf(path: string): number {
  const said = execFileSync("df", ["--output=avail", "-B1", path]).toString();
  return Number(said.trim().split("\n").at(-1));
}
