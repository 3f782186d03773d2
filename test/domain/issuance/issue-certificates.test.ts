// SPDX-License-Identifier: Apache-2.0
import { expect } from "chai";
import { TallyError } from "../../../src/core/errors.js";
import type { CertificateStore, ItemResult } from "../../../src/domain/issuance/index.js";
import { createWorld, foodRequest, issuer, rejection } from "./world.js";

async function all<T>(items: AsyncIterable<T>): Promise<T[]> {
  const list: T[] = [];
  for await (const item of items) list.push(item);
  return list;
}

describe("issueCertificates", () => {
  it("answers each item in its place, and one in error stops no other", async () => {
    const { issuance, database } = await createWorld();
    const requests = [foodRequest(1), foodRequest(2, { validUntil: null }), foodRequest(1), foodRequest(3)];
    const results = await all(issuance.issueCertificates(issuer, requests));
    expect(results.map(({ position, ok }) => [position, ok])).to.deep.equal([
      [0, true],
      [1, false],
      [2, false],
      [3, true],
    ]);
    const codes = results.map((result: ItemResult) => (result.ok ? null : result.error.code));
    expect(codes).to.deep.equal([null, "certificate.claims-invalid", "certificate.exists", null]);
    expect(database.get("SELECT count(*) AS n FROM outbox")).to.deep.equal({ n: 2 });
    database.close();
  });

  it("stores in durable groups of 500 and holds no more than one", async () => {
    const world = await createWorld();
    const sizes: number[] = [];
    const certificates: CertificateStore = {
      ...world.certificates,
      addIssued: (items) => {
        sizes.push(items.length);
        return world.certificates.addIssued(items);
      },
    };
    const { createIssuance } = await import("../../../src/domain/issuance/index.js");
    const issuance = createIssuance({ ...world.dependencies, certificates });
    let read = 0;
    let ahead = 0;
    function* requests() {
      for (let n = 0; n < 1_100; n++) {
        read++;
        yield foodRequest(n);
      }
    }
    let answered = 0;
    for await (const result of issuance.issueCertificates(issuer, requests())) {
      expect(result.ok).to.equal(true);
      answered++;
      ahead = Math.max(ahead, read - answered);
    }
    expect(answered).to.equal(1_100);
    expect(sizes).to.deep.equal([500, 500, 100]);
    expect(ahead).to.be.at.most(500);
    world.database.close();
  });

  it("gives every certificate its own status index", async () => {
    const { issuance, database } = await createWorld();
    const results = await all(
      issuance.issueCertificates(
        issuer,
        Array.from({ length: 600 }, (_, n) => foodRequest(n)),
      ),
    );
    const indices = results.map((result) => (result.ok ? result.issued.statusIndex : -1));
    expect(new Set(indices).size).to.equal(600);
    // Neighbours in the order of issue are nowhere near each other.
    const neighbours = indices.filter((index, i) => i > 0 && Math.abs(index - indices[i - 1]!) < 3);
    expect(neighbours.length).to.be.below(5);
    database.close();
  });

  it("rejects with nothing stored when the store fails", async () => {
    const world = await createWorld();
    const certificates = {
      ...world.certificates,
      addIssued: async () => {
        throw new TallyError("store.failed", "disk full");
      },
    };
    const { createIssuance } = await import("../../../src/domain/issuance/index.js");
    const issuance = createIssuance({ ...world.dependencies, certificates });
    const error = await rejection(all(issuance.issueCertificates(issuer, [foodRequest(1)])));
    expect(error.code).to.equal("store.failed");
    expect(world.database.get("SELECT count(*) AS n FROM certificates")).to.deep.equal({ n: 0 });
    world.database.close();
  });
});
