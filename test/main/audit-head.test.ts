// SPDX-License-Identifier: Apache-2.0
import { expect } from "chai";
import { pino } from "pino";
import { type EventRow, recordedEvent } from "../../src/adapters/sqlite/audit-store.js";
import { openDatabase } from "../../src/adapters/sqlite/database.js";
import { fromHex } from "../../src/core/hex.js";
import type { AnchoringEvent } from "../../src/domain/anchoring/index.js";
import { CHAIN_START, eventHash } from "../../src/domain/audit/index.js";
import { type Discrepancy, examineContents } from "../../src/domain/examination/index.js";
import { archivingOf } from "../../src/main/archiving.js";
import type { Deployment } from "../../src/main/compose.js";
import { dataDirectory } from "../../src/main/data-directory.js";
import { openSettings } from "../../src/main/settings.js";
import { withDeployment } from "../../src/main/with-tally.js";
import { AGENCY, type Office, openOffice, permit, REGION } from "../operations/office.js";
import { PLAIN_ENVIRONMENT, until, workspace } from "./service-process.js";

const WAIT_MS = 60_000;

describe("the head of a region's audit log", function () {
  this.timeout(2 * WAIT_MS);
  const here = workspace();
  const data = here.path("data");
  let office: Office;
  before(async () => {
    office = await openOffice(data, here.path);
  });
  after(async () => {
    await office?.close();
    here.remove();
  });

  /** Moves the first event two hours back, as if the region had been set up then, with the hashes that would have given. */
  function ageLog(): void {
    const database = openDatabase(dataDirectory(data).store);
    const sql = "SELECT sql FROM sqlite_schema WHERE name = 'audit_no_update'";
    const trigger = database.get<{ sql: string }>(sql)!.sql;
    database.run("DROP TRIGGER audit_no_update");
    let hash: Uint8Array = CHAIN_START;
    for (const row of database.all<EventRow>("SELECT * FROM audit_events ORDER BY seq")) {
      const time = row.time - (row.seq === 1 ? 7_200_000 : 0);
      hash = eventHash(hash, recordedEvent({ ...row, time }));
      database.run("UPDATE audit_events SET time = ?, hash = ? WHERE seq = ?", time, hash, row.seq);
    }
    database.run(trigger);
    database.close();
  }

  async function running(hours: string, work: (deployment: Deployment) => Promise<void>): Promise<void> {
    const environment = { TALLY_DATA: data, TALLY_LOG: "warn", TALLY_AUDIT_ANCHOR_HOURS: hours };
    const { config, directory } = openSettings({}, { ...PLAIN_ENVIRONMENT, ...environment });
    await withDeployment(config, directory, pino({ level: "silent" }), async (deployment) => {
      deployment.anchoring.start();
      await work(deployment);
    });
  }

  it("is anchored by a service when it is due, told apart from certificates, given to mirrors, and held against the log", async () => {
    ageLog();
    const heads: AnchoringEvent[] = [];
    const issued: string[] = [];
    const actor = { kind: "cli", id: "test", role: "operator", agency: AGENCY, requestId: "test" } as const;
    // Not yet, or never.
    for (const hours of ["3", "0"])
      await running(hours, async ({ anchoring, anchoringStore, issuance }) => {
        issued.push((await issuance.issueCertificate(actor, permit())).certificateIdentifier);
        await anchoring.drain({ timeoutMs: WAIT_MS });
        expect(await anchoringStore.newestAuditHead()).to.equal(null);
      });
    await running("1", async (deployment) => {
      deployment.onAnchoringEvent((event) => {
        if ("auditHead" in event) heads.push(event);
      });
      await until(() => heads.length === 3, WAIT_MS);
      const [, , anchored] = heads;
      if (anchored?.event !== "batch-anchored" || !anchored.auditHead) throw new Error("the last event is another");
      const { root, size, auditHead } = anchored;
      expect(heads.map(({ event }) => event)).to.deep.equal(["batch-staged", "batch-submitted", "batch-anchored"]);
      expect(await deployment.chain.findAnchor({ region: REGION, root, size })).to.include({ time: anchored.time });
      expect(await deployment.evidence.leavesOf({ region: REGION, root, size })).to.deep.equal(fromHex(root));
      // It covers the whole log, and its own anchoring is no event of it.
      expect(await deployment.anchoringStore.newestAuditHead()).to.deep.equal(auditHead);
      expect(await deployment.anchoringStore.uncoveredEvents()).to.equal(null);
      const batches = await deployment.audit.list({ action: "batch-anchored", order: "oldest-first", limit: 10 });
      expect(batches.map(({ object }) => object)).not.to.include(`${REGION}/${root}/${size}`);
      // Whoever gets the archive of a licence sees that its events stand in the anchored log.
      for (const identifier of issued) {
        const { report } = await archivingOf(deployment).pack(actor, identifier);
        expect(report).to.include({ verdict: "valid" });
        expect(report.log).to.deep.include({ events: 1, anchored: 1 });
        expect(report.log!.head).to.include({ sequence: auditHead.sequence });
        expect(report.remarks.map(({ remark }) => remark)).to.deep.equal(["archive.later-state-unknown"]);
      }
      const found: Discrepancy[] = [];
      const quiet = { progress: () => {}, ended: () => {} };
      await examineContents(deployment.examined, { ...quiet, discrepancy: (_, each) => void found.push(each) });
      expect(found).to.deep.equal([]);
    });
    const { out } = await office.tally(["doctor", "--json"]);
    const check = out.map((line) => JSON.parse(line)).find((row) => row.check === "audit-head");
    expect(check).to.include({ outcome: "ok" });
    expect(check.detail).to.match(/^the newest head covers \d+ events/);
  });
});
