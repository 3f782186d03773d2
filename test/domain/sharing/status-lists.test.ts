// SPDX-License-Identifier: Apache-2.0
import { gunzipSync } from "node:zlib";
import { expect } from "chai";
import { nodeCrypto } from "../../../src/adapters/node-crypto/index.js";
import { fromBase64Url } from "../../../src/core/base64.js";
import { fromUtf8 } from "../../../src/core/bytes.js";
import { readCredential } from "../../../src/core/credentials/data-model.js";
import { keyOfProof, verifyProof } from "../../../src/core/data-integrity.js";
import type { JsonValue } from "../../../src/core/json.js";
import type { PublishedStatusList, StatusPurpose } from "../../../src/domain/sharing/index.js";
import { memoryStrangers, REGION_DID } from "../../http/strangers-world.js";
import { ANHUI, makeWorld, SHANGHAI } from "../../verify/fixture.js";
import { expectRefusalOf } from "../../verify/rejection.js";

const LENGTH = 131_072;

async function scene(freshMs = 0) {
  const world = makeWorld();
  const clock = { ms: world.now().getTime() };
  const outside = await memoryStrangers({
    region: ANHUI,
    registry: world.registry,
    agencies: { findAgency: async () => null },
    now: () => clock.ms,
    freshMs,
  });
  const { statusLists } = outside.strangers;
  const find = (purpose: StatusPurpose, list = 0, region = ANHUI) => statusLists.find(region, purpose, list);
  return { ...outside, world, clock, find };
}

// biome-ignore lint/suspicious/noExplicitAny: tests look into the credential.
const read = (found: PublishedStatusList | null): any => JSON.parse(fromUtf8(found!.bytes)!);

/** Positions that are set: the first index is the leftmost bit (W3C Bitstring Status List 1.0 section 3.2). */
function positionsOf(found: PublishedStatusList | null): number[] {
  const { encodedList } = read(found).credentialSubject;
  expect(encodedList[0]).to.equal("u");
  const bits = gunzipSync(fromBase64Url(encodedList.slice(1))!);
  expect(bits.length * 8).to.equal(LENGTH);
  return Array.from({ length: LENGTH }, (_, i) => i).filter((i) => ((bits[i >> 3]! >> (7 - (i & 7))) & 1) === 1);
}

describe("a status list", () => {
  it("has the bits that the registry has, each at its index", async () => {
    const { find, world } = await scene();
    const [revoked, suspended] = [
      [0, 7, 8, 255, 256, 70_001, LENGTH - 1],
      [3, 131_000],
    ];
    for (const index of revoked) world.registry.revoke(ANHUI, index);
    for (const index of suspended) world.registry.suspend(ANHUI, index);
    world.registry.revoke(ANHUI, LENGTH + 5);
    world.registry.revoke(SHANGHAI, 9);
    expect(positionsOf(await find("revocation"))).to.deep.equal(revoked);
    expect(positionsOf(await find("suspension"))).to.deep.equal(suspended);
  });

  it("is a credential of the region, signed with its status-list key", async () => {
    const { find, clock } = await scene();
    const found = await find("revocation");
    const credential = read(found);
    expect(() => readCredential(credential as JsonValue)).not.to.throw();
    expect(credential).to.deep.include({
      id: "https://licences.example/v1/status/340000/revocation/0",
      type: ["VerifiableCredential", "BitstringStatusListCredential"],
      issuer: REGION_DID,
    });
    expect(credential.credentialSubject).to.deep.include({
      id: "https://licences.example/v1/status/340000/revocation/0#list",
      type: "BitstringStatusList",
      statusPurpose: "revocation",
    });
    const { controller, publicKey } = keyOfProof(credential.proof);
    expect(controller).to.equal(REGION_DID);
    expect(verifyProof(nodeCrypto, credential, publicKey)).to.equal(true);
    expect(Date.parse(credential.validFrom)).to.equal(Math.floor(clock.ms / 1000) * 1000);
    expect(Date.parse(credential.validUntil) - Date.parse(credential.validFrom)).to.equal(3_600_000);
  });

  it("keeps its bytes while nothing changes, and is made anew when something does", async () => {
    const { find, world, clock } = await scene();
    const first = await find("suspension");
    clock.ms += 60_000;
    expect((await find("suspension"))!.digest).to.equal(first!.digest);
    world.registry.suspend(ANHUI, 12);
    const second = await find("suspension");
    expect([second!.digest === first!.digest, positionsOf(second)]).to.deep.equal([false, [12]]);
    world.registry.release(ANHUI, 12);
    expect(positionsOf(await find("suspension"))).to.deep.equal([]);
  });

  it("is made anew before it runs out", async () => {
    const { find, clock } = await scene();
    const { validUntil } = (await find("revocation"))!;
    clock.ms += 1_900_000;
    expect((await find("revocation"))!.validUntil).to.be.greaterThan(validUntil);
  });

  it("is signed by the new key as soon as there is one", async () => {
    const { find, state, addStatusKey } = await scene();
    const before = read(await find("revocation")).proof.verificationMethod;
    const { keyDigest, multikey } = await addStatusKey();
    state.signer = keyDigest;
    const after = read(await find("revocation")).proof.verificationMethod;
    expect([before === after, after]).to.deep.equal([false, `${REGION_DID}#${multikey}`]);
  });

  it("is given while the chain is away until it runs out, and then refused", async () => {
    const { find, state, clock } = await scene();
    const { digest, validUntil, checkedAt } = (await find("revocation"))!;
    state.chain = false;
    clock.ms = validUntil - 1;
    expect(await find("revocation")).to.include({ digest, checkedAt });
    clock.ms = validUntil;
    await expectRefusalOf("status-list.unavailable", find("revocation"));
    state.chain = true;
    expect((await find("revocation"))!.checkedAt).to.equal(clock.ms);
  });

  it("is refused when it never could be made", async () => {
    const { find, state } = await scene();
    state.chain = false;
    await expectRefusalOf("status-list.unavailable", find("revocation"));
  });

  it("is read once for both purposes and however many ask", async () => {
    const { find, state } = await scene(1_000);
    await Promise.all(Array.from({ length: 20 }, (_, i) => find(i % 2 === 0 ? "revocation" : "suspension")));
    expect(state.reads).to.equal(1);
  });

  it("is there for every list in use and no other, without asking the chain", async () => {
    const { find, state } = await scene();
    expect(await find("revocation", 1)).to.equal(null);
    expect(state.reads).to.equal(0);
    state.lists = 2;
    expect(read(await find("revocation", 1)).id).to.match(/\/revocation\/1$/);
  });

  it("of another region is there once something was written on it, under this region's name", async () => {
    const { find, world } = await scene();
    expect(await find("revocation", 0, SHANGHAI)).to.equal(null);
    expect(await find("revocation", 0, "990000")).to.equal(null);
    world.registry.revoke(SHANGHAI, 77);
    const found = await find("revocation", 0, SHANGHAI);
    expect(positionsOf(found)).to.deep.equal([77]);
    expect(read(found)).to.include({
      id: "https://licences.example/v1/status/310000/revocation/0",
      issuer: REGION_DID,
    });
  });
});
