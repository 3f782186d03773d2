// SPDX-License-Identifier: Apache-2.0
import { expect } from "chai";
import {
  type MongoDatabase,
  mongoAnchoringStore,
  mongoAuditStore,
  mongoCertificateStore,
  openMongo,
} from "../../../src/adapters/mongo/index.js";
import { TallyError } from "../../../src/core/errors.js";
import { isRefusal } from "../../../src/domain/issuance/idempotency.js";
import { identifierOf, issue, REGION } from "../issued.js";
import { useDatabase } from "./cluster.js";
import { type Break, Line } from "./line.js";

const PATIENCE_MS = 2_000;
const MOMENTS: readonly Break[] = ["before", "after"];
const COUNT = 3;

describe("MongoDB behind a line that breaks", () => {
  const scene = useDatabase("replica-set");
  let line: Line;
  /** Over the line; `scene()` has one of its own. */
  let database: MongoDatabase;
  beforeEach(async () => {
    const { primary } = await scene().admin.db("admin").command({ hello: 1 });
    line = await Line.to(Number(primary.split(":")[1]));
    database = await openMongo({ url: urlOver(line, scene().url), region: REGION, patienceMs: PATIENCE_MS });
  });
  afterEach(async () => {
    line.close();
    await database.close();
  });

  describe("and is mended: stores each once, whichever command of the transaction it breaks at", () => {
    for (const command of ["findAndModify", "insert", "update", "commitTransaction"])
      for (const when of MOMENTS)
        it(`${when} ${command}`, async () => {
          line.breakAt(command, when, { forGood: false });
          await issue(mongoCertificateStore(database), COUNT);
          expect(line.broke).to.equal(true);
          const { entries } = await mongoAnchoringStore(scene().database).pendingWork(100);
          expect(entries.map(({ seq }) => seq)).to.deep.equal([1, 2, 3]);
          const events = await mongoAuditStore(scene().database).list({ order: "oldest-first", limit: 100 });
          expect(events.map(({ object }) => object)).to.deep.equal([0, 1, 2].map(identifierOf));
        });
  });

  describe("for good: says store.failed, which is no refusal", () => {
    for (const when of MOMENTS)
      it(`${when} a write that ${when === "after" ? "took effect" : "the server never heard of"}`, async () => {
        line.breakAt("findAndModify", when, { forGood: true });
        expectUncertain(await rejection(mongoAnchoringStore(database).claimLease("work", "first", 0, 1_000)));
        const other = await mongoAnchoringStore(scene().database).claimLease("work", "second", 0, 1_000);
        expect(other === null, "whether the first holds it").to.equal(when === "after");
      });

    it("before a transaction that has not begun", async () => {
      line.breakAt("findAndModify", "before", { forGood: true });
      expectUncertain(await rejection(issue(mongoCertificateStore(database), COUNT)));
      expect(await mongoCertificateStore(scene().database).findCertificate(identifierOf(0))).to.equal(null);
    });

    it("before a read", async () => {
      line.breakAt("find", "before", { forGood: true });
      expectUncertain(await rejection(mongoCertificateStore(database).findCertificate(identifierOf(0))));
    });

    function expectUncertain(error: unknown): void {
      expect(line.broke).to.equal(true);
      expect(error).to.be.instanceOf(TallyError).with.property("code", "store.failed");
      expect(isRefusal(error)).to.equal(false);
    }
  });
});

/** To the one server at its other end, whatever else its set has. */
function urlOver({ port }: Line, url: string): string {
  const over = new URL(url.replace(/@[^/]+/, `@127.0.0.1:${port}`));
  over.searchParams.delete("replicaSet");
  over.searchParams.set("directConnection", "true");
  return over.href;
}

function rejection(work: Promise<unknown>): Promise<unknown> {
  return work.then(
    () => "it did not reject",
    (error: unknown) => error,
  );
}
