// SPDX-License-Identifier: Apache-2.0
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { expect } from "chai";
import { openDatabase } from "../../../src/adapters/sqlite/database.js";

/** Kills an import with SIGKILL after it has told so many results. */
async function importUntilKilled(path: string, results: number): Promise<readonly string[]> {
  const script = fileURLToPath(new URL("./killed-import.ts", import.meta.url));
  const child = spawn(process.execPath, ["--import", "tsx", script, path], { stdio: ["ignore", "pipe", "inherit"] });
  const told: string[] = [];
  for await (const line of createInterface({ input: child.stdout })) {
    told.push(line);
    if (told.length === results) child.kill("SIGKILL");
  }
  if (child.exitCode === null && child.signalCode === null) await once(child, "exit");
  return told;
}

describe("an import that is killed", () => {
  for (const results of [1, 750]) {
    it(`has kept whole whatever it told, after ${results} results`, async () => {
      const folder = mkdtempSync(join(tmpdir(), "tally-kill-"));
      try {
        const path = join(folder, "store.db");
        const told = await importUntilKilled(path, results);
        const database = openDatabase(path);
        const stored = database.all<{ id: string; queued: number; logged: number; held_by: number; halves: number }>(
          `SELECT id, (SELECT count(*) FROM outbox WHERE certificate_id = id) AS queued,
             (SELECT count(*) FROM audit_events WHERE object = id) AS logged,
             (SELECT count(*) FROM halves WHERE halves.seq = certificates.seq) AS halves,
             (SELECT count(*) FROM holders WHERE certificate = certificates.seq) AS held_by FROM certificates`,
        );
        expect(told.length).to.be.at.least(results);
        expect(stored.map(({ id }) => id)).to.include.members(told.slice(0, results));
        // Whole groups, and every certificate of them with its halves, outbox entry, event and holder.
        expect(stored.length % 500).to.equal(0);
        expect(
          stored.filter(({ queued, logged, held_by, halves }) =>
            [queued, logged, held_by, halves].some((each) => each !== 1),
          ),
        ).to.deep.equal([]);
        expect(database.get("PRAGMA integrity_check")).to.deep.equal({ integrity_check: "ok" });
        database.close();
      } finally {
        rmSync(folder, { recursive: true, force: true });
      }
    });
  }
});
