// SPDX-License-Identifier: Apache-2.0
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { nodeCrypto } from "../../../src/adapters/node-crypto/index.js";
import { type Database, openDatabase } from "../../../src/adapters/sqlite/database.js";
import { sqliteMirrorStore } from "../../../src/adapters/sqlite/mirror-store.js";
import { sqliteSealStore } from "../../../src/adapters/sqlite/seal-store.js";
import { sealEntry } from "../../../src/core/entry.js";
import { leafHash } from "../../../src/core/merkle.js";
import type { BatchName } from "../../../src/domain/anchoring/index.js";
import { dataDirectory } from "../../../src/main/data-directory.js";
import { eventAbout, identifierOf, issue, newCertificate, tiled } from "../../adapters/issued.js";
import { openScene } from "../../domain/anchoring/scene.js";
import { type Findings, judge, readStore, type Told } from "./findings.js";
import { STORES } from "./stores.js";

const COUNT = 10;
const { agency } = newCertificate(0);
const FIRST = identifierOf(0);

/** What was done to the store behind its back, and what the judge must say. */
const DAMAGES: readonly {
  readonly what: string;
  readonly sql: readonly string[];
  readonly finding: "lost" | "doubled";
  readonly words: RegExp;
}[] = [
  {
    what: "a certificate that was deleted",
    sql: ["DROP TRIGGER certificates_kept", `DELETE FROM certificates WHERE id = '${FIRST}'`],
    finding: "lost",
    words: /licence-0000000\S* was acknowledged and is not stored/,
  },
  {
    what: "a certificate that nobody was told of",
    sql: ["DROP TRIGGER certificates_signed", `UPDATE certificates SET id = 'stranger' WHERE id = '${FIRST}'`],
    finding: "doubled",
    words: /stranger is stored and nobody was told/,
  },
  {
    what: "another state than was told",
    sql: [`UPDATE certificates SET state = 'suspended' WHERE id = '${FIRST}'`],
    finding: "lost",
    words: /is suspended; the client was told valid/,
  },
  {
    what: "a number that was issued twice",
    sql: [
      "DROP TRIGGER certificates_signed",
      "UPDATE certificates SET number = 'No. 0', state = 'cancelled' WHERE seq = 2",
    ],
    finding: "doubled",
    words: /number No\. 0 was issued 2 times/,
  },
  {
    what: "a doubled batch",
    sql: [
      `INSERT INTO batches (id, region, root, size, tile_roots, state, staged_at, tx, block, anchored_at)
       SELECT 77, region, zeroblob(32), size, tile_roots, state, staged_at, tx, block, anchored_at FROM batches WHERE id = 1`,
      "INSERT INTO batch_tiles (batch_id, tile, leaves) SELECT 77, tile, leaves FROM batch_tiles WHERE batch_id = 1",
    ],
    finding: "doubled",
    words: /licence-0000000\S* is staged 2 times/,
  },
  {
    what: "a certificate that is staged in no batch",
    sql: [
      "DROP TRIGGER batches_fixed",
      "DROP TRIGGER batch_tiles_fixed",
      "UPDATE batch_tiles SET leaves = substr(leaves, 1, length(leaves) - 32) WHERE batch_id = 1",
      "UPDATE batches SET size = size - 1 WHERE id = 1",
    ],
    finding: "lost",
    words: /licence-0000003\S* is in no batch/,
  },
  {
    what: "a certificate at the wrong place",
    sql: [`UPDATE certificates SET batch_index = 1 WHERE id = '${FIRST}'`],
    finding: "lost",
    words: /licence-0000000\S* is not where its batch has it/,
  },
  {
    what: "a certificate that still waits",
    sql: [
      `INSERT INTO outbox (leaf_hash, certificate_id, key_digest, queued_at)
       SELECT leaf_hash, id, key_digest, 0 FROM certificates WHERE id = '${FIRST}'`,
    ],
    finding: "lost",
    words: /1 certificates, seals and state changes still wait/,
  },
  {
    what: "a batch without its anchor",
    sql: ["UPDATE batches SET state = 'submitted' WHERE id = 1"],
    finding: "lost",
    words: /batch \S+ is not anchored/,
  },
  {
    what: "a batch of a head that is none",
    sql: ["DROP TRIGGER audit_heads_kept", "DELETE FROM audit_heads"],
    finding: "doubled",
    words: /12 entries are anchored, 11 are stored/,
  },
  {
    what: "an event that is missing",
    sql: ["DROP TRIGGER audit_no_delete", `DELETE FROM audit_events WHERE object = '${FIRST}'`],
    finding: "lost",
    words: /licence-0000000\S* has no event of its issue/,
  },
  {
    what: "an event that is there twice",
    sql: [
      `INSERT INTO audit_events (time, actor_kind, actor_id, actor_role, action, object, request_id, result, hash)
       SELECT time, actor_kind, actor_id, actor_role, action, object, request_id, result, hash FROM audit_events WHERE object = '${FIRST}'`,
    ],
    finding: "doubled",
    words: /licence-0000000\S* has 2 events of its issue/,
  },
  {
    what: "a seal that was deleted, with its entry",
    sql: ["DROP TRIGGER seals_kept", "DROP TRIGGER seal_entries_kept", "DELETE FROM seal_entries", "DELETE FROM seals"],
    finding: "lost",
    words: /sealed file of licence-0000000\S* was handed out, and its seal is not stored/,
  },
  {
    what: "a seal that is another than the one that was anchored",
    sql: ["DROP TRIGGER seals_fixed", "UPDATE seals SET cms = x'0203'"],
    finding: "lost",
    words: /a seal on licence-0000000\S* is in no batch/,
  },
  {
    what: "a second seal on the same file",
    sql: [
      `INSERT INTO seals (certificate, ordinal, file_digest, serial, sealed_at, reason, room, cms)
       SELECT certificate, 2, file_digest, serial, sealed_at, reason, room, cms FROM seals`,
    ],
    finding: "doubled",
    words: /licence-0000000\S* has 2 seals/,
  },
  {
    what: "a seal that is staged twice",
    sql: [
      `INSERT INTO batches (id, region, root, size, tile_roots, state, staged_at, tx, block, anchored_at)
       SELECT 77, region, zeroblob(32), size, tile_roots, state, staged_at, tx, block, anchored_at FROM batches WHERE id = 3`,
      "INSERT INTO batch_tiles (batch_id, tile, leaves) SELECT 77, tile, leaves FROM batch_tiles WHERE batch_id = 3",
    ],
    finding: "doubled",
    words: /a seal on licence-0000000\S* is staged 2 times/,
  },
  {
    what: "a seal without an event",
    sql: ["DROP TRIGGER audit_no_delete", "DELETE FROM audit_events WHERE action = 'certificate-sealed'"],
    finding: "lost",
    words: /licence-0000000\S* has 1 seals and 0 events of them/,
  },
  {
    what: "a batch that the mirror lacks",
    sql: ["UPDATE mirrored_batches SET tile_roots = NULL WHERE id = 1"],
    finding: "lost",
    words: /batch \S+ is not in the mirror/,
  },
];

