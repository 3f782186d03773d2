// SPDX-License-Identifier: Apache-2.0
import { expect } from "chai";
import { nodeCrypto } from "../../src/adapters/node-crypto/index.js";
import { fromUtf8, utf8 } from "../../src/core/bytes.js";
import { toHex } from "../../src/core/hex.js";
import { digestTiles, joinLeaves } from "../../src/domain/anchoring/index.js";
import { type CopySummary, createCopies } from "../../src/domain/copies/index.js";
import { createIdempotency } from "../../src/domain/issuance/idempotency.js";
import { copyUnderPlan } from "../../src/http/issuing/answer-with-copy.js";
import { sha256 } from "../../src/http/issuing/idempotency-key.js";
import { createRenderer } from "../../src/render/index.js";
import {
  between,
  eachFault,
  expectWholeTable,
  type FaultRow,
  FaultyProcess,
  Killed,
  same,
} from "../domain/anchoring/faults.js";
import {
  foodRequest,
  issuer,
  REGION,
  type StoredWorld,
  type WorldStores,
  worldOver,
} from "../domain/issuance/world.js";
import { WORLD_STORES } from "../domain/issuance/world-stores.js";

/** Every writing call of a first request with a key, in order; `left`: whether the copy is there when the fault has struck. */
const COPYING: readonly FaultRow<boolean>[] = [
  { call: "reserve", left: same(false) },
  { call: "addCopy", left: between(false, true) },
  { call: "answer", left: same(true) },
];

const ABANDONED_MS = 60_000;
const REQUEST = { user: "合肥样例物业管理有限公司", matter: "租赁合同备案", until: "2027-03-31" };
const renderer = createRenderer({ verifyHost: "verify.example" });

for (const [storeName, useStores] of Object.entries(WORLD_STORES)) {
  describe(`a request for a reader's copy with an Idempotency-Key over ${storeName}, whatever fails`, () => {
    const open = useStores();
    let stores: WorldStores;
    let world: StoredWorld;
    let identifier: string;
    beforeEach(async () => {
      stores = await open();
      world = await worldOver(stores);
      identifier = (await world.issuance.issueCertificate(issuer, foodRequest(1))).certificateIdentifier;
      const { anchoring } = stores;
      const { entries } = await anchoring.pendingWork(1);
      const lease = (await anchoring.claimLease("anchor", "test", 0, 1_000))!;
      const { root, tileRoots } = await digestTiles(nodeCrypto, joinLeaves(entries.map(({ leafHash }) => leafHash)));
      const batch = { region: REGION, root: toHex(root), size: 1, entries, tileRoots };
      const staged = await anchoring.stageBatch(lease, batch, 1);
      if (staged.outcome !== "staged") throw new Error(staged.outcome);
      await anchoring.attachAnchor(staged.batch.id, { block: 1, time: 1, tx: `0x${"01".repeat(32)}` });
    });

    /** The service in a process of its own. */
    function start() {
      const process = new FaultyProcess();
      const { addCopy } = process.sees({ addCopy: stores.copies.addCopy });
      const { reserve, answer, release } = process.sees(stores.idempotency);
      const copies = createCopies({
        store: { ...stores.copies, addCopy },
        ...{ issuance: world.issuance, agencies: stores.agencies, signers: world.dependencies.signers, renderer },
        proofAt: async () => null,
        fileOf: async () => new Uint8Array(),
        crypto: nodeCrypto,
        now: () => world.clock.now,
      });
      const store = { ...stores.idempotency, reserve, answer, release };
      const now = () => world.clock.now;
      return { process, copies, idempotency: createIdempotency({ store, now, abandonedAfterMs: ABANDONED_MS }) };
    }
    type Process = ReturnType<typeof start>;

    const ask = async ({ copies, idempotency }: Process): Promise<CopySummary> => {
      const reservation = { scope: "token-1", key: "key", requestHash: sha256(utf8("copy")), plan: copies.newNumber() };
      const { response } = await idempotency.once(reservation, async (attempt) => {
        const copy = await copyUnderPlan(
          {
            make: (number) => copies.make(issuer, identifier, REQUEST, number),
            find: (number) => copies.find(issuer, identifier, number),
          },
          attempt,
        );
        return { status: 201, body: utf8(JSON.stringify(copy)) };
      });
      return JSON.parse(fromUtf8(response.body)!);
    };
    /** Asks again until it is answered, as a client does; after a kill another process answers. */
    const insist = async (): Promise<CopySummary> => {
      for (let tries = 0; tries < 5; tries++) {
        world.clock.now += ABANDONED_MS + 1;
        const answered = await ask(start()).catch((error) => {
          if (error instanceof Killed) return null;
          throw error;
        });
        if (answered !== null) return answered;
      }
      throw new Error("the request was never answered");
    };
    const made = async () =>
      (await stores.copies.copiesOf(identifier, { after: 0, limit: 10 })).map(({ number }) => number);

    it("has a row for every call that it makes, in order, and in every row every fault", async () => {
      const service = start();
      await ask(service);
      expectWholeTable(COPYING, service.process.calls);
    });

    for (const [row, fault] of eachFault(COPYING))
      it(`${row.call} ${fault}: makes all of one copy or nothing, and one when it is asked again`, async () => {
        const service = start();
        service.process.armRow(row, fault, "store.failed");
        expect(await ask(service).catch(() => null), "it was answered although it failed").to.equal(null);
        service.process.expectStruck();
        expect(await made()).to.have.length(row.left[fault] ? 1 : 0);
        const { copyNumber } = await insist();
        expect(await made()).to.deep.equal([copyNumber]);
        expect((await ask(start())).copyNumber, "what was answered stays answered").to.equal(copyNumber);
        const [copy] = await stores.copies.copiesOf(identifier, { after: 0, limit: 10 });
        const { entries } = await stores.anchoring.pendingWork(10);
        expect(entries.map(({ leafHash }) => toHex(leafHash))).to.deep.equal([toHex(copy!.leafHash)]);
        const events = await stores.audit.list({ object: identifier, order: "oldest-first", limit: 10 });
        expect(events.map(({ action }) => action)).to.deep.equal(["certificate-issued", "certificate-copied"]);
      });
  });
}
