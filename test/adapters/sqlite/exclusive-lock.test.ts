// SPDX-License-Identifier: Apache-2.0
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect } from "chai";
import { whileLocked } from "../../../src/adapters/sqlite/exclusive-lock.js";
import { TallyError } from "../../../src/core/errors.js";

describe("work under an exclusive lock", () => {
  let folder: string;
  let path: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "tally-lock-"));
    path = join(folder, "work.lock");
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  it("waits for its turn, but not for ever: request.conflict names the file", async () => {
    const pauses: number[] = [];
    const pause = async (ms: number) => {
      pauses.push(ms);
    };
    await whileLocked(path, async () => {
      const late = await whileLocked(path, async () => "done", { waitMs: 500, pause }).catch((error: unknown) => error);
      expect(late).to.be.instanceOf(TallyError).with.property("code", "request.conflict");
      expect((late as Error).message).to.contain(path);
    });
    expect(pauses.reduce((sum, ms) => sum + ms, 0)).to.equal(500);
    expect(await whileLocked(path, async () => "done")).to.equal("done");
  });

  it("does not wait for what can never be locked", async () => {
    const pause = async () => {
      throw new Error("waited");
    };
    const error = await whileLocked(join(folder, "absent", "work.lock"), async () => {}, { pause }).catch(
      (reason: unknown) => reason,
    );
    expect(error).to.be.instanceOf(TallyError).with.property("code", "store.failed");
  });

  it("waits for another process, and not a moment longer than it lives, even when it is killed", async () => {
    const program = fileURLToPath(new URL("lock-holder.ts", import.meta.url));
    const holder = spawn(process.execPath, ["--import", "tsx", program, path], {
      stdio: ["ignore", "pipe", "inherit"],
    });
    try {
      await once(holder.stdout, "data");
      let waits = 0;
      const pause = async () => {
        waits += 1;
        if (waits > 1) return;
        holder.kill("SIGKILL");
        await once(holder, "exit");
      };
      expect(await whileLocked(path, async () => "done", { waitMs: 1_000, pause })).to.equal("done");
      expect(waits).to.equal(1);
    } finally {
      holder.kill("SIGKILL");
    }
  });
});
