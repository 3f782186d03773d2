// SPDX-License-Identifier: Apache-2.0
import { expect } from "chai";
import { MongoBulkWriteError, MongoNetworkError, MongoServerError } from "mongodb";
import { isDisconnection, withWords } from "../../../src/adapters/mongo/failures.js";
import { TallyError } from "../../../src/core/errors.js";

async function refusalOf(asked: Promise<unknown>): Promise<TallyError> {
  const error = await asked.catch((thrown: unknown) => thrown);
  expect(error).to.be.instanceOf(TallyError);
  return error as TallyError;
}

function rejecting(error: unknown) {
  return withWords("things", { find: async () => Promise.reject(error) });
}

describe("withWords", () => {
  const never = { find: () => new Promise(() => {}), keep: () => new Promise((resolve) => setImmediate(resolve, 7)) };

  it("answers a call that takes too long, as one of which nobody knows whether it was carried out", async () => {
    const { code, message } = await refusalOf(withWords({ name: "things", callMs: 20 }, never).find());
    expect(code).to.equal("store.failed");
    expect(message).to.match(/things: find has no answer after 0\.02 seconds.*Idempotency-Key.*rs\.status\(\)/);
  });

  it("waits for what nobody waits for", async () => {
    const store = withWords({ name: "things", callMs: 0, unhurried: ["keep"] }, never);
    expect(await store.keep()).to.equal(7);
  });

  it("tells a client of a lost connection without naming servers", async () => {
    const cause = new MongoNetworkError("connection 4 to 10.1.2.3:27017 closed");
    const error = await refusalOf(rejecting(cause).find());
    expect(error).to.include({ code: "store.failed", cause });
    expect(error.message)
      .to.match(/the connection broke off.*rs\.status\(\).*make room/)
      .and.not.include("10.1.2.3");
  });

  it("says that a disk is full, and what helps", async () => {
    const error = new MongoServerError({ message: "available disk space of 1 bytes is less than", code: 14031 });
    expect((await refusalOf(rejecting(error).find())).message).to.match(
      /disk of the MongoDB server is full: make room/,
    );
  });

  it("names the right that the service's user lacks, and nothing else of the command", async () => {
    for (const [message, words] of [
      [
        'not authorized on anhui to execute command { find: "holders", filter: { _id: { code: "110101199001011237" } }, lsid: {} }',
        /may not find in the collection holders of the database anhui: .*docs\/mongodb-setup\.js again/,
      ],
      [
        'not authorized on anhui to execute command { getMore: 123, collection: "holders", batchSize: 2, comment: "110101199001011237" }',
        /may not getMore in the collection holders of the database anhui: /,
      ],
      [
        "not authorized on anhui to execute command { listCollections: 1 }",
        /may not listCollections in the database anhui: /,
      ],
      ["Command find requires authentication", /user lacks a right: .*docs\/mongodb-setup\.js/],
    ] as const) {
      const cause = new MongoServerError({ message, code: 13 });
      const said = (await refusalOf(rejecting(cause).find())).message;
      expect(said).to.match(words).and.not.include("110101199001011237");
    }
  });

  it("says that another server has become primary, and what to look at when that goes on", async () => {
    for (const code of [189, 10_107, 11_602, 13_435]) {
      const cause = new MongoServerError({ message: "not primary", code });
      expect((await refusalOf(rejecting(cause).find())).message).to.match(
        /not the primary any more.*Idempotency-Key.*replicaSet.*directConnection/,
      );
    }
  });

  it("says that the password was changed while the service runs", async () => {
    const error = new MongoServerError({ message: "Authentication failed.", code: 18 });
    expect((await refusalOf(rejecting(error).find())).message).to.match(
      /refuses the service's user and password.*correct them in TALLY_MONGODB_URL and start the service again/,
    );
  });

  it("says that a majority has not confirmed", async () => {
    const error = new MongoServerError({ message: "waiting for replication timed out", code: 64 });
    expect((await refusalOf(rejecting(error).find())).message).to.match(/no majority.*has confirmed/);
  });

  it("passes on what the driver did not throw", async () => {
    const error = new TallyError("certificate.not-found", "x");
    expect(await refusalOf(rejecting(error).find())).to.equal(error);
  });
});

describe("a lost connection", () => {
  it("is seen inside the error of many writes", () => {
    const lost = new MongoNetworkError("closed");
    const bulk = new MongoBulkWriteError(lost as never, {} as never);
    expect(isDisconnection(bulk)).to.equal(true);
    expect(isDisconnection(new MongoServerError({ message: "closed" }))).to.equal(false);
  });
});
