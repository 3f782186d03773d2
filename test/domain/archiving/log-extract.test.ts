// SPDX-License-Identifier: Apache-2.0
import { expect } from "chai";
import { nodeCrypto } from "../../../src/adapters/node-crypto/index.js";
import { toHex } from "../../../src/core/hex.js";
import { auditHeadBatch, type BatchName } from "../../../src/domain/anchoring/index.js";
import { eventsOf, logExtract } from "../../../src/domain/archiving/log-extract.js";
import { type AuditQuery, CHAIN_START, eventHash, type RecordedEvent } from "../../../src/domain/audit/index.js";
import {
  headsOf,
  MAX_LOG_DIGESTS,
  MAX_LOG_EVENTS,
  readLogExtract,
  writeLogExtract,
} from "../../../src/verify/archive/log-extract.js";

const REGION = "340000";
const LICENCE = "licence";

/** A log of `length` events, in which those of `own` are about the licence, with heads of some. */
function logOf(
  length: number,
  own: readonly number[],
  heads: readonly number[],
  told: Partial<Pick<RecordedEvent, "action" | "detail">> = {},
) {
  const chain: { event: RecordedEvent; hash: Uint8Array }[] = [];
  for (let sequence = 1; sequence <= length; sequence++) {
    const event: RecordedEvent = {
      ...{ sequence, time: sequence, requestId: `r${sequence}`, result: "done" },
      actor: { kind: "cli", id: "clerk", role: "operator" },
      action: "certificate-suspended",
      ...told,
      object: own.includes(sequence) ? LICENCE : `other ${sequence}`,
    };
    chain.push({ event, hash: eventHash(chain.at(-1)?.hash ?? CHAIN_START, event) });
  }
  const batches = heads.map((sequence) => {
    const hash = toHex(chain[sequence - 1]!.hash);
    return { sequence, batch: auditHeadBatch(nodeCrypto, REGION, { sequence, hash }) as BatchName };
  });
  return {
    chain,
    batches,
    auditEvents: async (after: number, limit: number) =>
      chain.filter(({ event }) => event.sequence > after).slice(0, limit),
    auditHeads: async (after: number, limit: number) =>
      batches.filter(({ sequence }) => sequence > after).slice(0, limit),
    list: async ({ object, beyond = 0, limit }: AuditQuery) =>
      chain
        .map(({ event }) => event)
        .filter((event) => event.object === object && event.sequence > beyond)
        .slice(0, limit),
  };
}

describe("the extract of the log for a licence", () => {
  const extracted = async (log: ReturnType<typeof logOf>, isAnchored: (batch: BatchName) => boolean = () => true) =>
    logExtract(log, { region: REGION, object: LICENCE, events: await eventsOf(log, LICENCE) }, isAnchored);
  const shape = (extract: Awaited<ReturnType<typeof extracted>>) =>
    extract.runs.map(({ first, digests, events, anchored }) => ({
      run: [first, first + digests.length / 32 - 1],
      events: events.map(({ sequence }) => sequence),
      anchored,
    }));

  it("takes each event to the first head after it, in one run with those that have the same", async () => {
    const log = logOf(2_600, [1, 3, 40, 2_500, 2_600], [40, 41, 2_550]);
    const extract = await extracted(log);
    expect(shape(extract)).to.deep.equal([
      { run: [1, 40], events: [1, 3, 40], anchored: true },
      { run: [2_500, 2_550], events: [2_500], anchored: true },
      { run: [2_600, 2_600], events: [2_600], anchored: false },
    ]);
  });

  it("leads to the very batches that were anchored, and reads as it was written", async () => {
    const log = logOf(60, [7, 30], [20, 50]);
    const read = readLogExtract(writeLogExtract(await extracted(log)));
    expect(headsOf(read, nodeCrypto)).to.deep.equal(
      log.batches.map(({ sequence, batch }) => ({ sequence, root: batch.root })),
    );
    expect(JSON.stringify(read.runs.map(({ events }) => events))).not.to.contain("other");
  });

  it("reads as it was written when it is as large as it may be", async () => {
    const all = Array.from({ length: MAX_LOG_EVENTS }, (_, i) => i + 1);
    const events = (await eventsOf(logOf(MAX_LOG_EVENTS, all, []), LICENCE)).map((event) => ({
      ...event,
      ...{ matter: "m", purpose: "p", detail: Object.fromEntries(Array.from({ length: 60 }, (_, i) => [`d${i}`, i])) },
    }));
    const log = logOf(MAX_LOG_EVENTS, all, []);
    const extract = await logExtract(log, { region: REGION, object: LICENCE, events }, () => false);
    expect(readLogExtract(writeLogExtract(extract)).runs).to.have.length(MAX_LOG_EVENTS);
  });

  it("passes over heads that are not anchored", async () => {
    const log = logOf(60, [7, 30], [20, 50]);
    expect(shape(await extracted(log, ({ root }) => root === log.batches[1]!.batch.root))).to.deep.equal([
      { run: [7, 50], events: [7, 30], anchored: true },
    ]);
    expect(shape(await extracted(log, () => false))).to.deep.equal([
      { run: [7, 7], events: [7], anchored: false },
      { run: [30, 30], events: [30], anchored: false },
    ]);
  });

  it("leaves the way to a head out that is longer than an extract may be", async () => {
    const log = logOf(3, [2], []);
    const far = { sequence: MAX_LOG_DIGESTS + 3, batch: { region: REGION, root: "00".repeat(32), size: 1 } };
    log.batches.push(far);
    expect(shape(await extracted(log))).to.deep.equal([{ run: [2, 2], events: [2], anchored: false }]);
  });

  it("is not made of a log with a gap", async () => {
    for (const gone of [6, 8]) {
      const log = logOf(20, [7], [10]);
      log.chain.splice(gone - 1, 1);
      const failed = await extracted(log).catch((error) => error);
      expect(failed, `without ${gone}`).to.include({ code: "archive.refused" });
      expect(failed.message).to.contain(String(gone));
    }
  });

  it("has no events of mere reading, nor of tries at a pick-up link, however many, and not more others than it holds", async () => {
    const all = Array.from({ length: 2_100 }, (_, i) => i + 1);
    for (const action of [
      ...(["certificate-read", "pick-up-opened", "pick-up-code-wrong"] as const),
      ...(["pick-up-locked", "pick-up-refused", "pick-up-downloaded"] as const),
    ])
      expect(await eventsOf(logOf(1_001, all, [], { action }), LICENCE), action).to.deep.equal([]);
    for (const action of ["certificate-copied", "certificate-sealed"] as const) {
      expect(await eventsOf(logOf(1_001, all, [], { action, detail: { copy: "n" } }), LICENCE), action).to.deep.equal(
        [],
      );
      expect(await eventsOf(logOf(9, [7], [], { action, detail: { ordinal: 1 } }), LICENCE), action).to.have.length(1);
    }
    expect(await eventsOf(logOf(2_100, all, []), LICENCE).catch((error) => error)).to.include({
      code: "archive.refused",
    });
  });
});
