// SPDX-License-Identifier: Apache-2.0
import { expect } from "chai";
import { openDatabase } from "../../src/adapters/sqlite/database.js";
import { utf8 } from "../../src/core/bytes.js";
import { toHex } from "../../src/core/hex.js";
import { createIdempotency } from "../../src/domain/issuance/idempotency.js";
import { createIssuance, type IssueRequest } from "../../src/domain/issuance/index.js";
import { sha256 } from "../../src/http/issuing/idempotency-key.js";
import { issueLines, type LineResult } from "../../src/http/issuing/issue-lines.js";
import { FAULT_NAMES, FAULTS, type FaultName, FaultyProcess, Killed } from "../domain/anchoring/faults.js";
import {
  foodRequest,
  issuer,
  type StoredWorld,
  sqliteWorldStores,
  type WorldStores,
  worldOver,
} from "../domain/issuance/world.js";

interface OpenedStores {
  readonly stores: WorldStores;
  close(): unknown;
}

/** Stores to issue into; the tables run on each. */
const STORES: Readonly<Record<string, () => Promise<OpenedStores>>> = {
  SQLite: async () => {
    const database = openDatabase(":memory:");
    return { stores: sqliteWorldStores(database), close: () => database.close() };
  },
};

interface Row {
  readonly call: string;
  /** Whether the store has made the change when the fault has struck. */
  readonly left: Readonly<Record<FaultName, boolean>>;
}

const same = (left: boolean): Row["left"] => between(left, left);

function between(before: boolean, after: boolean): Row["left"] {
  return {
    "killed before it took effect": before,
    "killed after it took effect": after,
    "failed without effect": before,
    "reply lost": after,
  };
}

/** Every writing call of a first request with a key, in order. */
const ISSUING: readonly Row[] = [
  { call: "reserve", left: same(false) },
  { call: "statusIndexKey", left: same(false) },
  { call: "leaseStatusIndices", left: same(false) },
  { call: "addIssued", left: between(false, true) },
  { call: "answer", left: same(true) },
];
const CHANGING: readonly Row[] = [
  { call: "reserve", left: same(false) },
  { call: "findCertificate", left: same(false) },
  { call: "changeState", left: between(false, true) },
  { call: "answer", left: same(true) },
];

const ABANDONED_MS = 60_000;
const SCOPE = "token-1 POST /v1/certificates/batch key-1";
const COUNT = 3;

