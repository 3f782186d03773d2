// SPDX-License-Identifier: Apache-2.0
import { expect } from "chai";
import { TallyError } from "../../../src/core/errors.js";
import { type CertificateStore, createIssuance, type ItemResult } from "../../../src/domain/issuance/index.js";
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

  it("keeps the order of a signer that answers late and out of order, and asks it for no more than a few turns at once", async () => {
    const world = await createWorld();
    const held: (() => void)[] = [];
    let most = 0;
    const release = () => {
      most = Math.max(most, held.length);
      for (const answer of held.splice(0).reverse()) answer();
    };
    const signer = { ...(await world.dependencies.signers.signerFor(issuer.agency!)) };
    const late = (message: Uint8Array) =>
      new Promise<Uint8Array>((resolve) => held.push(() => resolve(signer.sign(message))));
    const releasing = setInterval(release, 1);
    try {
      const signers = { signerFor: async () => ({ ...signer, sign: late }) };
      const issuance = createIssuance({ ...world.dependencies, signers });
      const requests = Array.from({ length: 300 }, (_, n) => foodRequest(n));
      const results = await all(issuance.issueCertificates(issuer, requests));
      const rows = world.database.all<{ id: string; number: string }>(
        "SELECT id, number FROM certificates ORDER BY seq",
      );
      expect(rows.map(({ number }) => number)).to.deep.equal(
        requests.map(({ certificateNumber }) => certificateNumber),
      );
      expect(results.map((result) => result.ok && result.issued.certificateIdentifier)).to.deep.equal(
        rows.map(({ id }) => id),
      );
      expect(most).to.be.at.most(100);
    } finally {
      clearInterval(releasing);
      world.database.close();
    }
  });

  it("rejects with nothing stored when the signer fails in the midst of a group", async () => {
    const world = await createWorld();
    const signer = await world.dependencies.signers.signerFor(issuer.agency!);
    let asked = 0;
    const sign = async (message: Uint8Array) => {
      // Of each turn that is under way.
      if (++asked > 60) throw new TallyError("key.locked", "the token was taken out");
      return signer.sign(message);
    };
    const issuance = createIssuance({
      ...world.dependencies,
      signers: { signerFor: async () => ({ ...signer, sign }) },
    });
    const requests = Array.from({ length: 300 }, (_, n) => foodRequest(n));
    const error = await rejection(all(issuance.issueCertificates(issuer, requests)));
    expect(error.code).to.equal("key.locked");
    expect(world.database.get("SELECT count(*) AS n FROM certificates")).to.deep.equal({ n: 0 });
    world.database.close();
  });

  it("rejects with nothing stored when the store fails", async () => {
    const world = await createWorld();
    const certificates = {
      ...world.certificates,
      addIssued: async () => {
        throw new TallyError("store.failed", "disk full");
      },
    };
    const issuance = createIssuance({ ...world.dependencies, certificates });
    const error = await rejection(all(issuance.issueCertificates(issuer, [foodRequest(1)])));
    expect(error.code).to.equal("store.failed");
    expect(world.database.get("SELECT count(*) AS n FROM certificates")).to.deep.equal({ n: 0 });
    world.database.close();
  });
});
