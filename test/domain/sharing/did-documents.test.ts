// SPDX-License-Identifier: Apache-2.0
import { expect } from "chai";
import { fromUtf8 } from "../../../src/core/bytes.js";
import { TallyError } from "../../../src/core/errors.js";
import type { Agency } from "../../../src/domain/agencies/index.js";
import type { Published } from "../../../src/domain/sharing/index.js";
import { memoryStrangers, REGION_DID } from "../../http/strangers-world.js";
import { ANHUI, makeWorld, SHANGHAI, type TestKey } from "../../verify/fixture.js";
import { expectRefusalOf } from "../../verify/rejection.js";
import { memoryFloor } from "./memory-floor.js";

interface DidDocument {
  readonly id: string;
  readonly verificationMethod: readonly { readonly id: string; readonly revoked?: string }[];
  readonly assertionMethod: readonly string[];
}

async function scene({ world = makeWorld(), floor = memoryFloor() } = {}) {
  const clock = { ms: world.now().getTime() };
  const own: Agency = {
    code: world.agency.code,
    name: world.agency.name,
    region: ANHUI,
    areaCode: "340100",
    did: world.agency.did,
    keyDigest: world.agency.key.digest,
    suspended: false,
  };
  const agencies = new Map([[own.code, own]]);
  const outside = await memoryStrangers({
    region: ANHUI,
    registry: world.registry,
    agencies: { findAgency: async (code) => agencies.get(code) ?? null },
    now: () => clock.ms,
    floor,
  });
  const { didDocuments } = outside.strangers;
  const documentOf = async (code = own.code) => read(await didDocuments.ofAgency(code));
  const idOf = ({ multikey }: TestKey) => `${world.agency.did}#${multikey.text}`;
  return { ...outside, world, clock, agencies, own, didDocuments, documentOf, idOf };
}

function read(published: Published | null): DidDocument {
  return JSON.parse(fromUtf8(published!.bytes)!) as DidDocument;
}

