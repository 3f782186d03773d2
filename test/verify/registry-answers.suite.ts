// SPDX-License-Identifier: Apache-2.0
import { expect } from "chai";
import { ethersAnchorChain } from "../../src/adapters/ethereum/anchor-chain.js";
import { toHex } from "../../src/core/hex.js";
import type { RegistrySnapshot } from "../../src/verify/registry.js";
import {
  AGENCY,
  type LocalRegistry,
  newKey,
  REGION,
  settleRegion,
  startLocalRegistry,
  TYPE,
} from "../adapters/ethereum/local-registry.js";

export const ROOT = "5a".repeat(32);
/** Seals for `AGENCY`. */
export const SEALER = "11340000002986117P";
const NOBODY = "91310000MA1FL0000X";

export interface RecordedRegistry {
  readonly local: LocalRegistry;
  readonly key: { readonly bytes: Uint8Array; readonly digest: string };
  readonly anchoredAt: number;
}

/** A registry on a chain of its own with a record of every kind. */
export async function startRecordedRegistry(): Promise<RecordedRegistry> {
  const local = await startLocalRegistry();
  const key = await settleRegion(local);
  await local.as("admin").registerAgency(REGION, SEALER, `did:web:tally.example:agencies:${SEALER}`);
  await local.as("admin").delegateSeal(AGENCY, SEALER);
  await local.as("admin").publishTypeDefinition(TYPE, 3, "cd".repeat(32));
  const chain = operatorsChain(local);
  await chain.submitAnchor({ root: ROOT, size: 4 });
  const anchoredAt = (await chain.findAnchor({ region: REGION, root: ROOT, size: 4 }))!.time;
  await chain.submitStatus([{ list: 1, word: 9, revoke: 1n << 200n, suspend: 3n, release: 0n }]);
  return { local, key, anchoredAt };
}

export function operatorsChain({ chain, deployment, accounts }: LocalRegistry) {
  const { url, chainId } = chain;
  const { privateKey } = accounts.operator;
  return ethersAnchorChain({ urls: [url], chainId, registry: deployment.registry, region: REGION, privateKey });
}

/** What every RegistrySnapshot answers about a recorded registry, wherever it has its knowledge from. */
export function registryAnswers(open: () => Promise<RecordedRegistry & { readonly snapshot: RegistrySnapshot }>): void {
  it("finds every kind of record", async () => {
    const { snapshot, key, anchoredAt } = await open();
    const region = await snapshot.findRegion(REGION);
    expect(region).to.deep.include({ region: REGION, suspensions: [] });
    expect(region!.addedAt).to.be.greaterThan(1_700_000_000);
    const agency = await snapshot.findAgency(AGENCY);
    expect(agency).to.deep.include({ agency: AGENCY, region: REGION, removedAt: null, suspensions: [] });
    expect(agency!.did).to.contain(AGENCY);
    const found = await snapshot.findKey(key.digest);
    expect(found).to.deep.include({
      keyDigest: key.digest,
      agency: AGENCY,
      region: REGION,
      purpose: "certificate",
    });
    expect(found!.interval.until).to.equal(null);
    expect(found!.compromises).to.deep.equal([]);
    expect(await snapshot.findAuthorisations(AGENCY, TYPE)).to.have.lengthOf(1);
    const [delegated, ...more] = await snapshot.findSealDelegations(AGENCY, SEALER);
    expect(delegated!.from).to.be.greaterThan(1_700_000_000);
    expect([delegated!.until, more]).to.deep.equal([null, []]);
    expect(await snapshot.findAnchor(REGION, ROOT, 4)).to.deep.equal({ anchoredAt, disowned: null });
    expect(await snapshot.findTypeDefinition(TYPE, 3)).to.deep.include({ digest: "cd".repeat(32) });
    expect(await snapshot.statusWord(REGION, 1, 9)).to.deep.equal({ revoked: 1n << 200n, suspended: 3n });
  });

  it("finds nothing where nothing is recorded", async () => {
    const { snapshot } = await open();
    expect(await snapshot.findRegion("650000")).to.equal(null);
    expect(await snapshot.findAgency(NOBODY)).to.equal(null);
    expect(await snapshot.findKey("00".repeat(32))).to.equal(null);
    expect(await snapshot.findAuthorisations(NOBODY, TYPE)).to.deep.equal([]);
    expect(await snapshot.findSealDelegations(SEALER, AGENCY)).to.deep.equal([]);
    expect(await snapshot.findSealDelegations(AGENCY, NOBODY)).to.deep.equal([]);
    expect(await snapshot.findAnchor(REGION, ROOT, 5)).to.equal(null);
    expect(await snapshot.findAnchor("310000", ROOT, 4)).to.equal(null);
    expect(await snapshot.findTypeDefinition(TYPE, 4)).to.equal(null);
    expect(await snapshot.statusWord(REGION, 1, 10)).to.deep.equal({ revoked: 0n, suspended: 0n });
    expect(await snapshot.findKeysById("00".repeat(8))).to.deep.equal([]);
  });

  it("finds a key by the first eight bytes of its digest", async () => {
    const { snapshot, key } = await open();
    const keys = await snapshot.findKeysById(key.digest.slice(0, 16));
    expect(keys.map(toHex)).to.deep.equal([toHex(key.bytes)]);
  });

  it("finds a key of the region itself, owned by no agency", async () => {
    const { local } = await open();
    const own = newKey();
    await local.as("admin").addRegionKey(REGION, "bundle", own.multikey);
    const found = await (await open()).snapshot.findKey(own.digest);
    expect(found).to.deep.include({ agency: null, region: REGION, purpose: "bundle" });
  });
}