for (const [storeName, open] of Object.entries(STORES)) {
  describe(`a request with an Idempotency-Key over ${storeName}, whatever fails`, () => {
    let opened: OpenedStores;
    let world: StoredWorld;
    beforeEach(async () => {
      opened = await open();
      world = await worldOver(opened.stores);
    });
    afterEach(() => opened.close());

    /** The service in a process of its own. */
    function start() {
      const process = new FaultyProcess();
      const { certificates, statusIndices, idempotency } = opened.stores;
      const issuance = createIssuance({
        ...world.dependencies,
        certificates: process.sees(certificates),
        statusIndices: process.sees(statusIndices),
      });
      const once = createIdempotency({
        store: process.sees(idempotency),
        now: world.dependencies.now,
        abandonedAfterMs: ABANDONED_MS,
      });
      return { process, issuance, idempotency: once };
    }

    type Process = ReturnType<typeof start>;

    /** Asks again until it is answered, as a client does; after a kill another process answers. */
    async function insist<T>(first: Process, ask: (process: Process) => Promise<T>): Promise<T> {
      let service = first;
      for (let tries = 0; tries < 5; tries++) {
        try {
          return await ask(service);
        } catch (error) {
          if (error instanceof Killed) service = start();
          world.clock.now += ABANDONED_MS + 1;
        }
      }
      throw new Error("the request was never answered");
    }

    describe("issuing a group", () => {
      const lines = Array.from({ length: COUNT }, (_, n) => {
        return { number: n + 1, bytes: utf8(JSON.stringify(foodRequest(n))) };
      });
      const ask = ({ issuance, idempotency }: Process) => {
        const check = (value: unknown) => value as IssueRequest;
        return issueLines(lines, { issuance, idempotency, actor: issuer, scope: SCOPE, check, maxLineBytes: 65_536 });
      };
      const identifiersOf = (results: readonly LineResult[]) =>
        results.map((result) => ("certificate" in result ? result.certificate.certificateIdentifier : result.error));

      it("has a row for every call that it makes, in order, and in every row every fault", async () => {
        const service = start();
        await ask(service);
        expect(service.process.calls).to.deep.equal(ISSUING.map(({ call }) => call));
        for (const { left } of ISSUING) expect(Object.keys(left)).to.have.members(FAULT_NAMES);
      });

      for (const { call, left } of ISSUING) {
        for (const fault of FAULT_NAMES) {
          it(`${call} ${fault}: stores all or nothing, and each once when it is asked again`, async () => {
            const service = start();
            service.process.arm(call, FAULTS[fault].time, FAULTS[fault].error("store.failed"));
            const first = await ask(service).catch(() => null);
            expect(service.process.struck, "the fault never struck").to.equal(true);
            expect(first, "it was answered although it failed").to.equal(null);
            expect((await opened.stores.anchoring.pendingWork(100)).entries).to.have.length(left[fault] ? COUNT : 0);

            const again = start();
            world.clock.now += ABANDONED_MS + 1;
            const results = identifiersOf(await insist(again, ask));
            expect(results.every((result) => typeof result === "string")).to.equal(true);
            // And once more: what was answered stays answered.
            expect(identifiersOf(await ask(start()))).to.deep.equal(results);
            await expectEachOnce(results as string[]);
          });
        }
      }

      async function expectEachOnce(identifiers: readonly string[]): Promise<void> {
        const { certificates, anchoring, audit } = opened.stores;
        const leaves: string[] = [];
        for (const identifier of identifiers) {
          leaves.push(toHex((await certificates.findCertificate(identifier))!.leafHash));
          const events = await audit.list({ object: identifier, order: "oldest-first", limit: 10 });
          expect(events.map(({ action }) => action)).to.deep.equal(["certificate-issued"]);
        }
        const { entries } = await anchoring.pendingWork(100);
        expect(entries.map(({ leafHash }) => toHex(leafHash))).to.deep.equal(leaves);
        const all = await certificates.search({ agency: issuer.agency! }, { limit: 100 });
        expect(all.rows.map(({ identifier }) => identifier)).to.have.members([...identifiers]);
      }
    });

    describe("changing a state", () => {
      let identifier: string;
      beforeEach(async () => {
        identifier = (await world.issuance.issueCertificate(issuer, foodRequest(9))).certificateIdentifier;
      });
      const act = { action: "suspend", legalBasis: "样例条例第 1 条", documentNumber: "样例〔2026〕1号" } as const;
      const ask = ({ issuance, idempotency }: Process) =>
        idempotency.once({ scope: SCOPE, key: "act", requestHash: sha256(utf8("act")), plan: "" }, async () => {
          return { status: 200, body: utf8(JSON.stringify(await issuance.changeState(issuer, identifier, act))) };
        });
      const suspensions = async () => {
        const query = {
          object: identifier,
          action: "certificate-suspended",
          order: "oldest-first",
          limit: 10,
        } as const;
        return (await opened.stores.audit.list(query)).length;
      };

      it("has a row for every call that it makes, in order, and in every row every fault", async () => {
        const service = start();
        await ask(service);
        expect(service.process.calls).to.deep.equal(CHANGING.map(({ call }) => call));
        for (const { left } of CHANGING) expect(Object.keys(left)).to.have.members(FAULT_NAMES);
      });

      for (const { call, left } of CHANGING) {
        for (const fault of FAULT_NAMES) {
          it(`${call} ${fault}: changes all or nothing, and once when it is asked again`, async () => {
            const service = start();
            service.process.arm(call, FAULTS[fault].time, FAULTS[fault].error("store.failed"));
            expect(await ask(service).catch(() => null), "it was answered although it failed").to.equal(null);
            expect(service.process.struck, "the fault never struck").to.equal(true);
            expect(await suspensions()).to.equal(left[fault] ? 1 : 0);

            world.clock.now += ABANDONED_MS + 1;
            const { response } = await insist(start(), ask);
            expect(JSON.parse(Buffer.from(response.body).toString())).to.include({ state: "suspended" });
            expect(await suspensions()).to.equal(1);
            expect((await opened.stores.certificates.findCertificate(identifier))!.state).to.equal("suspended");
            const queued = await opened.stores.anchoring.openStatusChanges(100);
            expect(queued.map(({ action }) => action)).to.deep.equal(["suspend"]);
          });
        }
      }
    });
  });
}
