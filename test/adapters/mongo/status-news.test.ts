// SPDX-License-Identifier: Apache-2.0
import { expect } from "chai";
import {
  type MongoDatabase,
  mongoCertificateStore,
  mongoStatusNews,
  openMongo,
} from "../../../src/adapters/mongo/index.js";
import { change, issue, REGION } from "../issued.js";
import { useDatabase } from "./cluster.js";

describe("news of status changes in MongoDB", () => {
  const scene = useDatabase("replica-set");
  let other: MongoDatabase;

  before(async () => {
    other = await openMongo({ url: scene().url, region: REGION });
  });
  after(() => other?.close());

  it("reach an instance that another one has stored them for, until it listens no longer", async () => {
    const certificates = mongoCertificateStore(other);
    await issue(certificates, 10);
    const broken: unknown[] = [];
    let heard = 0;
    let tell = (): void => {};
    const news = mongoStatusNews(scene().database, { onBroken: (error) => broken.push(error) });
    const stop = news.listen(() => {
      heard++;
      tell();
    });
    // The stream begins at an instant of its own; what was stored before it is no news.
    for (let n = 0; n < 10 && heard === 0; n++) {
      const told = new Promise<void>((resolve) => {
        tell = resolve;
      });
      await change(certificates, n, "suspend");
      await Promise.race([told, answered(scene().database)]);
    }
    expect(heard).to.be.greaterThan(0);
    expect(broken).to.deep.equal([]);
    stop();
  });
});

/** Some round trips, one after another. */
async function answered({ db }: MongoDatabase): Promise<void> {
  for (let n = 0; n < 100; n++) await db.command({ ping: 1 });
}
