// SPDX-License-Identifier: Apache-2.0
import { expect } from "chai";
import { utf8 } from "../../src/core/bytes.js";
import { toHex } from "../../src/core/hex.js";
import { createIdempotency } from "../../src/domain/issuance/idempotency.js";
import { createIssuance, type IssueRequest } from "../../src/domain/issuance/index.js";
import { sha256 } from "../../src/http/issuing/idempotency-key.js";
import { issueLines, type LineResult } from "../../src/http/issuing/issue-lines.js";
import {
  between,
  eachFault,
  expectWholeTable,
  type FaultRow,
  FaultyProcess,
  Killed,
  same,
} from "../domain/anchoring/faults.js";
import { foodRequest, issuer, type StoredWorld, type WorldStores, worldOver } from "../domain/issuance/world.js";
import { WORLD_STORES } from "../domain/issuance/world-stores.js";

/** `left`: whether the store has made the change when the fault has struck. */
type Row = FaultRow<boolean>;

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

for (const [storeName, useStores] of Object.entries(WORLD_STORES)) {
  describe(`a request with an Idempotency-Key over ${storeName}, whatever fails`, () => {
    const open = useStores();
    let stores: WorldStores;
    let world: StoredWorld;
    beforeEach(async () => {
      stores = await open();
      world = await worldOver(stores);
    });

    /** The service in a process of its own. */
    function start() {
      const process = new FaultyProcess();
      const { certificates, statusIndices, idempotency } = stores;
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
        expectWholeTable(ISSUING, service.process.calls);
      });

      for (const [row, fault] of eachFault(ISSUING)) {
        it(`${row.call} ${fault}: stores all or nothing, and each once when it is asked again`, async () => {
          const service = start();
          service.process.armRow(row, fault, "store.failed");
          const first = await ask(service).catch(() => null);
          service.process.expectStruck();
          expect(first, "it was answered although it failed").to.equal(null);
          expect((await stores.anchoring.pendingWork(100)).entries).to.have.length(row.left[fault] ? COUNT : 0);

          const again = start();
          world.clock.now += ABANDONED_MS + 1;
          const results = identifiersOf(await insist(again, ask));
          expect(results.every((result) => typeof result === "string")).to.equal(true);
          // And once more: what was answered stays answered.
          expect(identifiersOf(await ask(start()))).to.deep.equal(results);
          await expectEachOnce(results as string[]);
        });
      }

      async function expectEachOnce(identifiers: readonly string[]): Promise<void> {
        const { certificates, anchoring, audit } = stores;
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
        return (await stores.audit.list(query)).length;
      };

      it("has a row for every call that it makes, in order, and in every row every fault", async () => {
        const service = start();
        await ask(service);
        expectWholeTable(CHANGING, service.process.calls);
      });

      for (const [row, fault] of eachFault(CHANGING)) {
        it(`${row.call} ${fault}: changes all or nothing, and once when it is asked again`, async () => {
          const service = start();
          service.process.armRow(row, fault, "store.failed");
          expect(await ask(service).catch(() => null), "it was answered although it failed").to.equal(null);
          service.process.expectStruck();
          expect(await suspensions()).to.equal(row.left[fault] ? 1 : 0);

          world.clock.now += ABANDONED_MS + 1;
          const { response } = await insist(start(), ask);
          expect(JSON.parse(Buffer.from(response.body).toString())).to.include({ state: "suspended" });
          expect(await suspensions()).to.equal(1);
          expect((await stores.certificates.findCertificate(identifier))!.state).to.equal("suspended");
          const queued = await stores.anchoring.openStatusChanges(100);
          expect(queued.map(({ action }) => action)).to.deep.equal(["suspend"]);
        });
      }
    });
  });
}