describe("the DID document of an agency", () => {
  it("is that of the registry's DID, with the key it signs with", async () => {
    const { documentOf, world, idOf } = await scene();
    const document = await documentOf();
    expect(document.id).to.equal(world.agency.did);
    expect(document).to.deep.equal({
      "@context": ["https://www.w3.org/ns/did/v1", "https://w3id.org/security/multikey/v1"],
      id: world.agency.did,
      verificationMethod: [
        {
          id: idOf(world.agency.key),
          type: "Multikey",
          controller: world.agency.did,
          publicKeyMultibase: world.agency.key.multikey.text,
        },
      ],
      assertionMethod: [idOf(world.agency.key)],
    });
  });

  it("keeps retired keys, so that rotating breaks no older certificate", async () => {
    const { documentOf, world, idOf } = await scene();
    const fresh = world.newKey();
    world.registry.advance(10);
    world.register(world.agency, fresh);
    world.registry.retireKey(world.agency.key.digest);
    const { verificationMethod, assertionMethod } = await documentOf();
    expect(assertionMethod).to.deep.equal([idOf(world.agency.key), idOf(fresh)]);
    expect(verificationMethod.map((method) => Object.keys(method).sort().join())).to.deep.equal(
      Array.from({ length: 2 }, () => "controller,id,publicKeyMultibase,type"),
    );
  });

  it("revokes a stolen key and lets it vouch for nothing, from the report on", async () => {
    const { documentOf, world, idOf } = await scene();
    const { key } = world.agency;
    world.registry.claimCompromise(key.digest, world.registry.time - 100, world.registry.time + 50);
    const disputed = await documentOf();
    expect(disputed.assertionMethod).to.deep.equal([]);
    expect(disputed.verificationMethod.map(({ revoked }) => revoked)).to.deep.equal([undefined]);
    world.registry.advance(50);
    const { assertionMethod, verificationMethod } = await documentOf();
    expect(assertionMethod).to.deep.equal([]);
    const revoked = new Date(world.registry.time * 1000).toISOString().replace(".000Z", "Z");
    expect(verificationMethod).to.deep.include({
      id: idOf(key),
      type: "Multikey",
      controller: world.agency.did,
      publicKeyMultibase: key.multikey.text,
      revoked,
    });
  });

  it("does not believe a stolen key again because the nodes have fallen behind", async () => {
    const { documentOf, world, state } = await scene();
    const earlier = world.registry.frozen();
    world.registry.advance(10);
    world.registry.claimCompromise(world.agency.key.digest, world.registry.time - 100);
    const revoked = await documentOf();
    expect(revoked.assertionMethod).to.deep.equal([]);
    state.lagging = earlier;
    expect(await documentOf()).to.deep.equal(revoked);
  });

  it("does not believe it after a restart either: chain.unreachable until the nodes have caught up", async () => {
    const floor = memoryFloor();
    const { documentOf, world } = await scene({ floor });
    const earlier = world.registry.frozen();
    world.registry.advance(10);
    world.registry.claimCompromise(world.agency.key.digest, world.registry.time - 100);
    const revoked = await documentOf();
    const restarted = await scene({ floor, world });
    restarted.state.lagging = earlier;
    const error = await restarted.documentOf().catch((reason: unknown) => reason);
    expect(error).to.be.instanceOf(TallyError).with.property("code", "chain.unreachable");
    restarted.state.lagging = null;
    expect((await restarted.documentOf()).assertionMethod).to.deep.equal(revoked.assertionMethod);
  });

  it("leaves out keys that are not in effect, never were, or are for something else", async () => {
    const { documentOf, world, idOf } = await scene();
    const owner = { agency: world.agency.code, region: ANHUI };
    const [waiting, vetoed, audit, foreign] = [world.newKey(), world.newKey(), world.newKey(), world.newKey()];
    const later = world.registry.time + 500;
    world.registry.addKey(owner, waiting.digest, waiting.multikey.bytes, "certificate", later);
    world.registry.addKey(owner, vetoed.digest, vetoed.multikey.bytes, "certificate", world.registry.time);
    world.registry.retireKey(vetoed.digest);
    world.registry.addKey(owner, audit.digest, audit.multikey.bytes, "audit");
    world.registry.addKey({ ...owner, region: SHANGHAI }, foreign.digest, foreign.multikey.bytes);
    expect((await documentOf()).verificationMethod.map(({ id }) => id)).to.deep.equal([idOf(world.agency.key)]);
    world.registry.advance(500);
    expect((await documentOf()).verificationMethod.map(({ id }) => id)).to.deep.equal([
      idOf(world.agency.key),
      idOf(waiting),
    ]);
  });

  it("lists no key that the registry does not have, whatever log or key store say", async () => {
    const { documentOf, keys, world } = await scene();
    await keys.createKey(world.agency.code, "certificate");
    expect((await documentOf()).verificationMethod).to.have.length(1);
  });

  it("has the keys of the key store that the logs have lost", async () => {
    const { documentOf, keys, world } = await scene();
    const key = await keys.createKey(world.agency.code, "certificate");
    // Registered, but the log of the test tells of it by a map that this leaves out.
    world.registry.addKey({ agency: world.agency.code, region: ANHUI }, key.keyDigest, world.agency.key.multikey.bytes);
    expect((await documentOf()).assertionMethod).to.include(`${world.agency.did}#${key.multikey}`);
  });

  it("is there for no agency but this region's own, and for none that was struck", async () => {
    const { didDocuments, world, agencies, own } = await scene();
    expect(await didDocuments.ofAgency(world.otherAgency.code)).to.equal(null);
    expect(await didDocuments.ofAgency("nonsense")).to.equal(null);
    const elsewhere = world.newAgency(SHANGHAI, "00298433", "另一机构");
    agencies.set(elsewhere.code, { ...own, code: elsewhere.code });
    expect(await didDocuments.ofAgency(elsewhere.code)).to.equal(null);
    world.registry.strikeAgency(own.code);
    expect(await didDocuments.ofAgency(own.code)).to.equal(null);
  });

  it("is given as it was, with its age, while the chain is away, and not for ever", async () => {
    const { didDocuments, own, state, clock } = await scene();
    const before = await didDocuments.ofAgency(own.code);
    state.chain = false;
    clock.ms += 3_600_000;
    expect(await didDocuments.ofAgency(own.code)).to.deep.equal(before);
    clock.ms += 24 * 3_600_000;
    await expectRefusalOf("chain.unreachable", didDocuments.ofAgency(own.code));
  });
});

describe("the DID document of a region", () => {
  it("has its status-list keys, the one before too, and no other", async () => {
    const { didDocuments, world, state, addStatusKey } = await scene();
    const second = await addStatusKey();
    world.registry.advance(10);
    world.registry.retireKey(state.signer);
    const bundle = world.newKey();
    world.registry.addKey({ agency: null, region: ANHUI }, bundle.digest, bundle.multikey.bytes, "bundle");
    const other = world.newKey();
    world.registry.addKey({ agency: null, region: SHANGHAI }, other.digest, other.multikey.bytes, "status-list");
    const { id, assertionMethod } = read(await didDocuments.ofRegion());
    expect(id).to.equal(REGION_DID);
    expect(assertionMethod).to.have.length(2).and.to.include(`${REGION_DID}#${second.multikey}`);
  });
});
