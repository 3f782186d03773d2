// SPDX-License-Identifier: Apache-2.0

import { expect } from "chai";
import { nodeCrypto } from "../../../src/adapters/node-crypto/index.js";
import { toBase64Url } from "../../../src/core/base64.js";
import { utf8 } from "../../../src/core/bytes.js";
import type { TallyError } from "../../../src/core/errors.js";
import { parseMultikey } from "../../../src/core/multikey.js";
import { portableCrypto } from "../../../src/core/portable-crypto.js";
import {
  bundleRegistry,
  nextPins,
  readTrustBundle,
  refuseOlder,
  type TrustBundle,
  verifyCertificate,
} from "../../../src/verify/index.js";
import { vectorJson, vectorNames } from "../../core/vectors.js";

// biome-ignore lint/suspicious/noExplicitAny: each folder has members of its own
type Vector = any;

const own = (folder: string) =>
  vectorNames(`tigertally/trust-bundle/${folder}`).map((name) => ({
    name,
    vector: vectorJson(`tigertally/trust-bundle/${folder}/${name}`) as Vector,
  }));

const codeOf = (act: () => unknown): string | null => {
  try {
    act();
    return null;
  } catch (error) {
    return (error as TallyError).code;
  }
};

for (const [cryptoName, crypto] of Object.entries({ nodeCrypto, portableCrypto }))
  describe(`the vectors of trust bundles (${cryptoName})`, () => {
    const read = (text: string, { chainId, registry, pinned }: Vector): TrustBundle =>
      readTrustBundle(utf8(text), { trust: { chainId, registry }, pinned: pinned.map(parseMultikey), crypto });

    for (const { name, vector } of own("valid"))
      it(`read ${name}, bit by bit`, async () => {
        const bundle = read(vector.text, vector);
        expect(bundle.stateDigest).to.equal(vector.stateDigest);
        expect(nextPins(bundle, vector.pinned.map(parseMultikey)).map(({ text }) => text)).to.deep.equal(
          vector.nextPins,
        );
        expect(bundle.revocationLists.map(toBase64Url)).to.deep.equal(vector.revocationLists);
        const now = new Date(bundle.issuedAt);
        const snapshot = await bundleRegistry(bundle, { now, maxAge: 0 }).snapshot();
        for (const [names, intervals] of Object.entries<[number, number | null][]>(vector.sealDelegations)) {
          const [agency, sealer] = names.split("/") as [string, string];
          const found = await snapshot.findSealDelegations(agency, sealer);
          expect(found.map(({ from, until }) => [from, until])).to.deep.equal(intervals);
          expect(await snapshot.findSealDelegations(sealer, agency)).to.deep.equal([]);
        }
        for (const purpose of ["revoked", "suspended"] as const)
          for (const [list, positions] of Object.entries<number[]>(vector[purpose])) {
            const [region, number] = list.split("/") as [string, string];
            const found: number[] = [];
            for (let word = 0; word < 512; word++) {
              const bits = (await snapshot.statusWord(region, Number(number), word))[purpose];
              for (let bit = 0; bits !== 0n && bit < 256; bit++)
                if ((bits >> BigInt(255 - bit)) & 1n) found.push(word * 256 + bit);
            }
            expect(found, `${purpose} ${list}`).to.deep.equal(positions);
          }
      });

    for (const { name, vector } of own("refused"))
      it(`refuse ${name}: ${vector.code}`, () => {
        expect(codeOf(() => read(vector.text, vector))).to.equal(vector.code);
      });

    for (const { name, vector } of own("succession"))
      it(`${vector.code === null ? "let follow" : "let not follow"} ${name}`, () => {
        const [known, candidate] = [read(vector.known, vector), read(vector.candidate, vector)];
        expect(codeOf(() => refuseOlder(known, candidate))).to.equal(vector.code);
      });

    for (const { name, vector } of own("age"))
      it(`verify the licence of document/valid, ${name}`, async () => {
        const { document } = vectorJson("tigertally/document/valid/food-permit.json") as Vector;
        const { chainId, registry, text, maxAge, stale } = vector;
        const now = new Date(vector.now);
        const report = await verifyCertificate(
          { bytes: utf8(JSON.stringify(document)) },
          {
            trust: { chainId, registry, maxAnchorDelay: 3_600 },
            registry: bundleRegistry(read(text, vector), { now, maxAge }),
            now,
            at: new Date("2026-04-01T00:00:00Z"),
            crypto,
          },
        );
        expect(report).to.include({ authenticity: "genuine", verdict: stale ? "undecided" : "valid" });
        expect(report.reason).to.equal(stale ? "registry.stale" : null);
      });
  });
