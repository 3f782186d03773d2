// SPDX-License-Identifier: Apache-2.0
import { ethersAnchorChain } from "../../../src/adapters/ethereum/anchor-chain.js";
import { nodeCrypto } from "../../../src/adapters/node-crypto/index.js";
import { toHex } from "../../../src/core/hex.js";
import { typeDigest } from "../../../src/core/type-reader.js";
import { type LocalRegistry, startLocalRegistry } from "../../adapters/ethereum/local-registry.js";
import { ANHUI, type Issued, makeWorld, NATIONAL, type World } from "../fixture.js";

export interface SettledWorld {
  readonly world: World;
  readonly local: LocalRegistry;
  /** Three licences, anchored on the chain; the second is revoked. */
  readonly issued: readonly [Issued, Issued, Issued];
}

/** The fixture's province on a real chain: its agency, key, type and authorisation, and one batch. */
export async function settleWorld(): Promise<SettledWorld> {
  const world = makeWorld();
  const { agency, type } = world;
  const local = await startLocalRegistry();
  const { chain, deployment, accounts } = local;
  const [governor, admin] = [local.as("governor"), local.as("admin")];
  for (const region of [NATIONAL, ANHUI]) await governor.addRegion(region, accounts.admin.address, 0);
  await admin.registerAgency(NATIONAL, type.definingAuthority.code, "did:web:licences.example:national");
  await admin.publishTypeDefinition(type.typeCode, type.version, toHex(typeDigest(nodeCrypto, type)));
  await admin.registerAgency(ANHUI, agency.code, agency.did);
  await admin.addAgencyKey(agency.code, "certificate", agency.key.multikey.text);
  await admin.authorise(agency.code, type.typeCode);
  await admin.grantOperator(ANHUI, accounts.operator.address, ["anchor", "status"]);

  const long = { validUntil: null };
  const { issued, root, size } = world.anchor([world.issue(long), world.issue(long), world.issue(long)]);
  const operator = ethersAnchorChain({
    urls: [chain.url],
    chainId: chain.chainId,
    registry: deployment.registry,
    region: ANHUI,
    privateKey: accounts.operator.privateKey,
  });
  await operator.submitAnchor({ root, size });
  const { statusIndex } = issued[1]!;
  const bit = 1n << BigInt(255 - (statusIndex & 255));
  await operator.submitStatus([{ list: 0, word: statusIndex >> 8, revoke: bit, suspend: 0n, release: 0n }]);
  return { world, local, issued: [issued[0]!, issued[1]!, issued[2]!] };
}
