// SPDX-License-Identifier: Apache-2.0
import { expect } from "chai";
import { openMongo } from "../../../src/adapters/mongo/index.js";
import { REGION } from "../issued.js";
import { useDatabase } from "./cluster.js";

/** Longer than a command may take here. */
const SLOW_MS = 3_000;
const COMMAND_MS = 2_000;

describe("questions about whole collections of a MongoDB", () => {
  const scene = useDatabase("replica-set-of-one");

  it("may take longer than a command for which somebody waits", async function () {
    this.timeout(60_000);
    const database = await openMongo({ url: scene().url, region: REGION, commandMs: COMMAND_MS });
    const slow = { $where: `sleep(${SLOW_MS}) || true` };
    try {
      const [hurried, unhurried] = await Promise.allSettled([
        database.db.collection("deployment").find(slow).toArray(),
        database.unhurried.db.collection("deployment").find(slow).toArray(),
      ]);
      expect(hurried.status === "rejected" && hurried.reason).to.have.property("name", "MongoNetworkTimeoutError");
      expect(unhurried.status === "fulfilled" && unhurried.value).to.have.length(1);
    } finally {
      await database.close();
    }
  });

  it("see one instant, outside of a transaction", async () => {
    const { database, admin, name } = scene();
    const written = admin.db(name).collection<{ _id: number; seq: number }>("alarms");
    await written.insertOne({ _id: 1, seq: 1 }, { writeConcern: { w: "majority" } });
    const counts = await database.snapshot(async (session, at) => {
      const count = () => at.collection("alarms").countDocuments({}, { session });
      const before = await count();
      await written.insertOne({ _id: 2, seq: 2 }, { writeConcern: { w: "majority" } });
      return { before, after: await count(), isTransaction: session.inTransaction() };
    });
    expect(counts).to.deep.equal({ before: 1, after: 1, isTransaction: false });
    expect(await database.collection("alarms").countDocuments()).to.equal(2);
  });
});
