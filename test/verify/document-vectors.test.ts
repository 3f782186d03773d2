// SPDX-License-Identifier: Apache-2.0
import { expect } from "chai";
import { verifyCertificate } from "../../src/verify/index.js";
import { vectorJson, vectorNames } from "../core/vectors.js";
import { brokenRegistry } from "./memory-registry.js";

const trust = { chainId: 1, registry: "0x5FbDB2315678afecb367f032d93F642f64180aa3", maxAnchorDelay: 3_600 };

/** What the three parts say of each other needs no registry. */
async function reportOn(vector: { document: object }) {
  const registry = brokenRegistry("registry.unreachable");
  const document = { text: JSON.stringify(vector.document) };
  return verifyCertificate(document, { trust, registry, now: new Date("2026-11-22T00:00:00Z") });
}

describe("the vectors of documents", () => {
  for (const name of vectorNames("tigertally/document/valid"))
    it(`find nothing false in ${name}, whose registry is out of reach`, async () => {
      const report = await reportOn(vectorJson(`tigertally/document/valid/${name}`));
      expect([report.verdict, report.reason]).to.deep.equal(["undecided", "registry.unreachable"]);
    });
  for (const name of vectorNames("tigertally/document/contradicting")) {
    const vector = vectorJson(`tigertally/document/contradicting/${name}`);
    it(`find ${name} not genuine: ${vector.reason}`, async () => {
      const report = await reportOn(vector);
      expect([report.verdict, report.reason]).to.deep.equal(["not-genuine", vector.reason]);
    });
  }
});