describe("the judge of the crash campaign", () => {
  let data: string;
  let anchors: readonly BatchName[];
  const told: readonly Told[] = Array.from({ length: COUNT }, (_, n) => {
    return { identifier: identifierOf(n), number: newCertificate(n).number, state: "valid" };
  });
  const verified = new Map<string, string | null>(told.map(({ identifier }) => [identifier, null]));

  beforeEach(async () => {
    data = mkdtempSync(join(tmpdir(), "tally-findings-"));
    const scene = openScene(dataDirectory(data).store);
    await issue(scene.certificates, COUNT);
    await sealFirst();
    const { worker } = scene.startWorker();
    while ((await worker.runOnce({ flush: true })).more);
    // A head of the audit log is an entry that is no certificate.
    await scene.startWorker({ auditHeadMs: 1 }).worker.runOnce();
    anchors = scene.chain.events().flatMap((event) => (event.kind === "batch-anchored" ? [event] : []));
    await mirrorAll(anchors, scene.store.batchLeaves);
    await scene.close();
  });
  afterEach(() => rmSync(data, { recursive: true, force: true }));

  /** Sets a seal on the file of the first one. */
  async function sealFirst(): Promise<void> {
    const database = openDatabase(dataDirectory(data).store);
    const seals = sqliteSealStore(database);
    await seals.addSealCertificate(
      {
        ...{ serial: "0a", holder: agency, keyDigest: "aa", ca: "ca", certificate: Uint8Array.of(1) },
        ...{ validity: { from: 1, until: 9 }, appearance: null, revocation: null },
      },
      { ...eventAbout("0a"), action: "seal-certified" },
    );
    const cms = Uint8Array.of(1, 2);
    const leaf = leafHash(nodeCrypto, sealEntry(newCertificate(0).digest, nodeCrypto.sha256(cms)));
    const seal = { certificate: FIRST, fileDigest: newCertificate(0).digest, serial: "0a", cms };
    await seals.addSeal({ ...seal, sealedAt: 1, reason: "r", room: 2 }, null, leaf, () => ({
      ...eventAbout(FIRST),
      action: "certificate-sealed",
    }));
    database.close();
  }

  /** Keeps every batch in the mirror, as the service does. */
  async function mirrorAll(batches: readonly BatchName[], leavesOf: (id: number) => Promise<Uint8Array | null>) {
    const database = openDatabase(dataDirectory(data).store);
    const mirror = sqliteMirrorStore(database);
    for (const batch of batches) await mirror.seeBatch({ ...batch, block: 1, anchoredAt: 1 });
    for (const { id } of await mirror.missingBatches(1, 100))
      await mirror.keepLeaves(id, await tiled((await leavesOf(id))!));
    database.close();
  }

  async function found(changes: Partial<Parameters<typeof judge>[0]> = {}): Promise<Findings> {
    const opened = await STORES.sqlite!.open(data);
    const stored = await readStore(opened, [agency]);
    await opened.close();
    return judge({ told, stored, anchors, verification: verified, sealed: [FIRST], ...changes });
  }

  function damage(work: (database: Database) => void): void {
    const database = openDatabase(dataDirectory(data).store);
    database.run("PRAGMA foreign_keys = OFF");
    work(database);
    database.close();
  }

  it("finds nothing in a store that is whole", async () => {
    expect(await found()).to.deep.equal({ lost: [], doubled: [] });
  });

  for (const { what, sql, finding, words } of DAMAGES) {
    it(`finds ${what}`, async () => {
      damage((database) => {
        for (const each of sql) database.run(each);
      });
      expect((await found())[finding].join("\n")).to.match(words);
    });
  }

  it("finds a certificate that a stranger does not find genuine, and one that nobody verified", async () => {
    const verification = new Map([...verified, [FIRST, "it is not genuine"]]);
    expect((await found({ verification })).lost).to.deep.equal([`${FIRST}: it is not genuine`]);
    verification.delete(FIRST);
    expect((await found({ verification })).lost).to.deep.equal([`${FIRST}: was not verified`]);
  });

  it("finds an anchor that is missing, one that is there twice, and one that the store does not know", async () => {
    const [first, ...others] = anchors as [BatchName, ...BatchName[]];
    expect((await found({ anchors: others })).lost.join("\n")).to.match(/is not on the chain/);
    expect((await found({ anchors: [first, ...anchors] })).doubled.join("\n")).to.match(/was recorded 2 times/);
    const unknown = { ...first, root: "00".repeat(32) };
    expect((await found({ anchors: [unknown, ...anchors] })).doubled.join("\n")).to.match(/not in the store/);
  });
});
